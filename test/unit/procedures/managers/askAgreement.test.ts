import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../../../../src/errors/errors.ts';
import {
  agreementRequest,
  askAgreement,
  readAgreementRequest,
  readSecondaryCheck,
  readVerdict,
  secondaryExitCodes,
} from '../../../../src/procedures/managers/askAgreement.ts';

const question = { host: 'db10', port: 3307, ping: 'INSERT' };
const ask = (answer: () => Promise<string>, guard: string | null = 'c.guard') =>
  askAgreement(question, { connect: { askLine: answer } as never, places: { caller: { epoch: 7, guard } } as never });

test("what MHA passes, in MHA's own way", () => {
  const given = '--user=mha --master_host=db10 --master_ip=10.0.0.10 --master_port=3307 --master_user=mha';
  const args = [...given.split(' '), '--master_password=', '--ping_type=INSERT', "--options=-o 'a b'", '--later=1'];
  assert.deepEqual(readSecondaryCheck(args), question);
  assert.deepEqual(readSecondaryCheck(['--master_host=db10']), { host: 'db10', port: 3306, ping: 'SELECT' });
  for (const wrong of [['--master_port=3306'], ['--master_host=db10', '--master_port=x']])
    assert.throws(() => readSecondaryCheck(wrong), /--master_host is missing, or --master_port is no port/);
});

test("the verdict is MHA's exit code", async () => {
  assert.deepEqual(secondaryExitCodes, { dead: 0, unknown: 2, reached: 3 });
  for (const verdict of ['dead', 'reached', 'unknown'])
    assert.equal((await ask(() => Promise.resolve(JSON.stringify({ verdict, said: ['x'] })))).verdict, verdict);
});

test('whatever is no verdict is not known', async () => {
  const texts = ['', '{', 'null', '{"granted":true}', '{"verdict":"dead"}', '{"verdict":"yes","said":[]}'];
  for (const text of texts) assert.equal((await ask(() => Promise.resolve(text))).verdict, 'unknown', text);
  const silent = await ask(() => Promise.reject(new Failure('environment', 'c.guard: refused')));
  assert.deepEqual(silent, {
    verdict: 'unknown',
    said: ['the monitor of this host does not answer: c.guard: refused'],
  });
  const bare = await ask(() => assert.fail('nobody is asked'), null);
  assert.match(bare.said[0] ?? '', /^only a masterha_manager that mha-helper monitor has started/);
  assert.equal(bare.verdict, 'unknown');
});

test('requests and verdicts survive the way', () => {
  assert.deepEqual(readAgreementRequest(agreementRequest(question)), question);
  for (const text of ['{', 'null', '{"reach":null}', '{"reach":{"host":"db10"}}', '{"what":"x","phase":"lead"}'])
    assert.equal(readAgreementRequest(text), null, text);
  assert.deepEqual(readVerdict('{"verdict":"dead","said":["a",1]}'), { verdict: 'dead', said: ['a'] });
});
