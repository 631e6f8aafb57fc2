import { ifAny } from '../../errors/message.ts';
import { Failure } from '../../errors/errors.ts';
import type { HostEnd } from '../../mha/request.ts';
import { operatorCommand, whatItSaid } from '../../vip/operatorCommand.ts';
import type { Run } from '../run/openRun.ts';

/** How long cutting off a host may take, in ms: power switches answer after tens of seconds. */
const fenceMs = 60_000;

/** Runs the operator's fence_command for a host. @throws Failure `refused` unless it says that the host is off. */
export async function fence(run: Run, end: HostEnd): Promise<void> {
  const { options, file } = run.settings(end);
  const command = options.fence_command;
  if (command === undefined) throw new Failure('config', `${file}: unreachable_master = fence needs fence_command`);
  const result = await operatorCommand(
    run.tools.connect.local,
    command,
    { HOST: end.host, IP: end.ip },
    run.budget.limit(fenceMs),
  );
  const said = whatItSaid(result);
  if (result.code !== 0) {
    throw new Failure(
      'refused',
      `fence_command failed for ${end.host} (exit ${result.code})${ifAny(': ', said)}; the host may still be running`,
      { hint: `switch ${end.host} off for certain, then start the failover again` },
    );
  }
  run.tools.log.info(`fenced ${end.host}${ifAny(': ', said)}`);
}
