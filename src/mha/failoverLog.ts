// What MHA's log says of a failover by file and position: how far the new master has come in the dead master's binary
// log, and where the others begin in the new one's. Facts: MasterFailover.pm, BinlogManager.pm of MHA 0.58.

export interface FailoverPositions {
  /** In the dead master's binary log, `file:position`: the new master has all before it. Null: the log does not say. */
  readonly recovered: string | null;
  /** In the new master's binary log, where it was opened. */
  readonly newMaster: string | null;
}

const nothing: FailoverPositions = { recovered: null, newMaster: null };

/** @param dead hostname of the dead master. @returns of its last failover that this part of the log has */
export function failoverPositions(log: string, dead: string): FailoverPositions {
  const begin = [...log.matchAll(/Starting master failover\.\n/g)].at(-1);
  if (begin === undefined) return nothing;
  const text = log.slice(begin.index);
  if (!isAbout(text, dead)) return nothing;
  const [, file, position] = /The latest binary log file\/position on all slaves is (\S+):(\d+)/.exec(text) ?? [];
  const [, newFile, newPosition] =
    /All other slaves should start replication from here.*MASTER_LOG_FILE='([^']+)', MASTER_LOG_POS=(\d+)/.exec(text) ??
    [];
  return {
    recovered: file === undefined ? null : (savedUpTo(text, file) ?? `${file}:${position ?? ''}`),
    newMaster: newFile === undefined ? null : `${newFile}:${newPosition ?? ''}`,
  };
}

function isAbout(text: string, dead: string): boolean {
  const [, listed = ''] = /Dead Servers:\n((?:.*\[info\] {3}\S.*\n)+)/.exec(text) ?? [];
  return listed.split('\n').some((line) => line.includes(` ${dead}(`));
}

/** The end of what was read from the dead master's host, and executed on the new master. */
function savedUpTo(text: string, latest: string): string | null {
  const begin = text.indexOf("Saving Dead Master's Binlog Phase");
  const phase = begin < 0 ? '' : text.slice(begin, text.indexOf('* Phase', begin + 1));
  const prefix = latest.replace(/\.\d+$/, '');
  const found = [...phase.matchAll(/Dumping effective binlog data from \S*?([^/\s]+) position \d+ to tail\((\d+)\)/g)];
  const last = found.filter(([, file]) => file?.startsWith(`${prefix}.`)).at(-1);
  return last === undefined || !/Concat succeeded/.test(phase) ? null : `${last[1] ?? ''}:${last[2] ?? ''}`;
}
