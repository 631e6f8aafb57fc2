// Standing orders: a master that a failover has left behind must not take writes nor have the writer address. The
// record outlives the hook that gave the order, the monitor and the machine; whoever runs next carries it out. It
// stands until the server is a replica again or a person lifts it. Changed under the cluster's run lock only.
import type { Log, Places, ProcessIdentity, Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { errorText } from '../../errors/message.ts';
import { flag, listOf, nullOr, number, orNull, shaped, text } from '../../errors/shape.ts';
import { isUnknown, type Unknown } from '../../errors/unknown.ts';
import type { HostEnd } from '../../mha/request.ts';

export interface StandingOrder {
  /** The master that was left behind, with the way to its host; no account. */
  readonly server: HostEnd;
  /** Host of the server that took over. */
  readonly master: string;
  /** MHA's application file; null where MHA did not tell. */
  readonly conf: string | null;
  /** When it was given, ISO 8601. */
  readonly given: string;
  /** MHA, which called the hook that gave it. */
  readonly caller: ProcessIdentity | null;
  /** How the failover left the server: see Original. */
  readonly left: 'down' | 'closed' | 'unknown';
  /** What the new master had executed of this server's binary log when it was opened; null where it did not say. */
  readonly executed: string | null;
  /** What the new master's own binary log had then. */
  readonly position: string | null;
  readonly gtid: string | null;
  /** Null: not carried out yet. */
  readonly closed: Closed | null;
  /** Why it could not be carried out when that was last tried. */
  readonly refusal: string | null;
  /** The new master was a semi-synchronous replica; null: not known. */
  readonly semiSynchronous?: boolean | null;
  /** What it has that the new master lacks, and where that was saved; null: not found out, or nothing. */
  readonly divergence?: string | null;
  /** Its host was cut off by fence_command, once: by the failover, or when it came back. */
  readonly fenced?: { readonly at: string; readonly by: string } | null;
  /** Another manager has given it: its hooks are not in this host's journal. */
  readonly foreign?: boolean;
  /** When it was seen that it has nothing more than the new master; null: not known. */
  readonly compared?: string | null;
}

/** One that was just given: what becomes known later is still open. */
export function newOrder(known: Pick<StandingOrder, 'server' | 'master' | 'conf' | 'given' | 'caller'>): StandingOrder {
  return { ...known, left: 'unknown', executed: null, position: null, gtid: null, closed: null, refusal: null };
}

export interface Closed {
  /** ISO 8601. */
  readonly at: string;
  /** `mha-helper monitor`, `mha-helper rejoin`, ... */
  readonly by: string;
  /** Where its binary log stood then. */
  readonly position: string | null;
  readonly gtid: string | null;
  /** It took writes until then, or had the writer address. */
  readonly tookWrites: boolean;
}

export interface Lifted {
  readonly host: string;
  /** When the order had been given, and when it was lifted. */
  readonly given: string;
  readonly at: string;
  /** A person's name, or what made it a replica again. */
  readonly by: string;
}

export interface Orders {
  readonly standing: readonly StandingOrder[];
  /** The newest last. */
  readonly lifted: readonly Lifted[];
}

type Change = (orders: Orders) => Orders;
type OrderTools = Pick<Tools, 'files' | 'places'>;

const none: Orders = { standing: [], lifted: [] };
/** So many orders that were lifted are kept, for whoever asks who did. */
const mostLifted = 20;

/** The only file of its directory that a cluster has. */
export function ordersPath(places: Pick<Places, 'stateDirectory'>, cluster: string): string {
  return `${places.stateDirectory}/orders/${cluster}.json`;
}

/** Unknown where the record cannot be read, or is none: then nobody knows what must be closed. */
export async function readOrders(tools: OrderTools, cluster: string): Promise<Orders | Unknown> {
  const path = ordersPath(tools.places, cluster);
  try {
    return ordersIn(JSON.parse(await tools.files.read(path)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return none;
    return { unknown: `${path}: cannot be read: ${errorText(error)}` };
  }
}

const isOrder = shaped({
  server: shaped({ host: text, ip: text, port: number }),
  master: text,
  conf: nullOr(text),
  given: text,
  caller: nullOr(shaped({ pid: number, startTicks: text })),
  executed: nullOr(text),
  position: nullOr(text),
  gtid: nullOr(text),
  closed: nullOr(shaped({ at: text, by: text, position: nullOr(text), gtid: nullOr(text), tookWrites: flag })),
  refusal: nullOr(text),
  divergence: orNull(text),
});
const isLifted = shaped({ host: text, given: text, at: text, by: text });

/** @throws Error for what is no such record */
export function ordersIn(value: unknown): Orders {
  const isWhole = shaped({ standing: listOf(isOrder), lifted: listOf(isLifted) })(value);
  if (!isWhole) throw new Error('it is no record of standing orders');
  return value as Orders;
}

/** Under the run lock. @throws Failure `environment` when it cannot be read or written */
export async function changeOrders(tools: OrderTools, cluster: string, change: Change): Promise<void> {
  const before = await readOrders(tools, cluster);
  if (isUnknown(before)) throw new Failure('environment', before.unknown);
  const after = change(before);
  if (after !== before) await write(tools, cluster, after);
}

async function write({ files, places }: OrderTools, cluster: string, orders: Orders): Promise<void> {
  const path = ordersPath(places, cluster);
  try {
    await files.writePrivate(path, `${JSON.stringify(orders, null, 1)}\n`);
  } catch (error) {
    throw new Failure('environment', `${path}: cannot be written: ${errorText(error)}`, { cause: error });
  }
}

/**
 * A record that cannot be read must not keep a new order from being given: it is set aside under another name.
 * @returns the order of the same server that it takes the place of; null: there was none
 * @throws Failure `environment` when it cannot be written
 */
export async function giveOrder(
  tools: OrderTools & { readonly log: Log },
  cluster: string,
  order: StandingOrder,
): Promise<StandingOrder | null> {
  const before = await readOrders(tools, cluster);
  const path = ordersPath(tools.places, cluster);
  if (isUnknown(before)) {
    tools.log.warn(`${before.unknown}; it is kept as ${path}.unreadable`);
    await tools.files.rename(path, `${path}.unreadable`).catch(() => undefined);
  }
  const known = isUnknown(before) ? none : before;
  await write(tools, cluster, add(order)(known));
  return known.standing.find((one) => sameServer(one, order.server)) ?? null;
}

const add =
  (order: StandingOrder): Change =>
  (orders) => ({ ...orders, standing: [...orders.standing.filter((one) => !sameServer(one, order.server)), order] });

/** Replaces the order of that server; nothing where there is none any more. */
export function update(server: HostEnd, more: Partial<StandingOrder>): Change {
  return (orders) => ({
    ...orders,
    standing: orders.standing.map((one) => (sameServer(one, server) ? { ...one, ...more } : one)),
  });
}

/** The failover that gave it did not happen. @param before the order that it took the place of, which stands again */
export function withdraw(server: HostEnd, before: StandingOrder | null): Change {
  const without: Change = ({ standing, lifted }) => ({
    standing: standing.filter((one) => !sameServer(one, server)),
    lifted,
  });
  return before === null ? without : add(before);
}

/** The same record where no order stands for that server. */
export function lift(server: Pick<HostEnd, 'host' | 'port'>, by: string, at: string): Change {
  return (orders) => {
    const found = orders.standing.find((one) => sameServer(one, server));
    if (found === undefined) return orders;
    const lifted = { host: found.server.host, given: found.given, at, by };
    return {
      standing: orders.standing.filter((one) => one !== found),
      lifted: [...orders.lifted, lifted].slice(-mostLifted),
    };
  };
}

export function sameServer(order: StandingOrder, { host, port }: Pick<HostEnd, 'host' | 'port'>): boolean {
  return order.server.host === host && order.server.port === port;
}
