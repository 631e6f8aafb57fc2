import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { after, test } from 'node:test';
import { daemonTools } from '../../../../src/adapters/daemon/daemonTools.ts';
import { Failure } from '../../../../src/errors/errors.ts';
import type { CommandResult, Connectors } from '../../../../src/context/Context.ts';
import { FakeClock } from '../../../doubles/clock.ts';
import { KeptLog } from '../../../doubles/log.ts';

const scratch = mkdtempSync(join(tmpdir(), 'mha-helper-tools-'));
after(() => rmSync(scratch, { recursive: true }));

const noStore = () => assert.fail('no store is to be opened');

function tools(
  env: Record<string, string>,
  run: () => Promise<CommandResult> = () => assert.fail('nothing is to be run'),
) {
  const log = new KeptLog();
  const lines: string[] = [];
  const stdout = new Writable({
    decodeStrings: false,
    write: (chunk: string, _encoding, done) => {
      lines.push(chunk);
      done();
    },
  });
  const connect = { local: { label: 'this host', run, close: async () => undefined } } as unknown as Connectors;
  return { log, lines, daemon: daemonTools(env, () => env, stdout, { clock: new FakeClock(), log, connect }, noStore) };
}

test('a log file that is rotated goes on under its name', () => {
  const path = join(scratch, 'new', 'monitor.log');
  const log = tools({}).daemon.log(path);
  log.info('one');
  renameSync(path, `${path}.1`);
  log.warn('two\nlines');
  assert.match(readFileSync(`${path}.1`, 'utf8'), /^2026-01-31 \S+ one\n$/);
  assert.match(readFileSync(path, 'utf8'), /^2026-01-31 \S+ warning: two lines\n$/);
});

test('under systemd the lines have priorities and no time; else the log is the terminal', () => {
  const { daemon, lines } = tools({ JOURNAL_STREAM: '8:1' });
  daemon.log(undefined).info('one');
  daemon.log(undefined).warn('two');
  assert.deepEqual(lines, ['<6>one\n', '<4>two\n']);
  const plain = tools({});
  assert.equal(plain.daemon.log(undefined), plain.log);
});

test('systemd is told only where it asks; a systemd that does not listen stops nothing', async () => {
  await tools({}).daemon.notify('--ready');
  assert.equal(tools({ WATCHDOG_USEC: '3000000' }).daemon.watchdogMs, null);
  assert.equal(tools({ NOTIFY_SOCKET: '/x', WATCHDOG_USEC: '3000000' }).daemon.watchdogMs, 1500);
  const late = tools({ NOTIFY_SOCKET: '/x' }, () => Promise.reject(new Failure('deadline', 'did not end within 5 s')));
  await late.daemon.notify('--ready');
  assert.deepEqual(late.log.lines, ['! did not end within 5 s']);
});
