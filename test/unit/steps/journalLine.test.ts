import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isJournalLine, lineShapes } from '../../../src/steps/journalLine.ts';

const at = '2026-11-26T10:00:00.000Z';
const witness = {
  at,
  through: 'the writer address 10.0.0.5',
  seenFrom: null,
  met: 'new master',
  server: 'db11',
  before: 'db10',
  outageMs: 12.5,
  atLeast: false,
  note: '',
};
/** As journal.ts writes them. */
const lines = [
  { kind: 'run', run: 'r', pid: 1, procedure: 'online stop', origHost: 'db10', newHost: null, at, boot: null, up: 5 },
  { kind: 'step', run: 'r', id: 'i', title: 't', before: {}, at },
  { kind: 'done', run: 'r', id: 'i', at },
  { kind: 'undone', run: 'r', id: 'i', at, detail: 'd' },
  { kind: 'witness', run: 'r', at, witness },
  { kind: 'drill', run: 'r', at, drill: { way: 'there', began: at } },
  { kind: 'acknowledged', run: 'r', at, by: 'me' },
  { kind: 'allowed', run: 'r', at, by: 'me' },
  { kind: 'end', run: 'r', outcome: 'proceed', message: 'm', leftToDo: ['x'], at },
];

test('every kind of line is known, also one that an older version wrote', () => {
  assert.deepEqual(lines.map(({ kind }) => kind).sort(), Object.keys(lineShapes).sort());
  for (const line of lines) assert.ok(isJournalLine(line), line.kind);
  const old = { kind: 'run', run: 'r', pid: 1, procedure: 'hard start', origHost: 'db10', newHost: 'db11', at };
  assert.ok(isJournalLine(old));
});

test('each member that a line must have is missed, and one of another kind is seen', () => {
  for (const line of lines)
    for (const name of ['run', 'at'] as const) {
      assert.ok(!isJournalLine({ ...line, [name]: undefined }), `${line.kind} without ${name}`);
      assert.ok(!isJournalLine({ ...line, [name]: [] }), `${line.kind} with a list for ${name}`);
    }
  for (const value of [null, [], 'x', {}, { kind: 'else', run: 'r', at }, { kind: 'toString', run: 'r', at }])
    assert.ok(!isJournalLine(value));
  assert.ok(!isJournalLine({ kind: 'witness', run: 'r', at, witness: { ...witness, met: 'somebody' } }));
});
