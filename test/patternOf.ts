/** One pattern of several, one below the other where it is too long for a line. A text is the source of a pattern. */
export function patternOf(...parts: readonly (RegExp | string)[]): RegExp {
  return new RegExp(parts.map((part) => (typeof part === 'string' ? part : part.source)).join(''));
}
