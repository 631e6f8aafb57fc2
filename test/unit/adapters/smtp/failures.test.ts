import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  accessFailure,
  mailFailure,
  refusalsOf,
  serverText,
  type SmtpError,
} from '../../../../src/adapters/smtp/failures.ts';
import type { SmtpTarget } from '../../../../src/context/Mail.ts';

const mail = { from: 'a@x', to: ['b@x', 'c@x'], subject: 's', text: 't' };
const smtp: SmtpTarget = { host: 'mail', port: 25 };
const error = (more: Partial<SmtpError>): SmtpError => Object.assign(new Error('x'), more);
const refused = (more: Partial<SmtpError>, target = smtp) => refusalsOf([error(more)], mail, target);

test('a refusal holds for its recipient, or for all of them', () => {
  assert.deepEqual(refused({ response: '550 no', responseCode: 550, command: 'RCPT TO', recipient: 'b@x' })[0]?.to, [
    'b@x',
  ]);
  assert.deepEqual(refused({ response: '552 too big', responseCode: 552, command: 'DATA' })[0]?.to, mail.to);
});

test('recipients with the same answer are told together', () => {
  const one = (recipient: string, response: string) =>
    error({ recipient, response, responseCode: 550, command: 'RCPT TO' });
  assert.deepEqual(
    refusalsOf([one('b@x', '550 no'), one('c@x', '550 no')], mail, smtp).map(({ to }) => to),
    [['b@x', 'c@x']],
  );
  assert.equal(refusalsOf([one('b@x', '550 no'), one('c@x', '550 gone')], mail, smtp).length, 2);
});

test('only a 5xx about the mail itself is for good', () => {
  for (const command of ['MAIL FROM', 'RCPT TO', 'DATA']) {
    assert.equal(refused({ responseCode: 550, command })[0]?.again, 'never');
    assert.equal(refused({ responseCode: 450, command })[0]?.again, 'now');
    assert.notEqual(refused({ responseCode: 530, command })[0]?.again, 'never', 'it wants a login first');
  }
  assert.notEqual(refused({ responseCode: 550, command: 'EHLO' })[0]?.again, 'never');
  assert.equal(refused({ code: 'ECONNREFUSED' })[0]?.again, 'now');
});

test('a password or a certificate is not tried again at once: the account could be locked', () => {
  for (const more of [{ code: 'EAUTH', responseCode: 535 }, { code: 'ETLS' }, { message: 'certificate has expired' }])
    assert.ok(!['now', 'never'].includes(refused(more)[0]?.again ?? ''), JSON.stringify(more));
});

test('a server that repeats the password does not get it into a message, in none of its forms', () => {
  const login = { user: 'mha', password: 'hunter2' };
  const forms = ['hunter2', btoa('hunter2'), btoa('\0mha\0hunter2')];
  for (const form of forms) {
    const { message } = accessFailure(error({ response: `535 no: ${form}` }), { ...smtp, login });
    assert.match(message, /535 no: \(not shown\)$/);
  }
});

test('whom it was taken for is said where it was not taken for all', () => {
  const some = mailFailure(
    refused({ response: '550 no', responseCode: 550, recipient: 'b@x', command: 'RCPT TO' }),
    mail,
    smtp,
  );
  assert.match(some.message, /mail:25.*b@x: 550 no$/);
  assert.match(some.hint ?? '', /c@x/);
  const none = mailFailure(refused({ code: 'ECONNREFUSED' }), mail, smtp, error({ code: 'ECONNREFUSED' }));
  assert.match(none.hint ?? '', /smtp_host/);
});

test('what to look at', () => {
  const hint = (more: Partial<SmtpError>, target = smtp): string => accessFailure(error(more), target).hint ?? '';
  assert.match(hint({ code: 'EAUTH' }), /smtp_password/);
  assert.match(hint({ message: 'self-signed certificate' }), /smtp_ca_file/);
  assert.match(hint({ code: 'ETLS', message: 'no' }), /smtp_security/);
  assert.match(
    hint({ code: 'ETLS', message: 'no' }, { ...smtp, login: { user: 'u', password: 'p' } }),
    /smtp_security = none/,
  );
  assert.equal(hint({ responseCode: 421, response: '421 busy' }), '');
});

test('an IPv6 server stands in brackets', () =>
  assert.match(serverText({ host: 'fd00::1', port: 25 }), /\[fd00::1\]:25$/));
