import assert from 'node:assert/strict';
import { test } from 'node:test';
import { optionNames, options } from '../../../src/config/options.ts';
import { optionTypes } from '../../../src/config/optionTypes.ts';
import { isSecret, showValue } from '../../../src/config/showValue.ts';

test('values as an operator writes them', () => {
  assert.equal(showValue('requires_sudo', true), 'yes');
  assert.equal(showValue('requires_sudo', false), 'no');
  assert.equal(showValue('report_email', ['a@b', 'c@d']), 'a@b, c@d');
  assert.equal(showValue('writer_vip_cidr', { address: 'fd00::5', prefix: 64, family: 6 }), 'fd00::5/64');
  assert.equal(showValue('step_timeout', 30), '30');
  assert.equal(showValue('smtp_host', undefined), '');
});

test('a value of several lines stays in its line', () => {
  assert.equal(showValue('vip_assign_command', 'a\nb'), 'a\\nb');
});

test('a secret is shown nowhere, and every option of that type is one', () => {
  assert.ok(isSecret('smtp_password'));
  assert.ok(!isSecret('smtp_user'));
  assert.ok(!isSecret('toString'));
  const secrets = optionNames.filter((name) => options[name].type === 'secret');
  assert.ok(secrets.length >= 2);
  for (const name of secrets) {
    assert.ok(isSecret(name));
    assert.doesNotMatch(showValue(name, 'hunter2'), /hunter2/);
  }
});

test('what is shown of a default is read as that default', () => {
  const read = (name: (typeof optionNames)[number]): unknown => {
    const { type, default: fallback } = options[name];
    return optionTypes[type].read(showValue(name, fallback));
  };
  const set = optionNames.filter((name) => options[name].default !== undefined);
  assert.ok(set.length > 10);
  for (const name of set) assert.deepEqual(read(name), options[name].default, name);
});
