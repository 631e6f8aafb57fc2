// The hosts of a run, each with its one SSH connection, made when it is first needed.
import type { Shell, ShellTarget, Tools } from '../../context/Context.ts';
import type { HostSettings } from '../../config/options.ts';
import { Failure } from '../../errors/errors.ts';
import { asFailure } from '../../errors/message.ts';
import type { HostEnd } from '../../mha/request.ts';
import type { Provider, VipHost } from '../../vip/Provider.ts';
import { sameAddress } from '../../vip/hostAddresses.ts';
import { patiently } from './patiently.ts';
import { reopeningShell } from './reopening.ts';
import { shellTarget } from './targets.ts';

export interface HostParts {
  readonly tools: Pick<Tools, 'clock' | 'interrupted' | 'log'>;
  readonly provider: Pick<Provider, 'address'>;
  readonly sshOptions: string | undefined;
  readonly settings: (end: HostEnd) => HostSettings;
  /** So much of it as the run's time allows, in ms. */
  readonly limit: (ms: number) => number;
  /** What is ready, or a new one. @param limitMs asked when it is needed */
  readonly open: (target: ShellTarget, limitMs: () => number) => Promise<Shell>;
  readonly reopen: (target: ShellTarget, limitMs: () => number) => Promise<Shell>;
}

export class RunHosts {
  readonly #parts: HostParts;
  readonly #hosts = new Map<string, VipHost>();

  constructor(parts: HostParts) {
    this.#parts = parts;
  }

  host(end: HostEnd): VipHost {
    const host = this.#hosts.get(end.host) ?? this.foreign(end, this.#parts.settings(end));
    this.#hosts.set(end.host, host);
    return host;
  }

  /**
   * The same for the host of a server that is open already: one that does not answer SSH is tried again, because
   * without the address clients find no master.
   * @param mostMs how long
   */
  patient(end: HostEnd, mostMs: number): VipHost {
    return { ...this.host(end), shell: () => this.#patientShell(end, mostMs) };
  }

  /** A host of the cluster that the run is not about. */
  foreign(end: HostEnd, settings: HostSettings): VipHost {
    let shell: Promise<Shell> | undefined;
    const open = (): Promise<Shell> => (shell ??= this.#openShell(end, settings));
    return { name: end.host, ip: end.ip, port: end.port, settings, shell: open };
  }

  /** Nobody waits for it again. */
  silent(end: HostEnd): VipHost {
    return { ...this.host(end), shell: () => Promise.reject(silence(end)) };
  }

  target(end: HostEnd): ShellTarget {
    return shellTarget(end, this.#parts.sshOptions);
  }

  #patientShell(end: HostEnd, mostMs: number): Promise<Shell> {
    const limitOf = (error: unknown): number => (['ssh', 'deadline'].includes(asFailure(error).kind) ? mostMs : 0);
    return patiently(this.#parts.tools, limitOf, async () => {
      try {
        return await this.host(end).shell();
      } catch (error) {
        this.#hosts.delete(end.host);
        throw error;
      }
    });
  }

  async #openShell(end: HostEnd, settings: HostSettings): Promise<Shell> {
    const { provider, limit, open, reopen } = this.#parts;
    const { address } = provider;
    const ip = end.sshIp ?? end.ip;
    if (address !== null && sameAddress(ip, address)) {
      throw new Failure(
        'config',
        `${end.host} has the address ${ip}, which is the writer address: it would be cut off when that moves`,
        { hint: "give the host its own address in MHA's configuration" },
      );
    }
    const target = this.target(end);
    const limitMs = (): number => limit(settings.options.connect_timeout * 1000);
    return reopeningShell(await open(target, limitMs), () => reopen(target, limitMs));
  }
}

function silence({ host }: HostEnd): Failure {
  return new Failure('ssh', `${host}: it has just been found not to answer`, {
    cause: Object.assign(new Error('no answer'), { code: 'EHOSTUNREACH' }),
  });
}
