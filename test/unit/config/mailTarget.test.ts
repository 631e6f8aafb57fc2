import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mailSender, mailTarget } from '../../../src/config/mailTarget.ts';
import type { OptionSet } from '../../../src/config/options.ts';

const set = (more: object): OptionSet => ({ smtp_host: 'mail', smtp_security: 'opportunistic', ...more }) as OptionSet;

test('the usual port of each kind of security, unless one is given', () => {
  assert.deepEqual(mailTarget(set({})), { host: 'mail', port: 25, security: 'opportunistic' });
  assert.equal(mailTarget(set({ smtp_security: 'tls' })).port, 465);
  assert.equal(mailTarget(set({ smtp_security: 'starttls' })).port, 25);
  assert.equal(mailTarget(set({ smtp_host: 'mail:587', smtp_security: 'tls' })).port, 587);
});

test('IPv6 with a port and without', () => {
  const places = ['fd00::25', '[fd00::25]:587'].map((smtp_host) => mailTarget(set({ smtp_host })));
  assert.deepEqual(
    places.map(({ host, port }) => [host, port]),
    [
      ['fd00::25', 25],
      ['fd00::25', 587],
    ],
  );
});

test('a login needs both halves', () => {
  assert.deepEqual(mailTarget(set({ smtp_user: 'u', smtp_password: 'p' })).login, { user: 'u', password: 'p' });
  assert.ok(!('login' in mailTarget(set({ smtp_user: 'u' }))));
  assert.deepEqual(mailTarget(set({ smtp_user: 'u', smtp_password_file: 'mail' })).login, {
    user: 'u',
    passwordFile: 'mail',
  });
  assert.ok(!('login' in mailTarget(set({ smtp_password: 'p' }))));
});

test('the sender that is set, else one of this host', () => {
  assert.equal(mailSender(set({ report_from: ['dba@example.com'] }), 'mgr'), 'dba@example.com');
  assert.match(mailSender(set({}), 'mgr'), /@mgr$/);
});
