import type { Shell } from '../context/Context.ts';
import type { HostSettings } from '../config/options.ts';
import type { FailureKind } from '../errors/errors.ts';

/** A host of the cluster as a provider sees it. */
export interface VipHost {
  /** As MHA's configuration writes it. */
  readonly name: string;
  /**
   * Where clients find MySQL on it: its own address, or a name that has one. The address for SSH may be another one;
   * shell() knows it.
   */
  readonly ip: string;
  readonly port: number;
  readonly settings: HostSettings;
  /** The one SSH connection of this run. @throws Failure `ssh` or `deadline` when the host cannot be reached. */
  shell(): Promise<Shell>;
}

/** Commands on a host. None changes anything. */
export interface Beforehand {
  /** Whose answers stay true. */
  readonly lasting: readonly (readonly string[])[];
  /** Whose answers count only when it is time. */
  readonly looks: readonly (readonly string[])[];
}

/** What is left to do by hand after something that succeeded; empty when nothing is. One line each. */
export type LeftToDo = readonly string[];

export type Held = 'held' | 'partly' | 'rest' | 'nothing';

/**
 * Whether somebody else answers for the writer address. `unknown`: nobody could be asked; whoever acts on it says what
 * that means there.
 */
export type Elsewhere =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'somebody'; readonly who: string }
  | { readonly kind: 'unknown'; readonly why: string };

/**
 * How long the network is asked, in ms. `brief`: where it was asked from another host a moment before. `once`: where it
 * is known from elsewhere that nobody should be there. `insist`: again and again, where silence decides that a master
 * which nobody reaches is dead: one lost packet must not. The kernel asks three times, a second apart.
 */
export const patienceMs = { brief: 200, once: 500, insist: 2_500 } as const;
export type Patience = keyof typeof patienceMs;

/** What became of a freeze(). */
export interface Frozen {
  /**
   * The other ends of the connections that are frozen, as `10.0.0.7:51234` or `fd00::7:51234`, but for those that came
   * in the last moment. Null: the address was released, and connections are reset.
   */
  readonly peers: readonly string[] | null;
  readonly leftToDo: LeftToDo;
  /**
   * Reads back what was done, while others go on: nobody relies on it before. Rejects as freeze() itself would. Not
   * there: it was read back.
   */
  readonly readBack?: Promise<unknown>;
}

/** Never rejects. */
export type Usable = () => Promise<unknown>;

/** Something that is not as it must be on a host, found without changing anything. */
export interface Finding {
  /** `error`: a failover would fail here. `warning`: it would work, but worse. `note`: it works; worth knowing. */
  readonly severity: 'error' | 'warning' | 'note';
  readonly text: string;
  readonly hint?: string;
  /** Of an error: what kind of failure it would be. Default `address`. */
  readonly kind?: FailureKind;
}

/**
 * Moves the writer address. A provider never knows why it is called, never undoes by itself, and reads back what it
 * changed. Every method may be called again with the same result.
 */
export interface Provider {
  /** What prepare() runs on the host, for whoever has a connection before it is time. Not there: nothing. */
  beforehand?(host: Pick<VipHost, 'settings'>): Beforehand;
  /** The writer address without prefix length, or words for it where it is none; null where none is managed. */
  readonly address: string | null;
  /**
   * Whether release() can take the address away from a host that does not answer SSH, so that clients cannot reach that
   * host by it any more, whatever it does. Such a provider moves the address in one go, and holds() of a dead host
   * needs no answer from it.
   */
  readonly worksWithoutHost: boolean;
  /**
   * Whether answersElsewhere() asks the network itself: a host that uses the address answers, whatever a service says
   * of it.
   */
  readonly asksNetwork: boolean;
  /** Connects and looks around, so that what follows is quick. @throws what the others would throw */
  prepare(host: VipHost): Promise<void>;
  /**
   * Has what assign() does on a host without the address begun there already, or what release() does where connections
   * are frozen. Changes nothing: whoever calls assign() or release() later says the word. Not there: nothing to begin.
   */
  arm?(host: VipHost, what: 'assign' | 'release'): Promise<void>;
  /**
   * True when the host holds the writer address now, in every place where it must be.
   * @throws Failure when that cannot be found out.
   */
  holds(host: VipHost): Promise<boolean>;
  /**
   * Where the address is in more than one place: what release() would take away from the host. `held`: clients are led
   * there, and it is on the host as far as that can be seen. `partly`: clients may be led there, but something is
   * missing. `rest`: something without effect. A host that does not answer is no obstacle. Without it: as holds() says.
   */
  remains?(host: VipHost): Promise<Held>;
  /**
   * Who else answers for the address, asked from `host`. Never throws for a question that could not be asked: that is
   * `unknown`.
   */
  answersElsewhere(host: VipHost, patience: Patience): Promise<Elsewhere>;
  /** The host no longer holds the address when this resolves. @throws Failure `address` and others. */
  release(host: VipHost): Promise<LeftToDo>;
  /**
   * Like release(), for an address that another host will have in a moment: nobody reaches the host by it, but its
   * connections stay as they are until release() resets them, or the host itself after a while. remains() calls that
   * `rest`. Releases where it cannot be done safely. Not there: release() is all there is.
   */
  freeze?(host: VipHost): Promise<Frozen>;
  /**
   * The host holds the address when this resolves; neighbours have been told, or what is left to do says that they have
   * not.
   * @param usable called where clients can come some time before this resolves; what it begins goes first, because
   *   clients wait for that
   * @throws Failure `refused` when the network reports that another host holds it.
   */
  assign(host: VipHost, usable?: Usable): Promise<LeftToDo>;
  /**
   * For a person, when it could not be done: the words after "then " or "or ", for instance `on db11 run "ip addr add
   * ..." as root`.
   */
  byHand(host: VipHost, what: 'assign' | 'release'): string;
  /**
   * What would make assign() or release() fail for this host: host, service, credentials, rights, objects. Changes
   * nothing.
   */
  check(host: VipHost): Promise<readonly Finding[]>;
  /**
   * The command lines that the SSH user runs with sudo on this host; none where it needs no sudo. Not there: nothing is
   * run on a host. Changes nothing.
   */
  sudoCommands?(host: VipHost): Promise<readonly (readonly string[])[]>;
}
