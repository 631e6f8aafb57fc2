// Tries a target with inputs that a seed decides. What runs something that has not run before is kept and changed
// further.
import { Failure } from '../../src/errors/errors.ts';
import { errorLine } from '../../src/errors/message.ts';
import { Dice } from '../simulator/dice.ts';
import { Coverage } from './coverage.ts';
import { mutate } from './mutate.ts';
import type { Target } from './Target.ts';

export interface Finding {
  readonly what: string;
  readonly input: string;
}

export interface Tried {
  readonly inputs: number;
  /** Inputs that ran something for the first time. */
  readonly kept: number;
  readonly places: number;
  readonly findings: readonly Finding[];
}

/** So many inputs share a look at what has run: it costs more than most inputs. */
const batchSize = 64;
/** Of the processor, in ms: the machine may be busy with other things. */
const slowMs = 500;
/** A kind of finding is told once. */
const mostFindings = 20;
/** Kept inputs of one target. */
const mostKept = 2_000;

/** @param limitMs stops earlier when that is over */
export async function fuzz(target: Target, inputs: number, seed: number, limitMs = Infinity): Promise<Tried> {
  const dice = new Dice(seed);
  const corpus = [...target.seeds];
  const findings = new Map<string, Finding>();
  const coverage = new Coverage();
  const note = async (input: string): Promise<void> => {
    const what = await tried(target, input);
    if (what !== null && findings.size < mostFindings && !findings.has(kindOf(what)))
      findings.set(kindOf(what), { what, input });
  };
  const until = performance.now() + limitMs;
  let count = 0;
  for (const input of corpus) {
    await note(input);
    count += 1;
  }
  coverage.fresh();
  while (count < inputs && performance.now() < until) {
    const batch = Array.from({ length: batchSize }, () => mutate(dice.pick(corpus), dice, target.dictionary, corpus));
    for (const input of batch) await note(input);
    count += batch.length;
    // The one that did it is in there, and so are some that did not: they cost little.
    if (coverage.fresh() > 0 && corpus.length < mostKept) corpus.push(...batch.filter(() => dice.chance(0.25)));
  }
  const { places } = coverage;
  coverage.end();
  return { inputs: count, kept: corpus.length - target.seeds.length, places, findings: [...findings.values()] };
}

/** What was wrong; null: nothing. */
async function tried(target: Target, input: string): Promise<string | null> {
  const before = process.cpuUsage();
  let wrong: string | null = null;
  try {
    await target.read(input);
  } catch (error) {
    wrong = judged(error);
  }
  const { user, system } = process.cpuUsage(before);
  return wrong ?? ((user + system) / 1000 > slowMs ? `slow: more than ${slowMs} ms` : null);
}

/** What is wrong with an error; null for one that tells people what is wrong with the input. */
function judged(error: unknown): string | null {
  if (!(error instanceof Failure)) {
    if (!(error instanceof Error)) return String(error);
    const [, place = ''] = /\n\s+at .*?((?:src|test)\/\S+?):\d+:\d+/.exec(error.stack ?? '') ?? [];
    return `${error.name}: ${error.message} (${place})`;
  }
  if (error.kind === 'internal') return error.message;
  const line = errorLine(error);
  return /[\u0000-\u001f\u007f]/.test(line) ? `control characters in: ${JSON.stringify(line)}` : null;
}

function kindOf(what: string): string {
  return what
    .replace(/['"`].*['"`]/gs, '')
    .replace(/\d+/g, '')
    .slice(0, 120);
}
