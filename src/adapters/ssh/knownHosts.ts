// The same answer as OpenSSH's to "is this that host?", with one difference: a key that differs from the known one is
// refused even with StrictHostKeyChecking=no (MHA's own setting), where OpenSSH warns and connects. The commands that
// follow move the writer's address; they must not go to an unknown machine. Read here and not with `ssh-keygen -F`: one
// spawn for each file and name would cost more than the whole key exchange.
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failure } from '../../errors/errors.ts';
import type { SshConfig } from './clientConfig.ts';

export interface KnownKey {
  readonly file: string;
  readonly line: number;
  readonly marker: '' | '@revoked' | '@cert-authority';
  readonly type: string;
  readonly blob: Buffer;
}

export interface KnownHosts {
  /** Keys under the names this host goes by: its alias or name, then its address. */
  readonly byName: readonly (readonly KnownKey[])[];
  /** Keys under the name without its port: OpenSSH takes a match there too, never a mismatch. */
  readonly withoutPort: readonly KnownKey[];
}

export type HostKeyVerdict =
  | { readonly is: 'known' | 'unknown' }
  | { readonly is: 'revoked' | 'changed' | 'otherType' | 'authority'; readonly at: KnownKey };

/** Name of a host in known_hosts. */
export function knownHostsName(host: string, port: number): string {
  return port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;
}

/** @throws Failure `ssh` when a file is there but cannot be read. */
export async function readKnownHosts(config: SshConfig): Promise<KnownHosts> {
  const files: { path: string; text: string }[] = [];
  for (const path of [...config.userKnownHosts, ...config.globalKnownHosts]) {
    try {
      files.push({ path, text: await readFile(path, 'utf8') });
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'ENOENT' || code === 'ENOTDIR') continue;
      throw new Failure('ssh', `${config.label}: cannot read ${path} (${code ?? String(error)})`, {
        cause: error,
        hint: 'without it the host key cannot be checked; run as the user that runs MHA, or correct the permissions',
      });
    }
  }
  const find = (name: string) => files.flatMap(({ path, text }) => findKnownKeys(path, text, name));
  // With an alias the address says nothing: that is what an alias is for.
  const hosts = config.hostKeyAlias === undefined ? [...new Set([config.hostname, config.ip ?? config.hostname])] : [];
  const names =
    config.hostKeyAlias === undefined ? hosts.map((host) => knownHostsName(host, config.port)) : [config.hostKeyAlias];
  return { byName: names.map(find), withoutPort: config.port === 22 ? [] : hosts.flatMap(find) };
}

/** Entries of one known_hosts file for a name: plain, with wildcards, negated, or hashed (sshd(8), SSH_KNOWN_HOSTS). */
export function findKnownKeys(file: string, text: string, name: string): KnownKey[] {
  const found: KnownKey[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const words = line.trim().split(/\s+/);
    const marker = words[0]?.startsWith('@') === true ? words.shift() : '';
    const [hosts, , base64] = words;
    if (hosts === undefined || base64 === undefined || hosts.startsWith('#')) continue;
    if (marker !== '' && marker !== '@revoked' && marker !== '@cert-authority') continue;
    if (!matchesHosts(hosts, name)) continue;
    const blob = Buffer.from(base64, 'base64');
    const type = keyType(blob);
    if (type !== undefined) found.push({ file, line: index + 1, marker, type, blob });
  }
  return found;
}

function matchesHosts(hosts: string, name: string): boolean {
  if (hosts.startsWith('|1|')) {
    const [salt, hash] = hosts.slice(3).split('|');
    return salt !== undefined && hash !== undefined && hashName(Buffer.from(salt, 'base64'), name) === hash;
  }
  let matches = false;
  for (const pattern of hosts.toLowerCase().split(',')) {
    const negated = pattern.startsWith('!');
    if (!wildcard(negated ? pattern.slice(1) : pattern).test(name.toLowerCase())) continue;
    if (negated) return false;
    matches = true;
  }
  return matches;
}

function wildcard(pattern: string): RegExp {
  const source = pattern
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${source}$`, 's');
}

/** HMAC-SHA1 is what OpenSSH hashes names with; it hides names, it protects nothing. */
function hashName(salt: Buffer, name: string): string {
  return createHmac('sha1', salt).update(name).digest('base64');
}

/**
 * What the server's key is to us. The names are judged together: a mismatch under any of them counts more than a match.
 */
export function judgeHostKey(known: KnownHosts, blob: Buffer): HostKeyVerdict {
  const type = keyType(blob);
  const all = [...known.byName.flat(), ...known.withoutPort];
  const revoked = all.find((key) => key.marker === '@revoked' && key.blob.equals(blob));
  if (revoked !== undefined) return { is: 'revoked', at: revoked };
  let match = known.withoutPort.some((key) => key.marker === '' && key.blob.equals(blob));
  let otherType: KnownKey | undefined;
  for (const entries of known.byName) {
    const keys = entries.filter((key) => key.marker === '');
    if (keys.some((key) => key.blob.equals(blob))) {
      match = true;
      continue;
    }
    const changed = keys.find((key) => key.type === type);
    if (changed !== undefined) return { is: 'changed', at: changed };
    otherType ??= keys[0];
  }
  if (match) return { is: 'known' };
  // Known types are offered first, so a server that shows another one does not have the key we know.
  if (otherType !== undefined) return { is: 'otherType', at: otherType };
  const authority = known.byName.flat().find((key) => key.marker === '@cert-authority');
  return authority === undefined ? { is: 'unknown' } : { is: 'authority', at: authority };
}

/** Types of the keys we know for this host, the ones to ask the server for. */
export function knownKeyTypes(known: KnownHosts): Set<string> {
  return new Set(
    [...known.byName.flat(), ...known.withoutPort].filter((key) => key.marker === '').map((key) => key.type),
  );
}

/**
 * Adds an accepted key to the first UserKnownHostsFile, as OpenSSH does.
 * @throws Node's error when it cannot be written.
 */
export async function rememberHostKey(config: SshConfig, blob: Buffer): Promise<void> {
  const file = config.userKnownHosts[0];
  if (file === undefined) return;
  const plain = config.hostKeyAlias ?? knownHostsName(config.hostname, config.port);
  const salt = randomBytes(20);
  const name = config.hashKnownHosts ? `|1|${salt.toString('base64')}|${hashName(salt, plain)}` : plain;
  const before = await readFile(file, 'utf8').catch(() => '');
  const newline = before === '' || before.endsWith('\n') ? '' : '\n';
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await appendFile(file, `${newline}${name} ${keyType(blob) ?? ''} ${blob.toString('base64')}\n`, { mode: 0o600 });
}

/** The name of the algorithm at the start of a public key in SSH's wire format. */
export function keyType(blob: Buffer): string | undefined {
  if (blob.length < 4) return undefined;
  const length = blob.readUInt32BE(0);
  return length > 64 || blob.length < 4 + length ? undefined : blob.toString('latin1', 4, 4 + length);
}

/** As `ssh-keygen -l` prints it. */
export function fingerprint(blob: Buffer): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}
