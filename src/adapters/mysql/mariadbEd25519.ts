// MariaDB's plugin ed25519. It signs with the Ed25519 of RFC 8032, but the expanded secret key is the hash of the
// password itself, where the standard (and Node.js's crypto) hashes a seed of 32 bytes:
// https://mariadb.com/kb/en/authentication-plugin-ed25519/
import { createHash } from 'node:crypto';
import { etc, Point } from '@noble/ed25519';

const { n: order } = Point.CURVE();
const nonceBytes = 32;

/** @throws Error when that is no challenge of the plugin */
export function answerEd25519(password: string, challenge: Uint8Array): Buffer {
  if (challenge.length !== nonceBytes)
    throw new Error(`the server's challenge for ed25519 has ${challenge.length} bytes instead of ${nonceBytes}`);
  const secret = sha512(Buffer.from(password));
  const head = secret.subarray(0, 32);
  head.writeUInt8(head.readUInt8(0) & 0xf8, 0);
  head.writeUInt8((head.readUInt8(31) & 0x3f) | 0x40, 31);
  const key = scalar(head);
  const publicKey = Point.BASE.multiply(key).toBytes();
  const once = scalar(sha512(secret.subarray(32), challenge));
  const commitment = Point.BASE.multiply(once).toBytes();
  const hashed = scalar(sha512(commitment, publicKey, challenge));
  return Buffer.concat([commitment, littleEndian(etc.mod(once + hashed * key, order))]);
}

function sha512(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha512');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function scalar(bytes: Buffer): bigint {
  return etc.mod(BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`), order);
}

function littleEndian(number: bigint): Buffer {
  return Buffer.from(number.toString(16).padStart(64, '0'), 'hex').reverse();
}
