// A second server on a database host, beside the lab's own: another port, directory and socket.
import { CONFIGURATION_FILE, configuration } from '../lab/databaseServer.ts';
import { PRISTINE } from '../lab/databaseHost.ts';
import { writeCommand } from '../lab/hostFiles.ts';
import { HOSTS, REPLICATION_ACCOUNT, type DatabaseName } from '../lab/hosts.ts';
import type { Lab } from '../lab/lab.ts';
import { waitUntil } from '../lab/processes.ts';
import { inWordsOf } from '../lab/replicationWords.ts';

export class Instance {
  readonly #lab: Lab;
  readonly host: DatabaseName;
  readonly port: number;

  private constructor(lab: Lab, host: DatabaseName, port: number) {
    this.#lab = lab;
    this.host = host;
    this.port = port;
  }

  static binlogDirectory(port: number): string {
    return `/tmp/mysql-${port}/log`;
  }

  static async start(lab: Lab, host: DatabaseName, port: number): Promise<Instance> {
    const one = new Instance(lab, host, port);
    // Where a server in a root directory of its own sees it, too.
    const [data, logs] = [`/tmp/mysql-${port}/data`, Instance.binlogDirectory(port)];
    const content = configuration(lab.server, host)
      .replaceAll('/var/lib/mysql', data)
      .replaceAll('/var/log/mysql', logs)
      .replaceAll('mysqld.sock', `${port}.sock`)
      .replaceAll('mysqld.pid', `${port}.pid`)
      .replace(/^server_id=(\d+)/m, `server_id=${port}$1\nport=${port}`)
      .replace('report_port=3306', `report_port=${port}`);
    const command = lab.server.command.join(' ').replace(CONFIGURATION_FILE, one.#file);
    const lines = [
      `rm -rf ${data} ${logs}`,
      `mkdir -p ${logs}`,
      `cp -a ${PRISTINE} ${data}`,
      `rm -f ${data}/auto.cnf`,
      `chown -R mysql:mysql ${data} ${logs}`,
      writeCommand({ path: one.#file, content }),
      `setsid ${command} </dev/null >>/var/log/${port}.out 2>&1 &`,
    ];
    const { code, stderr } = await lab.exec(host, ['sh', '-ec', lines.join('\n')]);
    if (code !== 0) throw new Error(`the server on port ${port} of ${host}: ${stderr}`);
    await waitUntil(
      `the server on port ${port} of ${host}`,
      20_000,
      async () => (await one.#client('SELECT 1')).code === 0,
    );
    return one;
  }

  get #file(): string {
    return `/etc/mysql/${this.port}.cnf`;
  }

  #client(sql: string) {
    return this.#lab.exec(this.host, [
      ...['mysql', '--no-defaults', `--socket=/run/mysqld/${this.port}.sock`, '-uroot', '-N', '-B', '-e', sql],
    ]);
  }

  /** @returns the last answer's lines */
  async sql(...statements: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.#client(inWordsOf(this.#lab.server, statements.join(';\n')));
    if (code !== 0) throw new Error(`${this.host}:${this.port}: ${stderr}`);
    return stdout.trim();
  }

  async isWritable(): Promise<boolean> {
    const { code, stdout } = await this.#client('SELECT @@global.read_only');
    return code === 0 && stdout.trim() === '0';
  }

  /** Replicates from the beginning of the other's first binary log. */
  async follow(source: { readonly host: DatabaseName; readonly port: number }, connection = ''): Promise<void> {
    const name = connection === '' ? '' : ` '${connection}'`;
    await this.sql(
      `CHANGE MASTER${name} TO MASTER_HOST='${HOSTS[source.host].ipv4}', MASTER_PORT=${source.port}, ` +
        `MASTER_USER='${REPLICATION_ACCOUNT.user}', MASTER_PASSWORD='${REPLICATION_ACCOUNT.password}', ` +
        `MASTER_CONNECT_RETRY=1, ${this.#begin()}`,
      `START SLAVE${name}`,
    );
    await waitUntil(`replication of ${this.host}:${this.port}`, 10_000, async () =>
      /Yes\tYes/.test(await this.sql(connection === '' ? 'SHOW SLAVE STATUS' : `SHOW SLAVE '${connection}' STATUS`)),
    );
  }

  #begin(): string {
    const { gtid, name } = this.#lab.server;
    const key = name === 'mysql-9.7' ? ', GET_SOURCE_PUBLIC_KEY=1' : '';
    if (!gtid) return `MASTER_LOG_FILE='mysql-bin.000001', MASTER_LOG_POS=4${key}`;
    return name.startsWith('mariadb') ? 'MASTER_USE_GTID=slave_pos' : `MASTER_AUTO_POSITION=1${key}`;
  }

  async kill(): Promise<void> {
    await this.#lab.exec(this.host, ['sh', '-c', `kill -9 "$(cat /run/mysqld/${this.port}.pid)"`]);
  }
}
