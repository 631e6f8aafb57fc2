// A file is checked to its end: an operator who corrects it at 3am gets all that is wrong with it in one go.
import { Failure } from '../errors/errors.ts';
import { errorText } from '../errors/message.ts';

/** No configuration is so long. In characters. */
const longest = 1024 * 1024;

/** What is wrong with the length of a file that a person has written; null: nothing. */
export function sizeProblem(text: string): string | null {
  if (text.length <= longest) return null;
  return `it has ${text.length} characters, and a configuration has at most ${longest}: is it the right file?`;
}

/** Something wrong in a file, or worth a warning. `line` counts from 1; without it the whole file is meant. */
export interface Problem {
  readonly line?: number | undefined;
  readonly text: string;
}

/** A Failure `config` whose single problems are at hand too, one line each, for whoever has more than one line. */
export class ConfigFailure extends Failure {
  readonly problems: readonly string[];

  constructor(message: string, problems: readonly string[], options: { hint?: string; cause?: unknown } = {}) {
    super('config', message, options);
    this.problems = problems;
  }
}

/** `/etc/mha-helper/a.conf:3: what is wrong`. */
export function problemLine(file: string, problem: Problem): string {
  return problem.line === undefined ? `${file}: ${problem.text}` : `${file}:${problem.line}: ${problem.text}`;
}

/** One Failure for all problems of a file; its message stays one line. */
export function configFailure(file: string, problems: readonly Problem[]): ConfigFailure {
  const sorted = [...problems].sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
  const lines = sorted.map((problem) => problemLine(file, problem));
  if (lines.length === 1) return new ConfigFailure(lines[0] ?? file, lines);
  const texts = sorted.map((problem) =>
    problem.line === undefined ? problem.text : `line ${problem.line}: ${problem.text}`,
  );
  return new ConfigFailure(`${lines.length} problems in ${file}: ${texts.join('; ')}`, lines);
}

const fileErrors: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or directory',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a directory',
  ENOTDIR: 'it is not a directory',
};

/** Why a file could not be read, in words. */
export function fileErrorText(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return fileErrors[code] ?? errorText(error);
}
