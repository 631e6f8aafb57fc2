import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { test } from 'node:test';
import { Point } from '@noble/ed25519';
import { createHash } from 'node:crypto';
import { answerEd25519 } from '../../../../src/adapters/mysql/mariadbEd25519.ts';

/** The public key that MariaDB keeps of a password (its documentation's example: `secret`). */
function publicKey(password: string): Buffer {
  const hash = createHash('sha512').update(password).digest().subarray(0, 32);
  hash.writeUInt8(hash.readUInt8(0) & 0xf8, 0);
  hash.writeUInt8((hash.readUInt8(31) & 0x3f) | 0x40, 31);
  const scalar = BigInt(`0x${Buffer.from(hash).reverse().toString('hex')}`) % Point.CURVE().n;
  return Buffer.from(Point.BASE.multiply(scalar).toBytes());
}

/** Whether a standard Ed25519 takes the answer. */
function isGood(password: string, challenge: Buffer, answer: Buffer): boolean {
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), publicKey(password)]);
  return verify(null, challenge, createPublicKey({ key: spki, format: 'der', type: 'spki' }), answer);
}

const challenge = Buffer.from(Array.from({ length: 32 }, (_, index) => index * 7));

test("MariaDB's own value for a password", () => {
  // PASSWORD('secret') with the plugin: base64 without the = at the end.
  assert.equal(
    publicKey('secret').toString('base64').replace(/=+$/, ''),
    'ZIgUREUg5PVgQ6LskhXmO+eZLS0nC8be6HPjYWR4YJY',
  );
});

test('the answer is a signature of the challenge', () => {
  for (const password of ['secret', '', "it's é \u{1f980}", 'x'.repeat(200)]) {
    const answer = answerEd25519(password, challenge);
    assert.equal(answer.length, 64);
    assert.ok(isGood(password, challenge, answer), password);
  }
});

test('and of no other challenge, nor by another password', () => {
  const answer = answerEd25519('secret', challenge);
  assert.ok(!isGood('secret', Buffer.alloc(32), answer));
  assert.ok(!isGood('Secret', challenge, answer));
  assert.deepEqual(answerEd25519('secret', challenge), answer);
});

test('what is no challenge is not signed', () => {
  for (const length of [0, 20, 31, 33])
    assert.throws(() => answerEd25519('secret', Buffer.alloc(length)), new RegExp(`\\b${length} bytes`));
});
