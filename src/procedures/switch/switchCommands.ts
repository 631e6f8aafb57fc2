// The operator's own commands around a planned switch. One that fails before it keeps the switch from beginning.
import type { HostSettings } from '../../config/options.ts';
import type { Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { errorLine, ifAny } from '../../errors/message.ts';
import type { SwitchRequest } from '../../mha/switchCommand.ts';
import { operatorCommand, whatItSaid } from '../../vip/operatorCommand.ts';
import { mastersOf, type Survey } from '../survey/surveyCluster.ts';

export interface Around {
  readonly request: SwitchRequest;
  readonly settings: readonly HostSettings[];
  readonly survey: Survey;
}

/** @throws Failure `refused` when it fails or takes too long: nothing was changed */
export async function beforeSwitch(around: Around, tools: Tools): Promise<void> {
  const why = await run('before_switch_command', around, {}, tools);
  if (why === null) return;
  throw new Failure('refused', `the switch was not started and nothing was changed: before_switch_command: ${why}`);
}

/** Never throws. @returns why it did not work; null: it did, or there is none */
export function afterSwitch(
  around: Around,
  now: Survey | null,
  code: number | null,
  tools: Tools,
): Promise<string | null> {
  const masters = now === null ? [] : mastersOf(now);
  const facts = {
    OUTCOME: code === 0 ? 'done' : 'failed',
    MHA_EXIT: code === null ? '' : String(code),
    MASTER: masters.length === 1 ? (masters[0]?.hostname ?? '') : '',
  };
  return run('after_switch_command', around, facts, tools);
}

async function run(
  name: 'before_switch_command' | 'after_switch_command',
  { request, settings, survey }: Around,
  more: Readonly<Record<string, string>>,
  { connect }: Tools,
): Promise<string | null> {
  const [first] = settings;
  const command = first?.options[name];
  // A failover waits for nobody.
  if (first === undefined || command === undefined || request.dead !== null) return null;
  const [from] = mastersOf(survey);
  const facts = {
    CLUSTER: first.cluster,
    CONF: request.app.file,
    FROM: from?.hostname ?? '',
    TO: request.to?.hostname ?? '',
    ADDRESS: survey.address ?? '',
    ...more,
  };
  try {
    const result = await operatorCommand(connect.local, command, facts, first.options.switch_command_timeout * 1000);
    return result.code === 0 ? null : `exit ${result.code}${ifAny(': ', whatItSaid(result))}`;
  } catch (error) {
    return errorLine(error);
  }
}
