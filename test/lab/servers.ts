// The servers by name, and the one that LAB_SERVER and LAB_GTID choose.
import { existsSync } from 'node:fs';
import { type DatabaseServer, type KnownServer, type Replication, SERVER_NAMES } from './databaseServer.ts';
import type { DatabaseName } from './hosts.ts';
import { mariadbServer, ownMariadb } from './mariadbServer.ts';
import { mysql56Server } from './mysql56Server.ts';
import { mysqlServer } from './mysqlServer.ts';

export function databaseServer(name: KnownServer, replication: Replication): DatabaseServer {
  switch (name) {
    case 'mysql-5.6':
      return mysql56Server(replication);
    case 'mysql-9.7':
      return mysqlServer(replication);
    default:
      return mariadbServer(name, replication);
  }
}

/** @throws Error that names what LAB_SERVER and LAB_GTID may be. */
export function chosenServer(env: Readonly<Record<string, string | undefined>> = process.env): DatabaseServer {
  const { LAB_SERVER: name = '', LAB_GTID: gtid = '' } = env;
  if (!['', '0', '1'].includes(gtid))
    throw new Error(`lab: LAB_GTID=${gtid}: 1 (replication by GTID) or 0 (by file and position)`);
  const replication = { gtid: gtid === '1' };
  if (name === '') return mariadbServer(ownMariadb(), replication);
  const known = SERVER_NAMES.find((one) => one === name);
  if (known === undefined)
    throw new Error(`lab: LAB_SERVER=${name} is not known; it may be ${SERVER_NAMES.join(', ')}`);
  return databaseServer(known, replication);
}

/** Gets what the server needs beside the packages of the hosts, the first time. */
export function haveServer({ fetched }: DatabaseServer): void {
  for (const one of fetched) {
    if (!existsSync(one.file)) one.fetch();
  }
}

/** What is needed of a lab to ask its servers. */
interface AskedServer {
  readonly server: DatabaseServer;
  sql(host: DatabaseName, statement: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

/** What the servers themselves say, for people: `MariaDB 10.11.14`, `MySQL 9.7.4 (GTID)`. */
export async function serverVersion(lab: AskedServer): Promise<string> {
  const [row] = await lab.sql('db10', 'SELECT VERSION() AS version');
  const text = String(row?.['version']);
  const number = /^[\d.]+/.exec(text)?.[0] ?? text;
  return `${text.includes('MariaDB') ? 'MariaDB' : 'MySQL'} ${number}${lab.server.gtid ? ' (GTID)' : ''}`;
}
