// Carrying out a standing order: the old master takes no writes and has no writer address any more. Under the
// cluster's run lock, with a look at everybody else first: the server that is the master now is never closed.
import type { Log, Tools } from '../../context/Context.ts';
import { asFailure, errorLine } from '../../errors/message.ts';
import { isUnknown } from '../../errors/unknown.ts';
import type { ApplicationConfig } from '../../mha/applicationConfig.ts';
import { endOf } from '../../mha/masterEnd.ts';
import type { MasterEnd } from '../../mha/request.ts';
import type { ReadOnly, Server } from '../../mysql/Server.ts';
import { closeAtOnce } from '../../steps/closeAtOnce.ts';
import { stopEvents } from '../../steps/eventSteps.ts';
import { kept } from '../../steps/keptStep.ts';
import { persistReadOnly } from '../../steps/readOnlySteps.ts';
import { terminateSessions } from '../../steps/sessionSteps.ts';
import type { Step } from '../../steps/Step.ts';
import { heldBy, placeWriterAddress, releaseWriterAddress } from '../../steps/writerAddressSteps.ts';
import type { Run } from '../run/openRun.ts';
import { orderProcedure } from '../run/runLock.ts';
import { withRun } from '../run/withRun.ts';
import { survey, type Survey } from '../survey/surveyCluster.ts';
import { followersOf, orderRefusal, recordedMaster } from './orderRules.ts';
import { changeOrders, readOrders, sameServer, update, type Closed, type StandingOrder } from './standingOrders.ts';

/** How long a server gets to connect, in ms: each moment may be one with two masters. */
const connectMs = 1_000;
/**
 * How long it may take, in ms: a failover that begins meanwhile waits for the lock, no longer than runLock.ts says, and
 * an old master whose disk hangs must not keep it from being done.
 */
const mostMs = 20_000;

/**
 * `lifted`: nobody wants it any more. `silent`: its mysqld does not answer; the address was looked after all the same,
 * if its host answers. `refused`: somebody must decide, or another run is at work. `failed`: part of it could not be
 * done. `closed`: all is as ordered.
 */
export type CarriedOut =
  | { readonly kind: 'lifted' }
  | { readonly kind: 'silent'; readonly why: string; readonly released: boolean }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'closed'; readonly closed: Closed };

/**
 * Never throws for what it finds.
 * @param cluster the helper's name of it
 * @param by who carries it out, for the record
 * @param more named: the master, where whoever asks has seen who it is; else it is the one of the record. whenOpen: is
 *   called once it is certain that this is not the master, and it takes writes, before anything is done to it; and when
 *   it could not be closed
 */
export async function carryOutOrder(
  order: StandingOrder,
  app: ApplicationConfig,
  cluster: string,
  by: string,
  tools: Tools,
  { named, whenOpen = () => undefined }: { readonly named?: string; readonly whenOpen?: () => void } = {},
): Promise<CarriedOut> {
  let result: CarriedOut = { kind: 'lifted' };
  const log = untilItMatters(tools.log);
  const end = endOfOrder(order, app);
  const others = app.servers.filter(({ hostname }) => hostname !== end.host).map(endOf);
  const request = {
    procedure: orderProcedure,
    cluster: app.name,
    orig: end,
    next: null,
    others,
    sshOptions: app.sshOptions,
    record: 'apart',
    canWait: true,
    mostMs,
  } as const;
  try {
    await withRun({ ...tools, log }, request, async (run) => {
      const orders = await readOrders(tools, cluster);
      // The same server may have been rejoined, opened and failed over again since the caller has read its order.
      const now = isUnknown(orders) ? undefined : orders.standing.find((one) => sameServer(one, order.server));
      if (isUnknown(orders)) {
        result = { kind: 'failed', why: orders.unknown };
      } else if (now !== undefined) {
        result = await locked(run, { ...now, master: named ?? recordedMaster(run.earlier, now) }, end, app, by, {
          matters: log.open,
          whenOpen,
        });
        if (result.kind === 'failed') whenOpen();
        await note(now, result, cluster, tools);
      }
      return { kind: 'done' };
    });
  } catch (error) {
    return { kind: 'refused', why: errorLine(error) };
  }
  return result;
}

/** The account of the application file, even where MHA has taken the dead master out of it. */
export function endOfOrder({ server }: StandingOrder, app: ApplicationConfig): MasterEnd {
  const known = app.servers.find(({ hostname, port }) => hostname === server.host && port === server.port);
  if (known !== undefined) return endOf(known);
  const { user, password } = app.servers[0];
  return { ...server, user, password };
}

async function locked(
  run: Run,
  order: StandingOrder,
  end: MasterEnd,
  app: ApplicationConfig,
  by: string,
  { matters, whenOpen }: { readonly matters: () => void; readonly whenOpen: () => void },
): Promise<CarriedOut> {
  const { provider } = run;
  const host = run.host(end);
  // Early, so that its connection is there when it is needed.
  const nextHost = masterOf(app, order.master);
  if (provider.address !== null) {
    for (const one of [host, ...(nextHost === null ? [] : [run.host(nextHost)])]) {
      void provider.prepare(one).catch(() => undefined);
    }
  }
  const opening = run.openServer(end, connectMs).catch(asFailure);
  const mhaWorks = order.caller !== null && (await run.tools.connect.isRunning(order.caller));
  const { master } = order;
  const seen = await look(run, app, master);
  const refused = orderRefusal({ host: end.host, master, mhaWorks, survey: seen });
  if (refused !== null) return { kind: 'refused', why: refused };
  matters();
  const server = await opening;
  const release = provider.address === null ? [] : releaseAndTell(run, end, nextHost);
  if (server instanceof Error) {
    const { changes } = await run.steps(release);
    const released = changes.some(({ step }) => step.id.startsWith('release-address:'));
    return { kind: 'silent', why: errorLine(server), released };
  }
  const before = await server.readOnly();
  if (!before.readOnly) whenOpen();
  return close(run, server, before, end, by, release);
}

function masterOf(app: ApplicationConfig, master: string): MasterEnd | null {
  const server = app.servers.find(({ hostname }) => hostname === master);
  return server === undefined ? null : endOf(server);
}

/**
 * The old master has told the network that the address is there, if only by answering: clients would go on asking it.
 * So the master tells the network once more, where it has the address.
 */
function releaseAndTell(run: Run, end: MasterEnd, master: MasterEnd | null): readonly Step[] {
  const { provider } = run;
  const release = kept(releaseWriterAddress(provider, run.host(end)));
  if (master === null || !provider.asksNetwork) return [release];
  const host = run.host(master);
  let isReleased = false;
  const tell = kept(placeWriterAddress(provider, host, true, Promise.resolve({ kind: 'nobody' })));
  return [
    {
      ...release,
      apply: (before) => {
        isReleased = true;
        return release.apply(before);
      },
    },
    { ...tell, check: async () => (isReleased && (await provider.holds(host)) ? tell.check() : null) },
  ];
}

/** Hosts take longer to answer than servers: they are asked only where no replica shows who is the master. */
async function look(run: Run, app: ApplicationConfig, master: string): Promise<Survey> {
  const seen = await survey(run, app, 'servers', { connectMs });
  const isClear = run.provider.address === null || followersOf(seen, master).length > 0;
  return isClear ? seen : survey(run, app, 'servers and address', { connectMs });
}

async function close(
  run: Run,
  server: Server,
  before: ReadOnly,
  end: MasterEnd,
  by: string,
  release: readonly Step[],
): Promise<CarriedOut> {
  const hasSuper = before.superReadOnly !== null;
  // Both at once: clients must reach it no more, whatever keeps it from being closed.
  const [closed, released] = await Promise.all([
    run.steps([
      kept(closeAtOnce(server, false, run.drainTools)),
      kept(stopEvents(server)),
      // Last, because it would refuse that.
      ...(hasSuper ? [kept(closeAtOnce(server, true, run.drainTools))] : []),
      // One that came back closed has no sessions of applications: those that are there repair it.
      ...(before.readOnly ? [] : [kept(terminateSessions(server, run.drainTools))]),
      kept(persistReadOnly(server.label, () => Promise.resolve(server))),
    ]),
    run.steps(release),
  ]);
  const changes = [...closed.changes, ...released.changes];
  const leftToDo = [...closed.leftToDo, ...released.leftToDo];
  const held = await remaining(run, end);
  const { readOnly } = await server.readOnly();
  const missing = [...(readOnly ? [] : ['it takes writes']), ...(held === null ? [] : [held])];
  if (missing.length > 0) return { kind: 'failed', why: [...missing, ...leftToDo].join('; ') };
  const at = run.tools.clock.now().toISOString();
  const [position, gtid] = [await server.binlogPosition(), await server.gtidPosition()];
  const tookWrites = changes.some(({ step }) => /^(set-read-only|release-address):/.test(step.id));
  return { kind: 'closed', closed: { at, by, position, gtid, tookWrites } };
}

/** In words, what is still there of the address; null: nothing. */
async function remaining(run: Run, end: MasterEnd): Promise<string | null> {
  const { provider } = run;
  if (provider.address === null) return null;
  try {
    const held = await heldBy(provider, run.host(end));
    return held === 'held' || held === 'partly' ? `it has the writer address ${provider.address}` : null;
  } catch (error) {
    return `it is not known whether it has the writer address ${provider.address} (${errorLine(error)})`;
  }
}

async function note(order: StandingOrder, result: CarriedOut, cluster: string, tools: Tools): Promise<void> {
  switch (result.kind) {
    case 'closed':
      // What was found when it was closed first stays: that is where its own writes ended.
      if (order.closed !== null && !result.closed.tookWrites && order.refusal === null) return;
      return changeOrders(tools, cluster, update(order.server, { closed: result.closed, refusal: null }));
    case 'refused':
    case 'failed':
      if (order.refusal === result.why) return;
      return changeOrders(tools, cluster, update(order.server, { refusal: result.why }));
    default:
      return;
  }
}

/** Keeps what is said until it is known that something is done: a look each second would fill a log. */
function untilItMatters(log: Log): Log & { readonly open: () => void } {
  let waiting: (() => void)[] | null = [];
  const say = (line: () => void): void => {
    if (waiting === null) line();
    else waiting.push(line);
  };
  return {
    info: (line) => say(() => log.info(line)),
    warn: (line) => say(() => log.warn(line)),
    open: () => {
      for (const line of waiting ?? []) line();
      waiting = null;
    },
  };
}
