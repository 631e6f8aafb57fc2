// No password on any command line of any host, whatever MHA does. Another user of the host reads them all, all the
// time.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe } from 'node:test';
import { readCommandLines } from '../lab/commandLines.ts';
import { APPLICATION_FILE, WORK_DIRECTORY } from '../lab/exampleConfiguration.ts';
import { HOST_NAMES, REPLICATION_ACCOUNT } from '../lab/hosts.ts';
import type { Lab } from '../lab/lab.ts';
import { ownMariadb } from '../lab/mariadbServer.ts';
import { waitUntil } from '../lab/processes.ts';
import { databaseServer } from '../lab/servers.ts';
import { startWriter } from '../lab/writer.ts';
import { assertWhole, clusterLab, managerEnd, managerLog, masterha, masterSwitch, startManager } from './cluster.ts';
import { testThoroughly } from '../thorough.ts';

const mark = `secret${randomBytes(8).toString('hex')}`;
/** For a shell, for MySQL's client and for MHA each of these characters is something else. */
const password = `p@$$ w"o'r\\d!#{}[]()<>|&;*?~^\`,.:=+-_/%${mark}`;

describe('passwords on command lines', { concurrency: false }, () => {
  for (const gtid of [false, true]) {
    testThoroughly(
      `${gtid ? 'with' : 'without'} GTID: check, switch, failover that fetches the last writes`,
      async () => {
        const lab = await clusterLab({ server: databaseServer(ownMariadb() ?? 'mariadb-10.11', { gtid }) });
        try {
          await giveAccounts(lab);
          const reader = await readCommandLines([mark, 'control-of']);
          try {
            await throughMha(lab, gtid);
            await keptFromOthers(lab, gtid);
            await Promise.all(HOST_NAMES.map((name) => lab.exec(name, ['sh', '-c', control])));
            await waitUntil('the reader to see each host', 10_000, () =>
              Promise.resolve(HOST_NAMES.every((name) => reader.seen().some((line) => line.includes(`-of-${name}`)))),
            );
          } finally {
            await reader.stop();
          }
          assert.deepEqual(
            reader.seen().filter((line) => line.includes(mark)),
            [],
          );
        } finally {
          await lab.stop();
        }
      },
      { isOne: gtid },
    );
  }
});

const STATE = '/var/lib/mha-helper';

// The text comes about inside the host only.
const control = 'sh -c "sleep 1; :" "control""-of-$(hostname)"';

async function giveAccounts(lab: Lab): Promise<void> {
  const literal = password.replace(/[\\']/g, (character) => `\\${character}`);
  await lab.sql(
    'db10',
    `CREATE USER 'o''mha $'@'%' IDENTIFIED BY '${literal}'`,
    "GRANT ALL ON *.* TO 'o''mha $'@'%'",
    `ALTER USER ${REPLICATION_ACCOUNT.user}@'%' IDENTIFIED BY '${mark}'`,
  );
  const secondary = 'masterha_secondary_check -s db12 -s app --port=2202';
  await lab.configure({
    application: {
      'server default': {
        user: "o'mha $",
        password,
        repl_password: mark,
        ping_interval: '1',
        ping_type: 'INSERT',
        secondary_check_script: secondary,
      },
    },
  });
}

/**
 * What the helper, the layer and MHA's node programs have written: journal, records, locks, spool, and writes that were
 * saved, on every host.
 */
async function keptFromOthers(lab: Lab, gtid: boolean): Promise<void> {
  const written = await lab.exec('mgr', ['find', STATE, '-type', 'f']);
  assert.match(written.stdout, /\.journal$/m);
  // The layer itself is for all who run Perl.
  const open = ['find', STATE, '-perm', '/007', '!', '-path', '*/perl-*', '!', '-type', 'l'];
  assert.equal((await lab.exec('mgr', open)).stdout, '');
  const saved = ['find', WORK_DIRECTORY, '-name', gtid ? 'saved_binlog_*' : 'saved_master_binlog_*'];
  const hosts = gtid ? (['mgr'] as const) : (['mgr', ...HOST_NAMES] as const);
  const found = await Promise.all(
    hosts.map(async (name) => ({
      all: (await lab.exec(name, saved)).stdout,
      open: (await lab.exec(name, [...saved, '-perm', '/077'])).stdout,
    })),
  );
  assert.match(found.map(({ all }) => all).join(''), /binlog_/);
  assert.equal(found.map((one) => one.open).join(''), '');
}

async function throughMha(lab: Lab, gtid: boolean): Promise<void> {
  const checked = await masterha(lab, 'masterha_check_repl', [`--conf=${APPLICATION_FILE}`]);
  assert.equal(checked.code, 0, checked.stdout);
  const writer = await startWriter(lab);
  const switched = await masterSwitch(lab, 'db11');
  assert.equal(switched.code, 0, switched.stdout);
  await writer.progress(20);
  const manager = await startManager(lab);
  const looked = await lab.exec('mgr', ['mha-helper', 'check', '--quick', '-c', APPLICATION_FILE]);
  assert.match(looked.stdout, /masterha_secondary_check: the master answers on db12, app/);
  // What is written from here on is only in the binary log of the master that dies.
  for (const replica of ['db10', 'db12'] as const) await lab.sql(replica, lab.server.stopReceiving);
  await writer.progress(20);
  await lab.killMysqld('db11');
  assert.equal(await managerEnd(manager), 0, await managerLog(lab));
  await assertWhole(lab, 'db10', writer);
  const log = await managerLog(lab);
  assert.match(log, /Master is not reachable from all other monitoring servers/);
  assert.match(
    log,
    gtid ? /[1-9]\d* transactions in the binary log on db11:3306/ : /apply_diff_relay_logs --command=apply/,
  );
  assert.ok(
    !`${looked.stdout}${looked.stderr}${checked.stdout}${switched.stdout}${log}`.includes(mark),
    'a password is in the output',
  );
}
