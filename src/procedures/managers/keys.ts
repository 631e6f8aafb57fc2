// Names of the keys in the store. Clusters and managers have a place of their own each: nobody's choice of a name can
// make one key out of two.

export interface ClusterKeys {
  /** Who may act. On a lease; its create_revision is the epoch. */
  readonly leader: string;
  /** Who led last: his note stays when his lease has ended. */
  readonly last: string;
  /** The failover that runs, or the last one. Stays. */
  readonly failover: string;
  /** What MHA and the monitor keep in files of one host, and the next leader must know. Stays. */
  readonly state: string;
  /** The leader's word whether the cluster is protected. On his lease. */
  readonly word: string;
  /** Begins the key of each manager that looks after the cluster or stands by, on its lease. */
  readonly members: string;
  /** Whether the others reach the master: on the asker's lease. */
  readonly question: string;
  /** Begins the key of each manager's last answer, on its lease. */
  readonly answers: string;
}

/** What the managers ask one another, of all clusters: whoever is asked must hear of it at once. */
export function askedPlace(prefix: string): string {
  return `${prefix}asked/`;
}

export function clusterKeys(prefix: string, cluster: string): ClusterKeys {
  const place = `${prefix}clusters/${encodeURIComponent(cluster)}/`;
  const [leader, last, failover, state, word] = ['leader', 'last', 'failover', 'state', 'word'].map(
    (name) => `${place}${name}`,
  ) as [string, string, string, string, string];
  const asked = `${askedPlace(prefix)}${encodeURIComponent(cluster)}/`;
  return {
    leader,
    last,
    failover,
    state,
    word,
    members: `${place}members/`,
    question: `${asked}question`,
    answers: `${asked}answers/`,
  };
}

/** Each manager that runs, on its lease. */
export function managerKey(prefix: string, manager: string): string {
  return `${prefix}managers/${encodeURIComponent(manager)}`;
}
