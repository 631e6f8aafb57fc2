// Whether what JSON.parse gave has the shape that was expected: files and answers may come from anybody.

export type Members = Readonly<Record<string, unknown>>;

/** What a member may be. */
export type Kind = (value: unknown) => boolean;

export const text: Kind = (value) => typeof value === 'string';
export const number: Kind = (value) => typeof value === 'number';
export const flag: Kind = (value) => typeof value === 'boolean';
export const record: Kind = (value) => isRecord(value);

/** A member that is missing counts as null: JSON has no undefined. */
export function orNull(kind: Kind): Kind {
  return (value) => value === undefined || value === null || kind(value);
}

/** A member that is there, and be it null. */
export function nullOr(kind: Kind): Kind {
  return (value) => value === null || kind(value);
}

export function listOf(kind: Kind): Kind {
  return (value) => Array.isArray(value) && value.every(kind);
}

/** An object with these members; more may be in it. */
export function shaped(members: Readonly<Record<string, Kind>>): Kind {
  return (value) => isRecord(value) && Object.entries(members).every(([name, kind]) => kind(value[name]));
}

/** Of a text in JSON; without members where that is no object, or no JSON at all. */
export function recordIn(json: string): Members {
  try {
    const value: unknown = JSON.parse(json);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

export function isRecord(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
