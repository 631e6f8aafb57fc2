// What hangs, is slow or is full: every wait has an end.
import { SSH_USER, type DatabaseName } from '../../lab/hosts.ts';
import { failoverWith, idleSessions, processesOf, send, startManager, startPlanned, switchWith } from '../acts.ts';
import { quickLink, slowLink } from '../cuts.ts';
import type { Expect, Row } from '../row.ts';
import type { Stage } from '../stage.ts';

interface Hang {
  readonly name: string;
  readonly text: string;
  begin(stage: Stage): Promise<void>;
  end(stage: Stage): Promise<void>;
}

const mysqld = (host: DatabaseName): Hang => ({
  name: `mysqld-${host}`,
  text: `mysqld of ${host} hangs (SIGSTOP)`,
  begin: ({ lab }) => Promise.resolve(lab.freezeMysqld(host)),
  end: ({ lab }) => Promise.resolve(lab.thawMysqld(host)),
});

const sshd = (host: DatabaseName): Hang => ({
  name: `sshd-${host}`,
  text: `sshd of ${host} hangs (SIGSTOP)`,
  begin: (stage) => Promise.resolve(send(processesOf(stage, host, /sshd/), 'SIGSTOP')),
  end: (stage) => Promise.resolve(send(processesOf(stage, host, /sshd/), 'SIGCONT')),
});

const login = (host: DatabaseName): Hang => ({
  name: `login-${host}`,
  text: `the login shell on ${host} takes 8 s (a script in .bashrc)`,
  async begin(stage) {
    await stage.by(host, `echo 'sleep 8' >/home/${SSH_USER}/.bashrc`);
    stage.later(() => stage.lab.exec(host, ['rm', '-f', `/home/${SSH_USER}/.bashrc`]));
  },
  end: async (stage) => void (await stage.by(host, `rm -f /home/${SSH_USER}/.bashrc`)),
});

const link = (host: DatabaseName | 'mgr'): Hang => ({
  name: `link-${host}`,
  text: `the link of ${host} lets 32 kbit/s through`,
  begin: ({ lab }) => slowLink(lab, host, '32kbit'),
  end: ({ lab }) => quickLink(lab, host),
});

function connections(host: DatabaseName): Hang {
  let go = (): void => undefined;
  return {
    name: `connections-${host}`,
    text: `idle sessions use up max_connections of ${host}`,
    begin: async (stage) => void (go = await idleSessions(stage, host)),
    end: () => Promise.resolve(go()),
  };
}

const stateDisk: Hang = {
  name: 'state-disk',
  text: 'no room is left where the journal is',
  async begin(stage) {
    const full =
      'mount -t tmpfs -o size=16k full /var/lib/mha-helper; head -c 64k /dev/zero >/var/lib/mha-helper/filler';
    await stage.by('mgr', `mkdir -p /var/lib/mha-helper; ${full} 2>/dev/null || true`);
    stage.later(() => stage.lab.exec('mgr', ['umount', '-l', '/var/lib/mha-helper']));
  },
  end: async (stage) => void (await stage.by('mgr', 'rm -f /var/lib/mha-helper/filler')),
};

const logDisk: Hang = {
  name: 'log-disk',
  text: "no room is left where MHA's logs are",
  begin: ({ lab }) => lab.fillLogDisk('mgr'),
  end: async (stage) => void (await stage.by('mgr', 'rm -f /var/log/filler; mount -o remount,size=50% /var/log')),
};

const hangMs = 15_000;

function beforeSwitch(hang: Hang, expect: Expect): Row {
  return {
    id: `hang-before-switch-${hang.name}`,
    fault: hang.text,
    moment: 'before and while `mha-helper failover --online` runs',
    async act(stage) {
      await hang.begin(stage);
      await startPlanned(stage).ended;
      await hang.end(stage);
      await stage.wait(2_000);
    },
    expect,
    endsWithinMs: 240_000,
  };
}

function inSwitch(hang: Hang, expect: Expect = { master: ['db10', 'db11'], outageMs: 120_000 }): Row {
  return {
    id: `hang-in-switch-${hang.name}`,
    fault: `${hang.text}, for ${hangMs / 1000} s`,
    moment: 'planned switch by `mha-helper failover`, between `stop` and `start`',
    given: { holds: ['after stop'] },
    async act(stage) {
      const failover = await switchWith(stage, () => hang.begin(stage));
      await stage.wait(hangMs);
      await hang.end(stage);
      await failover.ended;
      await stage.wait(2_000);
    },
    expect,
    endsWithinMs: 200_000,
    also: ['mysql-9.7-gtid'],
  };
}

function inFailover(hang: Hang): Row {
  return {
    id: `hang-in-failover-${hang.name}`,
    fault: `${hang.text}, for ${hangMs / 1000} s`,
    moment: 'mysqld of db10 is dead, `hard start` comes next',
    given: { holds: ['before start'] },
    async act(stage) {
      const manager = await failoverWith(stage, () => hang.begin(stage));
      await stage.wait(hangMs);
      await hang.end(stage);
      await manager.ended;
      await stage.wait(2_000);
    },
    expect: { exits: { manager: [0, 10] }, master: 'db11' },
    endsWithinMs: 300_000,
    also: ['mysql-9.7-gtid'],
  };
}

/** db10 hangs itself: the outage is the fault's. */
const refusedWhileItHangs: Expect = { exits: { failover: 'refused' }, master: 'db10' };
const refusedBefore: Expect = { exits: { failover: 'refused' }, master: 'db10', outageMs: 3_000 };
const either: Expect = { master: ['db10', 'db11'], outageMs: 60_000 };

export const hangRows: readonly Row[] = [
  beforeSwitch(mysqld('db10'), refusedWhileItHangs),
  beforeSwitch(mysqld('db11'), refusedBefore),
  beforeSwitch(mysqld('db12'), refusedBefore),
  beforeSwitch(sshd('db10'), refusedBefore),
  beforeSwitch(sshd('db11'), refusedBefore),
  beforeSwitch(login('db10'), either),
  beforeSwitch(login('db11'), either),
  beforeSwitch(link('db10'), { master: ['db10', 'db11'], outageMs: 120_000 }),
  beforeSwitch(link('mgr'), { master: ['db10', 'db11'], outageMs: 120_000 }),
  beforeSwitch(connections('db10'), either),
  beforeSwitch(connections('db11'), either),
  beforeSwitch(stateDisk, { master: ['db10', 'db11'], outageMs: 10_000 }),
  beforeSwitch(logDisk, { master: ['db10', 'db11'], outageMs: 10_000 }),
  inSwitch(mysqld('db10')),
  inSwitch(mysqld('db11')),
  inSwitch(mysqld('db12')),
  inSwitch(sshd('db10')),
  inSwitch(sshd('db11')),
  inSwitch(login('db11')),
  inSwitch(link('db11')),
  inSwitch(stateDisk),
  inSwitch(logDisk),
  inFailover(mysqld('db11')),
  inFailover(sshd('db11')),
  inFailover(login('db11')),
  inFailover(link('db11')),
  inFailover(stateDisk),
  inFailover(logDisk),
  {
    id: 'hang-in-failover-sshd-db10',
    fault: 'mysqld of db10 is killed, and its sshd does not answer: the address stays there',
    moment: 'masterha_manager monitors',
    async act(stage) {
      const manager = await startManager(stage);
      send(processesOf(stage, 'db10', /sshd/), 'SIGSTOP');
      await stage.lab.killMysqld('db10');
      await manager.ended;
      await stage.wait(2_000);
    },
    expect: { master: 'unchecked', says: [/db10/] },
    endsWithinMs: 240_000,
  },
  {
    id: 'hang-no-cable-at-all',
    fault: "the manager's cable is pulled for 30 s",
    moment: 'masterha_manager monitors, clients write',
    async act(stage) {
      const manager = await startManager(stage);
      await stage.lab.linkDown('mgr');
      await stage.wait(30_000);
      await stage.lab.linkUp('mgr');
      await Promise.race([manager.ended, stage.wait(20_000)]);
    },
    expect: { master: 'db10', outageMs: 3_000 },
    endsWithinMs: 120_000,
  },
];
