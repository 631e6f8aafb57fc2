// What the referee has seen, as it goes from its process to whoever asks.

export interface HostSight {
  /** Its server takes writes. */
  readonly writable: boolean;
  /** It has the writer address. */
  readonly holds: boolean;
  /** Its cable is in: others reach it, unless something else is in the way. */
  readonly linked: boolean;
}

/** All hosts at one moment; it holds until the next one. Only changes are written. */
export interface Sight {
  readonly atMs: number;
  readonly hosts: Readonly<Record<string, HostSight>>;
}

export interface LastSight {
  readonly endMs: number;
  readonly looks: number;
  /** The longest time between two looks: what was shorter than this may have been missed. */
  readonly blindMs: number;
}
