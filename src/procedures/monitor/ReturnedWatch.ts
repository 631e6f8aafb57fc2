// Dead masters of earlier failovers: whether they are back, asked beside the ticks. A server that does not answer must
// not hold up the look at the others.
import type { DaemonTools, Tools } from '../../context/Context.ts';
import { errorLine } from '../../errors/message.ts';
import type { ApplicationConfig } from '../../mha/applicationConfig.ts';
import type { ClusterState } from './clusterState.ts';
import { lookMs, refusedMs } from './limits.ts';
import { accepted, returnedServers, withoutErrant } from './returnedServers.ts';

export interface ReturnedWork {
  readonly state: () => Pick<ClusterState, 'absent' | 'phase'>;
  /** Why MHA would not start with one of them that replicates again; null: nothing speaks against it. */
  readonly refused: (why: string | null) => void;
}

export class ReturnedWatch {
  readonly #work: ReturnedWork;
  readonly #tools: Tools;
  readonly #daemon: DaemonTools;
  #returned: readonly string[] = [];
  #looking = false;
  #lookedAt = -Infinity;

  constructor(work: ReturnedWork, tools: Tools, daemon: DaemonTools) {
    [this.#work, this.#tools, this.#daemon] = [work, tools, daemon];
  }

  /** Those that take part in the replication again. */
  get returned(): readonly string[] {
    return this.#returned;
  }

  /** Others have been taken in. */
  keepOnly(absent: readonly string[]): void {
    this.#returned = this.#returned.filter((host) => absent.includes(host));
  }

  tick(app: ApplicationConfig | null): void {
    const { absent, phase } = this.#work.state();
    const now = this.#tools.clock.monotonic();
    if (app === null || absent.length === 0 || this.#looking || now - this.#lookedAt < lookMs) return;
    this.#looking = true;
    let pauseMs = 0;
    returnedServers(app, absent, this.#tools)
      .then((hosts) => withoutErrant(hosts, app, this.#tools))
      // Without a manager there is no protection to lose.
      .then((hosts) => (phase.name === 'running' ? accepted(hosts, app, absent, this.#tools, this.#daemon) : hosts))
      .then(
        (hosts) => {
          // Who was taken in meanwhile must not be taken in again: that would end the manager for nothing.
          this.#returned = hosts.filter((host) => this.#work.state().absent.includes(host));
          this.#work.refused(null);
        },
        (error: unknown) => {
          pauseMs = refusedMs;
          this.#work.refused(errorLine(error));
        },
      )
      .finally(() => {
        this.#looking = false;
        this.#lookedAt = this.#tools.clock.monotonic() + pauseMs;
      });
  }
}
