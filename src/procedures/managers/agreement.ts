// What managers ask one another about a master that does not answer the one that leads, and what the answers mean
// together. Unknown is not no: who could not look has said nothing.
import type { StoreEntry } from '../../context/Store.ts';
import { recordIn, type Members } from '../../errors/shape.ts';
import { isUnknown, type Unknown } from '../../errors/unknown.ts';
import type { ClusterKeys } from './keys.ts';

export interface Question {
  /** Host and port of the master, as MHA's configuration has them. */
  readonly host: string;
  readonly port: number;
  /** MHA's ping_type. With INSERT a master that takes connections alone is none. */
  readonly ping: string;
}

export interface AskedQuestion extends Question {
  /** No other question has it. */
  readonly id: string;
  /** The manager that asks. */
  readonly by: string;
}

/** Whether one manager reaches the master, and how it knows. */
export interface Reach {
  readonly reaches: boolean | Unknown;
  readonly said: string;
}

export interface Verdict {
  /** `dead`: for all that answered. `reached`: by one of them. */
  readonly verdict: 'dead' | 'reached' | 'unknown';
  /** For the log, one line each. */
  readonly said: readonly string[];
}

export function questionText(question: AskedQuestion): string {
  return JSON.stringify(question);
}

/** Null for what is no question. */
export function readQuestion(text: string): AskedQuestion | null {
  const { id, by, ...rest } = recordIn(text);
  const question = questionOf(rest);
  return question !== null && isText(id) && isText(by) ? { ...question, id, by } : null;
}

export function questionOf({ host, port, ping }: Members): Question | null {
  return isText(host) && Number.isSafeInteger(port) && isText(ping) ? { host, port: Number(port), ping } : null;
}

export function answerText(id: string, { reaches, said }: Reach): string {
  const known = reaches === true ? 'yes' : 'no';
  return JSON.stringify({ id, reaches: isUnknown(reaches) ? 'unknown' : known, said });
}

/** Null for an answer to another question, and for what is none. */
export function readAnswerTo(id: string, text: string | undefined): Reach | null {
  const { id: to, reaches, said } = recordIn(text ?? '');
  if (to !== id || typeof said !== 'string') return null;
  if (reaches === 'yes' || reaches === 'no') return { reaches: reaches === 'yes', said };
  return { reaches: { unknown: said }, said };
}

/**
 * @param entries of a look that began after the question was there
 * @param isOver nobody waits any longer
 * @returns null: there may be more answers
 */
export function verdictOf(
  { id, by, host, port }: AskedQuestion,
  keys: Pick<ClusterKeys, 'members' | 'answers'>,
  entries: ReadonlyMap<string, StoreEntry>,
  isOver: boolean,
): Verdict | null {
  const master = `${host}:${port}`;
  const names = [...entries.keys()].flatMap((key) =>
    key.startsWith(keys.members) ? [key.slice(keys.members.length)] : [],
  );
  const others = names.filter((name) => name !== encodeURIComponent(by));
  if (others.length === 0)
    return {
      verdict: 'dead',
      said: [`no other manager of this cluster is known to etcd: nobody can be asked about ${master}`],
    };
  const all = others.map((name) => ({
    name: decodeURIComponent(name),
    answer: readAnswerTo(id, entries.get(`${keys.answers}${name}`)?.value),
  }));
  const silent = `has not answered about ${master}`;
  const said = all.map(({ name, answer }) => `${name}: ${answer?.said ?? silent}`);
  const has = (reaches: boolean): boolean => all.some(({ answer }) => answer?.reaches === reaches);
  if (has(true)) return { verdict: 'reached', said };
  if (!isOver && all.some(({ answer }) => answer === null)) return null;
  return { verdict: has(false) ? 'dead' : 'unknown', said };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
