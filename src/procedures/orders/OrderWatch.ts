// What the monitor does about standing orders: it asks each old master twice a second whether it is back, and carries
// out the order when it answers. Never in the way of the look at the manager: each look is beside it, with a limit.
import { Budget } from '../../context/budget.ts';
import type { Tools } from '../../context/Context.ts';
import { loadHostSettings } from '../../config/load.ts';
import { asFailure, errorLine } from '../../errors/message.ts';
import { isUnknown, type Unknown } from '../../errors/unknown.ts';
import type { ApplicationConfig } from '../../mha/applicationConfig.ts';
import { openServer } from '../../mysql/openServer.ts';
import { heldBy } from '../../steps/writerAddressSteps.ts';
import type { Notice } from '../monitor/clusterState.ts';
import { returnedServers } from '../monitor/returnedServers.ts';
import { findLost } from '../rejoin/findLost.ts';
import { rejoin } from '../rejoin/rejoin.ts';
import { clusterTls, quiet } from '../survey/clusterTls.ts';
import { lookAtCluster } from '../survey/surveyCluster.ts';
import { carryOutOrder, endOfOrder, type CarriedOut } from './carryOutOrder.ts';
import { closedText, nextStep } from './describeOrders.ts';
import { liftOrder } from './liftOrder.ts';
import { readOrders, type Orders, type StandingOrder } from './standingOrders.ts';

const monitorName = 'mha-helper monitor';
/** A server that answers nothing may be coming up: a look begins with each tick, and so many at once. */
const mostLooks = 4;
const lookMs = 2_000;
/** Between looks at a server that is closed, and at the address on its host, in ms. */
const [closedMs, addressMs] = [1_000, 10_000];
/** What was lost is found out when MHA is not at work any more: how often that is tried, and after how long, in ms. */
const findAttempts = 24;
const findAgainMs = 5_000;
/** Between attempts that were refused, in ms: at first MHA may be about to point the replicas. */
const againMs = [1_000, 1_000, 1_000, 2_000, 5_000, 10_000, 30_000] as const;

/** What is known of one old master between the looks. */
interface Watched {
  looks: number;
  /** When the next look is due, and the next attempt, on the clock that is never set back. */
  lookAt: number;
  attemptAt: number;
  addressAt: number;
  /** It answered the last look. */
  answers: boolean;
  attempts: number;
  isBusy: boolean;
  addressBusy: boolean;
  /** It was seen as it must not be: another run may have closed it before this one could. */
  wasWrong: boolean;
  /** Why it is as it must not be, and why that cannot be changed. */
  trouble: string | null;
}

export class OrderWatch {
  readonly #tools: Tools;
  readonly #watched = new Map<string, Watched>();
  readonly #pending = new Set<Promise<unknown>>();
  #orders: Orders | Unknown = { standing: [], lifted: [] };
  #notices: Notice[] = [];

  constructor(tools: Tools) {
    this.#tools = tools;
  }

  /** As they were read last. */
  get orders(): Orders | Unknown {
    return this.#orders;
  }

  /** Old masters that take writes or have the address, and why they were not closed; null: none. */
  get trouble(): string | null {
    if (isUnknown(this.#orders)) return `it is not known which old masters must be closed: ${this.#orders.unknown}`;
    const found = this.#orders.standing.flatMap(({ server }) => this.#watched.get(server.host)?.trouble ?? []);
    return found.length === 0 ? null : found.join('; ');
  }

  /** What people must be told since the last call. */
  takeNotices(): readonly Notice[] {
    const notices = this.#notices;
    this.#notices = [];
    return notices;
  }

  /** Reads the record and begins what is due. Never throws, and waits for no server. */
  async tick(app: ApplicationConfig, cluster: string): Promise<void> {
    this.#orders = await readOrders(this.#tools, cluster);
    if (isUnknown(this.#orders)) return;
    const { standing } = this.#orders;
    for (const host of this.#watched.keys()) {
      if (!standing.some(({ server }) => server.host === host)) this.#watched.delete(host);
    }
    for (const order of standing) this.#begin(order, app, cluster);
  }

  /** When nothing of it is at work any more. */
  async settled(): Promise<void> {
    while (this.#pending.size > 0) await Promise.allSettled([...this.#pending]);
  }

  #begin(order: StandingOrder, app: ApplicationConfig, cluster: string): void {
    const now = this.#tools.clock.monotonic();
    const watched = this.#of(order.server.host);
    if (watched.looks < mostLooks && now >= watched.lookAt && !watched.isBusy) {
      watched.looks += 1;
      this.#beside(
        this.#look(order, app, cluster, watched).finally(() => {
          watched.looks -= 1;
        }),
      );
    }
    if (!watched.addressBusy && now >= watched.addressAt) {
      watched.addressBusy = true;
      this.#beside(
        this.#lookAtAddress(order, app, cluster, watched).finally(() => {
          watched.addressBusy = false;
          watched.addressAt = this.#tools.clock.monotonic() + addressMs;
        }),
      );
    }
  }

  #of(host: string): Watched {
    const known = this.#watched.get(host);
    if (known !== undefined) return known;
    const due = { lookAt: 0, attemptAt: 0, addressAt: 0 };
    const fresh: Watched = {
      ...due,
      looks: 0,
      answers: false,
      attempts: 0,
      isBusy: false,
      addressBusy: false,
      wasWrong: false,
      trouble: null,
    };
    this.#watched.set(host, fresh);
    return fresh;
  }

  #beside(work: Promise<unknown>): void {
    this.#pending.add(work);
    void work.catch(() => undefined).finally(() => this.#pending.delete(work));
  }

  async #look(order: StandingOrder, app: ApplicationConfig, cluster: string, watched: Watched): Promise<void> {
    const state = await this.#ask(order, app);
    if (state === null) {
      watched.answers = false;
      return;
    }
    const isNew = !watched.answers;
    watched.answers = true;
    watched.lookAt = this.#tools.clock.monotonic() + closedMs;
    const isClosed = order.closed !== null && order.refusal === null && state.readOnly;
    if (!isClosed || isNew) return this.#attempt(order, app, cluster, watched, state.readOnly ? null : 'takes writes');
    watched.trouble = null;
    if (state.replicates) await this.#liftReplica(order, app, cluster);
  }

  /** Null: it does not answer. */
  async #ask(
    order: StandingOrder,
    app: ApplicationConfig,
  ): Promise<{ readonly readOnly: boolean; readonly replicates: boolean } | null> {
    const { host, ip, port, user, password } = endOfOrder(order, app);
    try {
      const tls = await clusterTls(app, this.#tools);
      const connection = await this.#tools.connect.mysql({ label: host, host: ip, port, user, password, tls }, lookMs);
      try {
        const budget = new Budget(this.#tools.clock, `look at ${host}`, 2 * lookMs);
        const server = await openServer(host, connection, budget, lookMs);
        const { readOnly } = await server.readOnly();
        return { readOnly, replicates: (await server.replication())?.running === true };
      } finally {
        await connection.close();
      }
    } catch {
      return null;
    }
  }

  async #lookAtAddress(order: StandingOrder, app: ApplicationConfig, cluster: string, watched: Watched): Promise<void> {
    const end = endOfOrder(order, app);
    const hosts = [...new Set([end.host, ...app.servers.map(({ hostname }) => hostname)])];
    try {
      const tools = { ...this.#tools, log: quiet };
      const settings = await loadHostSettings(tools.places.configDirectory, hosts, tools.files, quiet, app.name);
      const held = await lookAtCluster(app, settings, tools, async (run) =>
        run.provider.address === null ? 'nothing' : heldBy(run.provider, run.host(end)),
      );
      if (held === 'nothing' || held === 'rest') return;
    } catch {
      return; // its host does not answer
    }
    await this.#attempt(order, app, cluster, watched, 'has the writer address');
  }

  /** @param wrong what is not as it must be; null: that is not known to be so */
  async #attempt(
    order: StandingOrder,
    app: ApplicationConfig,
    cluster: string,
    watched: Watched,
    wrong: string | null,
  ): Promise<void> {
    if (watched.isBusy || this.#tools.clock.monotonic() < watched.attemptAt) return;
    watched.isBusy = true;
    try {
      const result = await carryOutOrder(order, app, cluster, monitorName, this.#tools);
      const wasWrong = watched.wasWrong;
      this.#tell(order, result, watched, wrong);
      const isNews = result.kind === 'closed' && (result.closed.tookWrites || wasWrong || order.closed === null);
      if (isNews) this.#beside(this.#afterClosing(order, app));
    } finally {
      watched.isBusy = false;
    }
  }

  #tell(order: StandingOrder, result: CarriedOut, watched: Watched, wrong: string | null): void {
    const { host } = order.server;
    if (wrong !== null) watched.wasWrong = true;
    if (result.kind === 'refused' || result.kind === 'failed') {
      const pause = againMs[Math.min(watched.attempts, againMs.length - 1)] ?? 0;
      watched.attempts += 1;
      watched.attemptAt = this.#tools.clock.monotonic() + pause;
      // Nobody can see yet who follows whom while MHA is at work.
      if (wrong === null || watched.attempts < 3) return;
      const next = nextStep({ ...order, refusal: result.why });
      watched.trouble = `${host}, the old master, ${wrong} and was NOT closed: ${result.why}; ${next}`;
      return;
    }
    watched.attempts = 0;
    watched.trouble = null;
    if (result.kind === 'silent' && result.released) {
      this.#notices.push({
        subject: `the writer address was taken from ${host}`,
        text: `${host}, the old master, had the writer address; it was released there. Its mysqld does not answer.`,
      });
    }
    if (result.kind !== 'closed') return;
    const { closed } = result;
    const wasOpen = closed.tookWrites || watched.wasWrong;
    watched.wasWrong = false;
    if (!wasOpen && order.closed !== null) return;
    const was = wasOpen ? 'was writable or had the writer address; it was closed' : 'is read-only';
    const text = `${host}, the old master, answers again and ${was} (${closedText(closed)}).`;
    this.#tools.log.warn(text);
    this.#notices.push({
      subject: wasOpen ? `${host} is back and was closed` : `${host} is back`,
      text: `${text}\n\nNext, ${nextStep(order)}`,
    });
  }

  /** What was lost, and, where that is wanted and nothing was, the way back. */
  async #afterClosing({ server: { host } }: StandingOrder, app: ApplicationConfig): Promise<void> {
    const { interrupted, log } = this.#tools;
    for (let left = findAttempts; !interrupted.aborted; left -= 1) {
      try {
        const { lost, text } = await findLost(app.file, host, { ...this.#tools, log: quiet });
        log.warn(text);
        const subject = lost ? `${host} has writes that the new master lacks` : `${host} has nothing more`;
        this.#notices.push({ subject, text });
        if (!lost) await this.#rejoinIfWanted(host, app);
        return;
      } catch (error) {
        const isBusy = asFailure(error).kind === 'refused' && left > 1;
        if (!isBusy) {
          const text = `it is not known what ${host} has that the new master lacks: ${errorLine(error)}`;
          log.warn(text);
          this.#notices.push({ subject: `${host} could not be compared`, text });
          return;
        }
      }
      await this.#tools.clock.sleep(findAgainMs, interrupted).catch(() => undefined);
    }
  }

  async #rejoinIfWanted(host: string, app: ApplicationConfig): Promise<void> {
    const { files, log, places } = this.#tools;
    const [settings] = await loadHostSettings(places.configDirectory, [host], files, quiet, app.name);
    if (settings?.options.auto_rejoin !== true) return;
    const options = { conf: app.file, host, dryRun: false, acceptDivergence: false, by: monitorName };
    const said = await rejoin(options, this.#tools).then(
      (outcome) => (outcome.kind === 'proceed' ? outcome.leftToDo.join('; ') : 'it replicates'),
      (error: unknown) => `it was not made a replica: ${errorLine(error)}`,
    );
    log.warn(`auto_rejoin of ${host}: ${said}`);
    this.#notices.push({ subject: `auto_rejoin of ${host}`, text: said });
  }

  async #liftReplica(order: StandingOrder, app: ApplicationConfig, cluster: string): Promise<void> {
    const { host } = order.server;
    try {
      if (!(await returnedServers(app, [host], this.#tools)).includes(host)) return;
      if (!(await liftOrder(cluster, order.server, `${monitorName}: it replicates again`, this.#tools))) return;
      this.#tools.log.info(`${host} replicates again: the standing order that keeps it closed is lifted`);
    } catch (error) {
      this.#tools.log.warn(errorLine(error));
    }
  }
}
