// What the monitor does about standing orders: it asks each old master twice a second whether it is back, and carries
// out the order when it answers. Never in the way of the look at the manager: each look is beside it, with a limit.
import { Budget } from '../../context/budget.ts';
import type { Tools } from '../../context/Context.ts';
import { loadHostSettings } from '../../config/load.ts';
import { errorLine } from '../../errors/message.ts';
import { isUnknown, type Unknown } from '../../errors/unknown.ts';
import type { ApplicationConfig } from '../../mha/applicationConfig.ts';
import { openServer } from '../../mysql/openServer.ts';
import { heldBy } from '../../steps/writerAddressSteps.ts';
import type { Notice } from '../monitor/clusterState.ts';
import { returnedServers } from '../monitor/returnedServers.ts';
import { clusterTls, quiet } from '../survey/clusterTls.ts';
import { lookAtCluster } from '../survey/surveyCluster.ts';
import { afterClosing } from './afterClosing.ts';
import { carryOutOrder, endOfOrder, type CarriedOut } from './carryOutOrder.ts';
import { closedNotice, fencedNotice, nextStep, releasedNotice } from './describeOrders.ts';
import { fenceOld } from './fenceOld.ts';
import { liftOrder } from './liftOrder.ts';
import { readOrders, type Orders, type StandingOrder } from './standingOrders.ts';

const monitorName = 'mha-helper monitor';
/** A server that answers nothing may be coming up: a look begins with each tick, and so many at once. */
const mostLooks = 4;
const lookMs = 2_000;
/** Between looks at a server that is closed, and at the address on its host, in ms. */
const [closedMs, addressMs] = [1_000, 10_000];
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
  /** fence_command is at work for it; true: it has cut the host off. */
  fencing: Promise<boolean> | null;
  /** What it has is being compared with the new master, or was, and people were told. */
  compared: boolean;
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
      fencing: null,
      compared: false,
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
      let fencing = watched.fencing;
      const whenOpen = (): void => {
        fencing = this.#fence(order, app, cluster, watched);
      };
      const result = await carryOutOrder(order, app, cluster, monitorName, this.#tools, { whenOpen });
      const isNew = result.kind === 'closed' && (result.closed.tookWrites || watched.wasWrong);
      this.#tell(order, result, watched, wrong);
      // A monitor that was ended in between has not found it out.
      const isOpen = order.compared == null && order.divergence == null && !watched.compared;
      if (result.kind !== 'closed' || !(isNew || isOpen)) return;
      watched.compared = true;
      this.#beside(this.#compareUnlessOff(order, app, watched, fencing));
    } finally {
      watched.isBusy = false;
    }
  }

  /** Waits for nothing: the server is closed at the same time. */
  #fence(order: StandingOrder, app: ApplicationConfig, cluster: string, watched: Watched): Promise<boolean> {
    if (watched.fencing !== null) return watched.fencing;
    const fencing = fenceOld(order, app.name, cluster, monitorName, this.#tools).then((result) => {
      watched.fencing = null;
      if (result.kind !== 'not configured') this.#notify(fencedNotice(order, result));
      return result.kind === 'off';
    });
    watched.fencing = fencing;
    this.#beside(fencing);
    return fencing;
  }

  /** One that is cut off is compared when it answers again. */
  async #compareUnlessOff(
    order: StandingOrder,
    app: ApplicationConfig,
    watched: Watched,
    fencing: Promise<boolean> | null,
  ): Promise<void> {
    const isOff = (await fencing) ?? false;
    if (isOff) watched.compared = false;
    else await afterClosing(order.server.host, app, monitorName, (notice) => this.#notices.push(notice), this.#tools);
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
      this.#notify(releasedNotice(host));
    }
    if (result.kind !== 'closed') return;
    const { closed } = result;
    const wasOpen = closed.tookWrites || watched.wasWrong;
    watched.wasWrong = false;
    if (!wasOpen && order.closed !== null) return;
    this.#notify(closedNotice(order, closed, wasOpen));
  }

  #notify(notice: Notice): void {
    this.#tools.log.warn(notice.text.split('\n')[0] ?? '');
    this.#notices.push(notice);
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
