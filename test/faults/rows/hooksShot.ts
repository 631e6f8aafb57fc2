// Signals to MHA's hooks at each of their steps.
import { openSession, startManager, startPlanned, startSwitch } from '../acts.ts';
import { untilMoment, type Moment } from '../journalMoments.ts';
import type { Given, Row } from '../row.ts';
import { operatorFailsOver, operatorUndoes, shoot, shots, shotText, type Shot } from '../shots.ts';
import type { Stage } from '../stage.ts';

interface StepAt {
  readonly name: string;
  /** As an operator would say it: "while ..." */
  readonly text: string;
  readonly moment: Moment;
}

const step = (procedure: string, name: string, id: string, text: string): StepAt => ({
  name,
  text,
  moment: { procedure, kind: 'step', step: id },
});

const stopSteps: readonly StepAt[] = [
  { name: 'begun', text: 'it has begun, and changed nothing', moment: { procedure: 'online stop', kind: 'run' } },
  step('online stop', 'release', 'release-address:db10', 'it takes the address from db10'),
  step('online stop', 'close', 'set-read-only:db10', 'it makes db10 read-only'),
  step('online stop', 'drain', 'drain-sessions:db10', 'it waits for the sessions on db10'),
  step('online stop', 'terminate', 'terminate-sessions:db10', 'it ends the sessions on db10'),
  step('online stop', 'prove', 'prove-writes-ended:db10', 'it looks whether writes have ended on db10'),
];

const startSteps: readonly StepAt[] = [
  step('online start', 'open', 'clear-read-only:db11', 'it makes db11 writable'),
  step('online start', 'assign', 'assign-address:db11', 'it gives db11 the address'),
];

const stopsshSteps: readonly StepAt[] = [
  step('hard stopssh', 'release', 'release-address:db10', 'it takes the address from db10'),
];

const hardStartSteps: readonly StepAt[] = [
  step('hard start', 'open', 'clear-read-only:db11', 'it makes db11 writable'),
  step('hard start', 'assign', 'assign-address:db11', 'it gives db11 the address'),
];

/** Sessions that every step of `stop` has something to do with. */
const given: Given = { helper: { default: { kill_after_timeout: '1' } } };

async function sessionsOnOriginal(stage: Stage): Promise<void> {
  await openSession(stage, 'db10', 'SELECT 1');
  stage.lab.spawn('app', ['mariadb', '-h', '192.168.10.10', '-uapp', '-papp', '-e', 'SELECT SLEEP(120)']);
  await stage.wait(500);
}

function atStop(shot: Shot, { name, text, moment }: StepAt): Row {
  const safe = shot === 'STOP' ? (['db10', 'db11'] as const) : 'db10';
  return {
    id: `stop-${shot.toLowerCase()}-${name}`,
    fault: shotText(shot, '`online stop`'),
    moment: `planned switch by \`mha-helper failover\`, ${text}`,
    given,
    async act(stage) {
      await sessionsOnOriginal(stage);
      const failover = startPlanned(stage);
      await shoot(stage, shot, [await untilMoment(stage.lab, moment)]);
      await failover.ended;
      await stage.wait(2_000);
    },
    expect: { ...(shot === 'STOP' ? {} : { exits: { failover: 'refused' } }), master: safe, outageMs: 60_000 },
    endsWithinMs: 120_000,
  };
}

function atStart(shot: Shot, { name, text, moment }: StepAt): Row {
  return {
    id: `start-${shot.toLowerCase()}-${name}`,
    fault: `${shotText(shot, '`online start`')}; where nobody is the master then, \`mha-helper undo\``,
    moment: `planned switch by masterha_master_switch, ${text}`,
    async act(stage) {
      const mha = startSwitch(stage);
      await shoot(stage, shot, [await untilMoment(stage.lab, moment)]);
      await mha.ended;
      await operatorUndoes(stage);
    },
    expect: { master: ['db10', 'db11'], outageMs: 90_000 },
    endsWithinMs: 120_000,
    also: ['mysql-9.7-gtid'],
  };
}

function atHard(hook: string, shot: Shot, { name, text, moment }: StepAt): Row {
  return {
    id: `${hook}-${shot.toLowerCase()}-${name}`,
    fault:
      shotText(shot, '`hard ' + hook.replace('hard-', '') + '`') +
      '; where nobody is the master then, `mha-helper failover --dead`, `vip assign`',
    moment: `failover by masterha_manager, ${text}`,
    async act(stage) {
      const manager = await startManager(stage);
      await stage.lab.killMysqld('db10');
      await shoot(stage, shot, [await untilMoment(stage.lab, moment, 120_000)]);
      await manager.ended;
      await operatorFailsOver(stage);
    },
    expect: { master: 'db11' },
    endsWithinMs: 240_000,
    ...(shot === 'KILL' ? { also: ['mysql-9.7-gtid'] } : {}),
  };
}

export const hooksShotRows: readonly Row[] = shots.flatMap((shot) => [
  ...stopSteps.map((at) => atStop(shot, at)),
  ...startSteps.map((at) => atStart(shot, at)),
  ...stopsshSteps.map((at) => atHard('stopssh', shot, at)),
  ...hardStartSteps.map((at) => atHard('hard-start', shot, at)),
]);
