import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ApplicationConfig } from '../../../src/mha/applicationConfig.ts';
import { namedServer } from '../../../src/mha/namedServer.ts';

const places = [
  ['db10', 3306],
  ['db11', 3306],
  ['db11', 3307],
  ['fd00::1', 3306],
  ['odd:3306', 3309],
] as const;
const app = { file: '/etc/mha/a.cnf', servers: places.map(([hostname, port]) => ({ hostname, port })) };
const find = (text: string, where = ''): string => {
  const { hostname, port } = namedServer(app as unknown as ApplicationConfig, where, text);
  return `${hostname} ${port}`;
};

test('a host alone is enough where it has one server; else the port tells which', () => {
  assert.equal(find('db10'), 'db10 3306');
  assert.equal(find('db10:3306'), 'db10 3306');
  assert.equal(find('db11:3307'), 'db11 3307');
});

test('a hostname that looks like HOST:PORT is meant as it is written', () => {
  assert.equal(find('odd:3306'), 'odd:3306 3309');
  assert.equal(find('fd00::1'), 'fd00::1 3306');
  assert.equal(find('fd00::1:3306'), 'fd00::1 3306');
});

test('two servers on the host: the port is asked for, with both forms to type', () => {
  assert.throws(() => find('db11'), { kind: 'usage', message: /2 servers/, hint: /db11:3306.*db11:3307/ });
});

test('no such server: what there is, and where it was asked for', () => {
  for (const text of ['db12', 'DB10', 'db10:3307', '', ':3306'])
    assert.throws(() => find(text, '--new-master'), {
      kind: 'usage',
      message: new RegExp(`^--new-master ${text}: /etc/mha/a\\.cnf`),
      hint: /db10, db11, /,
    });
  assert.throws(() => find('db12'), { message: /^db12: / });
});
