// masterha_manager around a switch: whether it monitors, stopping it, and starting it again as it was started.
import type { Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { errorText, oneLine } from '../../errors/message.ts';
import type { ApplicationConfig } from '../../mha/applicationConfig.ts';
import { healthPath, isManager, managerStates, parseHealthFile, stateOfExitCode } from '../../mha/managerStatus.ts';
import { commandText } from '../../mha/switchCommand.ts';
import { serviceOf } from '../monitor/systemdService.ts';

/** masterha_check_status and masterha_stop take less than a second, or 5 s when the manager does not end. In ms. */
const programMs = 20_000;
const lookMs = 5_000;
/**
 * How long masterha_manager may take from its start until it monitors, in ms: it looks at every server and host first.
 */
const startMs = 60_000;
const pollMs = 500;
/** How soon a supervisor that is not known as one starts it again, in ms. */
const comebackMs = 1_500;

/** A manager that can be stopped and started again. */
export interface Monitor {
  readonly argv: readonly string[];
  readonly directory: string;
  /** File that its output goes to; /dev/null where that was a terminal or a pipe. */
  readonly output: string;
}

export interface MonitorState {
  /** Null: nobody monitors. Else in MHA's words. */
  readonly state: string | null;
}

/** @throws Failure `environment` when masterha_check_status does not know */
export async function monitorState(app: ApplicationConfig, tools: Tools): Promise<MonitorState> {
  const { code, stdout, stderr } = await tools.connect.local.run(
    ['masterha_check_status', `--conf=${app.file}`],
    programMs,
  );
  if (code === managerStates.NOT_RUNNING) return { state: null };
  const state = stateOfExitCode.get(code);
  if (state !== undefined) return { state };
  throw new Failure(
    'environment',
    `masterha_check_status --conf=${app.file} failed (exit ${code}): ${oneLine(stderr || stdout).slice(0, 300)}`,
  );
}

/** How the manager that runs now was started. @throws Failure `refused` when it could not be started again */
export async function findMonitor(app: ApplicationConfig, tools: Tools): Promise<Monitor> {
  const healthFile = healthPath(app);
  const cannot = (why: string): Failure =>
    new Failure('refused', `masterha_manager cannot be paused: ${why}`, {
      hint:
        `stop it yourself (masterha_stop --conf=${app.file}, or whatever supervises it), and start it again ` +
        'after the switch',
    });
  const health = await tools.files.read(healthFile).catch((error: unknown) => {
    throw cannot(`${healthFile}: ${errorText(error)}`);
  });
  const pid = parseHealthFile(health)?.pid.toString();
  if (pid === undefined) throw cannot(`${healthFile} does not say its process`);
  const argv = (await tools.files.read(`/proc/${pid}/cmdline`).catch(() => '')).split('\0').slice(0, -1);
  if (!isManager(argv)) {
    const found = argv.length === 0 ? 'not on this host' : `"${oneLine(argv.join(' ')).slice(0, 80)}"`;
    throw cannot(`process ${pid} of ${healthFile} is ${found}, not masterha_manager`);
  }
  const look = async (...words: readonly string[]): Promise<string> =>
    (await tools.connect.local.run(words, lookMs)).stdout.trim();
  const [directory, output, owner, own] = await Promise.all([
    look('readlink', `/proc/${pid}/cwd`),
    look('readlink', `/proc/${pid}/fd/1`),
    look('stat', '-c', '%u', `/proc/${pid}`),
    look('id', '-u'),
  ]);
  if (owner !== own)
    throw cannot(
      `it runs as another user (uid ${owner}) than this command (uid ${own}), which could not start it again ` +
        'as that user',
    );
  const supervisor = await supervisorOf(pid, tools);
  if (supervisor !== null) throw cannot(`${supervisor} supervises it, and would start it again at once`);
  const isFile = output.startsWith('/') && !output.startsWith('/dev/') && !output.endsWith(' (deleted)');
  return { argv, directory: directory || '/', output: isFile ? output : '/dev/null' };
}

/**
 * What would start it again when it ends: a service of systemd, or a parent that does nothing else. Null for none that
 * is known.
 */
async function supervisorOf(pid: string, { connect, files }: Tools): Promise<string | null> {
  const run = async (...words: readonly string[]): Promise<string> =>
    (await connect.local.run(words, lookMs)).stdout.trim();
  const parentPid = await run('ps', '-o', 'ppid=', '-p', pid);
  const parent = oneLine(await run('ps', '-o', 'args=', '-p', parentPid)).slice(0, 80);
  if (/(^|\/)(supervise|runsv|s6-supervise|supervisord)\b/.test(parent)) return `"${parent}"`;
  const service = await serviceOf(pid, { connect, files });
  if (service === null) return null;
  const { unit, mainPid: main } = service;
  // Its parent where a shell script is in between. Further up it may have been started by somebody who was logged in.
  return main === pid || (main === parentPid && main !== '1') ? `systemd (${unit})` : null;
}

/** @throws Failure `refused` unless nobody monitors any more */
export async function stopMonitor(app: ApplicationConfig, tools: Tools): Promise<void> {
  const { clock, connect } = tools;
  const { code, stdout, stderr } = await connect.local.run(['masterha_stop', `--conf=${app.file}`], programMs);
  const hint = 'if something supervises it (systemd, mha-helper monitor, daemontools, a loop), stop it there';
  const { state } = await monitorState(app, tools);
  if (state !== null)
    throw new Failure(
      'refused',
      `masterha_manager still monitors (${state}) after masterha_stop (exit ${code}: ` +
        `${oneLine(stdout || stderr).slice(0, 200)})`,
      { hint },
    );
  // It says that it runs only a second after its start, so its process is looked for.
  for (const until = clock.monotonic() + comebackMs; clock.monotonic() < until;) {
    if (await managerRuns(app, tools))
      throw new Failure('refused', 'masterha_manager was started again as soon as it had been stopped', { hint });
    await clock.sleep(pollMs);
  }
}

/** Whether there is a masterha_manager of this cluster on this host, even one that does not say so yet. */
async function managerRuns(app: ApplicationConfig, { connect }: Tools): Promise<boolean> {
  const base = app.file.split('/').at(-1);
  const programs = await connect.mhaProcesses();
  return programs.some(({ program, conf }) => program === 'masterha_manager' && conf?.split('/').at(-1) === base);
}

/**
 * Returns null when it monitors again, else why not. One that something else has started meanwhile is left as it is:
 * never two.
 */
export async function startMonitor(app: ApplicationConfig, monitor: Monitor, tools: Tools): Promise<string | null> {
  const { clock, files } = tools;
  const pid = (await managerRuns(app, tools)) ? null : await start(monitor, tools);
  const runs = async (): Promise<boolean> =>
    pid === null ? managerRuns(app, tools) : (await files.read(`/proc/${pid}/cmdline`).catch(() => '')) !== '';
  for (const until = clock.monotonic() + startMs; ;) {
    const { state } = await monitorState(app, tools);
    if (state === 'PING_OK') return null;
    if (!(await runs())) return `it has ended at once; see ${app.managerLog ?? monitor.output}`;
    if (clock.monotonic() > until)
      return (
        `it does not say PING_OK after ${startMs / 1000} s, but ${state ?? 'NOT_RUNNING'}; see ` +
        `${app.managerLog ?? monitor.output}`
      );
    await clock.sleep(pollMs);
  }
}

/**
 * In a session of its own, so that it outlives us and our terminal.
 * @returns its process id.
 * @throws Failure `environment`
 */
async function start({ argv, directory, output }: Monitor, { connect }: Tools): Promise<string> {
  const script = 'cd "$1" || exit 1; out=$2; shift 2; setsid nohup "$@" </dev/null >>"$out" 2>&1 & echo $!';
  const { code, stdout, stderr } = await connect.local.run(
    ['sh', '-c', script, 'sh', directory, output, ...argv],
    programMs,
  );
  const pid = /^\d+/.exec(stdout)?.[0];
  if (code !== 0 || pid === undefined) throw new Failure('environment', oneLine(stderr) || `exit ${code}`);
  return pid;
}

/** What to type to start it as it was started. */
export function startText({ argv, directory, output }: Monitor): string {
  return `cd ${commandText([directory])} && nohup ${commandText(argv)} </dev/null >>${commandText([output])} 2>&1 &`;
}
