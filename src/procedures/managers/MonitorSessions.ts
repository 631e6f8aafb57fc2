// The sessions of one monitor with etcd: clusters whose configuration names the same etcd share one. Made when the
// first cluster wants it; without one nothing is loaded.
import type { OptionSet } from '../../config/options.ts';
import type { DaemonTools, Tools } from '../../context/Context.ts';
import type { ManagerTools } from '../../context/Managers.ts';
import type { Store, StoreTarget } from '../../context/Store.ts';
import { storeTarget, type TargetOptions } from './storeTarget.ts';
import { errorLine } from '../../errors/message.ts';
import { managerKey } from './keys.ts';
import type { LeaderNote } from './note.ts';
import { StoreSession } from './StoreSession.ts';

export interface OpenSession {
  readonly session: StoreSession;
  readonly store: Store;
  readonly tools: ManagerTools;
  /** Name of this manager. */
  readonly manager: string;
  readonly note: LeaderNote;
  readonly prefix: string;
  /** For one call, in ms. */
  readonly timeoutMs: number;
}

type HaOptions = TargetOptions & Pick<OptionSet, 'ha_prefix' | 'ha_manager' | 'ha_ttl'>;

export class MonitorSessions {
  readonly #tools: Tools;
  readonly #daemon: DaemonTools;
  readonly #open = new Map<string, Promise<OpenSession>>();

  constructor(tools: Tools, daemon: DaemonTools) {
    [this.#tools, this.#daemon] = [tools, daemon];
  }

  /** @throws StoreFailure for a file that cannot be read */
  async session(options: HaOptions): Promise<OpenSession> {
    const target = storeTarget(options);
    const key = JSON.stringify([target, options.ha_prefix, options.ha_manager, options.ha_ttl]);
    const known = this.#open.get(key) ?? this.#start(target, options);
    this.#open.set(key, known);
    return known.catch((error: unknown) => {
      this.#open.delete(key);
      throw error;
    });
  }

  /** Gives all keys back. */
  async end(): Promise<void> {
    for (const one of this.#open.values())
      await one
        .then(({ session }) => session.end())
        .catch((error: unknown) => this.#tools.log.warn(`keys in etcd end with their lease: ${errorLine(error)}`));
  }

  async #start(target: StoreTarget, { ha_prefix: prefix, ha_manager, ha_ttl }: HaOptions): Promise<OpenSession> {
    const { places, clock, log } = this.#tools;
    const tools = await this.#daemon.managers();
    const store = await tools.openStore(target);
    const manager = ha_manager ?? places.hostname;
    const note = { manager, host: places.hostname, addresses: tools.addresses(), since: clock.now().toISOString() };
    const timeoutMs = (ha_ttl * 1000) / 3;
    let complaint = '';
    const complain = (text: string): void => {
      if (text !== complaint && text !== '') log.warn(text);
      complaint = text;
    };
    const session = new StoreSession(store, tools.clock, { prefix, ttlSeconds: ha_ttl }, (why) =>
      complain(errorLine(why)),
    );
    let shown = '';
    const show = (): void => {
      const { id } = session.lease;
      if (id === null || id === shown) return;
      shown = id;
      const change = [{ put: managerKey(prefix, manager), value: JSON.stringify(note), lease: id }];
      store.transact({ when: [], change }, timeoutMs).catch(() => {
        shown = '';
      });
    };
    session.lease.follow({
      leaseNotHeld: () => undefined,
      leaseAnswers: show,
      leaseRenewed: () => (complain(''), show()),
    });
    session.start();
    return { session, store, tools, manager, note, prefix, timeoutMs };
  }
}
