// Partitions between each pair of hosts, one way and both, while a switch or a failover runs.
import type { HostName } from '../../lab/hosts.ts';
import { startManager, startPlanned } from '../acts.ts';
import { cutBothWays, cutOneWay, mendCuts } from '../cuts.ts';
import { letGo, untilHeld } from '../heldHooks.ts';
import type { Row } from '../row.ts';
import { hasMaster } from '../shots.ts';
import type { Stage } from '../stage.ts';

type Pair = readonly [HostName, HostName];
type Way = 'there' | 'back' | 'both';

const pairs: readonly Pair[] = [
  ['mgr', 'db10'],
  ['mgr', 'db11'],
  ['mgr', 'db12'],
  ['db10', 'db11'],
  ['db10', 'db12'],
  ['db11', 'db12'],
  ['app', 'db10'],
  ['app', 'db11'],
];
const ways: readonly Way[] = ['there', 'back', 'both'];

function cutText([one, other]: Pair, way: Way): string {
  if (way === 'both') return `${one} and ${other} do not reach each other`;
  const [from, to] = way === 'there' ? [one, other] : [other, one];
  return `what ${from} sends does not arrive at ${to}`;
}

async function cut({ lab }: Stage, [one, other]: Pair, way: Way): Promise<void> {
  if (way === 'both') await cutBothWays(lab, one, other);
  else if (way === 'there') await cutOneWay(lab, one, other);
  else await cutOneWay(lab, other, one);
}

function inSwitch(pair: Pair, way: Way): Row {
  return {
    id: `cut-switch-${pair.join('-')}-${way}`,
    fault: `${cutText(pair, way)}, for 20 s`,
    moment: 'planned switch by `mha-helper failover`, between `stop` and `start`',
    given: { holds: ['after stop'] },
    async act(stage) {
      const failover = startPlanned(stage);
      await untilHeld(stage.lab, 'after stop');
      await cut(stage, pair, way);
      await letGo(stage.lab, 'after stop');
      await stage.wait(20_000);
      await mendCuts(stage.lab);
      await failover.ended;
      await hasMaster(stage, 20_000);
      // An application host that has heard no announcement asks its neighbours anew when its entry has become old.
      if (pair[0] === 'app') await stage.writer.progress(1, 70_000);
      await stage.wait(2_000);
    },
    expect: { master: ['db10', 'db11'], outageMs: 120_000 },
    endsWithinMs: 200_000,
    ...(way === 'both' ? { also: ['mysql-9.7-gtid'] } : {}),
  };
}

function underManager(pair: Pair): Row {
  return {
    id: `cut-manager-${pair.join('-')}`,
    fault: `${cutText(pair, 'both')}, for 30 s`,
    moment: 'masterha_manager monitors, nothing else is wrong',
    async act(stage) {
      const manager = await startManager(stage);
      await cut(stage, pair, 'both');
      await stage.wait(30_000);
      await mendCuts(stage.lab);
      await Promise.race([manager.ended, stage.wait(10_000)]);
    },
    expect: { master: ['db10', 'db11'], ...(pair[0] === 'app' ? {} : { outageMs: 60_000 }) },
    endsWithinMs: 200_000,
  };
}

function inFailover(pair: Pair): Row {
  return {
    id: `cut-failover-${pair.join('-')}`,
    fault: `${cutText(pair, 'both')}, for 20 s`,
    moment: 'mysqld of db10 is dead, `hard start` comes next',
    given: { holds: ['before start'] },
    async act(stage) {
      const manager = await startManager(stage);
      await stage.lab.killMysqld('db10');
      await untilHeld(stage.lab, 'before start', 120_000);
      await cut(stage, pair, 'both');
      await letGo(stage.lab, 'before start');
      await stage.wait(20_000);
      await mendCuts(stage.lab);
      await manager.ended;
      await stage.wait(2_000);
    },
    expect: { master: 'db11' },
    endsWithinMs: 300_000,
  };
}

export const cutRows: readonly Row[] = [
  ...pairs.flatMap((pair) => ways.map((way) => inSwitch(pair, way))),
  ...pairs.map((pair) => underManager(pair)),
  ...pairs.slice(0, 3).map((pair) => inFailover(pair)),
];
