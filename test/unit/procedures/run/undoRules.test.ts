import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../../../../src/errors/errors.ts';
import { undoRefusal, type UndoLook } from '../../../../src/procedures/run/undoRules.ts';
import type { ServerState } from '../../../../src/procedures/survey/surveyCluster.ts';
import type { RunRecord } from '../../../../src/steps/journal.ts';
import { app, db10, db11, db12, down, master, replica, survey } from '../switch/switchCases.ts';

const closed = (state: ServerState): ServerState => ({ ...state, readOnly: true });
const half = (procedure: string, steps: RunRecord['steps'] = []): RunRecord => ({
  run: 'r',
  procedure,
  origHost: 'db10',
  newHost: 'db11',
  pid: 1,
  startedAt: '',
  steps,
  end: null,
});
/** After `stop`: nobody takes writes, nobody has the address. */
const after = (more: Partial<UndoLook> = {}, servers?: readonly ServerState[]): UndoLook => ({
  app,
  half: half('online stop'),
  survey: survey([...(servers ?? [closed(master(db10)), replica(db11, db10), replica(db12, db10)])], []),
  elsewhere: { kind: 'nobody' },
  position: null,
  vouched: new Set(),
  seenClosed: new Set(),
  ...more,
});
const said = (look: UndoLook): string => undoRefusal(look)?.message ?? '';
const gone = (state: ServerState): ServerState => ({
  ...state,
  readOnly: null,
  failure: new Failure('deadline', 'no answer'),
  alive: false,
});

test('nobody else takes writes, nobody has the address: it may be undone', () => {
  assert.equal(undoRefusal(after()), null);
});

test('a failover is not undone: its old master is dead', () => {
  assert.match(said(after({ half: half('hard start') })), /is not undone: db10 was dead, and without db11 nobody/);
});

test('the original master must answer: it is to take the writes', () => {
  assert.match(
    said(after({}, [gone(master(db10)), replica(db11, db10), replica(db12, db10)])),
    /^db10 cannot be asked/,
  );
});

test('another master', () => {
  const third = { ...master(db12), replication: null };
  assert.match(
    said(after({}, [closed(master(db10)), replica(db11, db10), third])),
    /^db12 takes writes: .* two masters/,
  );
  assert.match(said(after({}, [closed(master(db10)), master(db11), replica(db12, db10)])), /^db11 takes writes: /);
});

test('a server that replicates from nobody any more may have been the master, unless a person vouches', () => {
  const servers = [closed(master(db10)), replica(db11, db10), closed(master(db12))];
  assert.match(said(after({}, servers)), /^db12 replicates from nobody: where it was the master since, /);
  assert.equal(undoRefusal(after({ vouched: new Set(['db12']) }, servers)), null);
  assert.equal(undoRefusal(after({ half: half('vip assign') }, servers)), null);
  assert.match(said(after({}, [closed(master(db10)), closed(master(db11)), replica(db12, db10)])), /^db11 replicates/);
});

test('a server that cannot be asked may take writes, unless nobody listens there, or a person vouches', () => {
  const servers = (state: ServerState) => [closed(master(db10)), replica(db11, db10), state];
  assert.match(said(after({}, servers(gone(replica(db12, db10))))), /^it is not known whether db12 takes writes/);
  assert.equal(undoRefusal(after({ vouched: new Set(['db12']) }, servers(gone(replica(db12, db10))))), null);
  const refused = Object.assign(new Error('x'), { code: 'ECONNREFUSED' });
  const dead = { ...down(db12), failure: new Failure('mysql', 'db12: down', { cause: refused }) };
  assert.equal(undoRefusal(after({}, servers(dead))), null);
});

test('a server that was read-only right before and has died since does not keep the writer closed', () => {
  const seenClosed = new Set(['db11', 'db12']);
  const servers = [closed(master(db10)), gone(replica(db11, db10)), gone(replica(db12, db10))];
  assert.equal(undoRefusal(after({ seenClosed }, servers)), null);
  assert.match(said(after({ seenClosed: new Set(['db12']) }, servers)), /^it is not known whether db11 takes writes/);
  const opened = { id: 'clear-read-only:db11', title: '', before: {}, state: 'begun', at: '', endedAt: null } as const;
  assert.match(
    said(after({ seenClosed, half: half('online start', [opened]) }, servers)),
    /whether db11 was written to/,
  );
  assert.match(said(after({ seenClosed, elsewhere: { kind: 'somebody', who: 'a host' } }, servers)), /^a host answers/);
});

test('the new master that a killed start has opened: closed again only where nothing was written there', () => {
  const opened = {
    id: 'clear-read-only:db11',
    title: '',
    before: { position: 'bin.1:100' },
    state: 'done',
    at: '',
    endedAt: '',
  } as const;
  const servers = [closed(master(db10)), { ...master(db11) }, replica(db12, db10)];
  const start = half('online start', [opened]);
  assert.equal(undoRefusal(after({ half: start, position: 'bin.1:100' }, servers)), null);
  assert.match(
    said(after({ half: start, position: 'bin.1:200' }, servers)),
    /^db11 was written to since it was opened/,
  );
});

test('somebody has the address, or nobody knows', () => {
  assert.match(
    said(after({ elsewhere: { kind: 'somebody', who: 'a host' } })),
    /^a host answers for the writer address/,
  );
  const unknown = { kind: 'unknown', why: 'no way to ask' } as const;
  assert.equal(undoRefusal(after({ elsewhere: unknown })), null, 'each host has said that it does not have it');
  const silent = after({ elsewhere: unknown });
  const holdings = [...silent.survey.holdings.filter(({ host }) => host !== 'db12')];
  holdings.push({ host: 'db12', holds: new Failure('ssh', 'no answer') });
  assert.match(
    said({ ...silent, survey: { ...silent.survey, holdings } }),
    /^it is not known whether db12 has the writer address/,
  );
  const heldBy = (holder: string, procedure: string): UndoLook => {
    const look = after({ half: half(procedure) });
    const holdings = look.survey.holdings.map((one) => (one.host === holder ? { ...one, holds: true } : one));
    return { ...look, survey: { ...look.survey, holdings } };
  };
  assert.match(said(heldBy('db12', 'online stop')), /^db12 has the writer address/);
  assert.match(said(heldBy('db11', 'online stop')), /^db11 has the writer address/, 'stop has not given it');
  assert.equal(undoRefusal(heldBy('db11', 'online start')), null);
});
