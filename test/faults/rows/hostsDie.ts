// Servers and hosts that die in the middle of a planned switch.
import { startPlanned, undo } from '../acts.ts';
import { letGo, untilHeld } from '../heldHooks.ts';
import type { Row } from '../row.ts';
import { hasMaster } from '../shots.ts';
import type { DatabaseName } from '../../lab/hosts.ts';
import type { Lab } from '../../lab/lab.ts';

const between = 'planned switch by `mha-helper failover`, between `stop` and `start`';

type Death = Pick<Row, 'id' | 'fault' | 'endsWithinMs' | 'also'> & { readonly dies: (lab: Lab) => Promise<void> };

function dies({ dies: die, ...row }: Death, expect: Row['expect']): Row {
  return {
    ...row,
    moment: between,
    given: { holds: ['after stop'] },
    async act(stage) {
      const failover = startPlanned(stage);
      await untilHeld(stage.lab, 'after stop');
      await die(stage.lab);
      await letGo(stage.lab, 'after stop');
      await failover.ended;
      await stage.wait(2_000);
    },
    expect,
  };
}

function serverDies(host: DatabaseName, expect: Row['expect']): Row {
  const death: Death = {
    id: `dies-mysqld-${host}`,
    fault: `mysqld of ${host} is killed`,
    dies: (lab) => lab.killMysqld(host),
    endsWithinMs: 150_000,
    also: ['mysql-9.7-gtid'],
  };
  return dies(death, expect);
}

function hostDies(host: DatabaseName, expect: Row['expect']): Row {
  const death: Death = {
    id: `dies-host-${host}`,
    fault: `the host ${host} loses its power`,
    dies: (lab) => lab.powerOff(host),
    endsWithinMs: 240_000,
  };
  return dies(death, expect);
}

export const hostsDieRows: readonly Row[] = [
  // The proof that writes have ended was there: db11 has everything, or is not opened and a person decides.
  serverDies('db10', { master: 'unchecked' }),
  serverDies('db11', { exits: { failover: 'refused' }, master: 'db10', outageMs: 90_000 }),
  serverDies('db12', { master: ['db10', 'db11'], outageMs: 90_000 }),
  hostDies('db10', { master: 'unchecked' }),
  hostDies('db11', { exits: { failover: 'refused' }, master: 'db10', outageMs: 150_000 }),
  hostDies('db12', { master: ['db10', 'db11'], outageMs: 150_000 }),
  {
    id: 'dies-host-mgr',
    fault: 'the manager host loses its power, and comes back; `mha-helper undo`',
    moment: between,
    given: { holds: ['after stop'] },
    async act(stage) {
      startPlanned(stage);
      await untilHeld(stage.lab, 'after stop');
      await stage.lab.powerOff('mgr');
      await letGo(stage.lab, 'after stop');
      await stage.lab.powerOn('mgr');
      if (!(await hasMaster(stage, 2_000))) await undo(stage);
      await stage.wait(2_000);
    },
    expect: { exits: { undo: 0 }, master: 'db10' },
    endsWithinMs: 120_000,
    also: ['mysql-9.7-gtid'],
  },
];
