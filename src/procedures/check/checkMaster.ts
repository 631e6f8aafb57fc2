// One server takes the writes, and the others replicate from it. Pure.
import type { ApplicationConfig, ApplicationServer } from '../../mha/applicationConfig.ts';
import { mastersOf, serverName, writableOf, type Survey } from '../survey/surveyCluster.ts';
import type { WayToOpen } from '../survey/closedMaster.ts';
import { failed, ok, type Body } from './CheckLine.ts';

interface Seen {
  readonly app: ApplicationConfig;
  readonly survey: Survey;
  /** Those that take writes; that could not be asked; and that others replicate from. */
  readonly writable: readonly ApplicationServer[];
  readonly unknown: readonly ApplicationServer[];
  readonly masters: readonly ApplicationServer[];
  readonly wayToOpen: WayToOpen | null;
}

type Rule = (seen: Seen) => Body | null;

/** The first that finds something is told: the others would follow from it. */
const rules: readonly Rule[] = [
  severalTakeWrites,
  nobodyIsKnownToTakeWrites,
  nobodyTakesWrites,
  severalMasters,
  nobodyReplicates,
  anotherIsTheMaster,
];

/** @param wayToOpen how the one that must be the master is opened, where that is certain */
export function checkMaster(
  app: ApplicationConfig,
  survey: Survey,
  wayToOpen: WayToOpen | null = null,
): readonly Body[] {
  const seen = {
    app,
    survey,
    wayToOpen,
    writable: writableOf(survey).map(({ server }) => server),
    unknown: survey.servers.filter(({ readOnly }) => readOnly === null).map(({ server }) => server),
    masters: mastersOf(survey),
  };
  const problem = rules.map((rule) => rule(seen)).find((found) => found !== null);
  if (problem !== undefined) return [problem];
  const doubt = seen.unknown.length === 0 ? '' : ` (not known of ${names(seen, seen.unknown)})`;
  return [ok(`${names(seen, seen.writable)} alone takes writes${doubt}`), ...nobodyCouldFollow(seen)];
}

function severalTakeWrites(seen: Seen): Body | null {
  if (seen.writable.length < 2) return null;
  const text = `more than one server takes writes: ${names(seen, seen.writable)}`;
  return failed('refused', text, 'set read_only=1 on all but the master at once');
}

/** Unknown is not no: an order to open another server would make a second master. */
function nobodyIsKnownToTakeWrites(seen: Seen): Body | null {
  if (seen.writable.length > 0 || seen.unknown.length === 0) return null;
  const who = names(seen, seen.unknown);
  return failed(
    'refused',
    `no server is seen to take writes, and it is not known whether ${who} does`,
    `find out about ${who} first, and open no other server to writes until then`,
  );
}

function nobodyTakesWrites(seen: Seen): Body | null {
  if (seen.writable.length > 0) return null;
  const { wayToOpen } = seen;
  if (wayToOpen !== null) return failed('refused', `no server takes writes: ${wayToOpen.text}`, wayToOpen.hint);
  return failed(
    'refused',
    'no server takes writes',
    'is a failover or a switch running (mha-helper monitor status), or is there unfinished work (mha-helper status)? ' +
      'if neither, set read_only=0 on the one that must be the master',
  );
}

function severalMasters(seen: Seen): Body | null {
  if (seen.masters.length < 2) return null;
  const text = `more than one master: ${names(seen, seen.masters)} each have replicas`;
  return failed('refused', text, 'fix the replication first');
}

function nobodyReplicates(seen: Seen): Body | null {
  if (seen.masters.length > 0) return null;
  const text = `${names(seen, seen.writable)} takes writes, but no server replicates from it`;
  return failed('refused', text, 'fix the replication (SHOW SLAVE STATUS on every server)');
}

function anotherIsTheMaster(seen: Seen): Body | null {
  if (seen.masters.every((master) => seen.writable.includes(master))) return null;
  const text = `${names(seen, seen.writable)} takes writes, but the others replicate from ${names(seen, seen.masters)}`;
  return failed('refused', text, 'fix the replication first');
}

/** MHA needs somebody to fail over to. */
function nobodyCouldFollow({ app, survey, masters }: Seen): readonly Body[] {
  const able = survey.servers.filter(
    ({ server, replication }) => !masters.includes(server) && !server.noMaster && replication?.running === true,
  );
  if (able.length > 0) return [];
  const hint = `no replica that works is without no_master=1 in ${app.file}`;
  return [failed('refused', 'there is no server that could become the master', hint)];
}

function names({ app }: Seen, servers: readonly ApplicationServer[]): string {
  return servers.map((server) => serverName(server, app)).join(', ');
}
