import type { Shell } from '../context/Context.ts';
import type { HostSettings } from '../config/options.ts';

/** A host of the cluster as a provider sees it. */
export interface VipHost {
  /** As MHA's configuration writes it. */
  readonly name: string;
  readonly settings: HostSettings;
  /** The one SSH connection of this run. @throws Failure `ssh` or `deadline` when the host cannot be reached. */
  shell(): Promise<Shell>;
}

/** What is left to do by hand after something that succeeded; empty when nothing is. One line each. */
export type LeftToDo = readonly string[];

/** Something that is not as it must be on a host, found without changing anything. */
export interface Finding {
  /** `error`: a failover would fail here. `warning`: it would work, but worse. */
  readonly severity: 'error' | 'warning';
  readonly text: string;
  readonly hint?: string;
}

/**
 * Moves the writer address. A provider never knows why it is called, never undoes by itself, and reads back what it changed.
 * Every method may be called again with the same result.
 */
export interface Provider {
  /** The writer address without prefix length; null where none is managed. */
  readonly address: string | null;
  /** Whether release() works for a host that does not answer SSH. */
  readonly worksWithoutHost: boolean;
  /** Connects and looks around, so that what follows is quick. @throws what the others would throw */
  prepare(host: VipHost): Promise<void>;
  /** True when the host holds the writer address now. @throws Failure when that cannot be found out. */
  holds(host: VipHost): Promise<boolean>;
  /**
   * Who else answers for the address, asked from `host` (which does not hold it): a text that names the holder, or null when nobody does.
   * Null as well where a provider cannot have two holders.
   */
  answersElsewhere(host: VipHost): Promise<string | null>;
  /** The host no longer holds the address when this resolves. @throws Failure `address` and others. */
  release(host: VipHost): Promise<LeftToDo>;
  /**
   * The host holds the address when this resolves; neighbours have been told, or what is left to do says that they have not.
   * @throws Failure `refused` when the network reports that another host holds it.
   */
  assign(host: VipHost): Promise<LeftToDo>;
  /** Changes nothing. */
  check(host: VipHost): Promise<readonly Finding[]>;
}
