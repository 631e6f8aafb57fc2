// Clients that write by the writer address, and remember what the server has told them is written.
import type { SimSession } from './simServer.ts';
import type { SimHost, World } from './world.ts';

/** One client, which goes on until `isOver` says so. @param pauseMs between two writes, about */
export function startWriter(world: World, pauseMs: number, isOver: () => boolean): void {
  const { dice, schedule } = world;
  let connection: { host: SimHost; session: SimSession } | null = null;

  function next(): void {
    if (isOver()) return;
    schedule.add(dice.between(0.2, 2) * pauseMs, () => {
      turn();
      return false;
    });
  }

  function turn(): void {
    connection = connected();
    if (connection === null || connection.host.server.readOnly || connection.host.server.isLocked) {
      next();
      return;
    }
    const { host, session } = connection;
    // A statement keeps read_only from being set; an open transaction does not, and is refused at its end.
    session.state = dice.chance(0.8) ? 'statement' : 'transaction';
    const workMs = dice.chance(0.05) ? dice.between(100, 8_000) : dice.between(1, 30);
    const end = (): boolean => {
      if (host.server.state === 'hung') {
        schedule.add(500, end);
        return false;
      }
      const write = host.server.commit(session);
      const isTold = reaches(host) && session.isConnected;
      if (write !== null && isTold) world.acknowledged.set(write, host.server);
      return false;
    };
    schedule.add(workMs, end);
    schedule.add(workMs + 1, () => {
      next();
      return false;
    });
  }

  function connected(): typeof connection {
    const isUsable = (host: SimHost): boolean => reaches(host) && host.server.state === 'up';
    if (connection !== null) {
      const { host, session } = connection;
      if (isUsable(host) && session.isConnected && host.server.sessions.has(session.id)) return connection;
    }
    const hosts = world.hosts.filter(isUsable);
    if (hosts.length === 0) return null;
    const host = dice.pick(hosts);
    return { host, session: host.server.connect('app') };
  }

  next();
}

function reaches({ hasAddress, isFrozen, answersClients }: SimHost): boolean {
  return hasAddress && !isFrozen && answersClients;
}
