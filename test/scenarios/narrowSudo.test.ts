// What `mha-helper sudoers` prints is enough for all that moves the writer address, and lets nothing else through.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { APPLICATION_FILE } from '../lab/exampleConfiguration.ts';
import type { CommandOutcome } from '../lab/hostCommand.ts';
import { SSH_USER, type DatabaseName } from '../lab/hosts.ts';
import type { Lab } from '../lab/lab.ts';
import { startWriter } from '../lab/writer.ts';
import {
  assertWhole,
  clusterLab,
  managerEnd,
  managerLog,
  masterSwitch,
  quickManager,
  startManager,
} from './cluster.ts';

const LOG = '/var/log/sudo.log';
/** On the third host of the example the SSH user needs no sudo. */
const HOSTS_WITH_SUDO = ['db10', 'db11'] as const;

describe('sudo with the exact commands', { concurrency: false }, () => {
  test('a planned switch, a failover, vip release and assign; everything else is refused', async () => {
    const lab = await clusterLab({ configuration: quickManager });
    try {
      assert.match(
        (await helper(lab, 'check', '--quick')).stdout,
        /OK .*sudo lets the SSH user run \/sbin\/ip with any/,
      );
      for (const host of HOSTS_WITH_SUDO) await narrow(lab, host);
      assert.equal((await helper(lab, 'sudoers', 'db12')).code, 3);
      const checked = await helper(lab, 'check', '--quick');
      assert.equal(checked.code, 0, checked.stdout);
      assert.doesNotMatch(checked.stdout, /sudo (?:lets|does not let)/);
      for (const host of HOSTS_WITH_SUDO) await lab.exec(host, ['rm', '-f', LOG]);
      await moveAround(lab);
      for (const host of HOSTS_WITH_SUDO) {
        const log = (await lab.readFile(host, LOG)).replace(/\n {4}/g, ' ');
        assert.match(log, /COMMAND=\S*ip addr (?:add|del) /);
        assert.match(log, /COMMAND=\S*arping -U /);
        assert.doesNotMatch(log, /not allowed|a password is required/);
        for (const command of refused(host)) {
          const tried = await lab.exec(host, ['sudo', '-n', ...command], { user: SSH_USER });
          assert.notEqual(tried.code, 0, command.join(' '));
          assert.match(tried.stderr, /a password is required|not allowed/, command.join(' '));
        }
      }
    } finally {
      await lab.stop();
    }
  });
});

async function narrow(lab: Lab, host: DatabaseName): Promise<void> {
  const printed = await helper(lab, 'sudoers', host);
  assert.equal(printed.code, 0, printed.stderr);
  await lab.writeFile(host, { path: '/etc/sudoers.d/mha_helper', content: printed.stdout, mode: '440' });
  await lab.writeFile(host, { path: '/etc/sudoers.d/zz_log', content: `Defaults logfile=${LOG}\n`, mode: '440' });
  const valid = await lab.exec(host, ['visudo', '-cf', '/etc/sudoers.d/mha_helper']);
  assert.equal(valid.code, 0, valid.stdout + valid.stderr);
}

async function moveAround(lab: Lab): Promise<void> {
  const writer = await startWriter(lab);
  const switched = await masterSwitch(lab, 'db11');
  assert.equal(switched.code, 0, switched.stdout);
  assertSmooth(switched.stdout);
  await writer.progress(20);
  const manager = await startManager(lab);
  await lab.killMysqld('db11');
  assert.equal(await managerEnd(manager), 0, await managerLog(lab));
  assertSmooth(await managerLog(lab));
  await assertWhole(lab, 'db10', writer);
  for (const words of [
    ['release', 'db10', '--force'],
    ['assign', 'db10', '--force'],
  ]) {
    const moved = await helper(lab, 'vip', ...words);
    assert.equal(moved.code, 0, moved.stdout + moved.stderr);
    assertSmooth(moved.stdout + moved.stderr);
  }
  assert.deepEqual(await lab.vipHolders(), ['db10']);
}

/** Nothing was done in a worse way for want of a right. */
function assertSmooth(said: string): void {
  assert.doesNotMatch(said, /announced by the kernel|could not be reset|sudo/);
}

function helper(lab: Lab, ...words: readonly string[]): Promise<CommandOutcome> {
  return lab.exec('mgr', ['mha-helper', ...words, '-c', APPLICATION_FILE], { timeoutMs: 90_000 });
}

function refused(host: 'db10' | 'db11'): readonly (readonly string[])[] {
  const [device, other] = host === 'db10' ? ['eth10', 'eth1'] : ['eth1', 'eth10'];
  return [
    ['ip', 'netns', 'exec', 'any', 'true'],
    ['ip', '-batch', '/dev/null'],
    ['ip', 'link', 'set', device, 'down'],
    ['ip', 'addr', 'add', '192.168.10.156/24', 'dev', device],
    ['ip', 'addr', 'add', '192.168.10.155/24', 'dev', other],
    ['ip', 'addr', 'add', '192.168.10.155/24', 'dev', device, 'label', `${device}:x`],
    ['ip', 'addr', 'flush', 'dev', device],
    ['arping', '-U', '-c', '1', '-I', device, '192.168.10.1'],
    ['ss', '-K'],
    ['ss', '-K', 'state', 'connected', 'src', '192.168.10.10'],
    ['sh'],
  ];
}
