import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StoreEntry } from '../../../../src/context/Store.ts';
import { answerText, questionText, readQuestion, verdictOf } from '../../../../src/procedures/managers/agreement.ts';
import type { Reach } from '../../../../src/procedures/managers/agreement.ts';
import { clusterKeys } from '../../../../src/procedures/managers/keys.ts';

const keys = clusterKeys('/p/', 'c');
const question = { id: 'mgr1-7', by: 'mgr 1', host: 'db10', port: 3306, ping: 'SELECT' };
const yes: Reach = { reaches: true, said: 'it reaches db10:3306' };
const no: Reach = { reaches: false, said: 'connection refused' };
const unknown: Reach = { reaches: { unknown: 'no such server' }, said: 'no such server' };

function verdict(answers: Readonly<Record<string, Reach | string | null>>, isOver = false) {
  const entries = new Map<string, StoreEntry>();
  const put = (key: string, value: string): unknown =>
    entries.set(key, { key, value, createRevision: 1, changeRevision: 1, lease: '7' });
  put(`${keys.members}mgr%201`, 'mgr 1');
  put(`${keys.answers}mgr%201`, answerText(question.id, yes));
  for (const [name, answer] of Object.entries(answers)) {
    put(`${keys.members}${name}`, name);
    if (answer !== null)
      put(`${keys.answers}${name}`, typeof answer === 'string' ? answer : answerText(question.id, answer));
  }
  return verdictOf(question, keys, entries, isOver);
}

test('one that reaches the master is enough, whatever the others say, and before they say it', () => {
  assert.equal(verdict({ mgr2: yes, mgr3: null })?.verdict, 'reached');
  assert.equal(verdict({ mgr2: no, mgr3: yes })?.verdict, 'reached');
  assert.equal(verdict({ mgr2: unknown, mgr3: yes }, true)?.verdict, 'reached');
});

test('dead: all that answered do not reach it, and one answered', () => {
  assert.deepEqual(verdict({ mgr2: no, mgr3: no }), {
    verdict: 'dead',
    said: ['mgr2: connection refused', 'mgr3: connection refused'],
  });
  assert.equal(verdict({ mgr2: no, mgr3: unknown })?.verdict, 'dead');
  assert.equal(verdict({ mgr2: no, mgr3: null }), null);
  const late = verdict({ mgr2: no, mgr3: null }, true);
  assert.deepEqual([late?.verdict, late?.said[1]], ['dead', 'mgr3: has not answered about db10:3306']);
});

test('unknown is not no: who could not look, or has not answered, has agreed to nothing', () => {
  assert.equal(verdict({ mgr2: unknown })?.verdict, 'unknown');
  assert.equal(verdict({ mgr2: unknown, mgr3: null }), null);
  assert.equal(verdict({ mgr2: unknown, mgr3: null }, true)?.verdict, 'unknown');
  assert.equal(verdict({ mgr2: null }, true)?.verdict, 'unknown');
  for (const text of [answerText('mgr1-6', no), '{', 'null', '{"id":"mgr1-7"}', '{"id":"mgr1-7","reaches":"no"}'])
    assert.equal(verdict({ mgr2: text }, true)?.verdict, 'unknown', text);
  assert.equal(verdict({ mgr2: '{"id":"mgr1-7","reaches":"perhaps","said":"x"}' })?.verdict, 'unknown');
});

test('no other manager is there: agreed, and said', () => {
  const alone = verdict({});
  assert.equal(alone?.verdict, 'dead');
  assert.match(alone.said[0] ?? '', /^no other manager of this cluster is known to etcd/);
});

test('a question survives the way, and what is none is not answered', () => {
  assert.deepEqual(readQuestion(questionText(question)), question);
  for (const text of ['', '{', 'null', '[]', '{"id":"x","by":"y"}', questionText({ ...question, host: '' })])
    assert.equal(readQuestion(text), null, text);
});
