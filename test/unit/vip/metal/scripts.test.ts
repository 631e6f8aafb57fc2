import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { assignScript, openScript } from '../../../../src/vip/metal/assignScript.ts';
import { releaseScript } from '../../../../src/vip/metal/releaseScript.ts';
import { askScript } from '../../../../src/vip/metal/askScript.ts';
import * as scripts from '../../../../src/vip/metal/scripts.ts';
import { waitUntil } from '../../../lab/processes.ts';

const directory = mkdtempSync(join(tmpdir(), 'scripts-'));
after(() => rmSync(directory, { recursive: true }));
const calls = join(directory, 'calls');

/** A program that writes down how it was called. @param more what it does besides */
function program(name: string, more = ''): string {
  const path = join(directory, name);
  writeFileSync(path, `#!/bin/sh\necho "${name} $*" >>'${calls}'\n${more}\n`);
  chmodSync(path, 0o755);
  return path;
}

function run(script: string, ...parameters: readonly string[]): { out: string; called: string } {
  writeFileSync(calls, '');
  const { stdout, status, stderr } = spawnSync('sh', ['-c', script, 'sh', ...parameters], { encoding: 'utf8' });
  assert.deepEqual([status, stderr], [0, '']);
  return { out: stdout, called: readFileSync(calls, 'utf8') };
}

test('every script is one that a POSIX shell takes', () => {
  const texts = Object.entries({ ...scripts, assignScript, openScript, askScript, releaseScript }).filter(([name]) =>
    name.endsWith('Script'),
  );
  assert.equal(texts.length, 11);
  for (const [name, text] of texts) {
    const { status, stderr } = spawnSync('sh', ['-n', '-c', text], { encoding: 'utf8' });
    assert.deepEqual([status, stderr], [0, ''], name);
  }
});

test('release: the route goes first, then the sockets, then the address; then it is looked at', () => {
  const ip = program('ip');
  const ss = program('ss');
  const { out, called } = run(releaseScript, '', ip, ss, '4', '10.0.0.155', 'release', '10.0.0.155/24', 'eth1');
  assert.deepEqual(called.trimEnd().split('\n'), [
    'ip -4 rule show',
    'ip -o -4 addr show dev eth1 to 10.0.0.155',
    'ip -o -4 addr show dev eth1 secondary',
    'ip -4 route del local 10.0.0.155 dev eth1 table local',
    'ss -K state connected exclude time-wait src 10.0.0.155',
    'ip addr del 10.0.0.155/24 dev eth1',
    'ip -4 -force -batch -',
    'ss -Htn state connected exclude time-wait src 10.0.0.155',
    'ip -j addr show',
  ]);
  assert.equal(out, 'addresses:\n');
});

test('release: an address that stays gets its route back, and it is said why', () => {
  const ip = program('ip', 'case "$*" in addr*) echo no way >&2; exit 2 ;; -o*) echo fd00::a5/64 ;; esac');
  const { out, called } = run(releaseScript, '', ip, '', '6', 'fd00::a5', 'release', 'fd00::a5/64', 'eth1');
  assert.match(called, /\nip -6 route replace local fd00::a5 dev eth1 table local\n/);
  assert.equal(out, 'error=no way\naddresses:\n');
});

test('release: an address that is not there any more gets no route: the host would answer for it', () => {
  const ip = program('ip', 'case "$*" in addr*) exit 2 ;; esac');
  const { called } = run(releaseScript, '', ip, '', '4', '10.0.0.155', 'release', '10.0.0.155/24', 'eth1');
  assert.doesNotMatch(called, /route replace/);
});

test('what goes on in the background has none of the outputs: SSH would wait for it, and clients too', async () => {
  const ip = program('ip', 'case "$*" in *show*) echo " 10.0.0.155/24 " ;; esac');
  const slow = program('arping', 'echo Sent 1 probes; sleep 3');
  const common = ['', ip, '10.0.0.155', '24', 'eth1', slow, 'iputils'];
  for (const [script, more] of [
    [openScript, []],
    [assignScript, ['add', '']],
  ] as const) {
    const began = performance.now();
    run(script, ...common, ...more);
    assert.ok(performance.now() - began < 2_500);
    // It runs, and may not have written that down yet.
    const called = (): boolean => /\narping -U -c 1 -I eth1 10.0.0.155\n/.test(readFileSync(calls, 'utf8'));
    await waitUntil('arping', 2_000, () => Promise.resolve(called()));
  }
});

test('values are values: a shell interprets none of them', () => {
  const ip = program('ip');
  const evil = `$(touch ${join(directory, 'evil')})`;
  const { called } = run(scripts.addScript, '', ip, evil, `;${evil}`, '', 'fd00::a5');
  assert.match(called, /^ip addr add \$\(touch .* dev ;\$\(touch /);
  assert.throws(() => readFileSync(join(directory, 'evil')), { code: 'ENOENT' });
});

test('who has the address: judged by what arping says, of both kinds', () => {
  const answer = (kind: string, says: string): string => {
    const arping = program('arping', `echo '${says}'`);
    const { out } = run(askScript, '', '/sbin/ip', '4', '198.51.100.155', 'lo', '1', arping, kind, 'none');
    return /^arping=(.*)$/m.exec(out)?.[1] ?? assert.fail(out);
  };
  assert.match(answer('iputils', 'Unicast reply from 10.0.0.155 [02:00:00:00:00:01]'), /^yes Unicast reply/);
  assert.match(answer('habets', '42 bytes from 02:00:00:00:00:01'), /^yes 42 bytes/);
  assert.equal(answer('iputils', 'ARPING 10.0.0.155 from 0.0.0.0 eth1'), 'no');
  assert.equal(answer('iputils', 'sudo: a password is required'), 'unknown sudo: a password is required');
});
