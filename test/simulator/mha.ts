// MHA as far as its hooks can tell: the order in which it calls them, what it does between them, and that it may end
// at any moment. After masterha_master_switch and masterha_manager 0.58.
import { Failure } from '../../src/errors/errors.ts';
import type { SimHost, World } from './world.ts';
import { applicationFile, startRun, type RunOf } from './runs.ts';
import { identityOf } from './connectors.ts';
import type { Exit, Processes } from './actors.ts';
import { SimProcess } from './simProcess.ts';

/** How long MHA waits for the new master to catch up, in ms. */
const catchUpMs = 60_000;

/** What MHA starts, and who looks at how it ends. */
export interface Caller {
  readonly processes: Processes;
  /** Starts a hook, so that others know of it. */
  hook(run: RunOf, start: () => SimProcess): SimProcess;
}

/** A planned switch. The process that is returned is MHA. */
export function plannedSwitch(caller: Caller, orig: SimHost, next: SimHost): SimProcess {
  return startMha(caller, 'masterha_master_switch', async (mha, hook) => {
    const { world } = caller.processes;
    if (!orig.server.takesWrites || !next.server.replicates || next.server.source !== orig.server) return 'aborts';
    if (!goesOn(await hook('online stop', orig, next))) return 'aborts';
    const wanted = orig.server.log.length;
    for (const until = world.schedule.now + catchUpMs; ;) {
      await mha.after(world.dice.between(5, world.dice.chance(0.1) ? 30_000 : 100), () => undefined);
      if (!isAliveForMha(orig) || !next.answersManager || next.rejects) return 'aborts';
      if (next.server.replicates) {
        for (const write of orig.server.log.slice(0, wanted)) next.server.take(write);
        break;
      }
      if (world.schedule.now > until) return 'aborts';
    }
    if (!goesOn(await hook('online start', orig, next))) return 'aborts';
    await mha.after(world.dice.between(5, 50), () => undefined);
    repoint(world, next);
    return 'has switched';
  });
}

/** The failover of a dead master. */
export function hardFailover(caller: Caller, orig: SimHost, next: SimHost): SimProcess {
  return startMha(caller, 'masterha_manager', async (mha, hook) => {
    const { world } = caller.processes;
    await mha.after(world.dice.between(500, 4_000), () => undefined);
    // Which master is dead MHA takes from its replicas.
    if (isAliveForMha(orig) || next.server.source !== orig.server) return 'aborts';
    const answersSsh = orig.answersManager;
    if (!goesOn(await hook(answersSsh ? 'hard stopssh' : 'hard stop', orig, next))) return 'aborts';
    await mha.after(world.dice.between(50, 2_000), () => undefined);
    if (!isAliveForMha(next)) return 'aborts';
    const canSave = orig.answersManager;
    const saved = canSave ? orig.server.log : world.hosts.filter(({ answersManager }) => answersManager).flatMap(logOf);
    for (const write of saved) next.server.take(write);
    const excuse = (): void => {
      for (const [write, server] of world.acknowledged)
        if (server === orig.server && !next.server.has.has(write)) world.excused.add(write);
    };
    excuse();
    const started = await hook('hard start', orig, next);
    if (tellsOfWrites(started, orig)) excuse();
    if (!goesOn(started)) return 'aborts';
    await mha.after(world.dice.between(5, 50), () => undefined);
    repoint(world, next, orig);
    return 'has failed over';
  });
}

/** What it took after MHA had saved its log: a person is told where in its log that is. */
function tellsOfWrites(exit: Exit, { name }: SimHost): boolean {
  const left = exit !== null && 'leftToDo' in exit ? exit.leftToDo : [];
  return left.some((line) => line.startsWith(`${name} was alive again and took writes until `));
}

function logOf({ server }: SimHost): readonly number[] {
  return server.log;
}

/** MHA looks from this host only. */
export function isAliveForMha({ answersManager, rejects, server }: SimHost): boolean {
  return answersManager && !rejects && server.state === 'up';
}

function goesOn(exit: Exit): boolean {
  return exit !== null && !(exit instanceof Failure);
}

/** The others replicate from the new master. @param dead is left as it is */
function repoint(world: World, next: SimHost, dead: SimHost | null = null): void {
  next.server.source = null;
  for (const host of world.hosts) {
    if (host === next || host === dead || !isAliveForMha(host)) continue;
    host.server.source = next.server;
    host.server.catchUp();
  }
}

type Hook = (kind: RunOf['kind'], orig: SimHost, next: SimHost) => Promise<Exit>;

function startMha(caller: Caller, program: string, body: (mha: SimProcess, hook: Hook) => Promise<string>): SimProcess {
  const { processes } = caller;
  const mha = new SimProcess(program, processes, null);
  processes.world.note(`${mha.title} begins`);
  const hook: Hook = (kind, orig, next) => {
    const run: RunOf = { kind, orig: orig.name, next: next.name };
    const identity = identityOf(mha, program, applicationFile);
    const child = caller.hook(run, () => startRun(run, processes, identity));
    return new Promise((resolve) => {
      child.whenEnded((exit) => processes.world.schedule.add(1, () => mha.wake(() => resolve(exit))));
    });
  };
  void body(mha, hook).then((result) => {
    processes.world.note(`${mha.title} ${result}`);
    mha.end({ kind: 'done' });
  });
  return mha;
}
