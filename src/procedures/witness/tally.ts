// What the looks of a witness amount to. Pure.
import type { WitnessRecord } from '../../steps/witnessRecord.ts';

/** One look through the writer address, as a client would. */
export interface Look {
  /** When its answer came, in ms of a clock that is never set back. */
  readonly at: number;
  /** `closed`: a server answered that takes no writes. `away`: no server answered. */
  readonly state: 'writable' | 'closed' | 'away';
  /** Its name where it is writable. */
  readonly server: string | null;
  /** What was met, for a person. */
  readonly text: string;
}

type Found = Pick<WitnessRecord, 'met' | 'server' | 'before' | 'outageMs' | 'atLeast' | 'note'>;

interface Met {
  readonly server: string;
  readonly before: string | null;
  readonly outageMs: number | null;
  readonly atLeast: boolean;
}

export class Tally {
  readonly #dead: string | null;
  #first: Look | null = null;
  /** The first that was writable: in a planned switch the original master. */
  #original: string | null = null;
  #good: Look | null = null;
  /** The last look since then that met no writable server. */
  #bad: Look | null = null;
  #longest = 0;
  #met: Met | null = null;

  /** @param dead the master that the failover is for; null: a planned switch, the first that is met is the master */
  constructor(dead: string | null) {
    this.#dead = dead;
  }

  /** Whether another server has been met than the original master, and takes writes. */
  get hasMet(): boolean {
    return this.#met !== null;
  }

  note(look: Look): void {
    this.#first ??= look;
    if (look.state !== 'writable' || look.server === null) {
      this.#bad = look;
      return;
    }
    this.#original ??= this.#dead ?? look.server;
    if (this.#met === null && !isSameHost(look.server, this.#original)) this.#met = this.#meet(look, look.server);
    if (this.#good !== null && this.#bad !== null) this.#longest = Math.max(this.#longest, look.at - this.#good.at);
    this.#good = look;
    this.#bad = null;
  }

  #meet({ at }: Look, server: string): Met {
    if (this.#good !== null) return { server, before: this.#good.server, outageMs: at - this.#good.at, atLeast: false };
    // The old master was dead before anybody looked.
    const since = this.#bad === null ? null : at - (this.#first?.at ?? at);
    return { server, before: null, outageMs: since, atLeast: since !== null };
  }

  /** @param unclear why the witness can tell nothing more; null: it looked until it was told to end */
  result(unclear: string | null): Found {
    if (this.#met !== null) return { met: 'new master', ...this.#met, note: '' };
    const [good, bad] = [this.#good, this.#bad];
    const nothing = { server: null, before: good?.server ?? null, outageMs: null, atLeast: false };
    if (unclear !== null) return { met: 'unknown', ...nothing, note: unclear };
    // Whether this host ever reaches a master there was not seen.
    if (good === null) return { met: 'unknown', ...nothing, note: bad?.text ?? 'it did not come to look' };
    if (bad === null) return { ...nothing, met: 'old master', server: good.server, outageMs: this.#longest, note: '' };
    return { ...nothing, met: 'nobody', outageMs: bad.at - good.at, atLeast: true, note: bad.text };
  }
}

/** `DB10.example.com` is `db10`: whoever looks from elsewhere has the server's own name. */
export function isSameHost(one: string, other: string): boolean {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  return a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`);
}
