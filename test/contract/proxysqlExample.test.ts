// The example for ProxySQL with the real client. ProxySQL is no Debian package: a double speaks MySQL's protocol and
// knows the two tables.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

/** As far as it is used here: mysql2 has a server, and no types for it. */
interface ServerConnection {
  serverHandshake(options: Readonly<Record<string, unknown>>): void;
  on(event: 'query', listener: (sql: string) => void): void;
  on(event: 'error', listener: () => void): void;
  writeOk(): void;
  writeError(error: { readonly message: string; readonly code: number }): void;
  writeTextResult(rows: readonly object[], columns: readonly object[]): void;
}
interface ServerMaker {
  createServer(): {
    on(event: 'connection', listener: (connection: ServerConnection) => void): void;
    listen(port: number, host: string): void;
    readonly _server: Server;
    close(done: () => void): void;
  };
}

const script = fileURLToPath(new URL('../../examples/proxysql/mha-helper-proxysql', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'mha-helper-proxysql-'));
const settings = join(directory, 'client.cnf');
const { createServer } = createRequire(import.meta.url)('mysql2') as ServerMaker;
const server = createServer();
let servers: string[] = [];
let runtime: string[] = [];

before(async () => {
  server.on('connection', (connection) => {
    connection.on('error', () => undefined);
    connection.serverHandshake({
      protocolVersion: 10,
      serverVersion: '8.0.30',
      connectionId: 1,
      statusFlags: 2,
      characterSet: 8,
      capabilityFlags: 0xffffff ^ 0x800,
    });
    connection.on('query', (sql) => {
      const row = /hostgroup_id=10 AND hostname='([^']+)' AND port=3306/.exec(sql)?.[1];
      const added = /^INSERT INTO mysql_servers \(hostgroup_id, hostname, port\) VALUES \(10, '([^']+)', 3306\)$/.exec(
        sql.trim(),
      )?.[1];
      if (/^\s*SELECT COUNT/.test(sql)) {
        connection.writeTextResult(
          [{ n: runtime.filter((one) => one === row).length }],
          [
            {
              catalog: 'def',
              schema: '',
              name: 'n',
              orgName: 'n',
              table: '',
              orgTable: '',
              characterSet: 63,
              columnLength: 20,
              columnType: 8,
              type: 8,
              flags: 0,
              decimals: 0,
            },
          ],
        );
        return;
      }
      if (/^\s*DELETE FROM mysql_servers WHERE/.test(sql))
        servers = row === undefined ? [] : servers.filter((one) => one !== row);
      else if (added !== undefined) servers.push(added);
      else if (/^\s*LOAD MYSQL SERVERS TO RUNTIME/.test(sql)) runtime = [...servers];
      else if (!/^\s*(SAVE MYSQL SERVERS TO DISK|SELECT|SET|SHOW)/.test(sql)) {
        connection.writeError({ message: `near "${sql}": syntax error`, code: 1045 });
        return;
      }
      connection.writeOk();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server._server, 'listening');
  writeFileSync(
    settings,
    `[client]\nhost = 127.0.0.1\nport = ${(server._server.address() as AddressInfo).port}\nuser = ` +
      `admin\npassword = secret\n`,
  );
});
after(() => {
  server.close(() => undefined);
  rmSync(directory, { recursive: true });
});

async function call(action: string, ip: string, file = settings): Promise<{ code: number | null; stderr: string }> {
  const child = spawn(script, [], {
    env: {
      PATH: process.env['PATH'],
      PROXYSQL_CLIENT_FILE: file,
      MHA_HELPER_ACTION: action,
      MHA_HELPER_IP: ip,
      MHA_HELPER_PORT: '3306',
    },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stderr };
}

test('assign, status, release, and each again', async () => {
  assert.deepEqual(await call('status', '10.0.0.1'), { code: 3, stderr: '' });
  for (let round = 0; round < 2; round += 1)
    assert.deepEqual(await call('assign', '10.0.0.1'), { code: 0, stderr: '' });
  assert.deepEqual(runtime, ['10.0.0.1']);
  assert.equal((await call('status', '10.0.0.1')).code, 0);
  assert.equal((await call('status', '10.0.0.2')).code, 3);
  await call('assign', '10.0.0.2');
  assert.deepEqual(runtime, ['10.0.0.2']);
  // The release of a host that has it no more takes it from nobody else.
  assert.equal((await call('release', '10.0.0.1')).code, 0);
  assert.deepEqual(runtime, ['10.0.0.2']);
  for (let round = 0; round < 2; round += 1) assert.equal((await call('release', '10.0.0.2')).code, 0);
  assert.deepEqual(runtime, []);
});

test('no ProxySQL: neither yes nor no', async () => {
  const file = join(directory, 'nobody.cnf');
  writeFileSync(file, '[client]\nhost = 127.0.0.1\nport = 1\nuser = admin\n');
  assert.equal((await call('status', '10.0.0.1', file)).code, 2);
  assert.notEqual((await call('assign', '10.0.0.1', file)).code, 0);
  assert.deepEqual(await call('assign', "10.0.0.1'; DROP", file), {
    code: 2,
    stderr: "not an address: 10.0.0.1'; DROP\n",
  });
});
