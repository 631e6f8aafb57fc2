import type { Server, Session } from '../mysql/Server.ts';

/**
 * What was seen of clients on a server since it was made read-only; decides how closely the end of writes is looked at.
 */
export class WriteWatch {
  readonly #users = new Set<string>();
  /** Position of the binary log right after read_only was set; undefined before that. */
  baseline: string | null | undefined;

  /** Notes who is there. */
  sees(sessions: readonly Session[]): void {
    for (const { user, client } of sessions) this.#users.add(`${user} from ${client.replace(/:\d+$/, '')}`);
  }

  /** Lists the clients' sessions of a server, and notes them. */
  async list(server: Server): Promise<readonly Session[]> {
    const sessions = await server.clientSessions();
    this.sees(sessions);
    return sessions;
  }

  get anybody(): boolean {
    return this.#users.size > 0;
  }

  /** Up to three of them, for a message. */
  get who(): string {
    return [...this.#users].slice(0, 3).join(', ');
  }
}
