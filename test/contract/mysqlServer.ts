// A real MariaDB server on loopback, with a data directory of its own; it ends with this process.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificates, type Certificates } from '../lab/certificates.ts';
import { freePort } from './sshServer.ts';

export interface RunningServer {
  readonly port: number;
  /** Runs SQL as root through the socket. @throws when the server refuses it */
  sql(statements: string): string;
  /** Sends a signal to the server process itself. */
  signal(name: NodeJS.Signals): void;
  /** Stops the process, and returns when each of its threads stands still: kill(2) does not wait for that. */
  freeze(): Promise<void>;
  end(): Promise<void>;
}

/** @param certificates null: it has no encryption */
export async function startMariadb(
  certificates: Certificates | null = makeCertificates('DNS:db10'),
): Promise<RunningServer> {
  const directory = mkdtempSync(join(tmpdir(), 'mha-helper-mysql-'));
  chmodSync(directory, 0o755);
  const data = join(directory, 'data');
  const user = process.getuid?.() === 0 ? ['--user=root'] : []; // the package of the server alone makes no user mysql
  // A server that starts removes the temporary tables of every other one in the same place.
  const own = [...user, `--tmpdir=${directory}`];
  execFileSync(
    'mariadb-install-db',
    ['--no-defaults', `--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db', ...own],
    { stdio: ['ignore', 'ignore', 'pipe'] }, // what it says is in the error
  );
  const place = (name: string, text: string): string => {
    const path = join(directory, name);
    writeFileSync(path, text);
    return path;
  };
  const encryption =
    certificates === null
      ? []
      : [
          `--ssl-ca=${place('ca.pem', certificates.ca)}`,
          `--ssl-key=${place('key.pem', certificates.server.key)}`,
          `--ssl-cert=${place('cert.pem', certificates.server.certificate)}`,
        ];
  const port = await freePort();
  const socket = join(data, 'socket');
  const server: ChildProcess = spawn(
    'setpriv',
    [
      '--pdeathsig',
      'KILL',
      'mariadbd',
      '--no-defaults',
      ...own,
      `--datadir=${data}`,
      `--socket=${socket}`,
      `--port=${port}`,
      '--bind-address=127.0.0.1,::1',
      '--log-bin=bin',
      '--server-id=1',
      ...encryption,
      '--innodb-buffer-pool-size=32M',
      '--performance-schema=off',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  await new Promise<void>((resolve, reject) => {
    let text = '';
    server.stderr?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('ready for connections')) resolve();
    });
    server.once('exit', () => {
      reject(new Error(`mariadbd ended: ${text.slice(-500)}`));
    });
  });
  return {
    port,
    sql: (statements) =>
      execFileSync('mariadb', ['--no-defaults', '-uroot', `--socket=${socket}`, '-N', '-e', statements], {
        encoding: 'utf8',
      }),
    signal: (name) => {
      server.kill(name);
    },
    async freeze() {
      server.kill('SIGSTOP');
      const tasks = `/proc/${server.pid ?? 0}/task`;
      const isStill = (task: string): boolean => /\) T /.test(readFileSync(`${tasks}/${task}/stat`, 'utf8'));
      while (!readdirSync(tasks).every(isStill)) await new Promise((resolve) => setTimeout(resolve, 1));
    },
    async end() {
      if (server.exitCode === null && server.signalCode === null) {
        const ended = once(server, 'exit');
        server.kill('SIGKILL');
        await ended;
      }
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
