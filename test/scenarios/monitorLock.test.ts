// One manager for each master: what keeps a second one away is a lock in a session on the master, which may end.
import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { APPLICATION_FILE } from '../lab/exampleConfiguration.ts';
import type { RunningCommand } from '../lab/hostCommand.ts';
import type { Lab } from '../lab/lab.ts';
import { MHA_ENVIRONMENT } from '../lab/mha.ts';
import { waitUntil } from '../lab/processes.ts';
import { clusterLab, managerEnd, managerLog, startManager } from './cluster.ts';
import { testThoroughly } from '../thorough.ts';

describe("the lock of masterha_manager's monitor", { concurrency: false }, () => {
  let lab: Lab;
  before(async () => {
    lab = await clusterLab();
  });
  after(() => lab.stop());

  async function holder(): Promise<number> {
    const [row] = await lab.sql('db10', "SELECT IS_USED_LOCK('MHA_Master_High_Availability_Monitor') AS id");
    return Number(row?.['id'] ?? 0);
  }

  function startSecond(): RunningCommand {
    return lab.spawn(
      'mgr',
      [
        'masterha_manager',
        `--conf=${APPLICATION_FILE}`,
        '--manager_workdir=/tmp/second',
        '--manager_log=/tmp/second.log',
      ],
      { env: MHA_ENVIRONMENT },
    );
  }

  for (const type of ['SELECT', 'CONNECT']) {
    testThoroughly(
      `ping_type = ${type}: taken again, and of two that want it one ends`,
      async () => {
        await lab.resetTopology();
        await lab.configure({ application: { 'server default': { ping_type: type, ping_interval: '3' } } });
        const first = await startManager(lab);
        const before = await holder();
        assert.notEqual(before, 0);
        await lab.sql('db10', `KILL ${before}`);
        await waitUntil('the lock to be taken again', 20_000, async () => ![0, before].includes(await holder()));
        await waitUntil('the log', 10_000, async () =>
          (await managerLog(lab)).includes('was lost with its session; it has been taken again'),
        );

        const second = startSecond();
        await waitUntil('the second to wait for the lock', 60_000, async () =>
          (await lab.sql('db10', 'SHOW PROCESSLIST')).some(({ Info }) => /GET_LOCK/.test(String(Info))),
        );
        await lab.sql('db10', `KILL ${await holder()}`);
        const ended = await Promise.race([
          managerEnd(first, 60_000).then((code) => ({ which: 'first', code })),
          managerEnd(second, 60_000).then((code) => ({ which: 'second', code })),
        ]);
        assert.equal(ended.code, 1);
        assert.notEqual(await holder(), 0);
        const log = ended.which === 'first' ? '/var/log/mha/test_cluster/test_cluster.log' : '/tmp/second.log';
        const said = (await lab.exec('mgr', ['cat', log])).stdout;
        assert.match(said, /advisory lock is already held by someone/);
      },
      { isOne: type === 'SELECT' },
    );
  }
});
