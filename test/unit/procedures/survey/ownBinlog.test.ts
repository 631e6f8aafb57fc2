import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BinlogEvent, ReplicaServer } from '../../../../src/mysql/ReplicaServer.ts';
import { ownBinlogWrites } from '../../../../src/procedures/survey/ownBinlog.ts';

interface Fake {
  readonly id: number;
  readonly state: string;
  /** A file each: what its list has, then GTIDs of transactions with rows. */
  readonly files?: readonly (readonly [string, ...string[]])[];
}

/** The files that were asked for more than their beginning are noted. */
function server({ id, state, files = [] }: Fake, read: Set<string> = new Set()): ReplicaServer {
  const logs = files.map(([list, ...gtids], index) => {
    const infos = [
      ['Format_desc', ''],
      ['Gtid_list', list],
      ...gtids.flatMap((gtid) => [
        ['Gtid', `BEGIN GTID ${gtid}`],
        ['Write_rows_v1', ''],
      ]),
    ] as const;
    const events = infos.map(([type = '', info = ''], at): BinlogEvent => ({
      position: at + 4,
      type,
      end: at + 5,
      info,
    }));
    return { name: `bin.${index + 1}`, events };
  });
  return {
    query: () => Promise.resolve([{ id, logs: 1 }]),
    gtids: () => Promise.resolve({ executed: state, purged: '', position: '', enabled: true }),
    binaryLogs: () => Promise.resolve(logs.map(({ name, events }) => ({ name, bytes: events.length + 4 }))),
    binlogEvents: (file: string, from: number, limit: number) => {
      if (limit > 4) read.add(file);
      const events = logs.find(({ name }) => name === file)?.events ?? [];
      return Promise.resolve(events.filter(({ position }) => position >= from).slice(0, limit));
    },
  } as unknown as ReplicaServer;
}

const none = { certain: [], likely: [] };

test('a master that knows all of it: no binary log is read', async () => {
  const replica = { ...server({ id: 11, state: '0-11-5,0-10-9' }), binaryLogs: () => assert.fail('read') };
  const found = await ownBinlogWrites(replica as unknown as ReplicaServer, server({ id: 10, state: '0-11-5,0-10-9' }));
  assert.deepEqual(found, none);
});

test('only the files are read in which the replica has written, and the beginning of the next', async () => {
  const read = new Set<string>();
  const replica = server(
    {
      id: 11,
      state: '0-11-91,0-10-400',
      files: [
        ['[]', '0-10-1', '0-10-50'],
        ['[0-10-50]', '0-10-90', '0-11-91'],
        ['[0-10-90,0-11-91]', '0-10-91', '0-10-200'],
        ['[0-11-91,0-10-200]', '0-10-300'],
        ['[0-11-91,0-10-300]', '0-10-400'],
      ],
    },
    read,
  );
  const found = await ownBinlogWrites(replica, server({ id: 10, state: '0-10-400' }));
  assert.deepEqual(found, { certain: ['0-11-91..91'], likely: [] });
  assert.deepEqual([...read].toSorted(), ['bin.2', 'bin.3']);
});

test('purged: nothing can be said, and nothing is', async () => {
  const replica = server({ id: 11, state: '0-11-91,0-10-400', files: [['[0-11-91,0-10-300]', '0-10-400']] });
  assert.deepEqual(await ownBinlogWrites(replica, server({ id: 10, state: '0-10-400' })), none);
});

test('what is too long for a look is not known', async () => {
  const many = Array.from({ length: 60_000 }, (_, index) => `0-10-${index + 1}`);
  const replica = server({ id: 11, state: '0-10-60000,0-11-60001', files: [['[0-10-0]', ...many, '0-11-60001']] });
  const found = await ownBinlogWrites(replica, server({ id: 10, state: '0-10-60000' }));
  assert.deepEqual(found, { unknown: 'it has written 0-11-60001, and bin.1 is too long to be looked through' });
  // It was the master when that file began: that says nothing.
  const former = server({ id: 11, state: '0-10-60000,0-11-60001', files: [['[]', ...many, '0-11-60001']] });
  assert.deepEqual(await ownBinlogWrites(former, server({ id: 10, state: '0-10-60000' })), none);
});
