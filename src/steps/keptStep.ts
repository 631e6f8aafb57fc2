import { errorLine } from '../errors/message.ts';
import type { Step } from './Step.ts';

/**
 * The same step where each piece is worth having by itself: what was done stays whatever fails afterwards, and a
 * failure is left to do.
 */
export function kept(step: Step): Step {
  const { undo: _, ...rest } = step;
  return { ...rest, failureLeaves: (failure) => [`${step.title}: that failed (${errorLine(failure)})`] };
}
