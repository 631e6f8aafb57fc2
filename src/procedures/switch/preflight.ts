// Everything that would make a switch fail, found before it begins, and told in one go. Changes nothing.
import type { Tools } from '../../context/Context.ts';
import { loadHostSettings } from '../../config/load.ts';
import type { HostSettings } from '../../config/options.ts';
import { ConfigFailure } from '../../config/problems.ts';
import { Failure } from '../../errors/errors.ts';
import { asFailure } from '../../errors/message.ts';
import {
  type ApplicationConfig,
  type ApplicationServer,
  hostsOf,
  loadApplicationConfig,
} from '../../mha/applicationConfig.ts';
import { namedServer } from '../../mha/namedServer.ts';
import { lastFailoverFiles, lastFailoverMs, type SwitchRequest } from '../../mha/switchCommand.ts';
import { monitorOf } from '../pause/holdManager.ts';
import type { Protector } from './heldBack.ts';
import { findMonitor, monitorState } from './pauseMonitor.ts';
import { errantReplicas, type Errant } from '../survey/errant.ts';
import { lookAtCluster, survey as surveyOf, type Survey } from '../survey/surveyCluster.ts';
import { errantProblems, errantWarnings, stateProblems } from './problems.ts';

export interface SwitchOptions {
  /** Path of MHA's application file. */
  readonly conf: string;
  /** HOST or HOST:PORT of the dead master; undefined: a planned switch. */
  readonly dead: string | undefined;
  readonly to: string | undefined;
  readonly ignoreLastFailover: boolean;
  readonly pauseMonitor: boolean;
  /** A failover on a person's word, while etcd does not answer. */
  readonly withoutStore?: boolean;
}

export interface Preflight {
  /** The gravest first; empty when the switch can begin. */
  readonly problems: readonly Failure[];
  /** There when there are no problems, and as far as it was found out when there are. */
  readonly request: SwitchRequest | null;
  readonly settings: readonly HostSettings[];
  readonly survey: Survey | null;
  /** What must be held back meanwhile; null: nobody monitors. */
  readonly monitor: Protector | null;
}

const lookMs = 5_000;

interface Look {
  readonly survey: Survey;
  readonly errant: readonly Errant[];
}

function lookAtServers(app: ApplicationConfig, settings: readonly HostSettings[], tools: Tools): Promise<Look> {
  return lookAtCluster(app, settings, tools, async (run) => {
    const survey = await surveyOf(run, app, 'servers');
    return { survey, errant: await errantReplicas(run, survey) };
  });
}

export async function switchPreflight(options: SwitchOptions, tools: Tools): Promise<Preflight> {
  const problems: Failure[] = [];
  const note = (error: unknown): null => {
    problems.push(asFailure(error));
    return null;
  };
  const programs = [
    'masterha_master_switch',
    'masterha_check_status',
    ...(options.pauseMonitor ? ['masterha_stop'] : []),
  ];
  const [missing, app] = await Promise.all([
    missingPrograms(programs, tools),
    loadApplicationConfig(options.conf, tools.files).catch(note),
  ]);
  if (missing.length > 0) {
    problems.push(
      new Failure('environment', `MHA is missing on this host: no ${missing.join(', no ')} in PATH`, {
        hint: 'install the package mha4mysql-manager, or run this on the manager host',
      }),
    );
  }
  if (app === null) return { problems, request: null, settings: [], survey: null, monitor: null };
  for (const warning of app.warnings) tools.log.warn(warning);
  const dead = options.dead === undefined ? null : find(app, '--dead', options.dead, note);
  const to = options.to === undefined ? null : find(app, '--to', options.to, note);
  const named = (options.dead === undefined || dead !== null) && (options.to === undefined || to !== null);
  const settings = await allSettings(app, tools, note);
  problems.push(...scriptProblems(app, options.dead !== undefined));
  if (dead !== null && !options.ignoreLastFailover) problems.push(...(await lastFailoverProblems(app, tools)));
  const [monitor, look] = await Promise.all([
    missing.length > 0 ? null : monitorToPause(app, options.pauseMonitor, tools).catch(note),
    settings.length === 0 ? null : lookAtServers(app, settings, tools).catch(note),
  ]);
  const survey = look?.survey ?? null;
  const request = named ? { app, dead, to, ignoreLastFailover: options.ignoreLastFailover } : null;
  if (survey !== null && request !== null) {
    const found = stateProblems(request, survey);
    problems.push(...found.problems, ...errantProblems(request, look?.errant ?? []));
    const likely = errantWarnings(request, look?.errant ?? []);
    for (const warning of [...found.warnings, ...likely]) tools.log.warn(warning);
  }
  return { problems, request, settings, survey, monitor };
}

export async function missingPrograms(names: readonly string[], tools: Tools): Promise<readonly string[]> {
  const { stdout } = await tools.connect.local.run(
    ['sh', '-c', 'for name; do command -v "$name" >/dev/null || echo "$name"; done', 'sh', ...names],
    lookMs,
  );
  return stdout.split('\n').filter((name) => name !== '');
}

function find(
  app: ApplicationConfig,
  option: string,
  text: string,
  note: (error: unknown) => null,
): ApplicationServer | null {
  try {
    return namedServer(app, option, text);
  } catch (error) {
    return note(error);
  }
}

/** Empty when something is wrong; every host that is missing is noted, a broken file once. */
export async function allSettings(
  app: ApplicationConfig,
  tools: Tools,
  note: (error: unknown) => null,
): Promise<readonly HostSettings[]> {
  const { configDirectory } = tools.places;
  const hosts = hostsOf(app);
  try {
    return await loadHostSettings(configDirectory, hosts, tools.files, tools.log, app.name);
  } catch (error) {
    if (error instanceof ConfigFailure) return note(error) ?? [];
    const quiet = { info: () => undefined, warn: () => undefined };
    const single = await Promise.all(
      hosts.map((host) =>
        loadHostSettings(configDirectory, [host], tools.files, quiet, app.name).then(() => null, asFailure),
      ),
    );
    const failures = single.filter((failure) => failure !== null);
    const texts = new Set<string>();
    for (const failure of failures.length > 0 ? failures : [asFailure(error)]) {
      if (!texts.has(failure.message)) note(failure);
      texts.add(failure.message);
    }
    return [];
  }
}

/** Without its hook MHA switches too, but nobody stops the writes or moves the address. */
export function scriptProblems(app: ApplicationConfig, isDead: boolean): readonly Failure[] {
  const [name, link] = isDead
    ? ['master_ip_failover_script', 'master_ip_hard_failover_helper']
    : ['master_ip_online_change_script', 'master_ip_online_failover_helper'];
  const set = isDead ? app.scripts.masterIpFailover : app.scripts.masterIpOnlineChange;
  if (set !== undefined || app.initConfLoadScript !== undefined) return [];
  return [
    new Failure('config', `${app.file} has no ${name}: MHA would move neither the writes nor the writer address`, {
      hint: `set ${name} = /usr/bin/${link} in [server default]`,
    }),
  ];
}

/** When a file on this host was last changed, in ms since 1970; null: it is not there. */
export async function changedAt(path: string, tools: Tools): Promise<number | null> {
  const { code, stdout } = await tools.connect.local.run(['stat', '-c', '%Y', path], lookMs);
  return code === 0 ? Number(stdout) * 1000 : null;
}

export async function lastFailoverProblems(app: ApplicationConfig, tools: Tools): Promise<readonly Failure[]> {
  const { error, complete } = lastFailoverFiles(app);
  const [failedAt, completedAt] = await Promise.all([changedAt(error, tools), changedAt(complete, tools)]);
  const age = (at: number): string =>
    `${Math.max(0, Math.round((tools.clock.now().getTime() - at) / 60_000))} minutes ago`;
  const hint = (path: string): string =>
    `find out what happened then; when the cause is gone, remove ${path}, or give --ignore-last-failover (which ` +
    'makes MHA remove it)';
  const problems: Failure[] = [];
  if (failedAt !== null)
    problems.push(
      new Failure('refused', `${error} is in the way: a failover failed ${age(failedAt)}`, { hint: hint(error) }),
    );
  if (completedAt !== null && tools.clock.now().getTime() - completedAt < lastFailoverMs) {
    problems.push(
      new Failure(
        'refused',
        `${complete} is in the way: the last failover was ${age(completedAt)}, and MHA waits for 8 hours ` +
          `until the next, until ${new Date(completedAt + lastFailoverMs).toISOString()}`,
        { hint: hint(complete) },
      ),
    );
  }
  return problems;
}

/** @throws Failure `refused` when masterha_manager monitors and may not or cannot be paused */
async function monitorToPause(app: ApplicationConfig, pause: boolean, tools: Tools): Promise<Protector | null> {
  const monitor = await monitorOf(app.name, tools);
  const { state } = await monitorState(app, tools);
  // It starts a manager at any moment, also where none runs now.
  if (state === null && monitor !== null) return { kind: 'ours', monitor };
  if (state === null) {
    if (pause) tools.log.info('masterha_manager is not running here, so there is nothing to pause');
    return null;
  }
  const monitors = `masterha_manager monitors this cluster (${state})`;
  if (state === 'FAILOVER_RUNNING' || state === 'PING_FAILED') {
    throw new Failure('refused', `${monitors}: it is failing over by itself`, {
      hint: `let it; watch ${app.managerLog ?? 'its output'}`,
    });
  }
  if (state === 'PARTIALLY_RUNNING')
    throw new Failure('refused', `a part of masterha_manager is still running (${state})`, {
      hint: `see masterha_check_status --conf=${app.file} and end those processes`,
    });
  if (monitor !== null) return { kind: 'ours', monitor };
  if (!pause) {
    throw new Failure('refused', monitors, {
      hint:
        'run this again with --pause-monitor (stops it, and starts it again afterwards), or run masterha_stop ' +
        `--conf=${app.file} first`,
    });
  }
  return { kind: 'by hand', manager: await findMonitor(app, tools) };
}
