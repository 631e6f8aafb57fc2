// Names of the keys in the store. Clusters and managers have a place of their own each: nobody's choice of a name can
// make one key out of two.

export interface ClusterKeys {
  /** Who may act. On a lease; its create_revision is the epoch. */
  readonly leader: string;
  /** The failover that runs, or the last one. Stays. */
  readonly failover: string;
}

export function clusterKeys(prefix: string, cluster: string): ClusterKeys {
  const place = `${prefix}clusters/${encodeURIComponent(cluster)}/`;
  return { leader: `${place}leader`, failover: `${place}failover` };
}
