// docs/operating/account.md: its commands, and then all that MHA does, with nothing of root's.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { documentPages } from '../documents/pages.ts';
import { APPLICATION_FILE } from '../lab/exampleConfiguration.ts';
import type { Lab } from '../lab/lab.ts';
import { startWriter } from '../lab/writer.ts';
import { assertWhole, clusterLab } from './cluster.ts';
import { quickMonitor, status, untilProtected, untilStatus } from './monitored.ts';

const page = documentPages().find(({ path }) => path === 'docs/operating/account.md') ?? assert.fail('no such page');
const [setUp = '', check = ''] = page.markdown.blocks
  .filter(({ info }) => info.includes('ownAccount.test.ts'))
  .map(({ lines }) => lines.join('\n'));

async function succeeds(lab: Lab, script: string): Promise<string> {
  const { code, stdout, stderr } = await lab.exec('mgr', ['sh', '-euc', script], { timeoutMs: 120_000 });
  assert.equal(code, 0, `${script}\n${stdout}${stderr}`);
  return stdout;
}

/** With what the unit and its drop-in leave. */
const asTheUnit = 'setpriv --reuid mha --regid mha --init-groups --no-new-privs --bounding-set -all'.split(' ');

describe('MHA under an account of its own', { concurrency: false }, () => {
  test('check, a planned switch, and a failover under the monitor', async () => {
    const { application } = quickMonitor;
    const helper = { ...quickMonitor.helper, db12: { smtp_host: 'localhost' } };
    const lab = await clusterLab({ configuration: { application, helper } });
    try {
      await succeeds(lab, 'mkdir -p -m 750 /var/lib/mha-helper /var/log/mha-helper');
      assert.match(setUp, /^useradd /);
      await succeeds(lab, setUp);
      assert.match(await succeeds(lab, check), /^READY/m);
      const writer = await startWriter(lab);
      await succeeds(lab, `su - mha -c 'mha-helper failover --online --to db11 -c test_cluster'`);
      await writer.progress(20);
      const monitor = lab.spawn('mgr', [...asTheUnit, 'mha-helper', 'monitor', 'run', '-c', APPLICATION_FILE], {
        env: { HOME: '/var/lib/mha' },
      });
      await untilProtected(lab, 'db11');
      const { managerPid } = await status(lab);
      const rights = await succeeds(
        lab,
        `stat -c %U /proc/${managerPid} && grep -E '^(NoNew|Cap)' /proc/${managerPid}/status`,
      );
      assert.deepEqual(
        rights.split('\n').map((line) => line.replace(/:\t0*/, ' ').trim()),
        ['mha', ...['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'], 'NoNewPrivs 1', ''],
      );
      await lab.killMysqld('db11');
      // Protected it is not: the third server may not become master.
      await untilStatus(
        lab,
        'the failover',
        ({ lastFailover }) => lastFailover?.to === 'db10' && !lastFailover.partial,
      );
      await assertWhole(lab, 'db10', writer);
      monitor.kill('SIGTERM');
      assert.equal(await monitor.ended, 0, monitor.output());
      assert.equal(await succeeds(lab, 'find /var/lib/mha-helper /var/log/mha/test_cluster ! -user mha'), '');
      assert.equal(await succeeds(lab, "su mha -c 'find /etc/mha /etc/mha-helper -writable'"), '');
    } finally {
      await lab.stop();
    }
  });
});
