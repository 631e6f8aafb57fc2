import { Failure } from './errors.ts';

/** Folds whatever a server, a shell or a user put into a text to one printable line. */
export function oneLine(text: string): string {
  return text
    .replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
}

/** The beginning of what is too long for a message. */
export function shortened(text: string, most = 200): string {
  return text.length <= most ? text : `${text.slice(0, most)}...`;
}

/** The one line a person reads: what is wrong, then what to do. */
export function errorLine(error: unknown): string {
  const failure = asFailure(error);
  const hint = failure.hint === undefined ? '' : ` -- ${failure.hint}`;
  return oneLine(`${failure.message}${hint}`);
}

/** The text of anything that was thrown, without a stack. */
export function errorText(error: unknown): string {
  return oneLine(error instanceof Error ? error.message || error.name : String(error));
}

/** Anything thrown, as a Failure; what we did not foresee is `internal`. */
export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  return new Failure('internal', `unexpected error: ${errorText(error)}`, {
    cause: error,
    hint: 'this is a defect in mha-helper; set MHA_HELPER_DEBUG=1 to see where it happened',
  });
}

/** A part of a sentence that is there only where it has something to say: `before` and the text, or nothing. */
export function ifAny(before: string, text: string | null | undefined, after = ''): string {
  return text === null || text === undefined || text === '' ? '' : `${before}${text}${after}`;
}
