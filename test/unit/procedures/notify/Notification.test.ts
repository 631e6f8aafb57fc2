import assert from 'node:assert/strict';
import { test } from 'node:test';
import { incidents, protectedAgain } from '../../../../src/procedures/monitor/incidents.ts';
import { happenedOf, notificationOf } from '../../../../src/procedures/notify/Notification.ts';
import { readApplicationConfig } from '../../../../src/mha/applicationConfig.ts';

for (const [subject, events, state, severity] of [
  ['REPLICATION BROKEN, REPLICA BEHIND', 'replication-broken replica-behind', 'begins', 'critical'],
  ['over: REPLICA BEHIND', 'replica-behind', 'over', 'info'],
  ['PAUSED until 2026-01-31T03:00:00.000Z', 'paused', 'begins', 'warning'],
  ['over: PAUSED until 2026-01-31T03:00:00.000Z', 'paused', 'over', 'info'],
  ['watched again, protected from 2026-01-31T03:00:00.000Z', 'not-protected protected-from-2026', 'over', 'info'],
  ['db10 is back and was closed', 'db10-is-back-and-was-closed', 'happened', 'info'],
] as const) {
  test(subject, () => {
    const found = happenedOf({ subject, text: 'why' });
    assert.deepEqual([found.state, found.severity], [state, severity]);
    assert.ok(found.events.join(' ').startsWith(events), found.events.join(' '));
  });
}

test('whatever began an incident is over with the event that ends it', () => {
  const end = happenedOf({ subject: protectedAgain.subject, text: '' });
  assert.equal(end.state, 'over');
  for (const subject of Object.keys(incidents))
    assert.deepEqual(happenedOf({ subject, text: '' }).events, end.events, subject);
});

test('all that it has', () => {
  const app = readApplicationConfig({
    path: '/etc/mha/a.cnf',
    text: '[server1]\nhostname=db10\n[server2]\nhostname=db11\n',
  });
  const place = { app, manager: 'mgr', at: '2026-01-31T02:00:00.000Z', record: '/state/a.journal' };
  assert.deepEqual(notificationOf(happenedOf({ subject: 'NOT PROTECTED', text: 'x'.repeat(20_000) }), place), {
    version: 1,
    event: 'not-protected',
    events: ['not-protected'],
    state: 'begins',
    severity: 'critical',
    cluster: 'a',
    conf: '/etc/mha/a.cnf',
    manager: 'mgr',
    at: '2026-01-31T02:00:00.000Z',
    subject: 'NOT PROTECTED',
    text: 'x'.repeat(16_000),
    hosts: ['db10', 'db11'],
    links: {
      status: 'mha-helper status -c /etc/mha/a.cnf',
      history: 'mha-helper history -c /etc/mha/a.cnf',
      record: '/state/a.journal',
    },
  });
});
