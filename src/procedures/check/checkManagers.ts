// Several managers: whether the etcd that they agree by answers this one, with what it may do there. Changes nothing.
import type { HostSettings } from '../../config/options.ts';
import type { Places, Tools } from '../../context/Context.ts';
import type { Store } from '../../context/Store.ts';
import { isUnknown, unknownBecause, type Unknown } from '../../errors/unknown.ts';
import type { ApplicationConfig } from '../../mha/applicationConfig.ts';
import { clusterKeys, managerKey } from '../managers/keys.ts';
import { otherServers } from '../managers/sameServers.ts';
import { differentOptions, toldSettings, settingsText } from '../managers/sameSettings.ts';
import { readSharedState, type SharedState } from '../managers/sharedState.ts';
import { storeTarget } from '../managers/storeTarget.ts';
import { failed, ok, warning, type Body } from './CheckLine.ts';

/** How long one member of etcd may take, in ms. */
const answerMs = 5_000;
/** No key has it: what depends on it is never done. */
const noRevision = 2 ** 53 - 1;

interface Answered {
  /** Those that run now. */
  readonly managers: readonly string[];
  /** What the last leader has told; null: nothing that can be read. */
  readonly last: SharedState | null;
  /** How long one answer took. */
  readonly ms: number;
}
type Answer = Answered | Unknown;
type Asking = Pick<Tools, 'clock'> & { readonly connect: Pick<Tools['connect'], 'store' | 'lookup'> };
type Connect = Asking['connect'];

/** Nothing without `ha_endpoints`. */
export async function checkManagers(
  app: Pick<ApplicationConfig, 'servers' | 'name'>,
  settings: readonly HostSettings[],
  tools: Asking & { readonly places: Pick<Places, 'hostname'> },
): Promise<readonly Body[]> {
  const { connect, places } = tools;
  const [first] = settings;
  const endpoints = first?.options.ha_endpoints ?? [];
  if (first === undefined || endpoints.length === 0) return [];
  const [answers, onServers] = await Promise.all([
    Promise.all(endpoints.map((url) => answerOf(url, app.name, first, tools))),
    Promise.all(endpoints.map((url) => databaseHostOf(url, app.servers, connect))),
  ]);
  const known = answers.find(isKnown) ?? null;
  const own = first.options.ha_manager ?? places.hostname;
  return [
    ...endpoints.flatMap((url, index) =>
      memberLines(url, answers[index] ?? { unknown: 'not asked' }, known !== null, first),
    ),
    ...(known === null ? [noneAnswers(first.file)] : managerLines(known.managers, own)),
    ...(known?.last == null ? [] : differences(app, settings, known.last)),
    ...(endpoints.length < 3 ? [tooFew(endpoints.length, first.file)] : []),
    ...endpoints.flatMap((url, index) => placeLines(url, onServers[index] ?? null)),
  ];
}

/**
 * A read that a majority of etcd answers, and a write that is never done: etcd looks at the rights for it first.
 * @returns unknown: why it does not answer so
 */
async function answerOf(
  url: string,
  cluster: string,
  { options }: Pick<HostSettings, 'options'>,
  { connect, clock }: Asking,
): Promise<Answer> {
  let store: Store | undefined;
  try {
    store = await connect.store({ ...storeTarget(options), endpoints: [url] });
    const key = `${options.ha_prefix}check`;
    const never = { when: [{ key, createRevision: noRevision }], change: [{ put: key, value: '' }] };
    await store.transact(never, answerMs);
    const asked = clock.monotonic();
    const managers = managerKey(options.ha_prefix, '');
    const { entries } = await store.list(managers, answerMs);
    const ms = clock.monotonic() - asked;
    const { state } = clusterKeys(options.ha_prefix, cluster);
    const told = await store.list(state, answerMs);
    const text = told.entries.find(({ key }) => key === state)?.value;
    return {
      managers: entries.map((entry) => decodeURIComponent(entry.key.slice(managers.length))),
      last: text === undefined ? null : readSharedState(text),
      ms,
    };
  } catch (error) {
    return unknownBecause(error);
  } finally {
    store?.close();
  }
}

function isKnown(answer: Answer): answer is Answered {
  return !isUnknown(answer);
}

function memberLines(
  url: string,
  answer: Answer,
  anyAnswers: boolean,
  { options: { ha_ttl: ttl }, file }: HostSettings,
): readonly Body[] {
  if (!isUnknown(answer)) {
    const answers = ok(`etcd answers at ${url}, and lets this manager read and write there`);
    // A lease is renewed each third of it, and several answers must fit into that.
    if (answer.ms <= ttl * 100) return [answers];
    const what = `etcd took ${Math.round(answer.ms)} ms to answer at ${url}: more than a tenth of ha_ttl (${ttl} s)`;
    return [answers, warning(what, `find out what is slow there, or raise ha_ttl in ${file}`)];
  }
  const why = answer.unknown.includes(url) ? answer.unknown : `${url}: ${answer.unknown}`;
  return anyAnswers
    ? [warning(`etcd: ${why}`, 'the managers do with the others meanwhile')]
    : [warning(`etcd: ${why}`)];
}

function noneAnswers(file: string): Body {
  return failed(
    'environment',
    'no member of etcd answers this manager: it may not lead, and nobody may fail over by it',
    `a majority of its members must run and reach one another; see ha_endpoints, ha_user and ha_*_file in ${file}`,
  );
}

function managerLines(managers: readonly string[], own: string): readonly Body[] {
  const others = managers.filter((name) => name !== own);
  if (others.length > 0) return [ok(`other managers that run now: ${others.join(', ')}`)];
  const what = 'no other manager runs now: when this host dies, nobody takes over';
  return [warning(what, 'start mha-helper monitor on the others too, with the same ha_endpoints and ha_prefix')];
}

function differences(
  app: Pick<ApplicationConfig, 'servers'>,
  settings: readonly HostSettings[],
  last: SharedState,
): readonly Body[] {
  const hint = "make the managers' files alike, then mha-helper monitor restart there";
  const servers = otherServers(app, last);
  const options = last.settings === null ? [] : differentOptions(toldSettings(settings), last.settings);
  return [
    ...(servers === null ? [] : [failed('environment', servers, hint)]),
    ...(options.length === 0 ? [] : [warning(settingsText(options), hint)]),
  ];
}

function tooFew(count: number, file: string): Body {
  const what =
    count === 1
      ? 'ha_endpoints names one member of etcd: when that host is gone, no manager leads'
      : 'ha_endpoints names two members of etcd: if there are no more, both must live, and two are worse than one';
  return warning(what, `have three, and name all of them in ${file}`);
}

/** The database host that a member is on; null: on none. */
async function databaseHostOf(
  url: string,
  servers: ApplicationConfig['servers'],
  connect: Connect,
): Promise<string | null | Unknown> {
  const host = new URL(url).hostname.replace(/^\[(.*)\]$/, '$1');
  try {
    const addresses = new Set([host, ...(await connect.lookup(host, answerMs))]);
    return servers.find(({ hostname, ip }) => [hostname, ip].some((one) => addresses.has(one ?? '')))?.hostname ?? null;
  } catch (error) {
    return unknownBecause(error);
  }
}

function placeLines(url: string, found: string | null | Unknown): readonly Body[] {
  if (found === null) return [];
  if (isUnknown(found)) return [warning(`it is not known whether ${url} is a database host: ${found.unknown}`)];
  return [
    warning(
      `etcd runs on the database host ${found} (${url}): it takes a member with it when it dies`,
      'put it on hosts of its own, or on those of the managers',
    ),
  ];
}
