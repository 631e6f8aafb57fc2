// The writer address is where the writes are taken, and nowhere else.
import type { FailureKind } from '../../errors/errors.ts';
import { errorLine } from '../../errors/message.ts';
import type { ApplicationConfig, ApplicationServer } from '../../mha/applicationConfig.ts';
import { endOf } from '../../mha/masterEnd.ts';
import { vipCommand } from '../../steps/byHand.ts';
import type { Run } from '../run/openRun.ts';
import { holdersOf, partlyOn, unknownOf, writableOf, type Survey } from '../survey/surveyCluster.ts';
import { failed, ok, warning, type Body } from './CheckLine.ts';

export async function checkAddress(run: Run, app: ApplicationConfig, survey: Survey): Promise<readonly Body[]> {
  if (survey.address === null) return [notManaged];
  const seen: Seen = { app, address: survey.address, survey, ...mastersIn(survey) };
  const told = [...inPart(seen), ...notKnown(seen)];
  const found = rules.map((rule) => rule(seen)).find((line) => line !== null);
  if (found !== undefined) return [found, ...told];
  const { master } = seen;
  // What is told explains already why it is not found on the master, or there is no one master.
  if (master === null || partlyOn(survey).length > 0 || unknownOf(survey).includes(master.hostname)) return told;
  return [await onNoHost(run, seen, master), ...told];
}

interface Seen {
  readonly app: ApplicationConfig;
  readonly address: string;
  readonly survey: Survey;
  /** The one server that takes writes; null when there is none, or more than one. */
  readonly master: ApplicationServer | null;
}

function mastersIn(survey: Survey): Pick<Seen, 'master'> {
  const writable = writableOf(survey).map(({ server }) => server);
  return { master: writable.length === 1 ? (writable[0] ?? null) : null };
}

const notManaged = warning(
  'no writer address is managed (vip_type = none): clients must find the new master by themselves',
);

/** The first that has something to say is told. */
const rules: readonly ((seen: Seen) => Body | null)[] = [onSeveralHosts, withoutMaster, onTheMaster, onAnotherHost];

function onSeveralHosts({ address, survey }: Seen): Body | null {
  const holders = holdersOf(survey);
  if (holders.length < 2) return null;
  const text = `the writer address ${address} is on more than one host: ${holders.join(', ')}`;
  return failed('refused', text, 'take it away from all but the master with mha-helper vip release');
}

/** Which server must have it is told where the servers are checked. */
function withoutMaster({ address, survey, master }: Seen): Body | null {
  const [holder] = holdersOf(survey);
  return master !== null || holder === undefined ? null : ok(`the writer address ${address} is on ${holder}`);
}

function onTheMaster({ address, survey, master }: Seen): Body | null {
  const [holder] = holdersOf(survey);
  if (holder === undefined || holder !== master?.hostname) return null;
  return ok(`the writer address ${address} is on ${holder}, the master`);
}

function onAnotherHost({ app, address, survey, master }: Seen): Body | null {
  const [holder] = holdersOf(survey);
  if (holder === undefined || master === null || holder === master.hostname) return null;
  const commands = [vipCommand('release', holder, app.file), vipCommand('assign', master.hostname, app.file)];
  return failed(
    'address',
    `the writer address ${address} is on ${holder}, but ${master.hostname} takes the writes`,
    `run "${commands.join('", then "')}"`,
  );
}

function inPart({ app, address, survey }: Seen): readonly Body[] {
  return partlyOn(survey).map((host) =>
    failed(
      'address',
      `the writer address ${address} is on ${host} in part only, and clients may be led there`,
      `run mha-helper vip assign (or release) ${host} -c ${app.file}`,
    ),
  );
}

/** Hosts that could not be asked for the same reason are told of in one line. */
function notKnown({ address, survey }: Seen): readonly Body[] {
  const byReason = new Map<string, { readonly kind: FailureKind; readonly hosts: string[] }>();
  for (const { host, holds } of survey.holdings) {
    if (typeof holds !== 'object') continue;
    const reason = errorLine(holds);
    const found = byReason.get(reason) ?? { kind: holds.kind, hosts: [] };
    found.hosts.push(host);
    byReason.set(reason, found);
  }
  return [...byReason].map(([reason, { kind, hosts }]) =>
    failed(kind, `it is not known whether ${hosts.join(' or ')} has the writer address ${address}: ${reason}`),
  );
}

/** On no host of the cluster: somebody else may have it. */
async function onNoHost(run: Run, { app, address }: Seen, master: ApplicationServer): Promise<Body> {
  const elsewhere = await run.provider.answersElsewhere(run.host(endOf(master)), 'once');
  if (elsewhere.kind === 'unknown') {
    return failed('address', `who has the writer address ${address} is not known: ${elsewhere.why}`);
  }
  if (elsewhere.kind === 'somebody') {
    const what = `the writer address ${address} is on no host of the cluster, but ${elsewhere.who} answers for it`;
    return failed('refused', what, 'find that host (ip neigh) and remove the address there');
  }
  const command = vipCommand('assign', master.hostname, app.file);
  return failed('address', `the writer address ${address} is on no host that answers`, `run "${command}"`);
}
