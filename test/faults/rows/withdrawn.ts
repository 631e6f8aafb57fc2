// What a switch has found when it began is not there any more when it goes on: rights, names, keys, options, and a
// network that loses half of what it is given.
import { ADMIN_ACCOUNT, HOSTS, SSH_USER, type DatabaseName } from '../../lab/hosts.ts';
import {
  failoverWith,
  openSession,
  sessionOn,
  startManager,
  startPlanned,
  startSwitch,
  sudoers,
  switchWith,
} from '../acts.ts';
import { badContact, goodContact } from '../cuts.ts';
import type { Expect, Row } from '../row.ts';
import type { Stage } from '../stage.ts';

interface Loss {
  readonly name: string;
  readonly text: string;
  begin(stage: Stage): Promise<unknown>;
  /** Where the judge needs it back. */
  readonly end?: (stage: Stage) => Promise<void>;
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

/** The account that the hooks log in with; a session of the row's own locks it, and gives it back. */
function account(host: DatabaseName): Loss {
  let unlock = (): Promise<void> => Promise.resolve();
  return {
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
      unlock = () => set('UNLOCK');
    },
    end: () => unlock(),
  };
}

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
      const failover = await switchWith(stage, () => loss.begin(stage));
      await failover.ended;
      await loss.end?.(stage);
      await stage.wait(2_000);
    },
    expect,
    endsWithinMs: 200_000,
  };
}

function inFailover(loss: Loss, expect: Expect): Row {
  return {
    id: `gone-in-failover-${loss.name}`,
    fault: loss.text,
    moment: 'mysqld of db10 is dead, `hard start` comes next',
    given: { holds: ['before start'] },
    async act(stage) {
      const manager = await failoverWith(stage, () => loss.begin(stage));
      await manager.ended;
      await loss.end?.(stage);
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
  inFailover(account('db11'), { exits: { manager: [0, 10] }, master: 'db11' }),
  inFailover(closedAgain, { master: 'unchecked', says: [/LEFT TO DO: db11[^\n]*read-only again/] }),
  contact('db10', 400, 'switch'),
  contact('db11', 400, 'switch'),
  contact('mgr', 400, 'switch'),
  contact('db10', 800, 'monitoring'),
  contact('mgr', 800, 'monitoring'),
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
