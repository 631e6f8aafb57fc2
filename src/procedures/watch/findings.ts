// What the monitor finds when it looks, by kind: how long it must be so until a person is told, and what the mail says.
// docs/reference/events.md is made of it.

/** Between looks where something was seen that is not told yet, or not over yet, in ms. */
export const confirmMs = 3_000;
/** What a person may be doing on a replica is told when it has been so for this long, in ms. */
const replicaMs = 30_000;
/** One answer that is missing is no alarm; missing for so long it is, in ms. */
export const unseenMs = 60_000;

export interface KindFacts {
  /** The mail's subject after the cluster's name. */
  readonly subject: string;
  readonly when: string;
  /** What the reader looks at first. */
  readonly remedy: string;
  /** In each look for so long, and in two looks at least; in ms. */
  readonly forMs: number;
}

/** The gravest first. */
export const kinds = {
  writers: {
    subject: 'MORE THAN ONE WRITABLE SERVER',
    when: 'Two looks have seen more than one server that takes writes.',
    remedy: 'The mail names them. Set read_only=1 on all but the master at once.',
    forMs: 0,
  },
  noWriter: {
    subject: 'NO WRITABLE SERVER',
    when:
      'Two looks have seen that no server takes writes, for instance because the master was restarted and came back ' +
      `read-only. Where the master is down: when that has been so for ${replicaMs / 1000} seconds.`,
    remedy: 'The mail has the command that opens the master, where it is certain who that is.',
    forMs: 0,
  },
  address: {
    subject: 'WRITER ADDRESS MISPLACED',
    when: 'Two looks have seen the writer address on no host, on more than one, in part only, or not on the master.',
    remedy: 'The mail has the command that puts it where it must be.',
    forMs: 0,
  },
  replication: {
    subject: 'REPLICATION BROKEN',
    when: `For ${replicaMs / 1000} seconds a server was down, did not replicate, or was no replica.`,
    remedy: 'SHOW REPLICA STATUS there. MHA does not fail over while a server of its file is dead.',
    forMs: replicaMs,
  },
  lag: {
    subject: 'REPLICA BEHIND',
    when: `For ${replicaMs / 1000} seconds a replica was further behind than max_replication_lag.`,
    remedy: 'A failover waits until it has executed what it has received.',
    forMs: replicaMs,
  },
  events: {
    subject: 'EVENTS RUN ON A REPLICA',
    when: `For ${replicaMs / 1000} seconds a replica had enabled events, and its event scheduler ran.`,
    remedy: 'They write what the master does not have: ALTER EVENT ... DISABLE ON SLAVE there.',
    forMs: replicaMs,
  },
  divergence: {
    subject: 'REPLICA DIVERGED',
    when: `For ${replicaMs / 1000} seconds a replica had transactions that the master lacks.`,
    remedy: 'Made the master it would bring them back, or alone have them: rebuild it, or set no_master=1 for it.',
    forMs: replicaMs,
  },
  unseen: {
    subject: 'CLUSTER NOT SEEN',
    when: `For ${unseenMs / 1000} seconds some of this could not be seen: a server or a host does not answer.`,
    remedy: 'The mail says who does not answer, and why.',
    forMs: unseenMs,
  },
} as const satisfies Readonly<Record<string, KindFacts>>;

export type Kind = keyof typeof kinds;

/** The end of one. */
export const findingOver: Omit<KindFacts, 'forMs'> = {
  subject: 'over: ...',
  when: 'Two looks have seen that it is not so any more. Follows each of these findings, once.',
  remedy: '',
};

/** What has been told, until it is over. */
export interface Finding {
  /** Names what it is about: there is one of a key. */
  readonly key: string;
  readonly kind: Kind;
  readonly text: string;
  /** When it was first seen, in ms since 1970. */
  readonly since: number;
}
