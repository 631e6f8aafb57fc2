// What the monitor of a cluster answers on its socket: hooks, the layer for MHA, and commands of this host ask.
import type { Verdict } from './agreement.ts';
import { readAgreementRequest } from './askAgreement.ts';
import type { AskOthers } from './AskOthers.ts';
import type { Guard } from './Guard.ts';
import { isSilenceRequest } from './withoutStore.ts';
import type { StoreSilence } from './storeSilence.ts';
import { readRequest, recordedLine, type GuardAnswer } from './guardMessages.ts';

/** @param warn for the monitor's log */
export async function answerLine(
  line: string,
  parts: {
    readonly guard?: Pick<Guard, 'answer'>;
    readonly others?: Pick<AskOthers, 'ask'>;
    readonly silence?: () => StoreSilence;
    readonly recorded?: () => Promise<void>;
  },
  warn: (text: string) => void,
): Promise<GuardAnswer | Verdict | StoreSilence> {
  const { guard, others, silence, recorded } = parts;
  if (silence !== undefined && isSilenceRequest(line)) return silence();
  if (recorded !== undefined && line === recordedLine) {
    await recorded();
    return { granted: true };
  }
  const question = readAgreementRequest(line);
  if (question !== null && others !== undefined) {
    const verdict = await others.ask(question);
    for (const text of verdict.said) warn(`${question.host} does not answer here; ${text}`);
    return verdict;
  }
  const request = readRequest(line);
  const refused = { refused: 'that is no request, or nobody can answer it yet' };
  const answer = request === null ? refused : ((await guard?.answer(request)) ?? refused);
  if ('refused' in answer) warn(`refused: ${answer.refused}`);
  return answer;
}
