// A server that is closed becomes a replica.
import { Failure } from '../errors/errors.ts';
import { ifAny } from '../errors/message.ts';
import type { Clock } from '../context/Context.ts';
import type { ReplicaServer } from '../mysql/ReplicaServer.ts';
import type { Server } from '../mysql/Server.ts';
import type { Begin, Source, SourceSettings } from '../mysql/sourceSettings.ts';
import type { Step } from './Step.ts';

/** How long it may take until both of its threads run, in ms: less than others wait for the run's lock. */
const startMs = 15_000;
/** It must run for so long without an error, in ms: an event that cannot be applied shows at once. */
const steadyMs = 1_000;
const againMs = 250;

export interface Following {
  readonly source: Source;
  readonly begin: Begin;
  readonly options: SourceSettings['options'];
  /** MariaDB by GTID: what it has executed; null: all that it has. */
  readonly gtidPosition: string | null;
}

/** @param old another connection to the same server, for its status */
export function replicateFrom(replica: ReplicaServer, old: Server, following: Following, clock: Clock): Step {
  const { source, begin, options, gtidPosition } = following;
  return {
    id: `replicate:${replica.label}`,
    title: `make ${replica.label} a replica of ${source.host}:${source.port}`,
    check: () => Promise.resolve({}),
    async apply() {
      await replica.replicateFrom(source, begin, options, gtidPosition);
      return { detail: beginText(begin) };
    },
    async verify() {
      let steadySince: number | null = null;
      for (const until = clock.monotonic() + startMs; ;) {
        const state = await old.replication();
        const now = clock.monotonic();
        steadySince = state?.running === true ? (steadySince ?? now) : null;
        if (steadySince !== null && now - steadySince >= steadyMs) return;
        if (now >= until) {
          const why = ifAny(': ', state?.error);
          throw new Failure('mysql', `${replica.label} does not replicate after ${startMs / 1000} s${why}`);
        }
        await clock.sleep(againMs);
      }
    },
    undo: {
      title: `make ${replica.label} no replica again`,
      run: async () => {
        await replica.forgetSource();
        return [];
      },
    },
  };
}

export function beginText(begin: Begin): string {
  switch (begin.kind) {
    case 'auto-position':
      return 'by GTID (auto-position)';
    case 'slave_pos':
      return 'by GTID (slave_pos)';
    case 'file':
      return `from ${begin.file}:${begin.position}`;
  }
}
