// Whether semi-synchronous replication does what somebody has set it up for: what the master acknowledges is on a
// replica too. Pure.
import { isUnknown } from '../../errors/unknown.ts';
import { ok, warning, type Body } from './CheckLine.ts';
import type { SeenServer } from './checkServerHealth.ts';

interface Seen {
  readonly master: SeenServer;
  readonly replicas: readonly SeenServer[];
  readonly name: (seen: SeenServer) => string;
}

type Rule = (seen: Seen) => Body | null;

const rules: readonly Rule[] = [masterDoesNotWait, nobodyWaitedFor, fellBack];
/** Told besides. */
const besides: readonly Rule[] = [replicasThatDoNot, newMasterWouldNotWait];

/** Nothing where it is not set up, or there is no one master. */
export function semiSyncLines(servers: readonly SeenServer[], name: Seen['name']): readonly Body[] {
  const [master, ...more] = servers.filter(({ isMaster }) => isMaster);
  if (master === undefined || more.length > 0) return [];
  const seen = { master, replicas: servers.filter((one) => one !== master), name };
  const first = rules.map((rule) => rule(seen)).find((line) => line !== null);
  const others = besides.flatMap((rule) => rule(seen) ?? []);
  if (first !== undefined || others.length > 0 || !waits(master))
    return [...(first === undefined ? [] : [first]), ...others];
  return [ok(`semi-synchronous: ${name(master)} waits for its replicas (${clients(master)} acknowledge)`)];
}

function waits({ health }: SeenServer): boolean {
  return !isUnknown(health) && health.semiSyncSource?.enabled === true;
}

function acknowledges({ health }: SeenServer): boolean {
  return !isUnknown(health) && health.semiSyncReplica?.enabled === true;
}

function clients({ health }: SeenServer): number {
  return isUnknown(health) ? 0 : health.semiSyncClients;
}

function masterDoesNotWait({ master, replicas, name }: Seen): Body | null {
  const able = replicas.filter(acknowledges);
  if (isUnknown(master.health) || waits(master) || able.length === 0) return null;
  return warning(
    `${able.map(name).join(', ')} acknowledges (semi-synchronous replication), but ${name(master)} waits for nobody`,
    'SET GLOBAL rpl_semi_sync_master_enabled=1 (rpl_semi_sync_source_enabled) there, and in its option file',
  );
}

const restart = 'rpl_semi_sync_slave_enabled=1 (rpl_semi_sync_replica_enabled) there, then restart its IO thread';

function nobodyWaitedFor({ master, name }: Seen): Body | null {
  if (!waits(master) || clients(master) > 0) return null;
  return warning(
    `${name(master)} has no replica that acknowledges: it waits for its timeout (semi-synchronous), then for nobody`,
    restart,
  );
}

function fellBack({ master, name }: Seen): Body | null {
  const { health } = master;
  if (!waits(master) || isUnknown(health) || health.semiSyncSource?.active !== false) return null;
  return warning(
    `${name(master)} has given up waiting for its replicas: what it acknowledges now may be lost with it`,
    'it waits again as soon as a replica has caught up; see Rpl_semi_sync_% in SHOW GLOBAL STATUS',
  );
}

function replicasThatDoNot({ master, replicas, name }: Seen): Body | null {
  if (!waits(master)) return null;
  const idle = replicas.filter(
    ({ health, state }) => state.replication !== null && !isUnknown(health) && health.semiSyncReplica?.active !== true,
  );
  if (idle.length === 0 || clients(master) === 0) return null;
  return warning(
    `${idle.map(name).join(', ')} acknowledges nothing: only the others have for certain what the master acknowledged`,
    restart,
  );
}

/** After a failover the promise ends. */
function newMasterWouldNotWait({ master, replicas, name }: Seen): Body | null {
  if (!waits(master)) return null;
  const would = replicas.filter((one) => !one.state.server.noMaster && !isUnknown(one.health) && !waits(one));
  if (would.length === 0) return null;
  return warning(
    `${would.map(name).join(', ')}, made the master, would wait for no replica`,
    'rpl_semi_sync_master_enabled=1 (rpl_semi_sync_source_enabled) there too; on a replica it changes nothing',
  );
}
