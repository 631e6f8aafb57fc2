// What speaks against giving the writer address to a host, or taking it away there. Pure: the answers are in the
// survey.
import { Failure } from '../../errors/errors.ts';
import { errorLine } from '../../errors/message.ts';
import type { ApplicationConfig, ApplicationServer } from '../../mha/applicationConfig.ts';
import { vipCommand } from '../../steps/byHand.ts';
import type { Elsewhere } from '../../vip/Provider.ts';
import {
  holdingOf,
  isDown,
  isOpenMaster,
  serverName,
  type ServerState,
  type Survey,
  unknownOf,
} from '../survey/surveyCluster.ts';

/**
 * What nothing overrides: the address must not be on two hosts.
 * @param elsewhere who answers for the address on the network
 */
export function assignRefusals(
  app: ApplicationConfig,
  { hostname }: ApplicationServer,
  seen: Survey,
  elsewhere: Elsewhere,
): readonly Failure[] {
  const { address, holdings } = seen;
  const what = `the writer address ${address ?? ''} was not assigned to ${hostname}`;
  const own = holdingOf(seen, hostname);
  if (typeof own === 'object') return [because(what, own)];
  const holders = holdings
    .filter(({ host, holds }) => host !== hostname && (holds === true || holds === 'partly'))
    .map(({ host }) => host);
  if (holders.length > 0) {
    return [
      new Failure(
        'refused',
        `${what}: ${holders.join(' and ')} ${holders.length === 1 ? 'holds' : 'hold'} it, and it must not be ` +
          'on two hosts',
        { hint: 'first ' + holders.map((holder) => `"${vipCommand('release', holder, app.file)}"`).join(' and ') },
      ),
    ];
  }
  if (elsewhere.kind === 'unknown') return whereNobodyKnows(what, elsewhere.why, hostname, seen);
  if (elsewhere.kind === 'nobody') return [];
  return [
    new Failure('refused', `${what}: ${elsewhere.who} answers for it on the network, and it must not be on two hosts`, {
      hint: 'find that host (ip neigh) and remove the address there',
    }),
  ];
}

/** Where each other host has said that it does not have it, nobody else needs to be asked. */
function whereNobodyKnows(what: string, why: string, hostname: string, seen: Survey): readonly Failure[] {
  const silent = unknownOf(seen).filter((host) => host !== hostname);
  if (silent.length === 0) return [];
  const doubt = `it is not known whether ${silent.join(' or ')} has it (${why})`;
  return [
    new Failure('refused', `${what}: ${doubt}, and it must not be on two hosts`, {
      hint:
        `bring ${silent.join(' and ')} back, or make arping or perl usable on ${hostname}, so that the network ` +
        'can be asked',
    }),
  ];
}

/** Takes writes, and its source does not: a hook that was killed has opened it, and MHA has not reset it yet. */
function isLeftAlone({ servers }: Survey, { readOnly, source }: ServerState): boolean {
  const from = servers.find(({ server }) => server === source);
  return readOnly === false && from !== undefined && isDown(from);
}

/** What an operator may override. */
export function assignDoubts(app: ApplicationConfig, server: ApplicationServer, survey: Survey): readonly string[] {
  const { servers, holdings } = survey;
  const name = (one: ApplicationServer): string => serverName(one, app);
  const own = servers.find((state) => state.server === server);
  const source = own?.source;
  return [
    ...(own?.failure === null || own === undefined
      ? []
      : [`it is not known whether ${name(server)} takes writes (${errorLine(own.failure)})`]),
    ...(own?.readOnly === true ? [`${name(server)} is read-only`] : []),
    ...(own?.replication == null || isOpenMaster(survey, own) || isLeftAlone(survey, own)
      ? []
      : [
          `${name(server)} is a replica of ${source == null ? own.replication.sourceHost : name(source)}, ` +
            'not the master',
        ]),
    ...servers
      .filter((state) => state.server !== server && state.readOnly === false)
      .map((state) => `${name(state.server)} takes writes${own?.readOnly === false ? ' too' : ''}`),
    ...holdings
      .filter(({ host, holds }) => host !== server.hostname && typeof holds === 'object')
      .map(({ host, holds }) => `it is not known whether ${host} has the address (${errorLine(holds)})`),
  ];
}

/** A host that could not be asked. */
export function releaseRefusals({ hostname }: ApplicationServer, seen: Survey): readonly Failure[] {
  const own = holdingOf(seen, hostname);
  return typeof own === 'object'
    ? [because(`the writer address ${seen.address ?? ''} was not released on ${hostname}`, own)]
    : [];
}

function because(what: string, { kind, message, hint, cause }: Failure): Failure {
  return new Failure(kind, `${what}: ${message}`, { ...(hint === undefined ? {} : { hint }), cause });
}

/** What an operator may override. */
export function releaseDoubts({ hostname }: ApplicationServer, survey: Survey): readonly string[] {
  const writable = survey.servers.filter((state) => state.server.hostname === hostname && isOpenMaster(survey, state));
  return writable.length === 0
    ? []
    : [`${hostname} is the master that takes the writes, and clients would not reach it any more`];
}
