// Runs of the product, as MHA and operators start them.
import { loadHostSettings } from '../../src/config/load.ts';
import { Budget } from '../../src/context/budget.ts';
import type { HostSettings } from '../../src/config/options.ts';
import type { Lock, MhaProcess, Tools } from '../../src/context/Context.ts';
import { asFailure } from '../../src/errors/message.ts';
import { applicationName, loadApplicationConfig } from '../../src/mha/applicationConfig.ts';
import type { Outcome } from '../../src/mha/exitCodes.ts';
import type { HardRequest, MasterEnd, OnlineRequest } from '../../src/mha/request.ts';
import { assignAddress, releaseAddress } from '../../src/procedures/address/moveAddress.ts';
import { showAddress } from '../../src/procedures/address/showAddress.ts';
import { askBeforehand } from '../../src/procedures/hooks/askBeforehand.ts';
import { hardStart } from '../../src/procedures/hooks/hardStart.ts';
import { hardStop, hardStopSsh } from '../../src/procedures/hooks/hardStop.ts';
import { onlineStart } from '../../src/procedures/hooks/onlineStart.ts';
import { onlineStop } from '../../src/procedures/hooks/onlineStop.ts';
import { PreparedShell } from '../../src/procedures/hooks/PreparedShell.ts';
import type { Early } from '../../src/procedures/hooks/untilCalled.ts';
import { describeRuns } from '../../src/procedures/run/describeRuns.ts';
import { rotateJournal } from '../../src/procedures/run/rotateJournal.ts';
import { runLock, runOwner, takeRunLock } from '../../src/procedures/run/runLock.ts';
import { shellTarget } from '../../src/procedures/run/targets.ts';
import { undoUnfinished } from '../../src/procedures/run/undoUnfinished.ts';
import { afterMha } from '../../src/procedures/switch/afterMha.ts';
import { providerFor } from '../../src/vip/providerFor.ts';
import type { Processes } from './actors.ts';
import type { Dice } from './dice.ts';
import { SimProcess } from './simProcess.ts';

export const applicationFile = '/etc/mha/c.cnf';

/** What a run is about. */
export interface RunOf {
  readonly kind:
    | 'online stop'
    | 'online start'
    | 'hard stopssh'
    | 'hard stop'
    | 'hard start'
    | 'undo'
    | 'vip assign'
    | 'vip release'
    | 'vip show'
    | 'status'
    | 'rotation'
    | 'after MHA';
  readonly orig: string;
  readonly next: string;
  /** With `vip`: --force. */
  readonly force?: boolean;
}

export function endOfHost(name: string): MasterEnd {
  return { host: name, ip: name.replace('db', '10.0.0.'), port: 3306, sshUser: 'root', user: 'mha', password: 'p' };
}

/** @param caller MHA, which calls a hook; null for an operator */
export function startRun(run: RunOf, processes: Processes, caller: MhaProcess | null): SimProcess {
  const who =
    run.kind === 'vip assign' || run.kind === 'vip release'
      ? `${run.kind} ${run.orig}${run.force === true ? ' --force' : ''}`
      : run.kind;
  const process = new SimProcess(who, processes, caller);
  const arrow = run.kind.startsWith('online') || run.kind === 'hard start' ? ` ${run.orig} -> ${run.next}` : '';
  processes.world.note(`${process.title} begins${arrow}`);
  bodyOf(run, process.tools, processes.world.dice).then(
    (outcome) => process.end(outcome),
    (error: unknown) => process.end(asFailure(error)),
  );
  return process;
}

type Start = Extract<HardRequest, { command: 'start' }> | OnlineRequest;

/** A hook that was begun before MHA's call: it is logged in, and may have asked the network some time ago. */
async function early(tools: Tools, request: Start, dice: Dice): Promise<Early> {
  const { mysql, ssh } = tools.connect;
  const connections = { mysql, ssh, open: () => undefined, close: () => Promise.resolve() };
  const nothing = {
    servers: null,
    lock: () => Promise.resolve(null),
    forget: () => undefined,
    elsewhere: () => Promise.resolve(null),
    insisted: () => Promise.resolve(false),
  };
  const names = [request.new.host, request.orig.host];
  const { configDirectory } = tools.places;
  const cluster = applicationName(applicationFile);
  const [next, orig = null] = await loadHostSettings(configDirectory, names, tools.files, tools.log, cluster);
  if (next === undefined) throw new Error(`no settings for ${request.new.host}`);
  if ('origIsNewSlave' in request)
    return { ...connections, ...nothing, ...(await looking(request, next, tools, dice)) };
  const ends = { released: Promise.resolve(), silent: (listener: () => void) => void Promise.resolve().then(listener) };
  const { elsewhere, insisted } = askBeforehand(request, { next, orig }, ends, tools);
  await tools.clock.sleep(1_000);
  return { ...connections, ...nothing, elsewhere, insisted };
}

/** Logins to both hosts, and the looks that begin at the word, before the run has its lock. */
async function looking(
  { orig, new: next }: OnlineRequest,
  settings: HostSettings,
  tools: Tools,
  dice: Dice,
): Promise<Pick<Early, 'ssh' | 'forget' | 'lock'>> {
  const { connect, clock } = tools;
  const budget = new Budget(clock, 'what is asked in advance', 10_000);
  const commands = providerFor([settings], { clock, budget, connect, warn: () => undefined }).beforehand?.({
    settings,
  });
  const shells = new Map<string, PreparedShell>();
  for (const end of [orig, next]) {
    const target = shellTarget(end, undefined);
    const shell = await connect.ssh(target, 5_000).catch(() => null);
    if (shell !== null && commands !== undefined)
      shells.set(target.label, new PreparedShell(shell, commands, 5_000, clock));
  }
  const isLocked = dice.chance(0.5);
  const path = runLock(tools.places, settings.cluster);
  const early = isLocked ? await takeRunLock(path, runOwner('online start', orig.host, tools), tools) : null;
  const lock = (): Promise<Lock | null> => Promise.resolve(early?.kind === 'taken' ? early : null);
  const all = [...shells.values()];
  await clock.sleep(dice.between(0, 2_000));
  for (const shell of all) shell.look();
  await clock.sleep(dice.between(0, 600));
  return {
    ssh(target, limitMs) {
      const shell = shells.get(target.label);
      shells.delete(target.label);
      return shell === undefined ? connect.ssh(target, limitMs) : Promise.resolve(shell);
    },
    lock,
    forget: () => all.forEach((shell) => shell.forget()),
  };
}

async function bodyOf(run: RunOf, tools: Tools, dice: Dice): Promise<Outcome> {
  const orig = endOfHost(run.orig);
  const next = endOfHost(run.next);
  const online = (command: 'stop' | 'start'): OnlineRequest => ({ command, orig, new: next, origIsNewSlave: true });
  const move = { conf: applicationFile, host: run.orig, force: run.force === true };
  switch (run.kind) {
    case 'online stop':
      return onlineStop(online('stop'), tools);
    case 'online start':
      return onlineStart(online('start'), tools, dice.chance(0.5) ? await early(tools, online('start'), dice) : null);
    case 'hard stopssh':
      return hardStopSsh({ command: 'stopssh', orig }, tools);
    case 'hard stop':
      return hardStop({ command: 'stop', orig }, tools);
    case 'hard start': {
      const request = { command: 'start', orig, new: next } as const;
      return hardStart(request, tools, dice.chance(0.5) ? await early(tools, request, dice) : null);
    }
    case 'undo':
      return undo(tools);
    case 'vip assign':
      return assignAddress(move, tools);
    case 'vip release':
      return releaseAddress(move, tools);
    case 'vip show':
      await showAddress(applicationFile, tools);
      return { kind: 'done' };
    case 'status':
      await describeRuns(tools);
      return { kind: 'done' };
    case 'rotation':
      // Whatever nobody goes by; one that cannot be made is said, and tried again later.
      await rotateJournal('c', { journal_days: 0, journal_size: 0, staying: 1 }, tools).then(
        (moved) => tools.log.info(`${moved} runs have moved to the archive`),
        () => undefined,
      );
      return { kind: 'done' };
    case 'after MHA':
      await afterMha(applicationFile, tools);
      return { kind: 'done' };
  }
}

/** `mha-helper undo`, without its command line. */
async function undo(tools: Tools): Promise<Outcome> {
  const app = await loadApplicationConfig(applicationFile, tools.files);
  const [first] = await loadHostSettings(
    tools.places.configDirectory,
    [app.servers[0].hostname],
    tools.files,
    tools.log,
    app.name,
  );
  return undoUnfinished(app, first?.cluster ?? '', tools);
}
