// Unknown is not no: a master that cannot be reached may be alive, with clients that write there.
import { blackhole, helper, startManager, startMonitor, threeCandidates, untilMaster } from '../acts.ts';
import { cutBothWays, cutOneWay, mendCuts, quickLink, slowLink } from '../cuts.ts';
import { HOSTS } from '../../lab/hosts.ts';
import type { Given, Row } from '../row.ts';
import type { Stage } from '../stage.ts';

const db10 = HOSTS.db10.ipv4;

/** The failover is refused, and db10 goes on as the master. */
const refused = { exits: { manager: 'refused' }, master: 'db10', outageMs: 3_000 } as const;

async function managerCutOff(stage: Stage, cut: () => Promise<void>): Promise<void> {
  const manager = await startManager(stage);
  await cut();
  await manager.ended;
  await stage.wait(2_000);
}

async function fullUplink(stage: Stage, ms: number): Promise<void> {
  await slowLink(stage.lab, 'db10', '200kbit');
  const flood = stage.lab.spawn('db10', ['perl', '-MIO::Socket::INET', '-e', FLOOD, HOSTS.app.ipv4]);
  await stage.wait(ms);
  flood.kill('SIGKILL');
  await quickLink(stage.lab, 'db10');
}

function blackholed(id: string, given: Given, also: string): Row {
  return {
    id,
    fault: `the manager alone does not reach db10 (a route on it goes nowhere); ${also}`,
    moment: 'masterha_manager monitors, clients write',
    given,
    act: (stage) => managerCutOff(stage, () => blackhole(stage, 'mgr', `${db10}/32`)),
    expect: refused,
    endsWithinMs: 120_000,
    also: ['mysql-9.7-gtid'],
    source: 'faults.md 1',
  };
}

export const unknownRows: readonly Row[] = [
  blackholed('unknown-route-seed', { sudoers: 'seed' }, "the seed's line for sudoers, which does not find arping"),
  blackholed('unknown-route', {}, 'the recommended line for sudoers'),
  blackholed('unknown-route-ipv6', { address: 'IPv6' }, 'IPv6 writer address'),
  blackholed('unknown-route-ipv6-seed', { address: 'IPv6', sudoers: 'seed' }, "IPv6 writer address, the seed's line"),
  {
    id: 'unknown-cut-one-way',
    fault: 'what db10 sends does not arrive at the manager; the other way all is well',
    moment: 'masterha_manager monitors, clients write',
    act: (stage) => managerCutOff(stage, () => cutOneWay(stage.lab, 'db10', 'mgr')),
    expect: refused,
    endsWithinMs: 150_000,
  },
  {
    id: 'unknown-cut-from-replicas-too',
    fault: 'the manager, db11 and db12 do not hear db10 any more; clients do. unreachable_master = abort',
    moment: 'masterha_manager monitors, clients write',
    given: { helper: { default: { unreachable_master: 'abort' } } },
    act: (stage) =>
      managerCutOff(stage, async () => {
        for (const host of ['mgr', 'db11', 'db12'] as const) await cutBothWays(stage.lab, 'db10', host);
      }),
    expect: { ...refused, lost: 'not counted' },
    endsWithinMs: 150_000,
  },
  {
    id: 'unknown-uplink-full',
    fault: "db10's uplink is full for 30 s: what it answers comes 16 s late",
    moment: '`mha-helper monitor` runs, clients write',
    given: threeCandidates,
    async act(stage) {
      await startMonitor(stage);
      await fullUplink(stage, 30_000);
      await stage.wait(10_000);
    },
    // What nobody could hear of is lost without semi-synchronous replication.
    expect: { master: ['db10', 'db11'], lost: 'told', says: [/acknowledged|binary log/] },
    endsWithinMs: 150_000,
    also: ['mysql-9.7-gtid'],
    source: 'faults.md 1',
  },
  {
    id: 'unknown-uplink-full-abort',
    fault: "db10's uplink is full for 30 s: what it answers comes 16 s late. unreachable_master = abort",
    moment: 'masterha_manager monitors, clients write',
    given: { helper: { default: { unreachable_master: 'abort' } } },
    async act(stage) {
      const manager = await startManager(stage);
      await fullUplink(stage, 30_000);
      await Promise.race([manager.ended, stage.wait(60_000)]);
      await stage.wait(2_000);
    },
    expect: { master: 'db10' },
    endsWithinMs: 150_000,
    source: 'faults.md 1',
  },
  {
    id: 'unknown-mute-master',
    fault: 'nothing that db10 sends arrives at the manager, db11 and db12; clients hear it. It is mended later',
    moment: '`mha-helper monitor` runs, clients write',
    given: threeCandidates,
    async act(stage) {
      await startMonitor(stage);
      for (const host of ['mgr', 'db11', 'db12'] as const) await cutOneWay(stage.lab, 'db10', host);
      await untilMaster(stage, 'db11', 120_000);
      await stage.wait(5_000);
      await mendCuts(stage.lab);
      await stage.wait(5_000);
    },
    expect: { master: 'db11', lost: 'told', says: [/nobody knows whether it has heard that/] },
    endsWithinMs: 180_000,
    also: ['mysql-9.7-gtid'],
    source: 'faults.md 1',
  },
  {
    id: 'unknown-assign-force-seed',
    fault: "`vip assign db11 --force` by an operator; the seed's line for sudoers",
    moment: 'the manager does not reach db10, which is the master; db11 is writable too',
    given: { sudoers: 'seed' },
    async act(stage) {
      await blackhole(stage, 'mgr', `${db10}/32`);
      await stage.lab.sql('db11', 'SET GLOBAL read_only=0');
      await helper(stage, 'vip', 'assign', 'db11', '--force');
      await stage.lab.sql('db11', 'SET GLOBAL read_only=1');
      await stage.wait(2_000);
    },
    expect: { exits: { 'vip assign db11': 'refused' }, master: 'db10', w2Ms: 'by hand' },
    endsWithinMs: 60_000,
    source: 'faults.md 1',
  },
  {
    id: 'unknown-cut-and-back',
    fault: 'the manager does not reach db10 for 20 s, then it does again',
    moment: 'masterha_manager monitors, clients write',
    async act(stage) {
      const manager = await startManager(stage);
      await cutBothWays(stage.lab, 'mgr', 'db10');
      await stage.wait(20_000);
      await mendCuts(stage.lab);
      await Promise.race([manager.ended, stage.wait(30_000)]);
      await stage.wait(2_000);
    },
    expect: { master: ['db10', 'db11'], outageMs: 30_000 },
    endsWithinMs: 150_000,
  },
];

/** Packets that fill a queue of 400 kB within a moment, and keep it full. */
const FLOOD = `
my $s = IO::Socket::INET->new(PeerAddr => $ARGV[0], PeerPort => 9, Proto => "udp") or die $!;
my $text = "x" x 1400;
while (1) { $s->send($text); select undef, undef, undef, 0.005 }
`;
