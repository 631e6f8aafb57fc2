// One call by MHA: the cluster's settings, connections that are made when first needed and shared, the journal, the
// budget of time.
import { Budget } from '../../context/budget.ts';
import type { Lock, Readiness, SqlConnection, Tools } from '../../context/Context.ts';
import type { EarlyConnections } from '../../context/EarlyConnections.ts';
import type { HostSettings } from '../../config/options.ts';
import { Failure } from '../../errors/errors.ts';
import type { HostEnd, MasterEnd } from '../../mha/request.ts';
import { openServer } from '../../mysql/openServer.ts';
import { ReplicaServer } from '../../mysql/ReplicaServer.ts';
import { refusalOf } from '../../mysql/serverErrors.ts';
import type { Server } from '../../mysql/Server.ts';
import type { Journal, RunRecord } from '../../steps/journal.ts';
import { runSteps, type Inherited, type StepsResult } from '../../steps/runSteps.ts';
import type { StepTools } from '../../steps/stepTools.ts';
import type { DrainTools } from '../../steps/sessionSteps.ts';
import type { Step } from '../../steps/Step.ts';
import { WriteWatch } from '../../steps/WriteWatch.ts';
import type { Provider, VipHost } from '../../vip/Provider.ts';
import { providerFor } from '../../vip/providerFor.ts';
import { noLeave, type Leave } from '../managers/askLeave.ts';
import { patiently } from './patiently.ts';
import { reopeningConnection } from './reopening.ts';
import { RunHosts } from './RunHosts.ts';
import { sqlTarget } from './targets.ts';

/** What a patient wait leaves of the run's time, in ms: for the steps that follow. */
const reserveMs = 20_000;

/** How long the answers to goodbyes are waited for, in ms: MHA waits for this process, and clients for MHA. */
const goodbyeMs = 1;

/** How long a server is waited for that cannot take a connection, in ms. */
export interface Patience {
  readonly busy: number;
  readonly down: number;
}

export interface RunRequest {
  /** `online stop`, `hard start`, ...: names the run in messages and in the journal. */
  readonly procedure: string;
  /** Name of MHA's file, without its ending. Default: the one that the program of MHA's which called runs with. */
  readonly cluster?: string;
  readonly orig: HostEnd;
  /** Null where MHA has not chosen one yet. */
  readonly next: HostEnd | null;
  /** Further hosts of the cluster that it may ask. */
  readonly others?: readonly HostEnd[];
  readonly sshOptions?: string | undefined;
  /**
   * What it leaves in the journal. `none`: it only looks. `undone`: it takes back what other runs did, and is none
   * itself. `apart`: it changes something, has a record of its own, and nobody continues or undoes it. Default `run`.
   */
  readonly record?: 'run' | 'undone' | 'apart' | 'none';
  /** Connections that are open already; used first. */
  readonly ready?: Ready | null;
  /**
   * Whether it may be refused where it is not known what others do or did. Default false: a dead master cannot wait,
   * and a planned switch that has begun must end.
   */
  readonly canWait?: boolean;
  /** How long it may take at most, in ms, where run_timeout is longer: others wait for it. */
  readonly mostMs?: number;
  /** The earlier run that this one continues or undoes: it goes by what that run was told. */
  readonly continues?: (earlier: readonly RunRecord[]) => RunRecord | null;
}

type Ready = Pick<EarlyConnections, 'mysql' | 'ssh'> & {
  /** All servers of MHA's file, as it was a moment ago. */
  readonly servers?: readonly MasterEnd[] | null;
  /** The lock of the cluster's runs, where it has been taken; given once. */
  readonly lock?: (cluster: string) => Promise<Lock | null>;
};

export class Run {
  readonly tools: Tools;
  readonly request: RunRequest;
  readonly budget: Budget;
  readonly provider: Provider;
  readonly stepTools: StepTools;
  readonly drainTools: DrainTools;
  /** Runs before this one, oldest first. */
  readonly earlier: readonly RunRecord[];
  readonly #settings: ReadonlyMap<string, HostSettings>;
  readonly #inherited: Inherited;
  readonly #open: { close(): Promise<void> }[] = [];
  readonly #pending = new Set<Promise<unknown>>();
  readonly #servers = new Map<string, Promise<Server>>();
  readonly #hosts: RunHosts;
  readonly leave: Leave;
  /** Nothing is changed before. */
  #isRecorded: Promise<void> = Promise.resolve();

  constructor(
    tools: Tools,
    request: RunRequest,
    settings: ReadonlyMap<string, HostSettings>,
    journal: Journal,
    inherited: Inherited,
    earlier: readonly RunRecord[],
    leave: Leave = noLeave,
  ) {
    this.tools = tools;
    this.leave = leave;
    this.earlier = earlier;
    this.request = request;
    this.#settings = settings;
    this.#inherited = inherited;
    const { clock, log, interrupted } = tools;
    const seconds = Math.max(...[...settings.values()].map(({ options }) => options.run_timeout));
    const { procedure, mostMs = Infinity } = request;
    this.budget =
      mostMs < seconds * 1000
        ? new Budget(clock, procedure, mostMs, 'find out what is slow there')
        : new Budget(clock, procedure, seconds * 1000);
    this.provider = providerFor([...settings.values()], {
      clock,
      budget: this.budget,
      warn: (line) => log.warn(line),
      connect: tools.connect,
    });
    this.#hosts = new RunHosts({
      tools,
      provider: this.provider,
      sshOptions: request.sshOptions,
      settings: (end) => this.settings(end),
      limit: (ms) => this.budget.limit(ms),
      open: (target, ms) =>
        this.#first(
          () => request.ready?.ssh(target, ms()),
          () => this.#opened(tools.connect.ssh(target, ms())),
        ),
      reopen: (target, ms) => this.#opened(tools.connect.ssh(target, ms())),
    });
    const mustRecord = request.canWait === true;
    this.stepTools = { clock, log, journal, budget: this.budget, interrupted, mustRecord, still: () => leave.still() };
    this.drainTools = { clock, budget: this.budget, interrupted, watch: new WriteWatch() };
  }

  settings(end: HostEnd): HostSettings {
    const found = this.#settings.get(end.host);
    if (found === undefined) throw new Error(`no settings were loaded for ${end.host}`);
    return found;
  }

  /** @param written whether its beginning stands in the record */
  recorded(written: Promise<void>): void {
    this.#isRecorded = written;
    written.catch(() => undefined);
  }

  /** Rejects where it could not begin. */
  get isRecorded(): Promise<void> {
    return this.#isRecorded;
  }

  /** The MySQL server of one end; one connection a run. */
  server(end: MasterEnd): Promise<Server> {
    const known = this.#servers.get(end.host) ?? this.openServer(end);
    this.#servers.set(end.host, known);
    return known;
  }

  /**
   * The same for the server that is to become the master: a refusal that passes (all connections taken, a login that
   * comes too late, a server that is just being started) is tried again, because giving up is the worst choice.
   * @param patience how long for each kind; the end of the run's time is left for what follows
   */
  patientServer(end: MasterEnd, patience: Patience): Promise<Server> {
    return this.#patiently(patience, async () => {
      try {
        return await this.server(end);
      } catch (error) {
        this.#servers.delete(end.host);
        throw error;
      }
    });
  }

  /** A connection of its own, waited for as patientServer() waits. */
  patientNewServer(end: MasterEnd, patience: Patience): Promise<Server> {
    return this.#patiently(patience, () => this.openServer(end));
  }

  #patiently(patience: Patience, open: () => Promise<Server>): Promise<Server> {
    const mostMs = Math.max(0, this.budget.left() - reserveMs);
    const limitOf = (error: unknown): number => {
      const refusal = refusalOf(error);
      return refusal === 'final' ? 0 : Math.min(patience[refusal], mostMs);
    };
    return patiently(this.tools, limitOf, open);
  }

  /** A connection of its own. @param timeoutMs default: connect_timeout of its host */
  async openServer(end: MasterEnd, timeoutMs?: number): Promise<Server> {
    return openServer(end.host, await this.#connected(end, timeoutMs), this.budget, this.#callMs(end));
  }

  /** The same for what becomes a replica, or is compared with one. */
  async openReplica(end: MasterEnd): Promise<ReplicaServer> {
    return ReplicaServer.open(end.host, await this.#connected(end), this.budget, this.#callMs(end));
  }

  async #connected(
    end: MasterEnd,
    timeoutMs = this.settings(end).options.connect_timeout * 1000,
  ): Promise<SqlConnection> {
    const target = sqlTarget(end, this.settings(end));
    const open = (): Promise<SqlConnection> =>
      this.#opened(this.tools.connect.mysql(target, this.budget.limit(timeoutMs)));
    const first = await this.#first(() => this.request.ready?.mysql(target, this.budget.limit(timeoutMs)), open);
    return reopeningConnection(first, open, this.tools.clock);
  }

  #callMs(end: HostEnd): number {
    return this.settings(end).options.step_timeout * 1000;
  }

  /** What is ready, if it is; else a connection of our own. */
  async #first<T extends { close(): Promise<void> }>(
    ready: () => Promise<T> | undefined,
    open: () => Promise<T>,
  ): Promise<T> {
    return (await ready()?.catch(() => undefined)) ?? open();
  }

  /** The host of one end, with its one SSH connection. */
  host(end: HostEnd): VipHost {
    return this.#hosts.host(end);
  }

  /** As RunHosts has it. */
  patientHost(end: HostEnd, mostMs: number): VipHost {
    return this.#hosts.patient(end, Math.min(mostMs, this.budget.left() - reserveMs));
  }

  /** A host of the cluster that the run is not about. */
  foreignHost(end: HostEnd, settings: HostSettings): VipHost {
    return this.#hosts.foreign(end, settings);
  }

  /** The same for a host of which it is known that it does not answer SSH: nobody waits for it again. */
  silentHost(end: HostEnd): VipHost {
    return this.#hosts.silent(end);
  }

  /** Has connections to the new master opened for the `start` that follows this `stop`, while nobody waits yet. */
  async keepReady(orig: MasterEnd, next: MasterEnd): Promise<Readiness> {
    const ssh = this.provider.address === null ? [] : [this.#hosts.target(next), this.#hosts.target(orig)];
    const targets = { mysql: [sqlTarget(next, this.settings(next))], ssh };
    return this.tools.connect.keepReady(readyKey(orig, next), targets, await this.tools.connect.mhaCaller());
  }

  /** Everything that would fail later, found before anything is changed. @throws Failure `address` naming all of it. */
  async preflight(...ends: readonly HostEnd[]): Promise<void> {
    const findings = (await Promise.all(ends.map((end) => this.provider.check(this.host(end))))).flat();
    for (const { text, hint } of findings.filter(({ severity }) => severity === 'warning')) {
      this.tools.log.warn(hint === undefined ? text : `${text} -- ${hint}`);
    }
    const errors = findings.filter(({ severity }) => severity === 'error');
    if (errors.length > 0) {
      const hint = errors.map((finding) => finding.hint).find((text) => text !== undefined);
      throw new Failure(
        'address',
        `${errors.map(({ text }) => text).join('; ')}; nothing has been changed`,
        hint === undefined ? {} : { hint },
      );
    }
  }

  /** @throws Failure `refused` where another manager may have taken this one's place */
  async steps(steps: readonly Step[]): Promise<StepsResult> {
    await Promise.all([this.#isRecorded, this.leave.still()]);
    return runSteps(steps, this.stepTools, this.#inherited);
  }

  async close(): Promise<void> {
    // A connection that is only just being made is waited for, within its limit: a process must not end half-way
    // through a handshake.
    await Promise.allSettled([...this.#pending]);
    const said = Promise.allSettled(this.#open.map((one) => one.close()));
    await Promise.race([said, this.tools.clock.sleep(goodbyeMs)]);
  }

  /** Keeps what opens, to close it at the end whatever happens meanwhile. */
  async #opened<T extends { close(): Promise<void> }>(opening: Promise<T>): Promise<T> {
    this.#pending.add(opening);
    const opened = await opening;
    this.#open.push(opened);
    return opened;
  }
}

/** Names the pair of servers, the same in `stop` and `start`. */
export function readyKey(orig: HostEnd, next: HostEnd): string {
  return [orig, next].map(({ host, port }) => `${host}:${port}`).join(' ');
}
