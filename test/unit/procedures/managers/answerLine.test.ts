import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerLine } from '../../../../src/procedures/managers/answerLine.ts';
import { recordedLine } from '../../../../src/procedures/managers/guardMessages.ts';
import { agreementRequest } from '../../../../src/procedures/managers/askAgreement.ts';

const lead = JSON.stringify({ what: 'vip assign', phase: 'lead' });
const question = agreementRequest({ host: 'db10', port: 3306, ping: 'SELECT' });

test('a guard answers hooks, the others a question, and both are in the log', async () => {
  const told: string[] = [];
  const parts = {
    guard: { answer: () => Promise.resolve({ refused: 'mgr2 leads' }) },
    others: { ask: () => Promise.resolve({ verdict: 'reached' as const, said: ['mgr2: it reaches db10:3306'] }) },
  };
  const ask = (line: string) => answerLine(line, parts, (text) => told.push(text));
  assert.deepEqual(await ask(lead), { refused: 'mgr2 leads' });
  assert.deepEqual(await ask(question), { verdict: 'reached', said: ['mgr2: it reaches db10:3306'] });
  assert.deepEqual(told, ['refused: mgr2 leads', 'db10 does not answer here; mgr2: it reaches db10:3306']);
});

test('a hook that has recorded something has that told to the others', async () => {
  let told = 0;
  const recorded = () => Promise.resolve(void (told += 1));
  assert.deepEqual(await answerLine(recordedLine, { recorded }, () => undefined), { granted: true });
  assert.equal(told, 1);
});

test('before it is settled, and for what is no request, nothing is granted', async () => {
  for (const line of [lead, question, recordedLine, '', '{}'])
    assert.deepEqual(await answerLine(line, {}, () => undefined), {
      refused: 'that is no request, or nobody can answer it yet',
    });
});
