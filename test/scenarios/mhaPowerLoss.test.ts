// Hosts that lose their power end no connection: what MHA makes of that, without the layer and with it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { CommandOutcome } from '../lab/hostCommand.ts';
import { ADMIN_ACCOUNT, HOSTS } from '../lab/hosts.ts';
import type { Lab } from '../lab/lab.ts';
import { MHA_ENVIRONMENT } from '../lab/mha.ts';
import { waitUntil } from '../lab/processes.ts';
import { clusterLab } from './cluster.ts';
import { mhaPerl } from './mhaPerl.ts';

describe('MHA and hosts that lose their power', { concurrency: false }, () => {
  let lab: Lab;
  before(async () => {
    lab = await clusterLab();
  });
  after(() => lab.stop());

  const without = (perl: string): Promise<CommandOutcome> => mhaPerl(lab, 'db12', perl, {});
  const withLayer = (perl: string): Promise<CommandOutcome> => mhaPerl(lab, 'db12', perl, MHA_ENVIRONMENT);

  test('a host that loses its power holds MHA until the kernel gives up, which takes hours', async () => {
    const script = `system "ss -tnoH dst ${HOSTS.db12.ipv4} dport = :3306"`;
    const [plain, fixed] = [await without(script), await withLayer(script)];
    assert.match(plain.stdout, /timer:\(keepalive,1\d\dmin/);
    // ss writes 10sec, 9.936ms for 9.936 s, and 936ms.
    const [, time, unit] = /timer:\(keepalive,([\d.]+)(ms|sec),/.exec(fixed.stdout) ?? [];
    const seconds = unit === 'ms' && !time?.includes('.') ? Number(time) / 1000 : Number(time);
    assert.ok(seconds <= 10, fixed.stdout);
  });

  test('the lock of a manager host that has lost its power', async () => {
    const lock = 'print MHA::SlaveUtil::get_failover_advisory_lock($db->{dbh}, 0)';
    const owner = lab.spawn('mgr', [
      'perl',
      '-MDBI',
      '-e',
      `my $dbh = DBI->connect("DBI:mysql:;host=${HOSTS.db12.ipv4}", "${ADMIN_ACCOUNT.user}",
        "${ADMIN_ACCOUNT.password}");
      print $dbh->selectrow_array("SELECT GET_LOCK('MHA_Master_High_Availability_Failover', 0)"), "\\n";
      $| = 1; print "held\\n"; sleep 60`,
    ]);
    await waitUntil('the lock to be held', 10_000, () => Promise.resolve(owner.output().includes('held')));
    const held = await withLayer(lock);
    assert.equal(held.stdout, '1', 'its owner lives');
    assert.match(held.stderr, /the lock MHA_Master_High_Availability_Failover is held by session \d+ of mha_helper/);
    await lab.powerOff('mgr');
    await owner.ended;
    await lab.powerOn('mgr');
    assert.equal((await without(lock)).stdout, '1');
    const freed = await withLayer(lock);
    assert.equal(freed.stdout, '0');
    assert.match(freed.stderr, /no process of this host has that connection any more, so the session is ended/);
  });
});
