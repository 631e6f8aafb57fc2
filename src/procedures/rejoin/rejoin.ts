// An old master becomes a replica of the new one: closed first, compared, and only then pointed at it. Every step
// leaves something that is safe: a server that is closed and stands alone, or a replica.
import { loadHostSettings } from '../../config/load.ts';
import type { HostSettings } from '../../config/options.ts';
import type { Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { isUnknown } from '../../errors/unknown.ts';
import { loadApplicationConfig, type ApplicationConfig, type ApplicationServer } from '../../mha/applicationConfig.ts';
import { outcomeOf, type Outcome } from '../../mha/exitCodes.ts';
import { firstError } from '../../mha/managerLog.ts';
import { endOf } from '../../mha/masterEnd.ts';
import { namedServer } from '../../mha/namedServer.ts';
import { rejoinCommand } from '../../steps/byHand.ts';
import { beginText, replicateFrom } from '../../steps/replicateStep.ts';
import { carryOutOrder } from '../orders/carryOutOrder.ts';
import { liftOrder, lockedChange } from '../orders/liftOrder.ts';
import {
  changeOrders,
  giveOrder,
  readOrders,
  sameServer,
  update,
  type StandingOrder,
} from '../orders/standingOrders.ts';
import type { Run } from '../run/openRun.ts';
import { orderProcedure } from '../run/runLock.ts';
import { withRun } from '../run/withRun.ts';
import { whatIsAtWork } from '../survey/atWork.ts';
import { lookAtCluster, survey } from '../survey/surveyCluster.ts';
import { compareServers, type Difference } from './compareServers.ts';
import { masterToFollow } from './rejoinRules.ts';
import { beginOf, rejoinPlan, type RejoinPlan } from './rejoinPlan.ts';
import { saveDivergence } from './saveDivergence.ts';

/** masterha_check_repl connects to every host by MySQL and SSH. In ms. */
const checkMs = 120_000;

export interface RejoinOptions {
  /** Path of MHA's application file. */
  readonly conf: string;
  /** HOST or HOST:PORT, as the application file has it. */
  readonly host: string;
  readonly dryRun: boolean;
  /** Make it a replica although it has what the master lacks. */
  readonly acceptDivergence: boolean;
  /** Whose word it is, for the record. */
  readonly by: string;
}

interface Known {
  readonly app: ApplicationConfig;
  readonly settings: readonly HostSettings[];
  readonly cluster: string;
  readonly server: ApplicationServer;
  readonly master: ApplicationServer;
  /** Null: no failover has left one. */
  readonly order: StandingOrder | null;
  /** It replicates from the master already. */
  readonly follows: boolean;
  readonly isReadOnly: boolean;
  readonly plan: RejoinPlan | null;
}

/** @throws Failure `refused` and others; the message says what was done until then */
export async function rejoin(options: RejoinOptions, tools: Tools): Promise<Outcome> {
  const known = await lookFirst(options, tools);
  const { app, server, master, plan } = known;
  const name = server.hostname;
  if (plan === null) {
    tools.log.info(`${name} replicates from ${master.hostname} already`);
    return options.dryRun ? { kind: 'done' } : finish(known, options, tools);
  }
  if (options.dryRun) return rehearse(known, plan, tools);
  await closeOld(known, tools);
  const difference = await onlyLook(known, tools, (run) => compare(run, known, plan));
  if (difference.extra !== '') await diverged(known, plan, difference, options, tools);
  const begin = beginOf(plan, name);
  await withRun(tools, requestFor(known), async (run) => {
    await stillSo(run, known, plan, difference);
    const old = await run.openServer(endOf(server), run.settings(endOf(server)).options.connect_timeout * 1000);
    const replica = await run.openReplica(endOf(server));
    const gtidPosition = difference.extra === '' ? null : (known.order?.gtid ?? null);
    if (begin.kind === 'slave_pos' && difference.extra !== '' && gtidPosition === null) {
      throw new Failure('refused', `it is not known up to which GTID ${name} and ${master.hostname} are the same`, {
        hint: `rebuild ${name} from a copy of ${master.hostname}`,
      });
    }
    const { options: flags } = run.settings(endOf(server));
    await run.steps([
      replicateFrom(replica, old, { source: plan.source, begin, options: plan.options, gtidPosition }, tools.clock),
    ]);
    // MHA's last writes could not be executed on a candidate with it.
    if (!flags.super_read_only && (await old.readOnly()).superReadOnly === true) {
      await old.setReadOnly({ readOnly: true, superReadOnly: false }, 1_000);
    }
    return { kind: 'done' };
  });
  tools.log.info(`${name} replicates from ${master.hostname}, ${beginText(begin)} (${app.file})`);
  return finish(known, options, tools);
}

async function lookFirst({ conf, host, acceptDivergence }: RejoinOptions, tools: Tools): Promise<Known> {
  const app = await loadApplicationConfig(conf, tools.files);
  for (const warning of app.warnings) tools.log.warn(warning);
  const server = namedServer(app, '', host);
  if (acceptDivergence && !server.noMaster) {
    throw new Failure('refused', `--accept-divergence: ${server.hostname} could be made the master`, {
      hint: `set no_master=1 in its block of ${conf} first: what it alone has would come back`,
    });
  }
  const hosts = [...new Set(app.servers.map(({ hostname }) => hostname))];
  const settings = await loadHostSettings(tools.places.configDirectory, hosts, tools.files, tools.log);
  const cluster = settings[0]?.cluster ?? '';
  const orders = await readOrders(tools, cluster);
  if (isUnknown(orders)) throw new Failure('environment', orders.unknown);
  const order = orders.standing.find((one) => sameServer(one, { host: server.hostname, port: server.port })) ?? null;
  const atWork = await whatIsAtWork(app, cluster, tools);
  return lookAtCluster(app, settings, tools, async (run) => {
    const seen = await survey(run, app, 'servers');
    const master = masterToFollow({ conf, server, survey: seen, atWork });
    const own = seen.servers.find((state) => state.server === server);
    const follows = own?.source === master && own.replication?.running === true && own.readOnly === true;
    const plan = follows ? null : await rejoinPlan(run, app, server, master, seen, order);
    return { app, settings, cluster, server, master, order, follows, isReadOnly: own?.readOnly === true, plan };
  });
}

async function rehearse(known: Known, plan: RejoinPlan, tools: Tools): Promise<Outcome> {
  const { server, master, isReadOnly } = known;
  const { extra } = await onlyLook(known, tools, (run) => compare(run, known, plan));
  const close = isReadOnly ? 'it is read-only already' : 'it takes writes, and would be closed first';
  tools.log.info(`dry run: nothing was changed; ${server.hostname}: ${close}`);
  if (extra !== '') {
    tools.log.warn(`dry run: ${server.hostname} has what ${master.hostname} lacks (${extra}): rejoin would refuse`);
    return { kind: 'done' };
  }
  const { source } = plan;
  const how = `${beginText(beginOf(plan, server.hostname))}, as ${source.user} with ${plan.options.size} more options`;
  tools.log.info(`dry run: ${server.hostname} would replicate from ${source.host}:${source.port}, ${how}`);
  return { kind: 'done' };
}

/** The steps of a standing order; one is given where no failover has left one. */
async function closeOld(known: Known, tools: Tools): Promise<void> {
  const { app, cluster, server, master } = known;
  const order = known.order ?? (await newOrder(known, tools));
  const result = await carryOutOrder(order, app, cluster, 'mha-helper rejoin', tools, master.hostname);
  if (result.kind === 'closed') return;
  const why = 'why' in result ? result.why : 'the standing order was lifted meanwhile';
  throw new Failure('refused', `${server.hostname} could not be closed, and is no replica: ${why}`);
}

async function newOrder({ app, cluster, server, master }: Known, tools: Tools): Promise<StandingOrder> {
  const { user: _, password: __, ...end } = endOf(server);
  const order: StandingOrder = {
    server: end,
    master: master.hostname,
    conf: app.file,
    given: tools.clock.now().toISOString(),
    caller: null,
    left: 'unknown',
    executed: null,
    position: null,
    gtid: null,
    closed: null,
    refusal: null,
  };
  await lockedChange(cluster, server.hostname, tools, () => giveOrder(tools, cluster, order));
  return order;
}

function onlyLook<T>({ app, settings }: Known, tools: Tools, body: (run: Run) => Promise<T>): Promise<T> {
  return lookAtCluster(app, settings, tools, body);
}

async function compare(run: Run, { server, master }: Known, plan: RejoinPlan): Promise<Difference> {
  const [old, next] = await Promise.all([run.openReplica(endOf(server)), run.openReplica(endOf(master))]);
  return compareServers(old, next, plan.follows, plan.recovered);
}

/** @throws Failure `refused` unless a person insists */
async function diverged(
  known: Known,
  plan: RejoinPlan,
  difference: Difference,
  options: RejoinOptions,
  tools: Tools,
): Promise<void> {
  const { app, cluster, server, master } = known;
  const { what, where } = await onlyLook(known, tools, async (run) =>
    saveDivergence(run, await run.openReplica(endOf(server)), server, plan.follows, difference),
  );
  const has = `${server.hostname} has what ${master.hostname} lacks (${difference.extra}): ${what}`;
  const divergence = `${has}; ${where.join('; ')}`;
  const end = { host: server.hostname, port: server.port, ip: server.ip ?? server.hostname };
  await lockedChange(cluster, server.hostname, tools, () => changeOrders(tools, cluster, update(end, { divergence })));
  if (options.acceptDivergence) {
    tools.log.warn(`${divergence}; it becomes a replica all the same, because --accept-divergence was given`);
    return;
  }
  throw new Failure('refused', `${divergence}; it stays closed, and is no replica`, {
    hint:
      `execute on ${master.hostname} what must not be lost, and rebuild ${server.hostname} from a copy of ` +
      `${master.hostname}; or, never as a candidate: ${rejoinCommand(server.hostname, app.file)} --accept-divergence`,
  });
}

function requestFor({ app, server }: Known) {
  return {
    procedure: `${orderProcedure} (rejoin)`,
    orig: endOf(server),
    next: null,
    others: app.servers.filter((one) => one !== server).map(endOf),
    sshOptions: app.sshOptions,
    record: 'apart',
    canWait: true,
  } as const;
}

/** Under the lock, right before the change: what was seen may have changed. */
async function stillSo(run: Run, known: Known, plan: RejoinPlan, difference: Difference): Promise<void> {
  const { app, server, master } = known;
  const seen = await survey(run, app, 'servers');
  const now = masterToFollow({ conf: app.file, server, survey: seen, atWork: null });
  const own = seen.servers.find((state) => state.server === server);
  const isSame = now === master && own?.readOnly === true;
  const again = isSame ? await compare(run, known, plan) : difference;
  if (isSame && again.extra === difference.extra) return;
  const what = isSame ? `${server.hostname} was written to` : 'another server became the master, or it was opened';
  throw new Failure('refused', `${what} while it was compared; it is no replica`, {
    hint: 'look who does that, and try again',
  });
}

/** The order has done its service; MHA says whether it would start with it. */
async function finish({ app, cluster, server }: Known, { by }: RejoinOptions, tools: Tools): Promise<Outcome> {
  const end = { host: server.hostname, port: server.port };
  await liftOrder(cluster, end, `mha-helper rejoin, ${by}`, tools);
  const { code, stdout, stderr } = await tools.connect.local.run(
    ['masterha_check_repl', `--conf=${app.file}`],
    checkMs,
  );
  if (code === 0) {
    tools.log.info(`masterha_check_repl passes: MHA would start with ${server.hostname}`);
    return outcomeOf([]);
  }
  const why = firstError(stdout + stderr);
  return outcomeOf([`masterha_check_repl does not pass (${why}): MHA would not start with ${server.hostname} yet`]);
}
