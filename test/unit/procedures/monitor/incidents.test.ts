import assert from 'node:assert/strict';
import { test } from 'node:test';
import { referencePages } from '../../../../build/reference/pages.ts';
import { newCluster } from '../../../../src/procedures/monitor/clusterState.ts';
import {
  close,
  incidents,
  open,
  protectedAgain,
  type IncidentSubject,
} from '../../../../src/procedures/monitor/incidents.ts';

const subjects = Object.keys(incidents) as IncidentSubject[];

test('the first reason opens an incident and makes a mail; a second one makes none', () => {
  for (const subject of subjects) {
    const opened = open(newCluster, 1, subject, 'why');
    assert.deepEqual(opened.outbox, [{ subject, text: 'why' }]);
    assert.equal(open(opened, 2, 'NOT PROTECTED', 'another'), opened);
    const closed = close(opened, null);
    assert.deepEqual([closed.incident, closed.outbox.at(-1)?.subject], [null, protectedAgain.subject]);
    assert.match(closed.outbox.at(-1)?.text ?? '', /why$/);
  }
  assert.equal(close(newCluster, null), newCluster);
  const later = close(open(newCluster, 1, 'FAILOVER FAILED', 'why'), '2026-01-31T04:00:00.000Z').outbox.at(-1);
  assert.match(later?.subject ?? '', /protected from 2026-01-31T04:00:00.000Z$/);
});

test('each subject has its section in docs/reference/events.md', () => {
  const page = referencePages().get('events.md') ?? '';
  for (const subject of [...subjects, protectedAgain.subject]) assert.ok(page.includes(`\n### ${subject}\n`), subject);
});
