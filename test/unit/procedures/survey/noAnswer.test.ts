import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../../../../src/errors/errors.ts';
import { whyNoAnswer } from '../../../../src/procedures/survey/noAnswer.ts';

const at = "db10: cannot connect to MySQL at db10:3306 as 'mha': ";

for (const [message, why] of [
  [`${at}connect ECONNREFUSED 192.168.10.10:3306`, 'MySQL down (connection refused by 192.168.10.10:3306)'],
  [`${at}connect EHOSTUNREACH 192.168.10.10:3306`, 'MySQL not reachable (no way to 192.168.10.10:3306)'],
  [`${at}no answer within 3 s`, 'MySQL not reachable (no answer from db10:3306 within 3 s)'],
  [`${at}Access denied for user`, `${at}Access denied for user`],
] as const) {
  test(`${message}: ${why}`, () => {
    assert.equal(whyNoAnswer(new Failure('mysql', message)), why);
  });
}
