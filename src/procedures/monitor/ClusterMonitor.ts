// One cluster: looks, lets nextAction.ts decide, does it, and keeps the record.
import type { DaemonTools, ProcessIdentity, Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { errorLine, errorText } from '../../errors/message.ts';
import { applicationName, loadApplicationConfig, type ApplicationConfig } from '../../mha/applicationConfig.ts';
import { loadClusterSettings, type ClusterSettings } from './clusterSettings.ts';
import { newCluster, type Action, type ClusterState, type Observation } from './clusterState.ts';
import { isUnknown } from '../../errors/unknown.ts';
import { lastDrillAt } from '../drill/lastDrill.ts';
import { OrderWatch } from '../orders/OrderWatch.ts';
import { leaveOutDead } from '../pause/leaveOutDead.ts';
import { pausesNow } from '../pause/pausesNow.ts';
import { seeToPauses } from '../pause/seeToPauses.ts';
import { oldMasterNotClosed, open } from './incidents.ts';
import { hungMs, terminateMs, tickMs } from './limits.ts';
import { after } from './managerEnded.ts';
import { observe } from './observe.ts';
import { managersFile } from './managersFile.ts';
import { namesOf, reducedFile, type Names } from './monitorFiles.ts';
import { readStateFile, type ClusterFile } from './stateFile.ts';
import { NoticeSender } from './NoticeSender.ts';
import type { Observed } from './metricsText.ts';
import { ClusterWatch } from '../watch/ClusterWatch.ts';
import { ManagerSeat } from '../managers/ManagerSeat.ts';
import type { MonitorSessions } from '../managers/MonitorSessions.ts';
import { hindranceTo, seatTrouble, takeIn, wordOn } from './seatState.ts';
import { ReturnedWatch } from './ReturnedWatch.ts';
import { started, decide } from './nextAction.ts';

export class ClusterMonitor {
  readonly conf: string;
  readonly name: string;
  readonly #tools: Tools;
  readonly #daemon: DaemonTools;
  readonly #names: Names;
  readonly #orders: OrderWatch;
  readonly #watch: ClusterWatch;
  readonly #mails: NoticeSender;
  readonly #returned: ReturnedWatch;
  readonly #seat: ManagerSeat;
  #state: ClusterState = newCluster;
  #app: ApplicationConfig | null = null;
  #workdir: string | null = null;
  #settings: ClusterSettings | null = null;
  /** Until it was looked for, one may run. */
  #managerRuns = true;
  #written = '';
  #complaint = '';
  #blindSince: number | null = null;
  /** When it last looked, on the clock that is never set back; for the watchdog. */
  seenAt = 0;

  /** @param looking for looks that can wait */
  constructor(conf: string, tools: Tools, daemon: DaemonTools, sessions: MonitorSessions, looking = tools) {
    [this.conf, this.name] = [conf, applicationName(conf)];
    [this.#tools, this.#daemon] = [tools, daemon];
    this.#names = namesOf(tools.places, this.name);
    this.#orders = new OrderWatch(tools);
    this.#watch = new ClusterWatch(looking);
    this.#mails = new NoticeSender(this.name, conf, tools);
    const refused = (why: string | null): void => {
      this.#state = { ...this.#state, refusal: why };
      if (why !== null) this.#complain(why);
    };
    this.#returned = new ReturnedWatch({ state: () => this.#state, refused }, tools, daemon);
    const endManager = (): void => {
      if ('manager' in this.#state.phase) daemon.processes.signal(this.#state.phase.manager, 'SIGTERM', 'group');
    };
    const work = { cluster: this.name, files: this.#names, app: () => this.#app, endManager };
    this.#seat = new ManagerSeat(work, sessions, tools);
  }

  get record(): ClusterFile {
    return {
      conf: this.conf,
      cluster: this.name,
      workdir: this.#app?.managerWorkdir ?? this.#workdir,
      lastFailoverMinute: this.#settings?.lastFailoverMinute ?? 0,
      state: this.#state,
      ...(this.#seat.record === null ? {} : { seat: this.#seat.record }),
    };
  }

  /** With what was seen at the last look, which is on no disk. */
  get observed(): Observed {
    return { ...this.record, facts: this.#watch.facts };
  }

  get ended(): boolean {
    return this.#state.phase.name === 'ended';
  }

  /** Until the manager has been stopped after `stop` aborts. A failover that runs then is waited for. */
  async run(stop: AbortSignal): Promise<void> {
    const known = await readStateFile(this.#names.record, this.#tools);
    if (known !== null) this.#resume(known);
    await this.#readConfiguration().catch(() => undefined);
    while (!this.ended) {
      await this.#tick(stop.aborted ? 'stop' : 'run').then(
        () => {
          this.#blindSince = null;
        },
        (error: unknown) => {
          this.#cannotLook(error, stop.aborted);
        },
      );
      if (!this.ended) await this.#tools.clock.sleep(tickMs);
    }
    await Promise.all([this.#orders.settled(), this.#watch.settled()]);
    this.#seat.end();
  }

  #resume({ state: last, workdir }: ClusterFile): void {
    this.#workdir = workdir;
    this.#watch.resume(last.findings);
    const state = { ...last, watched: false };
    const { phase } = state;
    if (phase.name === 'ended') this.#state = { ...state, failures: 0, phase: { name: 'waiting', until: 0 } };
    else if (phase.name === 'stopping')
      this.#state = {
        ...state,
        phase: { name: 'running', manager: phase.manager, completeBefore: phase.completeBefore },
      };
    else this.#state = state;
  }

  async #tick(wanted: 'run' | 'stop'): Promise<void> {
    this.seenAt = this.#tools.clock.monotonic();
    // Who stands by leaves it to the leader.
    if (this.#seat.looksAfter) {
      this.#returned.tick(this.#app);
      await this.#seeToOrders();
      this.#lookAround();
    }
    const pauses = await pausesNow(this.name, this.#state.pauses, this.#tools, this.#daemon, this.#complain);
    const lastDrill = await lastDrillAt(this.name, this.#tools);
    // Only now: what goes on beside the ticks may have changed it meanwhile.
    const held = seeToPauses({ ...this.#state, lastDrill }, pauses, this.conf, this.#tools);
    this.#state = held.state;
    const files = {
      name: this.name,
      workdir: this.record.workdir,
      log: this.#app?.managerLog ?? this.#names.output,
      conf: [this.conf, reducedFile(this.#tools.places, this.conf)],
    };
    const outside = { ...this.#tools, daemon: this.#daemon };
    const { lastFailoverMinute } = this.record;
    const asked = wanted === 'run' && this.#state.pauses.length > 0 ? 'pause' : wanted;
    const now = this.#seat.wanted(asked, this.#managerRuns, hindranceTo(this.#state));
    this.#state = takeIn(this.#state, this.#seat);
    const looked = await observe(this.#state, files, this.#returned.returned, now, outside);
    const seen = { ...looked, lastFailoverMinute };
    this.#managerRuns = seen.manager !== null;
    this.#state = leaveOutDead(this.#state, held.ended, seen.completeAt);
    const { state, actions } = decide(this.#state, seen);
    this.#state = state;
    this.#returned.keepOnly(state.absent);
    // Before it is done: whoever goes on after a kill -9 must know what was begun.
    await this.#keep();
    for (const action of actions) await this.#perform(action, seen);
    this.#state = seatTrouble(this.#state, seen.now, this.#seat);
    await this.#keep();
    if (this.#seat.isShared && this.#seat.looksAfter)
      this.#seat.publish(...(await wordOn(this.record, seen.now, this.#tools)));
    this.#sendMail(seen.now);
  }

  /**
   * Who cannot look cannot protect, and a person is told; and who is told to stop cannot wait for ever to see how the
   * manager ends.
   */
  #cannotLook(error: unknown, stopping: boolean): void {
    const now = this.#tools.clock.now().getTime();
    const since = (this.#blindSince ??= now);
    this.#complain(errorLine(error));
    if (now - since >= hungMs)
      this.#state = open(
        this.#state,
        now,
        'NOT PROTECTED',
        `the monitor cannot look at the cluster: ${errorLine(error)}`,
      );
    if (stopping && now - since >= terminateMs) {
      this.#tools.log.warn(
        `${this.name}: the monitor ends without having seen the end of masterha_manager; a manager that runs goes on`,
      );
      this.#state = { ...this.#state, phase: { name: 'ended' } };
    }
    this.#sendMail(now);
  }

  async #perform(action: Action, seen: Observation): Promise<void> {
    switch (action.do) {
      case 'info':
        return this.#tools.log.info(`${this.name}: ${action.text}`);
      case 'warn':
        return this.#tools.log.warn(`${this.name}: ${action.text}`);
      case 'terminate':
        return this.#daemon.processes.signal(action.manager, 'SIGTERM', 'group');
      case 'kill':
        return this.#daemon.processes.signal(action.manager, 'SIGKILL', 'group');
      case 'start':
        return this.#start(seen);
    }
  }

  async #start(seen: Observation): Promise<void> {
    try {
      const manager = await this.#startManager();
      this.#state = started(this.#state, manager, seen);
      this.#tools.log.info(`${this.name}: masterha_manager started, pid ${manager.pid}`);
    } catch (error) {
      const failed = after(this.#state, seen, errorLine(error));
      this.#state = failed.state;
      for (const action of failed.actions) await this.#perform(action, seen);
    }
  }

  async #startManager(): Promise<ProcessIdentity> {
    const app = await this.#readConfiguration();
    const variables = this.#seat.variables();
    if (variables === null) throw new Failure('refused', 'another manager may lead this cluster');
    // One that was taken out of the file is nobody's concern any more.
    this.#state = {
      ...this.#state,
      absent: this.#state.absent.filter((host) => app.servers.some(({ hostname }) => hostname === host)),
    };
    const { absent } = this.#state;
    const conf = await managersFile(this.conf, app, absent, this.#seat.secondaryCheck, this.#tools, this.#daemon);
    const argv = ['masterha_manager', `--conf=${conf}`, `--last_failover_minute=${this.record.lastFailoverMinute}`];
    return this.#daemon.processes.startDetached(argv, this.#names.output, variables);
  }

  async #readConfiguration(): Promise<ApplicationConfig> {
    this.#app = await loadApplicationConfig(this.conf, this.#tools.files);
    this.#settings = await loadClusterSettings(this.#app, this.#tools);
    await this.#seat.settle(this.#settings);
    return this.#app;
  }

  /** Old masters that must stay closed; beside the ticks too. */
  async #seeToOrders(): Promise<void> {
    const cluster = this.#settings?.host?.cluster;
    if (this.#app === null || cluster === undefined) return;
    await this.#orders.tick(this.#app, cluster);
    const { orders, trouble } = this.#orders;
    const notices = this.#orders.takeNotices();
    const standing = isUnknown(orders)
      ? this.#state.orders
      : orders.standing.map(({ server, closed, refusal }) => ({
          host: server.host,
          closed: closed !== null && refusal === null,
        }));
    if (trouble !== null && trouble !== this.#state.oldMaster) this.#tools.log.warn(`${this.name}: ${trouble}`);
    const now = this.#tools.clock.now().getTime();
    const state = oldMasterNotClosed(this.#state, now, trouble);
    this.#state = { ...state, orders: standing, outbox: [...state.outbox, ...notices] };
  }

  /** Servers and hosts, beside the ticks too. */
  #lookAround(): void {
    if (this.#app === null) return;
    const { status, absent, orders, outbox } = this.#state;
    const leftOut = [...new Set([...absent, ...orders.map(({ host }) => host)])];
    this.#watch.tick(this.#app, { status, leftOut });
    const watched = this.#watch.facts !== null || this.#watch.findings.length > 0;
    const notices = this.#watch.takeNotices();
    this.#state = { ...this.#state, watched, findings: this.#watch.findings, outbox: [...outbox, ...notices] };
  }

  #sendMail(now: number): void {
    this.#mails.send(
      this.#state.outbox,
      this.#settings,
      now,
      (rest) => {
        this.#state = { ...this.#state, outbox: [...(rest === null ? [] : [rest]), ...this.#state.outbox.slice(1)] };
      },
      this.#complain,
    );
  }

  /** What is in the way of every look is said once, and again when it has changed. */
  readonly #complain = (text: string): void => {
    if (text !== this.#complaint) this.#tools.log.warn(`${this.name}: ${text}`);
    this.#complaint = text;
  };

  async #keep(): Promise<void> {
    const text = `${JSON.stringify(this.record, null, 1)}\n`;
    if (text === this.#written) return;
    try {
      await this.#daemon.files.replace(this.#names.record, text);
      this.#written = text;
    } catch (error) {
      this.#complain(`${this.#names.record} cannot be written: ${errorText(error)}`);
    }
  }
}
