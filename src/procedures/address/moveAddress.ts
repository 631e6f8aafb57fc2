// The writer address by an operator's hand: who has it, and giving it to a host or taking it away, as carefully as a
// hook would.
import type { Tools } from '../../context/Context.ts';
import type { HostSettings } from '../../config/options.ts';
import { loadHostSettings } from '../../config/load.ts';
import { Failure } from '../../errors/errors.ts';
import { errorLine } from '../../errors/message.ts';
import { isUnknown } from '../../errors/unknown.ts';
import {
  type ApplicationConfig,
  type ApplicationServer,
  hostsOf,
  loadApplicationConfig,
} from '../../mha/applicationConfig.ts';
import { outcomeOf, type Outcome } from '../../mha/exitCodes.ts';
import { namedServer } from '../../mha/namedServer.ts';
import { placeWriterAddress, releaseByOrder, unlessUnknown } from '../../steps/writerAddressSteps.ts';
import type { RunRecord } from '../../steps/journal.ts';
import { seeHolders } from '../../steps/seeHolders.ts';
import type { Run } from '../run/openRun.ts';
import { readJournal } from '../run/earlierRuns.ts';
import { withRun } from '../run/withRun.ts';
import { endOf } from '../../mha/masterEnd.ts';
import { holdingOf, lookAtCluster, survey, unknownOf, type Survey } from '../survey/surveyCluster.ts';
import { assignDoubts, assignRefusals, releaseDoubts, releaseRefusals } from './moveRules.ts';

export interface MoveOptions {
  /** Path of MHA's application file. */
  readonly conf: string;
  /** HOST or HOST:PORT, as the application file has it. */
  readonly host: string;
  readonly force: boolean;
}

export interface ClusterLook {
  readonly app: ApplicationConfig;
  readonly settings: readonly HostSettings[];
  readonly survey: Survey;
}

/** Every server and host, asked now. */
export async function lookForAddress(conf: string, tools: Tools): Promise<ClusterLook> {
  const { app, settings } = await loadBoth(conf, tools);
  return {
    app,
    settings,
    survey: await lookAtCluster(app, settings, tools, (run) => survey(run, app, 'servers and address')),
  };
}

/**
 * @throws Failure `refused` when another host has the address or may have it, and, without `force`, when `host` is not
 *   the master that takes the writes
 */
export async function assignAddress(options: MoveOptions, tools: Tools): Promise<Outcome> {
  const { app, settings } = await loadBoth(options.conf, tools);
  const server = namedServer(app, '', options.host);
  const record = await recordOf(settings, tools);
  const { seen, elsewhere } = await lookAtCluster(app, settings, tools, async (run) => {
    const seen = managed(await survey(run, app, 'servers and address'), settings);
    // Asked here already, so that a refusal changes nothing and is no run of its own in the record.
    const own = holdingOf(seen, server.hostname);
    if (own === true || own === undefined || typeof own === 'object')
      return { seen, elsewhere: { kind: 'nobody' } as const };
    const host = run.host(endOf(server));
    await run.provider.prepare(host);
    const patience = unknownOf(seen).length === 0 ? 'once' : 'insist';
    return { seen, elsewhere: await run.provider.answersElsewhere(host, patience) };
  });
  const [refusal] = assignRefusals(app, server, seen, elsewhere);
  if (refusal !== undefined) throw refusal;
  override(
    assignDoubts(app, server, seen),
    `${server.hostname} was not given the writer address ${seen.address ?? ''}`,
    options.force,
    tools,
  );
  return move('vip assign', { app, server, seen, record }, tools, (run) => {
    const host = run.host(endOf(server));
    return [
      // A network that cannot be asked was judged above.
      placeWriterAddress(
        run.provider,
        host,
        holdingOf(seen, server.hostname) === true,
        unlessUnknown(
          () => run.provider.answersElsewhere(host, 'once'),
          (line) => tools.log.warn(line),
        ),
      ),
    ];
  });
}

/**
 * Nothing happens where the host does not have it.
 * @throws Failure `refused` without `force` when `host` takes the writes
 */
export async function releaseAddress(options: MoveOptions, tools: Tools): Promise<Outcome> {
  const { app, settings } = await loadBoth(options.conf, tools);
  const server = namedServer(app, '', options.host);
  const record = await recordOf(settings, tools);
  const seen = managed(
    await lookAtCluster(app, settings, tools, (run) => survey(run, app, 'servers and address')),
    settings,
  );
  const [refusal] = releaseRefusals(server, seen);
  if (refusal !== undefined) throw refusal;
  if (seen.holdings.some(({ host, holds }) => host === server.hostname && holds !== false)) {
    override(
      releaseDoubts(server, seen),
      `the writer address ${seen.address ?? ''} was not released on ${server.hostname}`,
      options.force,
      tools,
    );
  }
  return move('vip release', { app, server, seen, record }, tools, (run) => [
    releaseByOrder(run.provider, run.host(endOf(server))),
  ]);
}

async function loadBoth(conf: string, tools: Tools): Promise<Pick<ClusterLook, 'app' | 'settings'>> {
  const app = await loadApplicationConfig(conf, tools.files);
  for (const warning of app.warnings) tools.log.warn(warning);
  const hosts = hostsOf(app);
  return {
    app,
    settings: await loadHostSettings(tools.places.configDirectory, hosts, tools.files, tools.log, app.name),
  };
}

function managed(seen: Survey, [first]: readonly HostSettings[]): Survey {
  if (seen.address !== null) return seen;
  throw new Failure(
    'config',
    `no writer address is managed: vip_type = none in ${first?.file ?? 'the configuration'}`,
    { hint: 'set vip_type and writer_vip_cidr there' },
  );
}

function override(doubts: readonly string[], what: string, force: boolean, tools: Tools): void {
  if (doubts.length === 0) return;
  if (!force)
    throw new Failure('refused', `${what}, because ${doubts.join('; ')}`, { hint: 'if it must be so, give --force' });
  for (const doubt of doubts) tools.log.warn(`overridden by --force: ${doubt}`);
}

/** What the runs of the cluster have left, before the look: it tells whether one was at work since. */
async function recordOf([first]: readonly HostSettings[], tools: Tools): Promise<readonly RunRecord[]> {
  const runs = await readJournal(tools, first?.cluster ?? '');
  return isUnknown(runs) ? [] : runs;
}

/** @throws Failure `refused`: the look was without the lock, and what it saw may not be so any more */
function refuseOldLook({ earlier }: Run, { record }: Looked): void {
  // The oldest ones may have moved to the archive meanwhile.
  const moved = earlier.length === 0 ? 0 : Math.max(0, record.length - earlier.length);
  if (JSON.stringify(earlier) === JSON.stringify(record.slice(moved))) return;
  const last = earlier.at(-1);
  const who = last === undefined ? 'another run' : `"${last.procedure}" of ${last.origHost}`;
  throw new Failure('refused', `${who} was at work while the cluster was looked at; nothing has been changed`, {
    hint: 'see "mha-helper vip show", then try again',
  });
}

interface Looked {
  readonly app: ApplicationConfig;
  readonly server: ApplicationServer;
  readonly seen: Survey;
  readonly record: readonly RunRecord[];
}

type StepsOf = (run: Run) => Parameters<Run['steps']>[0];

async function move(
  procedure: 'vip assign' | 'vip release',
  looked: Looked,
  tools: Tools,
  steps: StepsOf,
): Promise<Outcome> {
  const { app, server, seen } = looked;
  const others = [...new Map(app.servers.map((one) => [one.hostname, one])).values()].filter(
    ({ hostname }) => hostname !== server.hostname,
  );
  const request = {
    procedure,
    cluster: app.name,
    orig: endOf(server),
    next: null,
    others: others.map(endOf),
    sshOptions: app.sshOptions,
  };
  return withRun(tools, request, async (run) => {
    refuseOldLook(run, looked);
    // Those that did not answer a moment ago would only cost their time limit once more.
    const answering = others.filter(({ hostname }) =>
      seen.holdings.some(({ host, holds }) => host === hostname && typeof holds !== 'object'),
    );
    const { leftToDo } = await run.steps([
      ...steps(run),
      seeHolders(
        run.provider,
        run.host(endOf(server)),
        answering.map((one) => run.host(endOf(one))),
        procedure === 'vip assign',
      ),
    ]);
    return outcomeOf(leftToDo);
  });
}

/** Why a host could not be asked, for `vip show`. */
export function whyUnknown(seen: Survey, server: ApplicationServer): string | null {
  const found = holdingOf(seen, server.hostname);
  return typeof found === 'object' ? errorLine(found) : null;
}
