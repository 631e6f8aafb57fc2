// The accounts of docs/mha/accounts.md, made as the page says: MHA and the hooks switch with them and no others.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { documentPages } from '../documents/pages.ts';
import { APPLICATION_FILE } from '../lab/exampleConfiguration.ts';
import { waitUntil } from '../lab/processes.ts';
import { chosenServer, databaseServer } from '../lab/servers.ts';
import { assertWhole, clusterLab, masterSwitch } from './cluster.ts';
import { testThoroughly } from '../thorough.ts';

/** The statements of the page's block for MHA's user whose first line says so, and those of the replication user. */
function statementsFor(servers: RegExp): readonly string[] {
  const page = documentPages().find(({ path }) => path === 'docs/mha/accounts.md') ?? assert.fail('no such page');
  const blocks = page.markdown.blocks.filter(({ language }) => language === 'sql');
  const wanted = blocks.filter(({ lines }) => servers.test(lines[0] ?? '') || / 'repl'@/.test(lines[0] ?? ''));
  assert.equal(wanted.length, 2);
  return wanted
    .flatMap(({ lines }) => lines)
    .filter((line) => !line.startsWith('--'))
    .map((line) => line.replace(/;$/, ''));
}

const servers = [
  [chosenServer(), /MariaDB 10\.11/],
  [databaseServer('mysql-9.7', { gtid: true }), /MySQL 8\.0 and later/],
  [databaseServer('mysql-5.6', { gtid: false }), /MySQL 5\.6/],
] as const;

describe('accounts as the documents have them', { concurrency: false }, () => {
  for (const [server, heading] of servers) {
    testThoroughly(
      `${server.name}: check finds nothing missing, and a planned switch works`,
      async () => {
        const login = { user: 'mha', password: 'secret', repl_user: 'repl', repl_password: 'secret' };
        const lab = await clusterLab({ server, configuration: { application: { 'server default': login } } });
        try {
          await lab.sql('db10', ...statementsFor(heading));
          for (const replica of ['db11', 'db12'] as const) {
            await waitUntil(`the accounts on ${replica}`, 10_000, async () => {
              const found = await lab.sql(replica, "SELECT User AS u FROM mysql.user WHERE User IN ('mha', 'repl')");
              return found.length === 2;
            });
          }
          const check = await lab.exec('mgr', ['mha-helper', 'check', '-c', APPLICATION_FILE], { timeoutMs: 60_000 });
          assert.match(check.stdout, /^READY/m, check.stdout + check.stderr);
          const switched = await masterSwitch(lab, 'db11');
          assert.equal(switched.code, 0, switched.stdout);
          await assertWhole(lab, 'db11');
          const [status = {}] = await lab.sql('db10', server.replicaStatus);
          assert.equal(status['Master_User'] ?? status['Source_User'], 'repl');
        } finally {
          await lab.stop();
        }
      },
      { isOne: server.name.startsWith('mariadb') },
    );
  }
});
