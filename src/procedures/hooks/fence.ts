// The operator's fence_command: it cuts off a host for certain, and says so with exit 0.
import { ifAny } from '../../errors/message.ts';
import { Failure } from '../../errors/errors.ts';
import type { HostSettings } from '../../config/options.ts';
import type { Shell } from '../../context/Context.ts';
import type { HostEnd } from '../../mha/request.ts';
import type { Step } from '../../steps/Step.ts';
import { operatorCommand, whatItSaid } from '../../vip/operatorCommand.ts';
import type { Run } from '../run/openRun.ts';

/** How long cutting off a host may take, in ms: power switches answer after tens of seconds. */
export const fenceMs = 60_000;

/** In the record, so that later runs know that the host was cut off. */
export function fenceStep(run: Run, end: HostEnd): Step {
  return {
    id: `fence:${end.host}`,
    title: `fence ${end.host}`,
    check: () => Promise.resolve({}),
    apply: async () => {
      const said = await fence(end, run.settings(end), run.tools.connect.local, run.budget.limit(fenceMs));
      return said === '' ? {} : { note: said };
    },
    verify: () => Promise.resolve(),
  };
}

/**
 * Runs the operator's fence_command for a host.
 * @returns what it said
 * @throws Failure `refused` unless it says that the host is off
 */
export async function fence(
  end: Pick<HostEnd, 'host' | 'ip'>,
  { options, file }: HostSettings,
  local: Shell,
  timeoutMs: number,
): Promise<string> {
  const command = options.fence_command;
  if (command === undefined) throw new Failure('config', `${file}: unreachable_master = fence needs fence_command`);
  const result = await operatorCommand(local, command, { HOST: end.host, IP: end.ip }, timeoutMs);
  const said = whatItSaid(result);
  if (result.code === 0) return said;
  throw new Failure(
    'refused',
    `fence_command failed for ${end.host} (exit ${result.code})${ifAny(': ', said)}; the host may still be running`,
    { hint: `switch ${end.host} off for certain, then start the failover again` },
  );
}
