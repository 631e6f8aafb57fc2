import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BinlogEvent, Gtids, ReplicaServer } from '../../../../src/mysql/ReplicaServer.ts';
import { compareServers } from '../../../../src/procedures/rejoin/compareServers.ts';

const event = (position: number, type: string, info = ''): BinlogEvent => ({
  position,
  type,
  end: position + 100,
  info,
});

interface Fake {
  readonly logs?: Readonly<Record<string, readonly BinlogEvent[]>>;
  readonly gtids?: Partial<Gtids>;
  readonly lacks?: string;
  readonly purged?: string;
}

function server(label: string, { logs = {}, gtids = {}, lacks = '', purged = '' }: Fake): ReplicaServer {
  return {
    label,
    gtids: () => Promise.resolve({ executed: '', purged: '', position: '', enabled: true, ...gtids }),
    lacksOf: () => Promise.resolve(lacks),
    purgedFor: () => Promise.resolve(purged),
    binaryLogs: () =>
      Promise.resolve(Object.entries(logs).map(([name, events]) => ({ name, bytes: events.at(-1)?.end ?? 4 }))),
    binlogEvents: (file: string, from: number) =>
      Promise.resolve((logs[file] ?? []).filter(({ position }) => position >= from)),
  } as unknown as ReplicaServer;
}

const one = [event(4, 'Format_desc'), event(104, 'Query'), event(204, 'Stop')];
const two = [event(4, 'Format_desc'), event(104, 'Gtid_list')];

test('by position: nothing but what the server writes by itself stands behind it', async () => {
  const old = server('db10', { logs: { 'bin.1': one, 'bin.2': two } });
  assert.deepEqual(await compareServers(old, server('db11', {}), 'file', 'bin.1:204'), { extra: '', from: null });
});

test('by position: a transaction in that file, or in one that came later', async () => {
  const old = server('db10', { logs: { 'bin.1': one, 'bin.2': [...two, event(204, 'Gtid', 'BEGIN GTID 0-10-9')] } });
  const seen = (at: string) => compareServers(old, server('db11', {}), 'file', at);
  assert.deepEqual(await seen('bin.1:104'), { extra: 'from bin.1:104 on', from: 'bin.1:104' });
  assert.deepEqual(await seen('bin.1:204'), { extra: 'from bin.2:204 on', from: 'bin.2:204' });
});

test('by position: unknown is not no', async () => {
  const old = server('db10', { logs: { 'bin.2': two } });
  const seen = (at: string | null) => compareServers(old, server('db11', {}), 'file', at);
  await assert.rejects(seen(null), { kind: 'refused', message: /neither the hooks' record nor MHA's log says/ });
  await assert.rejects(seen('bin.1:204'), { kind: 'refused', message: /its binary log bin\.1 is not there any more/ });
  await assert.rejects(seen('bin.2:900'), { kind: 'refused', message: /has lost the end of its binary log/ });
});

test('by GTID: what the master lacks, and where it begins', async () => {
  const logs = { 'bin.2': [...two, event(204, 'Gtid', 'BEGIN GTID 0-10-8'), event(304, 'Gtid', 'GTID 0-10-9')] };
  const seen = await compareServers(
    server('db10', { logs }),
    server('db11', { lacks: '0-10-9..9' }),
    'slave_pos',
    null,
  );
  assert.deepEqual(seen, { extra: '0-10-9..9', from: 'bin.2:304' });
});

test('by GTID: gtid_mode must be on, and the master must have what it needs', async () => {
  const off = server('db11', { gtids: { enabled: false } });
  await assert.rejects(compareServers(server('db10', {}), off, 'auto-position', null), /gtid_mode is not ON on db11/);
  const purged = server('db11', { purged: 'uuid:1-5' });
  await assert.rejects(compareServers(server('db10', {}), purged, 'auto-position', null), {
    kind: 'refused',
    message: /db11 has purged binary logs that db10 needs \(uuid:1-5\)/,
  });
  assert.deepEqual(await compareServers(server('db10', {}), server('db11', {}), 'auto-position', 'bin.1:4'), {
    extra: '',
    from: 'bin.1:4',
  });
});
