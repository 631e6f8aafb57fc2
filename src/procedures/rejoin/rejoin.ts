// An old master becomes a replica of the new one: closed first, compared, and only then pointed at it. Every step
// leaves something that is safe: a server that is closed and stands alone, or a replica.
import type { Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { outcomeOf, type Outcome } from '../../mha/exitCodes.ts';
import { firstError } from '../../mha/managerLog.ts';
import { endOf } from '../../mha/masterEnd.ts';
import { rejoinCommand } from '../../steps/byHand.ts';
import { beginText, replicateFrom } from '../../steps/replicateStep.ts';
import { carryOutOrder } from '../orders/carryOutOrder.ts';
import { liftOrder, lockedChange } from '../orders/liftOrder.ts';
import { giveOrder, newOrder, type StandingOrder } from '../orders/standingOrders.ts';
import type { Run } from '../run/openRun.ts';
import { orderProcedure } from '../run/runLock.ts';
import { withRun } from '../run/withRun.ts';
import { lookAtCluster, survey } from '../survey/surveyCluster.ts';
import type { Difference } from './compareServers.ts';
import { compare, keepDivergence } from './divergence.ts';
import { writeLost } from './lostWrites.ts';
import { lookFirst, type Known } from './lookFirst.ts';
import { masterToFollow } from './rejoinRules.ts';
import { beginOf, type RejoinPlan } from './rejoinPlan.ts';

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

/** @throws Failure `refused` and others; the message says what was done until then */
export async function rejoin(options: RejoinOptions, tools: Tools): Promise<Outcome> {
  const known = await lookFirst(options, tools);
  if (options.acceptDivergence) refuseCandidate(known);
  const { app, server, master, plan } = known;
  const name = server.hostname;
  if (plan === null) {
    tools.log.info(`${name} replicates from ${master.hostname} already`);
    return options.dryRun ? { kind: 'done' } : finish(known, options, tools);
  }
  if (options.dryRun) return rehearse(known, plan, tools);
  const order = await closeOld(known, tools);
  const difference = await onlyLook(known, tools, (run) => compare(run, known, plan));
  if (difference.extra !== '') await diverged(known, order, plan, difference, options, tools);
  else await writeLost(known.cluster, order, 'nothing', tools);
  const begin = beginOf(plan, name);
  await withRun(tools, requestFor(known), async (run) => {
    await stillSo(run, known, plan, difference);
    const old = await run.openServer(endOf(server));
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

/** @throws Failure `refused`: what it alone has would come back with it */
function refuseCandidate({ app, server }: Known): void {
  if (server.noMaster) return;
  throw new Failure('refused', `--accept-divergence: ${server.hostname} could be made the master`, {
    hint: `set no_master=1 in its block of ${app.file} first: what it alone has would come back`,
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
async function closeOld(known: Known, tools: Tools): Promise<StandingOrder> {
  const { app, cluster, server, master } = known;
  const order = known.order ?? (await orderNow(known, tools));
  const result = await carryOutOrder(order, app, cluster, 'mha-helper rejoin', tools, { named: master.hostname });
  if (result.kind === 'closed') return order;
  const why = 'why' in result ? result.why : 'the standing order was lifted meanwhile';
  throw new Failure('refused', `${server.hostname} could not be closed, and is no replica: ${why}`);
}

async function orderNow({ app, cluster, server, master }: Known, tools: Tools): Promise<StandingOrder> {
  const { user: _, password: __, ...end } = endOf(server);
  const order = newOrder({
    server: end,
    master: master.hostname,
    conf: app.file,
    given: tools.clock.now().toISOString(),
    caller: null,
  });
  await lockedChange(cluster, server.hostname, tools, () => giveOrder(tools, cluster, order));
  return order;
}

function onlyLook<T>({ app, settings }: Known, tools: Tools, body: (run: Run) => Promise<T>): Promise<T> {
  return lookAtCluster(app, settings, tools, body);
}

/** @throws Failure `refused` unless a person insists */
async function diverged(
  known: Known,
  order: StandingOrder,
  plan: RejoinPlan,
  difference: Difference,
  options: RejoinOptions,
  tools: Tools,
): Promise<void> {
  const { app, server, master } = known;
  const divergence = await keepDivergence(known, order, plan, difference, tools);
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
    cluster: app.name,
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
