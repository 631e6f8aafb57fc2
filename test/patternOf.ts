/** One pattern of several, written one below the other where it is too long for a line. */
export function patternOf(...parts: readonly RegExp[]): RegExp {
  return new RegExp(parts.map(({ source }) => source).join(''));
}
