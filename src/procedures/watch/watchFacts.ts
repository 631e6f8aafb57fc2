// What a look has seen, in figures, for Prometheus. Null: not known, or there is none.
import { holdersOf, isUnknownEverywhere, serverName, unknownOf, writableOf } from '../survey/surveyCluster.ts';
import type { Look } from './lookAround.ts';

export interface WatchFacts {
  /** In ms since 1970. */
  readonly at: number;
  readonly holders: number | null;
  readonly writable: number | null;
  /** Servers and hosts that could not be asked. */
  readonly notSeen: number;
  /** In seconds, of the replicas that say it. */
  readonly lag: readonly { readonly host: string; readonly seconds: number }[];
  /** What the hooks have left to a person, and the standing orders. */
  readonly leftToDo: number | null;
}

export function factsOf({ app, survey }: Look, leftToDo: number | null, at: number): WatchFacts {
  const silent = survey.servers.filter(({ failure }) => failure !== null);
  return {
    at,
    holders: survey.address === null || isUnknownEverywhere(survey) ? null : holdersOf(survey).length,
    writable: silent.length === survey.servers.length ? null : writableOf(survey).length,
    notSeen: silent.length + unknownOf(survey).length,
    lag: survey.servers.flatMap(({ server, replication }) =>
      replication?.secondsBehind == null ? [] : [{ host: serverName(server, app), seconds: replication.secondsBehind }],
    ),
    leftToDo,
  };
}
