// What a switch has found when it began is not there any more when it goes on: rights, names, keys, options, and a
// network that loses half of what it is given.
import { ADMIN_ACCOUNT, HOSTS, SSH_USER, WRITER_CIDR, type DatabaseName } from '../../lab/hosts.ts';
import {
  blackhole,
  openSession,
  sessionOn,
  startDead,
  startManager,
  startPlanned,
  startSwitch,
  sudoers,
  undo,
  untilMaster,
} from '../acts.ts';
import { badContact, goodContact } from '../cuts.ts';
import { letGo, untilHeld } from '../heldHooks.ts';
import type { Expect, Hold, Row } from '../row.ts';
import { dieAfterStop } from '../shots.ts';
import type { Stage } from '../stage.ts';

interface Loss {
  readonly name: string;
  readonly text: string;
  begin(stage: Stage): Promise<unknown>;
}

const rightsOf = (host: DatabaseName): Loss => ({
  name: `sudo-${host}`,
  text: `${SSH_USER} may use sudo for nothing on ${host} any more`,
  begin: (stage) => sudoers(stage, `${SSH_USER} ALL=(nobody) /bin/true\n`, host),
});

const names: Loss = {
  name: 'names',
  text: 'the manager knows no host by its name any more',
  async begin(stage) {
    await stage.by('mgr', 'cp /etc/hosts /etc/hosts.before; echo 127.0.0.1 localhost >/etc/hosts');
    stage.later(() => stage.lab.exec('mgr', ['sh', '-c', 'cat /etc/hosts.before >/etc/hosts; rm /etc/hosts.before']));
  },
};

const key: Loss = {
  name: 'ssh-key',
  text: "the manager's SSH key is gone",
  async begin(stage) {
    const homes = ['/root', `/home/${SSH_USER}`];
    for (const home of homes)
      await stage.by('mgr', `test ! -e ${home}/.ssh/id_ed25519 || mv ${home}/.ssh/id_ed25519 ${home}/.ssh/away`);
    stage.later(async () => {
      for (const home of homes)
        await stage.by('mgr', `test ! -e ${home}/.ssh/away || mv ${home}/.ssh/away ${home}/.ssh/id_ed25519`);
    });
  },
};

/** The account that the hooks log in with; the row's own session locks it, and gives it back. */
const account = (host: DatabaseName): Loss => ({
  name: `account-${host}`,
  text: `the account of the hooks is locked on ${host}`,
  async begin(stage) {
    const [found] = await stage.lab.sql(host, 'SELECT CURRENT_USER() AS account');
    const name = String(found?.['account'] ?? '').replace(/^(.*)@(.*)$/, "'$1'@'$2'");
    const session = await sessionOn(stage, host);
    const set = async (state: 'LOCK' | 'UNLOCK'): Promise<void> => {
      await session.query('SET sql_log_bin=0');
      await session.query(`ALTER USER ${name} ACCOUNT ${state}`);
    };
    await set('LOCK');
    stage.later(() => set('UNLOCK'));
  },
});

const closedAgain: Loss = {
  name: 'closed-again',
  text: 'a configuration manager sets read_only=1 on db11 ten times a second',
  async begin(stage) {
    const sql = 'SET GLOBAL read_only=1';
    const closing = stage.lab.spawn('db11', [
      'sh',
      '-c',
      `i=0; while [ $i -lt 150 ]; do mysql --no-defaults --socket=/run/mysqld/mysqld.sock -u${ADMIN_ACCOUNT.user} ` +
        `-p${ADMIN_ACCOUNT.password} -e '${sql}'; i=$((i+1)); sleep 0.1; done`,
    ]);
    stage.later(() => Promise.resolve(closing.kill('SIGKILL')));
    await stage.wait(300);
  },
};

function inSwitch(loss: Loss, expect: Expect = { master: ['db10', 'db11'], outageMs: 100_000 }): Row {
  return {
    id: `gone-in-switch-${loss.name}`,
    fault: loss.text,
    moment: 'planned switch by `mha-helper failover`, between `stop` and `start`',
    given: { holds: ['after stop'] },
    async act(stage) {
      const failover = startPlanned(stage);
      await untilHeld(stage.lab, 'after stop');
      await loss.begin(stage);
      await letGo(stage.lab, 'after stop');
      await failover.ended;
      await stage.wait(2_000);
    },
    expect,
    endsWithinMs: 200_000,
  };
}

function inFailover(loss: Loss, expect: Expect, hold: Hold = 'before start'): Row {
  return {
    id: `gone-in-failover-${loss.name}`,
    fault: loss.text,
    moment: 'mysqld of db10 is dead, `hard start` comes next',
    given: { holds: [hold] },
    async act(stage) {
      const manager = await startManager(stage);
      await stage.lab.killMysqld('db10');
      await untilHeld(stage.lab, hold, 120_000);
      await loss.begin(stage);
      await letGo(stage.lab, hold);
      await manager.ended;
      await stage.wait(2_000);
    },
    expect,
    endsWithinMs: 300_000,
  };
}

function contact(host: DatabaseName | 'mgr', awayMs: number, moment: 'switch' | 'monitoring'): Row {
  const inSwitch = moment === 'switch';
  return {
    id: `contact-${moment}-${host}`,
    fault: `the cable of ${host} has a bad contact: ${awayMs} ms of each second nothing passes`,
    moment: inSwitch ? 'before and while `mha-helper failover --online` runs' : 'masterha_manager monitors, for 45 s',
    async act(stage) {
      stage.later(() => goodContact(stage.lab, host));
      const manager = inSwitch ? null : await startManager(stage);
      await badContact(stage.lab, host, awayMs, 1_000 - awayMs);
      await (manager === null ? startPlanned(stage).ended : Promise.race([manager.ended, stage.wait(45_000)]));
      await goodContact(stage.lab, host);
      await stage.wait(3_000);
    },
    // A failover of a master that hardly answers loses what no replica has heard.
    expect: { master: ['db10', 'db11'], outageMs: 120_000, lost: inSwitch ? 'none' : 'told' },
    endsWithinMs: 300_000,
  };
}

export const withdrawnRows: readonly Row[] = [
  inSwitch(rightsOf('db11')),
  inSwitch(rightsOf('db10')),
  inSwitch(names),
  inSwitch(key),
  inSwitch(account('db11')),
  inSwitch(account('db10')),
  // Whoever closes it can only be named by people.
  inSwitch(closedAgain, {
    exits: { failover: 10 },
    master: 'unchecked',
    says: [/LEFT TO DO: db11[^\n]*read-only again/],
  }),
  inFailover(rightsOf('db11'), { master: 'unchecked', says: [/LEFT TO DO/, /sudo/] }),
  inFailover(names, { exits: { manager: [0, 10] }, master: 'db11' }),
  // What was ready before is all that there is.
  inFailover(key, { master: 'unchecked', says: [/LEFT TO DO: db11 takes writes, but the writer address/] }),
  inFailover(account('db11'), { master: 'unchecked', says: [/locked|1045|Access denied/i] }),
  inFailover(closedAgain, { master: 'unchecked', says: [/LEFT TO DO: db11[^\n]*read-only again/] }),
  contact('db10', 400, 'switch'),
  contact('db11', 400, 'switch'),
  contact('mgr', 400, 'switch'),
  contact('db10', 800, 'monitoring'),
  contact('mgr', 800, 'monitoring'),
  {
    id: 'undo-new-master-out-of-reach',
    fault: '`online start` has opened db11, MHA dies, the manager does not reach db11; `mha-helper undo`',
    moment: 'after `start` of a planned switch',
    given: { holds: ['after start'] },
    async act(stage) {
      const mha = startSwitch(stage);
      await untilMaster(stage, 'db11');
      await untilHeld(stage.lab, 'after start');
      await blackhole(stage, 'mgr', `${HOSTS.db11.ipv4}/32`);
      await letGo(stage.lab, 'after start');
      mha.process.kill('SIGKILL');
      await stage.wait(1_000);
      await undo(stage);
      await stage.wait(2_000);
    },
    expect: { exits: { undo: [0, 9] }, master: 'db11' },
    endsWithinMs: 120_000,
  },
  {
    id: 'undo-third-master-out-of-reach',
    fault: 'a DBA promotes db12 by hand, the manager does not reach db12; `mha-helper undo`',
    moment: 'after `stop` of a planned switch from db10 to db11, whose MHA has died',
    given: { holds: ['after stop'] },
    async act(stage) {
      await dieAfterStop(stage, { meanwhile: () => promoteAndCut(stage) });
      await undo(stage);
      await stage.wait(2_000);
    },
    expect: { exits: { undo: 'refused' }, master: 'db12' },
    endsWithinMs: 120_000,
  },
  {
    id: 'hand-dead-that-lives',
    fault: '`mha-helper failover --dead db10` by an operator who is wrong: db10 is well',
    moment: 'clients write',
    async act(stage) {
      await startDead(stage).ended;
      await stage.wait(2_000);
    },
    expect: { exits: { failover: 'refused' }, master: 'db10', outageMs: 3_000 },
    endsWithinMs: 120_000,
  },
  {
    id: 'hand-dead-out-of-reach',
    fault: '`mha-helper failover --dead db10 --yes`; only the manager does not reach db10',
    moment: 'clients write',
    async act(stage) {
      await blackhole(stage, 'mgr', `${HOSTS.db10.ipv4}/32`);
      await startDead(stage, 'db10', '--yes').ended;
      await stage.wait(2_000);
    },
    expect: { exits: { failover: 'refused' }, master: 'db10', outageMs: 3_000 },
    endsWithinMs: 150_000,
  },
  {
    id: 'third-writer-at-failover',
    fault: 'db12 is writable (somebody has forgotten it so), and mysqld of db10 is killed',
    moment: 'masterha_manager monitors',
    async act(stage) {
      const manager = await startManager(stage);
      await stage.lab.sql('db12', 'SET GLOBAL read_only=0');
      await stage.lab.killMysqld('db10');
      await manager.ended;
      await stage.wait(2_000);
    },
    expect: { master: 'unchecked', w2Ms: 'by hand', says: [/db12[^\n]*(writable|takes writes|read_only)/] },
    endsWithinMs: 200_000,
  },
  {
    id: 'third-master-out-of-reach-at-failover',
    fault: 'a DBA promotes db12 by hand, the manager does not reach db12; mysqld of db10 is dead',
    moment: '`hard start` comes next',
    given: { holds: ['before start'] },
    async act(stage) {
      const manager = await startManager(stage);
      await stage.lab.killMysqld('db10');
      await untilHeld(stage.lab, 'before start', 120_000);
      await promoteAndCut(stage);
      await letGo(stage.lab, 'before start');
      await manager.ended;
      await stage.wait(2_000);
    },
    expect: { exits: { manager: 'refused' }, master: 'db12', lost: 'not counted' },
    endsWithinMs: 200_000,
  },
  {
    id: 'hooks-twice',
    fault: '`online start` is called a second time, then `online stop` again, by hand',
    moment: 'after a planned switch',
    async act(stage) {
      await startSwitch(stage).ended;
      await stage.writer.progress(20);
      const hook = (command: string): Promise<number> =>
        stage.run(command, [
          'master_ip_online_failover_helper',
          `--command=${command}`,
          ...[['orig', 'db10'] as const, ['new', 'db11'] as const].flatMap(([which, name]) => [
            `--${which}_master_host=${name}`,
            `--${which}_master_ip=${HOSTS[name].ipv4}`,
            `--${which}_master_port=3306`,
            `--${which}_master_user=${ADMIN_ACCOUNT.user}`,
            `--${which}_master_password=${ADMIN_ACCOUNT.password}`,
            `--${which}_master_ssh_user=${SSH_USER}`,
          ]),
        ]);
      await hook('start');
      await stage.writer.progress(20);
      await hook('stop');
      await stage.wait(2_000);
    },
    expect: { master: 'db11' },
    endsWithinMs: 120_000,
  },
  {
    id: 'commits-that-wait',
    fault: 'the disk of db10 lets no commit through (semi-synchronous, and no replica acknowledges)',
    moment: 'planned switch by `mha-helper failover --online`',
    given: { semiSynchronous: true },
    async act(stage) {
      const { server } = stage.lab;
      for (const replica of ['db11', 'db12'] as const) await stage.lab.sql(replica, server.stopReceiving);
      await stage.wait(2_000);
      await startPlanned(stage).ended;
      await stage.wait(2_000);
    },
    expect: { exits: { failover: 'refused' }, master: 'unchecked' },
    endsWithinMs: 200_000,
  },
  {
    id: 'long-ddl-on-the-old-master',
    fault: 'a transaction of db10 holds a table for a minute, and an ALTER TABLE waits for it',
    moment: 'planned switch by `mha-helper failover --online`',
    async act(stage) {
      await stage.lab.sql('db10', 'CREATE TABLE app.held (id INT PRIMARY KEY)', 'INSERT INTO app.held VALUES (1)');
      await openSession(stage, 'db10', 'BEGIN', 'SELECT * FROM app.held');
      const altering = stage.lab.spawn('db10', [
        'sh',
        '-c',
        `mysql --no-defaults --socket=/run/mysqld/mysqld.sock -u${ADMIN_ACCOUNT.user} -p${ADMIN_ACCOUNT.password} ` +
          "-e 'ALTER TABLE app.held ADD COLUMN more INT'",
      ]);
      stage.later(() => Promise.resolve(altering.kill('SIGKILL')));
      await stage.wait(1_000);
      await startPlanned(stage).ended;
      await stage.wait(2_000);
    },
    expect: { master: ['db10', 'db11'], outageMs: 30_000 },
    endsWithinMs: 150_000,
  },
];

async function promoteAndCut(stage: Stage): Promise<void> {
  const word = stage.lab.server.replicaStatus.split(' ')[1] ?? 'SLAVE';
  await stage.lab.sql('db12', `STOP ${word}`, `RESET ${word} ALL`, 'SET GLOBAL read_only=0');
  await stage.by('db12', `ip addr add ${WRITER_CIDR} dev ${HOSTS.db12.interface}`);
  await stage.by('db12', `arping -U -c 1 -I ${HOSTS.db12.interface} ${WRITER_CIDR.split('/')[0] ?? ''} || true`);
  await stage.writer.progress(20);
  await blackhole(stage, 'mgr', `${HOSTS.db12.ipv4}/32`);
}
