import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MailFailure, type MailRefusal } from '../../../../src/errors/errors.ts';
import { notDelivered } from '../../../../src/procedures/report/sendReport.ts';
import { fakeTools } from '../../../doubles/tools.ts';

const later: MailRefusal = { to: ['a@x'], reason: 'down', again: 'now' };
const never: MailRefusal = { to: ['b@x'], reason: 'unknown', again: 'never' };
const failure = new MailFailure('the server is down', [later], { hint: 'is it running?' });
const flush = 'is it running?; "mha-helper report --flush" or the next report delivers it';

for (const [what, refusals, isLost, fate, hint] of [
  ['kept', [later], false, /^the server is down; kept in the spool \/var\/lib\/mha-helper\/spool$/, flush],
  ['refused for good', [never], false, /; refused for good, set aside in .*\/spool\/refused$/, 'is it running?'],
  ['both', [later, never], false, /; kept in the spool .*; refused for good, set aside in /, flush],
  ['lost', [later], true, /; it could not be kept either: it is LOST$/, 'is it running?'],
] as const) {
  test(`${what}: where the mail is now, and what delivers it`, () => {
    const said = notDelivered(failure, refusals, isLost, fakeTools(''));
    assert.match(said.message, fate);
    assert.equal(said.hint, hint);
  });
}
