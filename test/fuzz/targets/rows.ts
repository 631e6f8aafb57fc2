// What a MySQL server answers: rows with any columns and values.
import { Budget } from '../../../src/context/budget.ts';
import type { SqlConnection, SqlRow } from '../../../src/context/Context.ts';
import { openServer } from '../../../src/mysql/openServer.ts';
import { missingPrivileges } from '../../../src/mysql/privileges.ts';
import { ReplicaServer } from '../../../src/mysql/ReplicaServer.ts';
import { FakeClock } from '../../doubles/clock.ts';
import { must, type Target } from '../Target.ts';

/** Answers each statement with the next list of rows. What was sent is looked at. */
class LyingConnection implements SqlConnection {
  readonly threadId = 7;
  /** Statements that nobody may send. */
  readonly wrong: string[] = [];
  /** Of the last answer, its first row. */
  last: SqlRow | undefined;
  readonly #answers: readonly unknown[];
  #next = 0;

  constructor(answers: readonly unknown[]) {
    this.#answers = answers;
  }

  query(sql: string): Promise<readonly SqlRow[]> {
    // The only statements that are sent together.
    const isKill = /^KILL CONNECTION \d+(?:; KILL CONNECTION \d+)*$/.test(sql);
    if (sql.includes('KILL CONNECTION') && !isKill) this.wrong.push(sql);
    // Names from a server stand in quotes that nothing ends too early.
    const rest = sql.replace(/`(?:[^`]|``)*`|'(?:[^'\\]|\\.|'')*'/gs, '');
    if ((!isKill && /[`';]/.test(rest)) || rest.includes('hostile')) this.wrong.push(sql);
    const answer = this.#answers[this.#next++ % this.#answers.length];
    const rows = Array.isArray(answer) ? answer : [answer];
    // As mysql2 gives them: objects, of texts, numbers and nothing.
    const plain = rows.filter((row) => typeof row === 'object' && row !== null) as Record<string, unknown>[];
    const sent = plain.map(asSent);
    this.last = sent[0];
    return Promise.resolve(sent);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function asSent(row: Record<string, unknown>): SqlRow {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      if (value === null || typeof value === 'number' || typeof value === 'string') return [name, value];
      return [name, JSON.stringify(value)];
    }),
  );
}

const version = { version: '10.11.6-MariaDB-log' };
const seeds = [
  [version, { ro: 1, sro: 0 }],
  [{ version: '9.7.0' }, [{ Id: 5, User: 'app', Host: 'h:1', Command: 'Query', Time: 3, Info: 'hostile', State: '' }]],
  [version, { File: 'bin.000001', Position: 4711 }, { Log_name: "b'in", Pos: 4, Event_type: 'Query', Info: 'hostile' }],
  [version, { es: 'hostile`; DROP', name: '`', definer: "a'@%", status: 'ENABLED' }],
  [
    version,
    { Master_Host: 'db10', Master_Port: 3306, Slave_IO_Running: 'Yes', Slave_SQL_Running: 'Yes', SQL_Delay: 0 },
  ],
  [version, { executed: '0-10-4711,1-11-5', position: '0-10-4711', gtid: '0-10-3' }],
  [{ version: '8.4.3' }, { executed: 'hostile:1-5', purged: '', mode: 'ON', lacking: 'hostile:1-2' }],
  [version, { 'Grants for mha@%': "GRANT ALL PRIVILEGES ON *.* TO `mha`@`%` IDENTIFIED BY PASSWORD '*A'" }],
].map((one) => JSON.stringify(one));

export const rowTargets: readonly Target[] = [
  {
    name: 'MySQL rows',
    seeds,
    dictionary: [
      '"version":"5.5.5-10.6.1-MariaDB"',
      '"version":"8.0.11"',
      '"gtid"',
      '"Id"',
      '"ro"',
      '"File"',
      'ON',
      '0-10-',
    ],
    async read(input) {
      let answers: unknown;
      try {
        answers = JSON.parse(input);
      } catch {
        answers = input.split('\n').map((line) => ({ version: line, ro: line, gtid: line, Id: line, File: line }));
      }
      const list = Array.isArray(answers) && answers.length > 0 ? (answers as unknown[]) : [answers];
      const clock = new FakeClock();
      const budget = new Budget(clock, 'x', 60_000);
      const connection = new LyingConnection(list);
      const errors: unknown[] = [];
      const attempt = async (ask: () => Promise<unknown>): Promise<void> => {
        await ask().catch((error: unknown) => errors.push(error));
      };
      await attempt(async () => {
        const server = await openServer('db10', connection, budget, 1_000);
        await attempt(async () => {
          const { readOnly } = await server.readOnly();
          const said = connection.last?.['ro'];
          must(readOnly === /^(1|on|no_lock|no_lock_no_admin)$/i.test(String(said)), 'read_only is what was not said');
          must(readOnly || /^(0|off)$/i.test(String(said)), 'takes writes, and that was not said');
        });
        await attempt(async () => {
          await server.terminate(await server.clientSessions());
        });
        await attempt(async () => {
          const position = await server.binlogPosition();
          must(position === null || /^.+:\d+$/s.test(position), `a binary log at ${String(position)}`);
          if (position !== null) await server.binlogEventsAfter(position, 10);
        });
        await attempt(async () => {
          for (const event of await server.scheduledEvents()) await server.setEventEnabled(event, true);
        });
        await attempt(() => server.replication());
        await attempt(() => server.gtidPosition());
        await attempt(() => server.eventScheduler());
        await attempt(() => server.semiSynchronousReplica());
        await attempt(async () => missingPrivileges(server.version, await server.grants()));
      });
      await attempt(async () => {
        const replica = await ReplicaServer.open('db10', new LyingConnection(list), budget, 1_000);
        await replica.lacksOf(await replica.gtids());
      });
      must(connection.wrong.length === 0, `sent: ${connection.wrong[0] ?? ''}`);
      for (const error of errors) throw error;
    },
  },
];
