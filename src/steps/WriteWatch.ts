import { isWorking, type Server, type Session } from '../mysql/Server.ts';

/**
 * What was seen of clients on a server since it was made read-only; decides how closely the end of writes is looked at.
 */
export class WriteWatch {
  readonly #users = new Set<string>();
  /**
   * Clients whose connections are frozen, as Frozen.peers has them. No packet of theirs arrives any more, so once the
   * server is read-only one without work can do nothing until it is reset, and needs no end.
   */
  frozen: ReadonlySet<string> = new Set();
  /** Position of the binary log right after read_only was set; undefined before that. */
  baseline: string | null | undefined;
  /** The last look, after read_only was set, has found nobody: with a thousand idle sessions each takes its time. */
  nobodyLeft = false;

  /** Notes who is there. A client that cannot come back is no reason to look more closely. */
  sees(sessions: readonly Session[]): void {
    const free = sessions.filter((session) => !this.#isFrozen(session));
    for (const { user, client } of free) this.#users.add(`${user} from ${client.replace(/:\d+$/, '')}`);
  }

  /** Lists the clients' sessions of a server that must end, and notes them. */
  async list(server: Server): Promise<readonly Session[]> {
    const sessions = await server.clientSessions();
    // Before read_only is set, one of them may hold the lock that this waits for.
    const mayStay = (session: Session): boolean => this.baseline !== undefined && !isWorking(session);
    const ending = sessions.filter((session) => !mayStay(session) || !this.#isFrozen(session));
    this.sees(ending);
    this.nobodyLeft = this.baseline !== undefined && ending.length === 0;
    return ending;
  }

  #isFrozen({ client }: Session): boolean {
    return this.frozen.has(client.replace(/[[\]]/g, ''));
  }

  get anybody(): boolean {
    return this.#users.size > 0;
  }

  /** Up to three of them, for a message. */
  get who(): string {
    return [...this.#users].slice(0, 3).join(', ');
  }
}
