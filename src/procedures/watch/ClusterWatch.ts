// The monitor's own look at a cluster, all day: beside the look at the manager and never in its way. It judges nothing
// while MHA or a hook is at work: what is seen then is on its way somewhere.
import { loadHostSettings } from '../../config/load.ts';
import type { HostSettings } from '../../config/options.ts';
import type { Tools } from '../../context/Context.ts';
import { errorLine } from '../../errors/message.ts';
import { hostsOf, type ApplicationConfig } from '../../mha/applicationConfig.ts';
import { isFailingOver, type ManagerState } from '../../mha/managerStatus.ts';
import type { Notice } from '../monitor/clusterState.ts';
import { readJournal, runToUndo } from '../run/earlierRuns.ts';
import { leftLines, leftToDo } from '../run/leftToDo.ts';
import { isUnknown } from '../../errors/unknown.ts';
import { readOrders } from '../orders/standingOrders.ts';
import { whatIsAtWork } from '../survey/atWork.ts';
import { resolver, type Resolve } from '../survey/surveyCluster.ts';
import { confirmMs, kinds, type Finding } from './findings.ts';
import { judge, type Answered } from './judge.ts';
import { KeptConnections } from './keptConnections.ts';
import { lookAround, type Look } from './lookAround.ts';
import { factsOf, type WatchFacts } from './watchFacts.ts';
import { beganNotice, endedNotice } from './watchNotices.ts';
import { weigh, type Weighed } from './weigh.ts';

/** How often the configuration, the names of hosts and the hooks' record are read again, in ms. */
const rereadMs = 60_000;

/** What the monitor knows besides. */
export interface About {
  readonly status: ManagerState;
  /** See Circumstances. */
  readonly leftOut: readonly string[];
}

interface Known {
  readonly file: string;
  readonly at: number;
  readonly settings: readonly HostSettings[];
  readonly resolve: Resolve;
  readonly leftToDo: number | null;
}

export class ClusterWatch {
  readonly #tools: Tools;
  readonly #kept: KeptConnections;
  #weighed: Weighed = { findings: [], hints: new Map() };
  #facts: WatchFacts | null = null;
  #notices: Notice[] = [];
  #known: Known | null = null;
  #pending: Promise<void> | null = null;
  #dueAt = 0;

  /** @param findings what an earlier monitor has told */
  constructor(tools: Tools) {
    this.#tools = tools;
    this.#kept = new KeptConnections(tools.connect, tools.clock);
  }

  /** What an earlier monitor has told is told as over when it is. */
  resume(findings: readonly Finding[]): void {
    this.#weighed = { findings, hints: new Map() };
  }

  /** What has been told and is not over. */
  get findings(): readonly Finding[] {
    return this.#weighed.findings;
  }

  /** Of the last look; null: there was none yet. */
  get facts(): WatchFacts | null {
    return this.#facts;
  }

  /** What people must be told since the last call. */
  takeNotices(): readonly Notice[] {
    const notices = this.#notices;
    this.#notices = [];
    return notices;
  }

  /** Begins a look when one is due; waits for nothing. */
  tick(app: ApplicationConfig, about: About): void {
    const now = this.#tools.clock.monotonic();
    // A failover gets all there is of servers and hosts, and what they say meanwhile is not judged.
    if (this.#pending !== null || now < this.#dueAt || isAtWork(about.status)) return;
    this.#pending = this.#look(app, about)
      .catch((error: unknown) => this.#tools.log.warn(`${app.name}: ${errorLine(error)}`))
      .finally(() => {
        this.#pending = null;
      });
  }

  /** When nothing of it is at work any more. */
  async settled(): Promise<void> {
    await this.#pending;
    await this.#kept.close();
  }

  async #look(app: ApplicationConfig, about: About): Promise<void> {
    const began = this.#tools.clock.monotonic();
    let intervalMs = confirmMs;
    try {
      const tools = { ...this.#tools, connect: this.#kept.connect };
      const known = await this.#knownOf(app, tools);
      intervalMs = (known.settings[0]?.options.watch_interval ?? 0) * 1000;
      const look = await lookAround(app, known.settings, known.resolve, tools);
      await this.#weigh(look, known, about);
    } catch (error) {
      this.#apply(app, [unseen(errorLine(error))], this.#weighed.findings);
    }
    const pauseMs = this.#weighed.hints.size > 0 ? Math.min(confirmMs, intervalMs) : intervalMs;
    this.#dueAt = began + pauseMs;
  }

  async #knownOf(app: ApplicationConfig, tools: Tools): Promise<Known> {
    const now = tools.clock.monotonic();
    if (this.#known !== null && this.#known.file === app.file && now - this.#known.at < rereadMs) return this.#known;
    const quiet = { info: () => undefined, warn: () => undefined };
    const settings = await loadHostSettings(tools.places.configDirectory, hostsOf(app), tools.files, quiet, app.name);
    const cluster = settings[0]?.cluster ?? '';
    const [runs, orders] = await Promise.all([readJournal(tools, cluster), readOrders(tools, cluster)]);
    const isKnown = !isUnknown(runs) && !isUnknown(orders);
    const left = isKnown ? leftLines(leftToDo(runs, orders.lifted)).length + orders.standing.length : null;
    this.#known = { file: app.file, at: now, settings, resolve: resolver(this.#tools), leftToDo: left };
    return this.#known;
  }

  async #weigh(look: Look, known: Known, about: About): Promise<void> {
    const [{ options, cluster } = { options: { max_replication_lag: 0 }, cluster: '' }] = known.settings;
    const around = { leftOut: about.leftOut, maxLag: options.max_replication_lag, halfWay: false };
    const answers = judge(look, around);
    this.#facts = factsOf(look, known.leftToDo, this.#now());
    if (answers.every(({ answer }) => answer === 'no')) {
      this.#apply(look.app, answers, []);
      return;
    }
    const tools = this.#tools;
    if ((await whatIsAtWork(look.app, cluster, tools)) !== null || (await this.#mhaWorks(look.app))) {
      this.#weighed = { findings: this.#weighed.findings, hints: new Map() };
      return;
    }
    const runs = await readJournal(tools, cluster);
    const halfWay = isUnknown(runs) || runToUndo(runs) !== null;
    this.#apply(look.app, halfWay ? judge(look, { ...around, halfWay }) : answers, []);
  }

  /** MHA waits between the hooks of a planned switch, and nothing is locked meanwhile. */
  async #mhaWorks({ name }: ApplicationConfig): Promise<boolean> {
    const programs = await this.#tools.connect.mhaProcesses();
    return programs.some(
      ({ program, conf }) =>
        program === 'masterha_master_switch' &&
        conf
          ?.split('/')
          .at(-1)
          ?.replace(/\.\w+$/, '') === name,
    );
  }

  /** @param kept findings of which these answers say nothing */
  #apply(app: ApplicationConfig, answers: readonly Answered[], kept: readonly Finding[]): void {
    const now = this.#now();
    const rest = kept.filter(({ key }) => !answers.some((one) => one.key === key));
    const { after, began, ended } = weigh(this.#weighed, [...answers, ...rest.map(unknownStill)], now);
    this.#weighed = after;
    for (const { text, kind } of began) this.#tools.log.warn(`${app.name}: ${kinds[kind].subject}: ${text}`);
    for (const { text, kind } of ended) this.#tools.log.info(`${app.name}: over: ${kinds[kind].subject}: ${text}`);
    if (began.length > 0) this.#notices.push(beganNotice(began));
    if (ended.length > 0) this.#notices.push(endedNotice(ended, after.findings, now));
  }

  #now(): number {
    return this.#tools.clock.now().getTime();
  }
}

/** While MHA suspects the master, or fails over. */
function isAtWork(status: ManagerState): boolean {
  return isFailingOver(status) || status === 'PING_FAILING';
}

function unseen(why: string): Answered {
  return { key: 'unseen', kind: 'unseen', answer: { found: why, forMs: kinds.unseen.forMs } };
}

function unknownStill({ key, kind }: Finding): Answered {
  return { key, kind, answer: { unknown: 'nobody could look' } };
}
