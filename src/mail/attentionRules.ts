// One rule for each thing that a person must know or do. A rule finds nothing (no line), or says what and what to do.
import type { RunRecord } from '../steps/journal.ts';
import { rejoinCommand, vipCommand } from '../steps/byHand.ts';
import type { HostNow, Report } from './Report.ts';
import { holdersOf, runTitle, stepEnd, timeOfDay, writersOf } from './wording.ts';

type Rule = (report: Report) => readonly string[];

/** In the order of the mail. */
export const rules: readonly Rule[] = [
  noNewMaster,
  severalWriters,
  addressOnSeveralHosts,
  newMasterIsReadOnly,
  addressInPart,
  addressNotOnNewMaster,
  nothingIsKnown,
  serversNotKnown,
  addressNotKnown,
  endsOfRuns,
  lostReplicas,
  missingWrites,
  oldMaster,
];

export function noNewMaster({ newHost }: Report): readonly string[] {
  if (newHost !== null) return [];
  return ['FAILED: the failover did not succeed, there is no new master: the applications may be without a writer'];
}

export function severalWriters({ now }: Report): readonly string[] {
  const writers = writersOf(now);
  if (writers.length < 2) return [];
  const who = writers.join(' and ');
  return [`DANGER: more than one server takes writes: ${who}; set read_only=1 on the one that is not the master`];
}

export function addressOnSeveralHosts({ now }: Report): readonly string[] {
  const holders = holdersOf(now);
  if (holders.length < 2) return [];
  const where = `on more than one host: ${holders.join(' and ')}`;
  return [`DANGER: the writer address ${addressOf(now)} is ${where}; remove it where it does not belong`];
}

export function newMasterIsReadOnly({ now, newHost }: Report): readonly string[] {
  if (hostOf(now.hosts, newHost)?.takesWrites !== false) return [];
  return [
    `LEFT TO DO: the new master ${newHost} is read-only, nobody can write there: ` +
      'set read_only=0 when it is certain that no other server takes writes',
  ];
}

export function addressInPart({ now, newHost, conf }: Report): readonly string[] {
  if (newHost === null) return [];
  const partly = now.hosts.filter(({ holdsAddress }) => holdsAddress === 'partly');
  return partly.map(({ host }) => {
    const command = vipCommand(host === newHost ? 'assign' : 'release', host, conf);
    const what = `the writer address ${addressOf(now)} is on ${host} in part only, and clients may be led there`;
    return `LEFT TO DO: ${what}: run "${command}" on the manager host`;
  });
}

export function addressNotOnNewMaster({ now, newHost }: Report): readonly string[] {
  if (now.address === null || hostOf(now.hosts, newHost)?.holdsAddress !== false) return [];
  const holders = holdersOf(now);
  const elsewhere = holders.length === 0 ? '' : `; it is on ${holders.join(', ')}`;
  const what = `the new master ${newHost} does not hold the writer address ${now.address}${elsewhere}`;
  return [`LEFT TO DO: ${what}: clients cannot reach it there`];
}

export function nothingIsKnown({ now }: Report): readonly string[] {
  if (now.unknown === null) return [];
  return [`LEFT TO DO: find out who takes writes and where the writer address is, it is not known: ${now.unknown}`];
}

/** The old master is known to be in trouble. */
export function serversNotKnown({ now, origHost }: Report): readonly string[] {
  return now.hosts.flatMap(({ host, takesWrites }) => {
    if (host === origHost || typeof takesWrites === 'boolean') return [];
    return [`LEFT TO DO: look at ${host}: it is not known whether it takes writes: ${takesWrites.unknown}`];
  });
}

/** What became of the address on the old master, the hooks have said. */
export function addressNotKnown({ now, origHost }: Report): readonly string[] {
  return now.hosts.flatMap(({ host, holdsAddress }) => {
    if (host === origHost || typeof holdsAddress !== 'object') return [];
    const what = `it is not known whether it has the writer address ${addressOf(now)}`;
    return [`LEFT TO DO: look at ${host}: ${what}: ${holdsAddress.unknown}`];
  });
}

/** Only the last run of each procedure counts: what failed first and then worked is told in the steps. */
export function endsOfRuns({ runs }: Report): readonly string[] {
  const last = new Map(runs.map((run) => [run.procedure, run]));
  return [...last.values()].flatMap(endOfRun);
}

function endOfRun(run: RunRecord): readonly string[] {
  const { end } = run;
  if (end === null) return [unfinished(run)];
  if (end.outcome === 'failed') return [`FAILED: ${runTitle(run)}: ${end.message}`];
  if (end.outcome === 'done') return [];
  return (end.leftToDo ?? [end.message]).map((line) => `LEFT TO DO: ${line}`);
}

function unfinished(run: RunRecord): string {
  const begun = run.steps.filter(({ state }) => state !== 'undone').map((step) => `${step.title} (${stepEnd(step)})`);
  const steps = begun.length === 0 ? '' : `: ${begun.join(', ')}`;
  const what = `begun at ${timeOfDay(run.startedAt)} and not ended; it was killed, or still runs${steps}`;
  return `LEFT TO DO: ${runTitle(run)}: ${what}; see "mha-helper status" on the manager host`;
}

/** MHA names those that it has made replicas of the new master. One that says that it takes writes is a danger. */
export function lostReplicas({ conf, now, origHost, newHost, newSlaveHosts }: Report): readonly string[] {
  if (newHost === null) return [];
  const others = now.hosts.filter(({ host }) => host !== origHost && host !== newHost && !newSlaveHosts.includes(host));
  return others.flatMap(({ host, takesWrites }) => {
    if (takesWrites === true) return [];
    const rejoin = rejoinCommand(host, conf);
    return [`LEFT TO DO: MHA has not made ${host} a replica of ${newHost}: see why, and make it one: ${rejoin}`];
  });
}

export function missingWrites({ missingWrites: lines }: Report): readonly string[] {
  return lines.map((line) => `LEFT TO DO: ${line}`);
}

/** It can wait; but until it is done the cluster has one server less. */
export function oldMaster({ conf, now, origHost, newHost, newSlaveHosts }: Report): readonly string[] {
  if (newHost === null || newSlaveHosts.includes(origHost)) return [];
  const seen = hostOf(now.hosts, origHost)?.takesWrites;
  // Two writers are told of as a danger.
  if (seen === true) return [];
  const state = seen === false ? `${origHost} answers again:` : `${origHost} is out of the cluster: repair it, and`;
  const rejoin = `make it a replica of ${newHost}: ${rejoinCommand(origHost, conf)}`;
  return [`LATER: ${state} ${rejoin}; until then the cluster has one server less`];
}

function hostOf(hosts: readonly HostNow[], name: string | null): HostNow | undefined {
  return hosts.find(({ host }) => host === name);
}

function addressOf({ address }: Report['now']): string {
  return address ?? '';
}
