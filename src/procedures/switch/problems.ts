// What the servers' present state says against a switch. Pure: the answers are in the survey.
import { Failure } from '../../errors/errors.ts';
import { errorLine } from '../../errors/message.ts';
import type { ApplicationServer } from '../../mha/applicationConfig.ts';
import type { SwitchRequest } from '../../mha/switchCommand.ts';
import { lateReplicas } from './lateReplica.ts';
import { consequence, errantText, excludes, lookBy, type Errant } from '../survey/errant.ts';
import { mastersOf, serverName, type ServerState, type Survey } from '../survey/surveyCluster.ts';

export interface StateProblems {
  readonly problems: readonly Failure[];
  readonly warnings: readonly string[];
}

export function stateProblems(request: SwitchRequest, survey: Survey): StateProblems {
  const { problems, warnings } =
    request.dead === null ? aliveProblems(request, survey) : deadProblems(request, request.dead, survey);
  return { problems: [...problems, ...targetProblems(request, survey)], warnings };
}

/** What such a server alone has would come back with it as the master. @param errant of the replicas */
export function errantProblems({ app, to }: SwitchRequest, errant: readonly Errant[]): readonly Failure[] {
  return errant
    .filter((one) => excludes(one) && (to === null ? !one.server.noMaster : one.server === to))
    .map((one) => {
      const hint = `rebuild ${one.server.hostname}, or set no_master=1 for it in ${app.file}`;
      return new Failure('refused', `${errantText(one)}, and could become the master`, { hint });
    });
}

/** What is only likely, and of which a switch does not take notice. */
export function errantWarnings({ to }: SwitchRequest, errant: readonly Errant[]): readonly string[] {
  return errant
    .filter((one) => typeof one.extra === 'string' && !excludes(one))
    .filter(({ server }) => (to === null ? !server.noMaster : server === to))
    .map((one) => `${errantText(one)}: ${consequence(one)}; ${lookBy(one.server.hostname)}`);
}

function aliveProblems({ app, to }: SwitchRequest, survey: Survey): StateProblems {
  const masters = mastersOf(survey);
  const name = (server: ApplicationServer): string => serverName(server, app);
  const problems = silent(survey).map((state) =>
    cannotAsk(state, 'MHA switches only while every server answers', 'for a master that is dead use --dead HOST'),
  );
  // With a server missing, what the others say is not the whole picture.
  if (problems.length === 0 && masters.length !== 1) {
    problems.push(
      new Failure(
        'refused',
        masters.length === 0
          ? 'there is no master: none of the servers replicates from another one that takes writes or is no replica'
          : `there is more than one master: ${masters.map(name).join(', ')} each have replicas`,
        { hint: 'repair the replication first (SHOW SLAVE STATUS on every server)' },
      ),
    );
  }
  const [master] = masters;
  if (to !== null && to === master)
    problems.push(new Failure('refused', `--to ${name(to)}: that is the master already`));
  const late = lateReplicas(survey.servers, name);
  return {
    problems: [...problems, ...late.problems],
    warnings: [...writableReplicas(survey, master, name), ...late.warnings],
  };
}

function deadProblems({ app }: SwitchRequest, dead: ApplicationServer, survey: Survey): StateProblems {
  const name = (server: ApplicationServer): string => serverName(server, app);
  const problems: Failure[] = [];
  const state = survey.servers.find(({ server }) => server === dead);
  if (state?.alive === true) {
    const more = state.failure === null ? '' : ` (${errorLine(state.failure)})`;
    problems.push(
      new Failure('refused', `${name(dead)} is not dead: MySQL answers there${more}`, {
        hint:
          'for a master that is alive use --online; if it must be taken for dead, stop mysqld there for ' +
          'certain first',
      }),
    );
  }
  for (const other of silent(survey).filter(({ server }) => server !== dead && !server.ignoreFail)) {
    problems.push(
      cannotAsk(
        other,
        'MHA fails over only while every other server answers',
        "bring it back, or set ignore_fail=1 for it in MHA's configuration",
      ),
    );
  }
  const replicas = survey.servers.filter(({ replication }) => replication !== null);
  if (!replicas.some(({ source }) => source === dead)) {
    const sources = replicas.map(
      ({ server, source, replication }) =>
        `${name(server)} replicates from ${source === null ? (replication?.sourceHost ?? '') : name(source)}`,
    );
    problems.push(
      new Failure(
        'refused',
        `${name(dead)} is not the master: ` +
          `${sources.length === 0 ? 'no server that answers is a replica' : sources.join(', ')}`,
        { hint: 'MHA fails over only for the server that the others replicate from' },
      ),
    );
  }
  return { problems, warnings: writableReplicas(survey, dead, name) };
}

function targetProblems({ app, to, dead }: SwitchRequest, survey: Survey): readonly Failure[] {
  if (to === null) return [];
  const name = serverName(to, app);
  const state = survey.servers.find(({ server }) => server === to);
  return [
    ...(to === dead ? [new Failure('usage', `--to ${name}: that is the dead one`)] : []),
    ...(to.noMaster
      ? [
          new Failure('refused', `--to ${name}: ${app.file} has no_master=1 for it`, {
            hint: 'choose another server, or take no_master away',
          }),
        ]
      : []),
    ...(state?.failure === null && state.replication === null && to !== mastersOf(survey)[0]
      ? [new Failure('refused', `--to ${name}: it is not a replica of the master`)]
      : []),
  ];
}

function silent({ servers }: Survey): readonly ServerState[] {
  return servers.filter(({ failure }) => failure !== null);
}

function cannotAsk({ failure }: ServerState, why: string, hint: string): Failure {
  return new Failure(failure?.kind ?? 'mysql', `${failure?.message ?? ''}; ${why}`, {
    hint: failure?.hint === undefined ? hint : `${failure.hint}; ${hint}`,
  });
}

function writableReplicas(
  survey: Survey,
  master: ApplicationServer | undefined,
  name: (server: ApplicationServer) => string,
): readonly string[] {
  return survey.servers
    .filter(({ server, readOnly, replication }) => readOnly === false && replication !== null && server !== master)
    .map(({ server }) => `${name(server)} is a replica and takes writes (read_only=0)`);
}
