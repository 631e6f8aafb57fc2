// A cluster of three as a survey shows it, db10 the master, and ways to spoil it.
import { Failure, SqlError } from '../../../../src/errors/errors.ts';
import { readApplicationConfig, type ApplicationServer } from '../../../../src/mha/applicationConfig.ts';
import type { ServerState, Survey } from '../../../../src/procedures/survey/surveyCluster.ts';

const text =
  '[server default]\nuser=u\npassword=p\n[server1]\nhostname=db10\n[server2]\nhostname=db11\n[server3]\n' +
  'hostname=db12\nno_master=1\n';
export const app = readApplicationConfig({ path: '/etc/mha/app1.cnf', text });
export const [db10, db11, db12] = app.servers as readonly [ApplicationServer, ApplicationServer, ApplicationServer];

export const master = (server: ApplicationServer): ServerState => ({
  server,
  readOnly: false,
  replication: null,
  source: null,
  failure: null,
  alive: true,
});

export function replica(
  server: ApplicationServer,
  source: ApplicationServer,
  more: Partial<ServerState> = {},
): ServerState {
  const replication = {
    sourceHost: source.hostname,
    sourcePort: source.port,
    executed: null,
    running: true,
    secondsBehind: 0,
    delay: 0,
    applier: '',
    error: '',
  };
  return { server, readOnly: true, replication, source, failure: null, alive: true, ...more };
}

export function down(server: ApplicationServer): ServerState {
  return {
    server,
    readOnly: null,
    replication: null,
    source: null,
    failure: new Failure('mysql', `${server.hostname}: ECONNREFUSED`),
    alive: false,
  };
}

/** Its host says that nobody listens there. */
export function refused(server: ApplicationServer): ServerState {
  const cause = Object.assign(new Error('connect ECONNREFUSED 192.0.2.1:3306'), { code: 'ECONNREFUSED' });
  return { ...down(server), failure: new Failure('mysql', `${server.hostname}: ${cause.message}`, { cause }) };
}

/** It is there, but lets nobody in. */
export function closed(server: ApplicationServer): ServerState {
  return {
    ...down(server),
    failure: new Failure('mysql', `${server.hostname}: Too many connections`, {
      cause: new SqlError(1040, 'Too many connections'),
    }),
    alive: true,
  };
}

export function survey(
  servers: readonly ServerState[],
  holders: readonly string[] = ['db10'],
  unknown: readonly string[] = [],
): Survey {
  const holdings = servers.map(({ server: { hostname } }) => ({
    host: hostname,
    holds: unknown.includes(hostname) ? new Failure('ssh', 'gone') : holders.includes(hostname),
  }));
  return { servers, address: '192.0.2.155', holdings };
}
