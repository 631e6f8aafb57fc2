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
}

export function clusterKeys(prefix: string, cluster: string): ClusterKeys {
  const place = `${prefix}clusters/${encodeURIComponent(cluster)}/`;
  const [leader, last, failover, state, word] = ['leader', 'last', 'failover', 'state', 'word'].map(
    (name) => `${place}${name}`,
  ) as [string, string, string, string, string];
  return { leader, last, failover, state, word };
}

/** Each manager that runs, on its lease. */
export function managerKey(prefix: string, manager: string): string {
  return `${prefix}managers/${encodeURIComponent(manager)}`;
}
