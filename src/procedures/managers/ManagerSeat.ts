// Where one monitor sits with one cluster among several managers: whether its masterha_manager may run, and what is
// made ready before. Without ha_endpoints it says yes to everything, and opens nothing.
import type { HostSettings } from '../../config/options.ts';
import { Failure } from '../../errors/errors.ts';
import type { ClusterSettings } from '../monitor/clusterSettings.ts';
import type { Tools } from '../../context/Context.ts';
import { errorLine } from '../../errors/message.ts';
import { isUnknown } from '../../errors/unknown.ts';
import type { ApplicationConfig } from '../../mha/applicationConfig.ts';
import type { IncidentSubject } from '../monitor/incidents.ts';
import { isReservedBy, knownFailover } from './failoverRecord.ts';
import { Guard } from './Guard.ts';
import { AskOthers } from './AskOthers.ts';
import { answerLine } from './answerLine.ts';
import { secondaryCheckScript } from './askAgreement.ts';
import { reachMaster } from './reachMaster.ts';
import { silenceText, storeSilence, whoLeads, type StoreSilence } from './storeSilence.ts';
import { clusterKeys, type ClusterKeys } from './keys.ts';
import type { Leadership } from './Leadership.ts';
import { NewMasterLooks } from './lookAtNewMaster.ts';
import type { MonitorSessions, OpenSession } from './MonitorSessions.ts';
import { takeOrders } from './takeOrders.ts';
import { whyOtherServers, withServers } from './sameServers.ts';
import { otherSettings, type ToldSettings } from './sameSettings.ts';
import { prepareToLead } from './prepareToLead.ts';
import { Publisher } from './Publisher.ts';
import type { Word } from './publication.ts';
import { seatRecord, type SeatRecord } from './seatRecord.ts';
import { runsToTell, takeRuns } from './sharedRuns.ts';
import type { SharedState } from './sharedState.ts';

export interface SeatWork {
  /** MHA's name of the cluster. */
  readonly cluster: string;
  readonly files: { readonly guard: string; readonly lease: string };
  readonly app: () => ApplicationConfig | null;
  /** By SIGTERM, now. */
  readonly endManager: () => void;
}

/** A store that is silent for so long is told to a person, in ms. */
const silentMs = 60_000;

interface Shared extends OpenSession {
  readonly keys: ClusterKeys;
  readonly leadership: Leadership;
  readonly guard: Guard;
  readonly others: AskOthers;
  readonly silence: () => StoreSilence;
  readonly recorded: () => Promise<void>;
  readonly settings: HostSettings;
  readonly told: ToldSettings | null;
  readonly publisher: Publisher;
  readonly endGuard: () => void;
}

export class ManagerSeat {
  readonly #work: SeatWork;
  readonly #sessions: MonitorSessions;
  readonly #tools: Tools;
  #shared: Shared | null = null;
  #obstacle: { readonly subject: IncidentSubject; readonly text: string } | null = null;
  /** Why it must not lead, whatever the others do. */
  #difference: string | null = null;
  /** What is no reason not to lead, but should not be. */
  #otherSettings: string | null = null;
  #taken: SharedState | null = null;
  #takeovers = 0;
  #waiting: { readonly record: string; readonly since: number } | null = null;
  readonly #looks = new NewMasterLooks();
  #said = '';

  constructor(work: SeatWork, sessions: MonitorSessions, tools: Tools) {
    [this.#work, this.#sessions, this.#tools] = [work, sessions, tools];
  }

  /** Whether there are other managers. */
  get isShared(): boolean {
    return this.#shared !== null;
  }

  /** Whether this monitor looks after the cluster, rather than stands by. */
  get looksAfter(): boolean {
    return this.#shared === null || this.#shared.leadership.standing.name === 'leader';
  }

  /**
   * Once, when the configuration says so; a change of it later needs a restart.
   * @throws Failure when etcd cannot even be asked
   */
  async settle({ host: settings, isShared, told }: Pick<ClusterSettings, 'host' | 'isShared' | 'told'>): Promise<void> {
    if (this.#shared !== null || !isShared) return;
    if (settings === null)
      throw new Failure('config', 'ha_endpoints is set, and the configuration cannot be used', {
        hint: 'mha-helper config shows what is wrong with it',
      });
    const { cluster, files } = this.#work;
    // Hooks and commands find this monitor by it.
    if (settings.cluster !== cluster)
      throw new Failure('config', `with ha_endpoints ${settings.file} must be called ${cluster}.conf, as MHA's file`);
    const open = await this.#sessions.session(settings.options);
    const { session, store, tools, manager, prefix, timeoutMs } = open;
    const keys = clusterKeys(prefix, cluster);
    // First: what fails here is tried again, and nobody may stand for the cluster twice.
    const endGuard = await tools.serveLines(files.guard, (line) =>
      answerLine(line, this.#shared ?? {}, (text) => this.#tools.log.warn(`${cluster}: ${text}`)),
    );
    const leadership = session.join(cluster, {
      note: JSON.stringify(open.note),
      prepare: (epoch, before) => this.#prepare(epoch, before?.value ?? null),
      mustEnd: () => {
        if (!this.#isReserved()) this.#work.endManager();
      },
      deadline: (endsAt) => tools.keepFile(files.lease, `${endsAt ?? 0}\n`),
      trouble: (why) => this.#say(errorLine(why)),
    });
    const guard = new Guard({
      keys,
      manager,
      store,
      timeoutMs,
      epoch: () => leadership.epoch,
      isSuspended: () => leadership.standing.name === 'suspended',
      sleep: (ms) => this.#tools.clock.sleep(ms),
      whoLeads: () => this.#whoLeads(),
      now: () => this.#tools.clock.now(),
    });
    const others = new AskOthers({
      keys,
      manager,
      store,
      timeoutMs,
      clock: tools.clock,
      lease: () => session.lease.id,
      look: () => session.view.look(),
      reach: (question) => reachMaster(question, this.#work.app(), settings, this.#tools),
    });
    session.attend(others);
    const silence = (): StoreSilence => {
      const ttlMs = settings.options.ha_ttl * 1000;
      return storeSilence({ view: session.view, now: tools.clock.now(), ttlMs, note: open.note, prefix, keys });
    };
    const publisher = new Publisher({
      keys,
      store,
      timeoutMs,
      epoch: () => leadership.epoch,
      lease: () => session.lease.id,
    });
    const recorded = async (): Promise<void> => publisher.publishRuns(await runsToTell(cluster, this.#tools));
    this.#shared = { ...open, publisher, recorded, keys, leadership, guard, others, silence, settings, told, endGuard };
    this.#tools.log.info(`${cluster}: shared with other managers; this one is ${manager}`);
  }

  /**
   * What is wanted of masterha_manager at this moment.
   * @param hindrance why this monitor must not take the cluster over now; null: it may
   */
  wanted<T extends 'run' | 'pause' | 'stop'>(
    asked: T,
    managerRuns: boolean,
    hindrance: string | null,
  ): T | 'pause' | 'standby' {
    if (this.#shared === null) return asked;
    const was = this.#shared.leadership.standing.name;
    const { keys, session, told } = this.#shared;
    if (was === 'standby') this.#compare(otherSettings(told, keys, session.view));
    this.#difference = was === 'standby' ? whyOtherServers(this.#work.app(), keys, session.view) : null;
    if (this.#difference !== null) this.#say(this.#difference);
    const { standing, manager } = this.#shared.leadership.step({
      wanted: asked === 'stop' ? 'stop' : 'run',
      obstacle: hindrance ?? this.#difference,
      managerRuns,
      isReserved: managerRuns && this.#isReserved(),
    });
    if (standing.name !== was)
      this.#tools.log.info(`${this.#work.cluster}: ${was} -> ${standing.name}; ${this.#whoLeads()}`);
    if (standing.name !== 'taking over') this.#obstacle = null;
    if (asked === 'stop' || manager === 'may run') return asked;
    return manager === 'may finish' ? 'pause' : 'standby';
  }

  /** For a masterha_manager that is started at this very moment; null: it must not be. */
  variables(): Readonly<Record<string, string>> | null {
    if (this.#shared === null) return {};
    const { epoch } = this.#shared.leadership;
    if (epoch === null) return null;
    const { guard, lease } = this.#work.files;
    return { MHA_HELPER_EPOCH: String(epoch), MHA_HELPER_GUARD: guard, MHA_HELPER_LEASE: lease };
  }

  /** For masterha_manager: asks the others whether they reach the master. Null: nobody is asked. */
  get secondaryCheck(): string | null {
    if (this.#shared?.settings.options.ha_agree !== 'others') return null;
    return secondaryCheckScript(this.#shared.tools.self);
  }

  /** What the last leader knew, once after each takeover. */
  takenOver(): SharedState | null {
    const taken = this.#taken;
    this.#taken = null;
    return taken;
  }

  /** For the next leader, and for whoever looks from another host. */
  publish(known: SharedState, word: Word): void {
    const state = { ...withServers(known, this.#work.app()), settings: this.#shared?.told ?? null };
    this.#shared?.publisher.publish(state, word);
  }

  /** What a person must be told; null: nothing. */
  get trouble(): { readonly subject: IncidentSubject; readonly text: string } | null {
    if (this.#shared === null) return null;
    const { session, tools, manager } = this.#shared;
    const since = session.view.silentSince;
    const what = `no automatic failover: ${manager} has had no answer from etcd`;
    if (since !== null && tools.clock.now() - since >= silentMs)
      return { subject: 'NOT PROTECTED', text: `${what} for ${silentMs / 1000} s (${silenceText(session.view)})` };
    return this.#obstacle;
  }

  /** For `monitor status`; null: there is one manager. */
  get record(): SeatRecord | null {
    if (this.#shared === null) return null;
    const { leadership, session, keys, manager, tools, prefix } = this.#shared;
    return seatRecord({
      manager,
      leadership,
      view: session.view,
      keys,
      prefix,
      obstacle: this.#obstacle?.text ?? this.#difference,
      takeovers: this.#takeovers,
      now: this.#tools.clock.now().getTime(),
      leaseNow: tools.clock.now(),
    });
  }

  end(): void {
    this.#shared?.endGuard();
  }

  /** Also where it is not known yet: the layer for MHA looks at the deadline by itself. */
  #isReserved(): boolean {
    const { session, keys, guard, manager } = this.#shared ?? {};
    if (session === undefined || keys === undefined) return false;
    if (guard?.isReserved === true) return true;
    const view = session.view.known;
    return view === null || isReservedBy(manager, view.entries.get(keys.failover) ?? null);
  }

  async #prepare(epoch: number, before: string | null): Promise<boolean> {
    const shared = this.#shared;
    const app = this.#work.app();
    if (shared === null || app === null) return false;
    const view = shared.session.view.last;
    if (isUnknown(view)) return false;
    const known = knownFailover(view.entries.get(shared.keys.failover) ?? null);
    const text = JSON.stringify(known);
    const now = shared.tools.clock.now();
    if (this.#waiting?.record !== text) this.#waiting = { record: text, since: now };
    const prepared = await prepareToLead({
      app,
      known,
      waitedMs: now - this.#waiting.since,
      settings: shared.settings,
      before,
      note: shared.note,
      state: view.entries.get(shared.keys.state)?.value ?? null,
      keepFile: shared.tools.keepFile,
      takeOrders: (orders) => takeOrders(app.name, orders, this.#tools),
      takeRuns: (runs) => takeRuns(app.name, runs, this.#tools),
      look: (record) => this.#looks.at(record, app, this.#tools),
      tools: this.#tools,
    });
    for (const line of prepared.told) this.#say(line);
    this.#obstacle = prepared.obstacle;
    if (prepared.state === null) return false;
    this.#taken = prepared.state;
    this.#takeovers += 1;
    this.#tools.log.info(`${this.#work.cluster}: ${shared.manager} has taken over, epoch ${epoch}`);
    return true;
  }

  #whoLeads(): string {
    return this.#shared === null ? '' : whoLeads(this.#shared.leadership.leader, this.#shared.session.view);
  }

  #compare(other: string | null): void {
    if (other !== null && other !== this.#otherSettings) this.#tools.log.warn(`${this.#work.cluster}: ${other}`);
    this.#otherSettings = other;
  }

  #say(text: string): void {
    if (text !== this.#said) this.#tools.log.warn(`${this.#work.cluster}: ${text}`);
    this.#said = text;
  }
}
