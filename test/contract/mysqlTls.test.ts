// Encryption of connections to MySQL against a real MariaDB, with authorities and certificates of its own.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { connectMysql } from '../../src/adapters/mysql/connection.ts';
import type { SqlTls } from '../../src/context/Context.ts';
import { Failure, SqlError } from '../../src/errors/errors.ts';
import { makeCertificates } from '../lab/certificates.ts';
import { startMariadb, type RunningServer } from './mysqlServer.ts';

describe('encryption of connections to MySQL', { concurrency: false }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'mha-helper-tls-'));
  const place = (name: string, text: string): string => {
    const path = join(directory, name);
    writeFileSync(path, text);
    return path;
  };
  const ours = makeCertificates('IP:127.0.0.1,IP:::1,DNS:db10');
  const others = makeCertificates('IP:127.0.0.1');
  const [caFile, otherCa] = [place('ca', ours.ca), place('other-ca', others.ca)];
  const client = { certFile: place('cert', ours.client.certificate), keyFile: place('key', ours.client.key) };
  const stranger = { certFile: place('cert2', others.client.certificate), keyFile: place('key2', others.client.key) };
  const running: RunningServer[] = [];
  before(async () => {
    // One after the other: those that run are ended when another cannot be started.
    for (const certificates of [ours, makeCertificates('DNS:db10,DNS:localhost'), null])
      running.push(await startMariadb(certificates));
    for (const server of running)
      server.sql("CREATE USER mha@'%' IDENTIFIED BY 'm'; CREATE USER x509@'%' IDENTIFIED BY 'x' REQUIRE X509");
  });
  after(async () => {
    await Promise.all(running.map((server) => server.end()));
    rmSync(directory, { recursive: true });
  });

  const [good, otherName, without] = [0, 1, 2];

  /** The cipher of a connection, or what stops it. */
  async function outcome(at: number, tls: SqlTls | undefined, user = 'mha', host = '127.0.0.1'): Promise<string> {
    const { port } = running[at] ?? assert.fail('no server');
    const target = { label: 'db10', host, port, user, password: user === 'mha' ? 'm' : 'x', tls };
    try {
      const connection = await connectMysql(target, 5_000);
      const [row] = await connection.query("SHOW STATUS LIKE 'Ssl_cipher'", [], 1_000);
      await connection.close();
      return row?.['Value'] === '' ? 'plain' : 'encrypted';
    } catch (error) {
      assert.ok(error instanceof Failure);
      // A server that answers lives, whatever is wrong with its certificate: nobody may take it for dead.
      assert.ok(error.kind === 'config' || error.cause instanceof SqlError, error.message);
      assert.doesNotMatch(error.message, /\n|PRIVATE KEY/);
      return error.message.replace(/^.*? as '.*?': /, '');
    }
  }

  test('what nobody asks for is as it was: plain', async () => {
    assert.equal(await outcome(good, undefined), 'plain');
    assert.equal(await outcome(good, { mode: 'opportunistic', ...client }), 'plain');
  });

  test('verify: the right authority and the address that is connected to, over IPv4 and IPv6', async () => {
    assert.equal(await outcome(good, { mode: 'verify', caFile }), 'encrypted');
    assert.equal(await outcome(good, { mode: 'verify', caFile }, 'mha', '::1'), 'encrypted');
  });

  test('verify: another authority, another name', async () => {
    assert.match(
      await outcome(good, { mode: 'verify', caFile: otherCa }),
      /^its certificate is refused: .*certificate/,
    );
    const all = place('both', ours.ca + others.ca);
    assert.match(await outcome(otherName, { mode: 'verify', caFile: all }), /^its certificate is refused: /);
  });

  test('a server without encryption', async () => {
    for (const mode of ['verify', 'require'] as const)
      assert.equal(await outcome(without, { mode, caFile }), `the server has no encryption, and mysql_tls is ${mode}`);
    assert.equal(await outcome(without, { mode: 'opportunistic' }), 'plain');
  });

  test('require: whatever the certificate', async () => {
    for (const at of [good, otherName]) assert.equal(await outcome(at, { mode: 'require' }), 'encrypted');
  });

  test('an account with REQUIRE X509', async () => {
    for (const mode of ['verify', 'require', 'opportunistic'] as const) {
      const tls = { mode, caFile, ...client };
      assert.equal(await outcome(good, tls, 'x509'), 'encrypted', mode);
      assert.match(await outcome(good, { mode, caFile }, 'x509'), /^Access denied for user 'x509'@/, mode);
    }
    // The server does not take the certificate of another authority.
    const refused = await outcome(good, { mode: 'opportunistic', ...stranger }, 'x509').catch(String);
    assert.notEqual(refused, 'encrypted');
  });

  test('files that are of no use are named, before anything is connected', async () => {
    assert.match(
      await outcome(good, { mode: 'verify', caFile: '/none' }),
      /^db10: mysql_ca_file cannot be read: ENOENT/,
    );
    const mixed = { certFile: client.certFile, keyFile: stranger.keyFile };
    assert.match(await outcome(good, { mode: 'require', ...mixed }), /^db10: .*cert, .*key2 cannot be used: /);
    const noPem = { certFile: place('no', 'x'), keyFile: client.keyFile };
    assert.match(await outcome(good, { mode: 'require', ...noPem }), / cannot be used: /);
  });
});
