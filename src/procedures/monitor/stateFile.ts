// The monitor's knowledge of a cluster on disk.
import type { Tools } from '../../context/Context.ts';
import type { SeatRecord } from '../managers/seatRecord.ts';
import { newCluster, type ClusterState } from './clusterState.ts';

/** What `status` shows of a cluster. */
export interface ClusterFile {
  readonly conf: string;
  readonly cluster: string;
  /** Where MHA keeps the cluster's files; null while the application file could not be read. */
  readonly workdir: string | null;
  /** No failover within so many minutes of the last one. */
  readonly lastFailoverMinute: number;
  readonly state: ClusterState;
  /** Where it sits among several managers; without it there is one. */
  readonly seat?: SeatRecord;
}

/** Null when there is none, or when it is none of ours. */
export async function readStateFile(path: string, tools: Pick<Tools, 'files'>): Promise<ClusterFile | null> {
  try {
    const value = JSON.parse(await tools.files.read(path)) as Partial<ClusterFile> | null;
    if (typeof value?.conf !== 'string' || typeof value.cluster !== 'string' || value.state?.phase === undefined)
      return null;
    return {
      conf: value.conf,
      cluster: value.cluster,
      workdir: value.workdir ?? null,
      lastFailoverMinute: value.lastFailoverMinute ?? 0,
      state: { ...newCluster, ...value.state },
      ...(value.seat === undefined ? {} : { seat: value.seat }),
    };
  } catch {
    return null;
  }
}
