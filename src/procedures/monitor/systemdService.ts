// Services of systemd, as the control group of a process and systemctl tell of them.
import type { Tools } from '../../context/Context.ts';

const lookMs = 5_000;

export interface Service {
  readonly unit: string;
  /** Of an account's own systemd, not of the machine's. */
  readonly isUsers: boolean;
  /** As systemctl says it; '' where it does not. */
  readonly mainPid: string;
}

/** The service that a process was started in; null for none. Somebody who was logged in may have started it. */
export async function serviceOf(
  pid: number | string,
  { connect, files }: Pick<Tools, 'connect' | 'files'>,
): Promise<Service | null> {
  const groups = await files.read(`/proc/${pid}/cgroup`).catch(() => '');
  const [, path = '', unit] = /^[^/\n]*((?:\/[^/\n]+)*\/([^/\n]+\.service))$/m.exec(groups) ?? [];
  if (unit === undefined) return null;
  const isUsers = /\/user@\d+\.service\//.test(path);
  const { stdout } = await connect.local.run(
    systemctl(isUsers, 'show', '--property=MainPID', '--value', '--', unit),
    lookMs,
  );
  return { unit, isUsers, mainPid: stdout.trim() };
}

/** The command. */
export function systemctl(isUsers: boolean, ...words: readonly string[]): readonly string[] {
  return ['systemctl', ...(isUsers ? ['--user'] : []), ...words];
}
