// The real wiring: the only place that knows which adapter stands behind an interface. What costs time to load (mysql2,
// ssh2, nodemailer) is loaded when a command first connects, and what only the monitor needs when that asks for it.
import type { Readable, Writable } from 'node:stream';
import { hostname } from 'node:os';
import { isatty } from 'node:tty';
import { descriptorOutput } from '../adapters/terminal/descriptorOutput.ts';
import { diskFiles } from '../adapters/files/diskFiles.ts';
import { runLocks } from '../adapters/files/runLock.ts';
import { bootId } from '../adapters/processes/bootId.ts';
import { streamLog } from '../adapters/terminal/streamLog.ts';
import { systemClock } from '../adapters/systemClock.ts';
import { noProgress, terminalProgress } from '../adapters/terminal/terminalProgress.ts';
import { endTeller, readyDescriptor } from '../adapters/ready/ended.ts';
import type { Lines } from '../adapters/ready/lines.ts';
import type { Clock, Connectors, Context, Log, Places } from './Context.ts';

export { endTeller };

export interface ProcessEnd {
  /** Program and first arguments that start this program again. */
  readonly self: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly pid: number;
  /** The program that started this one. */
  readonly parentPid: number;
  readonly isRoot: boolean;
  readonly stdin: Readable;
  readonly interrupted: AbortSignal;
}

export function createContext({ self, env, pid, parentPid, isRoot, stdin, interrupted }: ProcessEnd): Context {
  const stdout = descriptorOutput(1);
  const stderr = descriptorOutput(2);
  const clock: Clock = systemClock;
  const log: Log = streamLog(stdout, stderr, clock);
  const places: Places = {
    configDirectory: env['MHA_HELPER_CONFIG_DIR'] || '/etc/mha-helper',
    stateDirectory: env['MHA_HELPER_STATE_DIR'] || '/var/lib/mha-helper',
    operator: env['SUDO_USER'] || env['LOGNAME'] || env['USER'] || null,
    isRoot,
    hostname: hostname(),
    pid,
    bootId: bootId(),
    caller: {
      epoch: Number(env['MHA_HELPER_EPOCH']) || null,
      guard: env['MHA_HELPER_GUARD'] || null,
      withoutStore: env['MHA_HELPER_WITHOUT_STORE'] === '1',
    },
  };
  let made: Promise<MhaEnvironment> | undefined;
  const environment = (): Promise<MhaEnvironment> =>
    (made ??= import('../adapters/compatLayer.ts').then(({ mhaEnvironment }) =>
      mhaEnvironment(env, places.stateDirectory),
    ));
  const tools = {
    clock,
    log,
    files: diskFiles,
    locks: runLocks,
    places,
    connect: connectors({ self, env, parentPid, environment, log, places, stdin, stdout, interrupted }),
    interrupted,
  };
  const progress = isatty(1) && isatty(2) ? terminalProgress(stderr) : noProgress;
  return {
    env,
    stdin,
    stdout,
    stderr,
    colorDepth: isatty(1) && !env['NO_COLOR'] ? 8 : 1,
    tools,
    progress,
    async daemon() {
      const { daemonTools } = await import('../adapters/daemon/daemonTools.ts');
      return daemonTools(env, await environment(), stdout, tools, (target) => tools.connect.store(target));
    },
    async ask(question) {
      const { askTerminal } = await import('../adapters/terminal/askTerminal.ts');
      return isatty(0) && isatty(1) ? askTerminal(stdin, stdout, question, interrupted) : null;
    },
    async terminal() {
      const { watchTerminal } = await import('../adapters/terminal/watchTerminal.ts');
      return watchTerminal(stdin, stdout);
    },
  };
}

/** The environment of one program, by its command line. */
type MhaEnvironment = (argv: readonly string[]) => NodeJS.ProcessEnv;

interface Wiring {
  readonly self: readonly string[];
  readonly parentPid: number;
  readonly env: NodeJS.ProcessEnv;
  /** For one program that is started: MHA's get what lets them run on today's servers. */
  readonly environment: () => Promise<MhaEnvironment>;
  readonly log: Log;
  readonly places: Places;
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly interrupted: AbortSignal;
}

function connectors({
  self,
  env,
  parentPid,
  environment,
  log,
  places,
  stdin,
  stdout,
  interrupted,
}: Wiring): Connectors {
  let lastWord = env['MHA_HELPER_LAST_WORD'];
  let said: Promise<Lines> | undefined;
  const lines = (): Promise<Lines> =>
    (said ??= import('../adapters/ready/lines.ts').then(({ linesOf }) => linesOf(stdin)));
  const connect: Connectors = {
    async mysql(target, timeoutMs) {
      const { connectMysql } = await import('../adapters/mysql/connection.ts');
      return connectMysql(target, timeoutMs);
    },
    async listens(target, timeoutMs) {
      const { listens } = await import('../adapters/mysql/listens.ts');
      return listens(target, timeoutMs);
    },
    async ssh(target, timeoutMs) {
      const { connectSsh } = await import('../adapters/ssh/connect.ts');
      return connectSsh(target, timeoutMs, { env, warn: (line) => log.warn(line) });
    },
    local: {
      label: 'this host',
      async run(argv, timeoutMs, secrets) {
        const { localShell } = await import('../adapters/processes/childProcess.ts');
        return localShell({ env: { ...(await environment())(argv), ...secrets } }).run(argv, timeoutMs);
      },
      close: () => Promise.resolve(),
    },
    async keepReady(key, targets, caller) {
      const { keepReady, readyPath } = await import('../adapters/ready/client.ts');
      return keepReady(self, readyPath(places.stateDirectory, key), { ...targets, caller }, env);
    },
    async takeReady(key) {
      const { readyPath, takeReady } = await import('../adapters/ready/client.ts');
      return takeReady(readyPath(places.stateDirectory, key));
    },
    async serveReady(path) {
      const { serveReady } = await import('../adapters/ready/server.ts');
      return serveReady(path, connect, stdin, stdout, interrupted);
    },
    async openEarly(targets, begin) {
      const { openEarly } = await import('../adapters/ready/early.ts');
      return openEarly(connect, targets, begin);
    },
    async word(limitMs, heard) {
      const { wordFrom } = await import('../adapters/ready/early.ts');
      const word = await wordFrom(await lines(), descriptorOutput(readyDescriptor), { limitMs, heard }, interrupted);
      lastWord = word ?? lastWord;
      return word !== null;
    },
    async woken() {
      const { woken } = await import('../adapters/ready/early.ts');
      return woken(await lines(), parentPid, interrupted);
    },
    async mhaCaller() {
      const { mhaCaller } = await import('../adapters/processes/mhaCaller.ts');
      return mhaCaller(parentPid);
    },
    async mhaProcesses() {
      const { mhaProcesses } = await import('../adapters/processes/mhaCaller.ts');
      return mhaProcesses();
    },
    async sayLastWord() {
      const { sayLastWord } = await import('../adapters/ready/lastWord.ts');
      return sayLastWord(lastWord);
    },
    async thisProcess() {
      const { processState } = await import('../adapters/processes/procFiles.ts');
      const state = processState(places.pid);
      return state === null ? null : { pid: state.pid, startTicks: state.startTicks };
    },
    async isRunning(identity) {
      const { isRunning } = await import('../adapters/processes/procFiles.ts');
      return isRunning(identity);
    },
    async stream(argv, options) {
      const { streamProcess } = await import('../adapters/processes/streamedProcess.ts');
      return streamProcess(argv, { ...(await environment())(argv), ...options.variables }, options);
    },
    async store(target) {
      const { openStore } = await import('../adapters/etcd/store.ts');
      return openStore(target);
    },
    async ec2(target, limit) {
      const { connectEc2 } = await import('../adapters/ec2/client.ts');
      return connectEc2(target, limit);
    },
    async openstack(target, limit) {
      const { connectNeutron } = await import('../adapters/openstack/neutronClient.ts');
      return connectNeutron(target, limit, env);
    },
    async lookup(name, timeoutMs) {
      const { lookup } = await import('../adapters/nameLookup.ts');
      return lookup(name, timeoutMs);
    },
    async become(argv) {
      const { replaceProcess } = await import('../adapters/processes/replaceProcess.ts');
      const { withLayer } = await import('../adapters/compatLayer.ts');
      return replaceProcess(argv, withLayer(env, places.stateDirectory));
    },
    async askLine(path, line, timeoutMs) {
      const { askLine } = await import('../adapters/ready/askLine.ts');
      return askLine(path, line, timeoutMs);
    },
    async packedCompatFiles() {
      const { packedCompatFiles } = await import('../adapters/compatLayer.ts');
      return packedCompatFiles();
    },
    async sendMail(mail, smtp, timeoutMs) {
      const { sendMail } = await import('../adapters/smtp/mailer.ts');
      return sendMail(mail, smtp, timeoutMs);
    },
    async checkMail(smtp, timeoutMs) {
      const { checkMail } = await import('../adapters/smtp/mailer.ts');
      return checkMail(smtp, timeoutMs);
    },
  };
  return connect;
}
