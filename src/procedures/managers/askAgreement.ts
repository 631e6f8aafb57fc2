// MHA's second look at a master, where there are several managers: the others are asked, by the monitor of this host.
import type { Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { errorLine } from '../../errors/message.ts';
import { isRecord, recordIn } from '../../errors/shape.ts';
import { readArguments } from '../../mha/arguments.ts';
import { commandText } from '../../mha/switchCommand.ts';
import { questionOf, type Question, type Verdict } from './agreement.ts';

/** Of a monitor: the question is put within a third of the longest lease, and answered 5 s later. */
const answerMs = 26_000;

/** As MHA reads them (HealthCheck.pm, secondary_check); any other code is an error for it, and no failover either. */
export const secondaryExitCodes: Readonly<Record<Verdict['verdict'], number>> = { dead: 0, unknown: 2, reached: 3 };

const valued = ['user', 'master_host', 'master_ip', 'master_port', 'master_user', 'master_password', 'ping_type'];

/** @throws Failure `usage` */
export function readSecondaryCheck(args: readonly string[]): Question {
  const { values } = readArguments(args, new Set([...valued, 'options']), new Set());
  const port = Number(values.get('master_port') ?? 3306);
  const question = questionOf({ host: values.get('master_host'), port, ping: values.get('ping_type') ?? 'SELECT' });
  if (question === null)
    throw new Failure('usage', 'secondary-check: --master_host is missing, or --master_port is no port', {
      hint: 'MHA calls this by itself (secondary_check_script)',
    });
  return question;
}

/** Never rejects: what is not known is said so. */
export async function askAgreement(
  question: Question,
  { connect, places }: Pick<Tools, 'connect' | 'places'>,
): Promise<Verdict> {
  const socket = places.caller?.guard ?? null;
  if (socket === null) {
    const why = 'only a masterha_manager that mha-helper monitor has started with ha_endpoints can ask other managers';
    return { verdict: 'unknown', said: [why] };
  }
  try {
    const line = await connect.askLine(socket, agreementRequest(question), answerMs);
    return readVerdict(line) ?? { verdict: 'unknown', said: [`the monitor of this host gave no verdict: ${line}`] };
  } catch (error) {
    return { verdict: 'unknown', said: [`the monitor of this host does not answer: ${errorLine(error)}`] };
  }
}

export function agreementRequest(question: Question): string {
  return JSON.stringify({ reach: question });
}

/** Null for another request. */
export function readAgreementRequest(line: string): Question | null {
  const { reach } = recordIn(line);
  return isRecord(reach) ? questionOf(reach) : null;
}

/** Null for what is no verdict: nothing is known then. */
export function readVerdict(line: string): Verdict | null {
  const { verdict, said } = recordIn(line);
  const known = (['dead', 'reached', 'unknown'] as const).find((one) => one === verdict);
  if (known === undefined || !Array.isArray(said)) return null;
  return { verdict: known, said: said.filter((one): one is string => typeof one === 'string') };
}

/**
 * For MHA's configuration; MHA gives the line to a shell.
 * @param self program and first arguments that start this program again
 */
export function secondaryCheckScript(self: readonly string[]): string {
  return commandText([...self, 'secondary-check']);
}
