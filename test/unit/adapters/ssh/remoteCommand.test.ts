import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  quoteWord,
  RemoteOutput,
  remoteLimitMs,
  remoteScript,
  seconds,
} from '../../../../src/adapters/ssh/remoteCommand.ts';

describe('a command for the host', () => {
  it('quotes what a shell could take for more than text', () => {
    assert.equal(quoteWord('/sbin/ip'), '/sbin/ip');
    assert.equal(quoteWord(''), "''");
    assert.equal(quoteWord("it's $x"), "'it'\\''s $x'");
    assert.throws(() => quoteWord('a\0b'), { kind: 'internal' });
    assert.match(
      remoteScript(['echo', 'a;b'], 10_000),
      /exec timeout -k 1\.000 "\$mha_helper_s" echo 'a;b' <\/dev\/null$/,
    );
  });

  it('leaves time for SIGKILL and for the answer before the deadline', () => {
    assert.equal(remoteLimitMs(10_000, 10_000), 8750);
    assert.equal(remoteLimitMs(10_000, 6000), 4750);
    assert.equal(remoteLimitMs(1000, 1000), 700);
    assert.ok(remoteLimitMs(1000, 250) <= 0);
    assert.equal(seconds(8750), '8.750');
  });

  it('cuts off what stands before the marks, however the bytes arrive', () => {
    const output = new RemoteOutput();
    for (const byte of Buffer.from('Wärnung\nmha-helper-ready\nä\n')) output.pushStdout(Buffer.from([byte]));
    output.pushStderr(Buffer.from('locale!\nmha-helper-started\nerr'));
    assert.deepEqual([output.ready, output.started, output.stdout, output.stderr], [true, true, 'ä\n', 'err']);
  });

  it('keeps what was said in place of the marks', () => {
    const output = new RemoteOutput();
    output.pushStdout(Buffer.from('mha-helper-no-timeout\n'));
    assert.deepEqual([output.ready, output.started, output.timeoutMissing], [false, false, true]);
  });
});
