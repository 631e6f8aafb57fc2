// Inputs that are almost right: what gets furthest into whoever reads them.
import type { Dice } from '../simulator/dice.ts';

/** What readers stumble over, whatever the format. */
const usual = [
  '', '\0', '\n', '\r\n', '\r', '\t', ' ', '\u2028', '\uFEFF', '\uFFFD', '\u202E', '\ud800', '💥', 'é', '\u001b[2J',
  "'", '"', '`', '\\', '$(id)', ';', ' ;', '#', '[', ']', '{', '}', '=', ':', ',', '%', '<script>', '&', '../', '/',
  '0', '-1', '4294967296', '18446744073709551616', '1e999', 'NaN', '0x41', 'null', 'true', '__proto__', 'constructor',
  'toString', '0.0.0.0', '::1', '::ffff:1.2.3.4', '1.2.3.4/33', '-', '--', '.', '*',
]; // prettier-ignore
const jsonValues: readonly unknown[] = [
  null, true, 0, -1, 1e308, '', 'x', '\u0000\n', [], {}, [null], [[]], { kind: 1 }, ['a', 1], { toString: 1 },
  '1970-01-01',
]; // prettier-ignore
const largest = 20_000;

/** @param dictionary words of the format @param others more inputs, of which parts may be taken */
export function mutate(input: string, dice: Dice, dictionary: readonly string[], others: readonly string[]): string {
  let text = input;
  for (let times = 1 + dice.below(4); times > 0; times -= 1) text = once(text, dice, dictionary, others);
  return text.length > largest ? text.slice(0, largest) : text;
}

function once(text: string, dice: Dice, dictionary: readonly string[], others: readonly string[]): string {
  const from = dice.below(text.length + 1);
  const to = Math.min(text.length, from + dice.below(dice.pick([2, 8, 64])));
  const splice = (more: string): string => text.slice(0, from) + more + text.slice(to);
  switch (dice.below(11)) {
    case 0:
      return splice('');
    case 1:
      return splice(String.fromCharCode(dice.below(dice.pick([32, 128, 256, 65_536]))));
    case 2:
    case 3:
      return splice(dice.pick(usual));
    case 4:
    case 5:
      return dictionary.length === 0 ? text : splice(dice.pick(dictionary));
    case 6:
      return splice(text.slice(from, to).repeat(1 + dice.below(dice.pick([3, 50]))));
    case 7: {
      const other = dice.pick(others);
      const at = dice.below(other.length + 1);
      return splice(other.slice(at, at + dice.below(200)));
    }
    case 8:
      return splice(
        dice.pick(['a', ' ', '\n', '[', '(', '9', '\\', "'"]).repeat(1 + dice.below(dice.pick([10, 3_000]))),
      );
    case 9:
      return shuffledLine(text, dice);
    default:
      return otherJson(text, dice);
  }
}

function shuffledLine(text: string, dice: Dice): string {
  const lines = text.split('\n');
  const [one, other] = [dice.below(lines.length), dice.below(lines.length)];
  lines.splice(other, dice.below(2), lines[one] ?? '');
  return lines.join('\n');
}

/** A value of another kind, somewhere in one line (or the whole) of JSON. */
function otherJson(text: string, dice: Dice): string {
  const lines = /^[[{]/.test(text) && text.includes('\n ') ? [text] : text.split('\n');
  const at = dice.below(lines.length);
  try {
    const value = JSON.parse(lines[at] ?? '') as unknown;
    lines[at] = JSON.stringify(otherValue(value, dice));
  } catch {
    return text;
  }
  return lines.join('\n');
}

function otherValue(value: unknown, dice: Dice): unknown {
  if (typeof value !== 'object' || value === null || dice.chance(0.15)) return dice.pick(jsonValues);
  const keys = Object.keys(value);
  if (keys.length === 0) return dice.pick(jsonValues);
  const key = dice.pick(keys);
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...value }) as Record<string, unknown>;
  if (dice.chance(0.2)) Reflect.deleteProperty(copy, key);
  else copy[key] = otherValue(copy[key], dice);
  return copy;
}
