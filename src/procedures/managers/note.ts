// What a leader leaves in the store about itself: whose sessions the next one ends on the servers.
import { managerOf } from './Leadership.ts';

export interface LeaderNote {
  readonly manager: string;
  /** Name of its host, which servers that resolve names show in place of an address. */
  readonly host: string;
  readonly addresses: readonly string[];
  /** ISO 8601. */
  readonly since: string;
}

/** By which servers show its sessions. */
export function namesOf({ host, addresses }: Pick<LeaderNote, 'host' | 'addresses'>): readonly string[] {
  return [host, ...addresses].filter((name) => name !== '');
}

/** What another version has written is read as far as it goes: without addresses it is fenced by its locks alone. */
export function readNote(text: string): LeaderNote {
  try {
    const { host, addresses, since } = JSON.parse(text) as Partial<Record<keyof LeaderNote, unknown>>;
    return {
      manager: managerOf(text),
      host: typeof host === 'string' ? host : '',
      addresses: Array.isArray(addresses) ? addresses.filter((one) => typeof one === 'string') : [],
      since: typeof since === 'string' ? since : '',
    };
  } catch {
    return { manager: managerOf(text), host: '', addresses: [], since: '' };
  }
}
