// Signals to MHA's programs, to the helper's own commands, and to the process that keeps the connections ready.
import { waitUntil, type ProcessIdentity } from '../../lab/processes.ts';
import {
  helper,
  processesOf,
  programOf,
  startManager,
  startMonitor,
  startPlanned,
  startSwitch,
  threeCandidates,
  undo,
} from '../acts.ts';
import { letGo, untilHeld } from '../heldHooks.ts';
import { journalLines } from '../journalMoments.ts';
import type { Hold, Row } from '../row.ts';
import { dieAfterStop, operatorFailsOver, operatorUndoes, shoot, shots, shotText, type Shot } from '../shots.ts';
import type { Named, Stage } from '../stage.ts';

const texts: Readonly<Record<Hold, string>> = {
  'before stop': '`stop` comes next',
  'after stop': '`stop` is done, `start` comes next',
  'before stopssh': '`stopssh` comes next',
  'after stopssh': '`stopssh` is done, no data has been changed yet',
  'before start': '`start` comes next',
  'after start': '`start` is done, the replicas come next',
};

type Who = 'mha' | 'failover';

function inSwitch(who: Who, shot: Shot, hold: Hold): Row {
  const program = who === 'mha' ? 'masterha_master_switch' : '`mha-helper failover`';
  return {
    id: `${who}-${shot.toLowerCase()}-${hold.replace(' ', '-')}`,
    fault: `${shotText(shot, program)}; where nobody is the master 30 s later, \`mha-helper undo\``,
    moment: `planned switch, ${texts[hold]}`,
    given: { holds: [hold] },
    async act(stage) {
      const command = who === 'mha' ? startSwitch(stage) : startPlanned(stage);
      await untilHeld(stage.lab, hold);
      const shooting = shoot(stage, shot, [targetOf(stage, who, command)]);
      await stage.wait(500);
      await letGo(stage.lab, hold);
      await shooting;
      await command.ended;
      await stage.wait(5_000);
      await operatorUndoes(stage);
    },
    expect: { master: ['db10', 'db11'], outageMs: 60_000 },
    endsWithinMs: 150_000,
    ...(hold === 'after stop' ? { also: ['mysql-9.7-gtid'] } : {}),
  };
}

function targetOf(stage: Stage, who: Who, command: Named): ProcessIdentity {
  const found = who === 'mha' ? processesOf(stage, 'mgr', /masterha_master_switch --master/)[0] : programOf(command);
  if (found === undefined) throw new Error(`${who} does not run`);
  return found;
}

function inFailover(shot: Shot, hold: Hold): Row {
  return {
    id: `manager-${shot.toLowerCase()}-${hold.replace(' ', '-')}`,
    fault:
      shotText(shot, 'masterha_manager') +
      '; where nobody is the master then, `mha-helper failover --dead`, `vip assign`',
    moment: `failover of db10, ${texts[hold]}`,
    given: { holds: [hold] },
    async act(stage) {
      const manager = await startManager(stage);
      await stage.lab.killMysqld('db10');
      await untilHeld(stage.lab, hold, 120_000);
      const shooting = shoot(stage, shot, [programOf(manager)]);
      await stage.wait(500);
      await letGo(stage.lab, hold);
      await shooting;
      await manager.ended;
      await operatorFailsOver(stage);
    },
    expect: { master: 'db11' },
    endsWithinMs: 240_000,
    ...(shot === 'KILL' ? { also: ['mysql-9.7-gtid'] } : {}),
  };
}

function ofConnections(shot: Shot): Row {
  return {
    id: `connections-${shot.toLowerCase()}-before-start`,
    fault: shotText(shot, 'the process that keeps the connections ready'),
    moment: `planned switch, ${texts['after stop']}`,
    given: { holds: ['after stop'] },
    async act(stage) {
      const mha = startSwitch(stage);
      await untilHeld(stage.lab, 'after stop');
      const shooting = shoot(stage, shot, processesOf(stage, 'mgr', /hold-ready/));
      await letGo(stage.lab, 'after stop');
      await shooting;
      await mha.ended;
      await stage.wait(2_000);
    },
    expect: { exits: { switch: 0 }, master: 'db11', outageMs: 30_000 },
    endsWithinMs: 90_000,
    also: ['mysql-9.7-gtid'],
  };
}

function ofMonitor(shot: Shot): Row {
  return {
    id: `monitor-${shot.toLowerCase()}-before-start`,
    fault: `${shotText(shot, '`mha-helper monitor`')}; then \`monitor start\` again`,
    moment: `failover of db10, ${texts['before start']}`,
    given: { ...threeCandidates, holds: ['before start'] },
    async act(stage) {
      await startMonitor(stage);
      await stage.lab.killMysqld('db10');
      await untilHeld(stage.lab, 'before start', 120_000);
      const shooting = shoot(stage, shot, processesOf(stage, 'mgr', /mha-helper monitor/));
      await stage.wait(500);
      await letGo(stage.lab, 'before start');
      await shooting;
      await stage.wait(10_000);
      await helper(stage, 'monitor', 'start');
      await stage.wait(10_000);
      await helper(stage, 'monitor', 'status');
    },
    expect: { master: 'db11' },
    endsWithinMs: 240_000,
  };
}

function ofUndo(shot: Shot): Row {
  return {
    id: `undo-${shot.toLowerCase()}-half-way`,
    fault: `${shotText(shot, '`mha-helper undo`')}; then \`undo\` again`,
    moment: 'its first step is taken back; MHA had died after `stop`',
    given: { holds: ['after stop'] },
    async act(stage) {
      await dieAfterStop(stage, { also: /held-online|hold-ready/ });
      const first = stage.start('first undo', ['mha-helper', 'undo', '--conf', '/etc/mha/test_cluster.conf']);
      await waitUntil('undo to take something back', 30_000, () =>
        journalLines(stage.lab).some(({ kind }) => kind === 'undone'),
      );
      await shoot(stage, shot, processesOf(stage, 'mgr', /mha-helper undo/));
      await first.ended;
      await undo(stage);
      await stage.wait(2_000);
    },
    expect: { exits: { undo: 0 }, master: 'db10' },
    endsWithinMs: 120_000,
    also: ['mysql-9.7-gtid'],
  };
}

export const programsShotRows: readonly Row[] = shots.flatMap((shot) => [
  ...(['before stop', 'after stop', 'after start'] as const).map((hold) => inSwitch('mha', shot, hold)),
  ...(['before stop', 'after stop', 'after start'] as const).map((hold) => inSwitch('failover', shot, hold)),
  ...(['after stopssh', 'before start', 'after start'] as const).map((hold) => inFailover(shot, hold)),
  ofConnections(shot),
  ofMonitor(shot),
  ofUndo(shot),
]);
