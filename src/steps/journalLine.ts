// Whether a line of the journal has the form that journal.ts gives it. A line of no known kind is passed over; the
// compiler misses a kind that journal.ts has and this table has not.
import { flag, isRecord, listOf, number, orNull, record, shaped, text, type Kind } from '../errors/shape.ts';

function oneOf(...words: readonly string[]): Kind {
  return (value) => typeof value === 'string' && words.includes(value);
}

const moment = { at: text, boot: orNull(text), up: orNull(number) };
const place = shaped({ vipType: text, cidr: orNull(text), interface: orNull(text) });
const ended = shaped({ run: text, id: text, at: text, detail: orNull(text) });

/** What a line of each kind has. */
export const lineShapes = {
  run: shaped({
    run: text,
    pid: number,
    procedure: text,
    origHost: text,
    newHost: orNull(text),
    caller: orNull(shaped({ pid: number, startTicks: text, program: orNull(text) })),
    by: orNull(text),
    places: (value) => value === undefined || (isRecord(value) && Object.values(value).every(place)),
    ...moment,
  }),
  step: shaped({ run: text, id: text, title: text, before: record, at: text }),
  done: ended,
  undone: ended,
  end: shaped({
    run: text,
    outcome: oneOf('done', 'proceed', 'failed'),
    message: text,
    leftToDo: orNull(listOf(text)),
    ...moment,
  }),
  witness: shaped({
    run: text,
    at: text,
    witness: shaped({
      at: text,
      through: text,
      seenFrom: orNull(text),
      met: oneOf('new master', 'old master', 'nobody', 'unknown'),
      server: orNull(text),
      before: orNull(text),
      outageMs: orNull(number),
      atLeast: flag,
      note: text,
    }),
  }),
  drill: shaped({ run: text, at: text, drill: shaped({ way: oneOf('there', 'back'), began: text }) }),
  acknowledged: shaped({ run: text, at: text, by: text }),
  allowed: shaped({ run: text, at: text, by: text }),
} satisfies Readonly<Record<string, Kind>>;

/** @param shapes one for each kind of line */
export function isJournalLine(value: unknown, shapes: Readonly<Record<string, Kind>> = lineShapes): boolean {
  if (!isRecord(value) || typeof value['kind'] !== 'string' || !Object.hasOwn(shapes, value['kind'])) return false;
  return shapes[value['kind']]?.(value) === true;
}
