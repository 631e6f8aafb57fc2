import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  findKnownKeys,
  judgeHostKey,
  knownHostsName,
  type KnownHosts,
} from '../../../../src/adapters/ssh/knownHosts.ts';

const blob = (type: string, body: string) => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  return Buffer.concat([length, Buffer.from(type), Buffer.from(body)]);
};
const ed = blob('ssh-ed25519', 'one');
const other = blob('ssh-ed25519', 'two');
const rsa = blob('ssh-rsa', 'three');
const line = (hosts: string, key: Buffer) => `${hosts} x ${key.toString('base64')}\n`;
const found = (text: string, name: string) => findKnownKeys('f', text, name).map(({ line: at }) => at);
const known = (...texts: string[]): KnownHosts => ({
  byName: texts.map((text) => findKnownKeys('f', text, 'h')),
  withoutPort: [],
});

describe('known_hosts', () => {
  it('names a host with its port unless that is 22', () => {
    assert.equal(knownHostsName('DB10', 22), 'db10');
    assert.equal(knownHostsName('fe80::1', 2222), '[fe80::1]:2222');
  });

  it('matches lists, wildcards, case, negation, and not the dots as wildcards', () => {
    assert.deepEqual(found(line('a,h,b', ed) + line('H', ed) + line('x', ed), 'h'), [1, 2]);
    assert.deepEqual(
      found(line('*.example.com', ed) + line('db?.example.com', ed) + line('dbXexample.com', ed), 'db1.example.com'),
      [1, 2],
    );
    assert.deepEqual(found(line('*,!h', ed) + line('!h,*', ed), 'h'), []);
    assert.deepEqual(found(line('[h]:22*', ed) + line('h', ed), '[h]:2200'), [1]);
  });

  it('matches a hashed name (this one is found by ssh-keygen -F db10)', () => {
    const hashed = '|1|AAECAwQFBgcICQoLDA0ODxAREhM=|CdQHVti2WxiwSqxfV6IPl4mVdHM=';
    assert.deepEqual(found(line(hashed, ed), 'db10'), [1]);
    assert.deepEqual(found(line(hashed, ed), 'db11'), []);
  });

  it('skips comments, unknown markers and broken lines', () => {
    assert.deepEqual(
      found(`# ${line('h', ed)}\n\nh ssh-rsa\n@new ${line('h', ed)}h x !!!\n${line('h', ed)}`, 'h'),
      [7],
    );
  });

  it('judges', () => {
    assert.equal(judgeHostKey(known(line('h', other) + line('h', ed)), ed).is, 'known');
    assert.equal(judgeHostKey(known(line('h', other)), ed).is, 'changed');
    assert.equal(judgeHostKey(known(line('h', rsa)), ed).is, 'otherType');
    assert.equal(judgeHostKey(known(''), ed).is, 'unknown');
    assert.equal(judgeHostKey(known(line('h', ed) + `@revoked ${line('*', ed)}`), ed).is, 'revoked');
    assert.equal(judgeHostKey(known(`@cert-authority ${line('h', rsa)}`), ed).is, 'authority');
  });

  it('lets a mismatch under the address outweigh a match under the name, but not a key of another type', () => {
    assert.equal(judgeHostKey(known(line('h', ed), line('h', other)), ed).is, 'changed');
    assert.equal(judgeHostKey(known(line('h', ed), line('h', rsa)), ed).is, 'known');
  });

  it('takes a match without the port, never a mismatch', () => {
    const bare = (text: string): KnownHosts => ({ byName: [[]], withoutPort: findKnownKeys('f', text, 'h') });
    assert.equal(judgeHostKey(bare(line('h', ed)), ed).is, 'known');
    assert.equal(judgeHostKey(bare(line('h', other)), ed).is, 'unknown');
  });
});
