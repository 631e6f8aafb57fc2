// What a seed decides about the world before anything happens.
import type { Dice } from './dice.ts';
import { applicationFile } from './runs.ts';
import { writerAddress, type Setting, type World } from './world.ts';

export function settle(dice: Dice): Setting {
  const version = dice.chance(0.6) ? '10.11.6-MariaDB' : '8.0.36';
  return {
    version,
    vipType: dice.pick(['metal', 'metal', 'metal', 'metal', 'metal', 'command', 'command', 'none'] as const),
    superReadOnly: dice.chance(0.5),
    lossRate: dice.pick([0, 0, 0, 0.005, 0.02, 0.06]),
    lateRate: dice.pick([0.01, 0.05, 0.2]),
    lateMs: dice.pick([50, 500, 5_000]),
    lockUnknownRate: dice.chance(0.1) ? 0.2 : 0,
    fullRate: dice.chance(0.1) ? 0.3 : 0,
  };
}

/** A cluster that is well: db10 is the master. */
export function furnish(world: World): void {
  const { dice, setting, files, hosts } = world;
  const [db10, ...replicas] = hosts;
  const yesNo = (probability: number): string => (dice.chance(probability) ? 'yes' : 'no');
  const lines = [
    '[default]',
    `vip_type = ${setting.vipType}`,
    ...(setting.vipType === 'none' ? [] : [`writer_vip_cidr = ${writerAddress}/24`]),
    ...(setting.vipType === 'metal' ? ['cluster_interface = eth0'] : []),
    ...(setting.vipType === 'command'
      ? ['vip_assign_command = a', 'vip_release_command = r', 'vip_status_command = s']
      : []),
    `super_read_only = ${setting.superReadOnly ? 'yes' : 'no'}`,
    `kill_after_timeout = ${dice.pick([0, 1, 5])}`,
    `drain_idle_sessions = ${yesNo(0.1)}`,
    `unreachable_master = ${dice.pick(['continue', 'continue', 'abort', 'fence'])}`,
    'fence_command = f',
    `give_back = ${yesNo(0.8)}`,
    `step_timeout = ${dice.pick([2, 10])}`,
    `connect_timeout = ${dice.pick([1, 5])}`,
    `run_timeout = ${dice.pick([30, 120])}`,
    ...hosts.map(({ name }) => `[${name}]`),
  ];
  files.set('/etc/mha-helper/c.conf', `${lines.join('\n')}\n`);
  const servers = hosts.map(({ name, ip }, index) => `[server${index + 1}]\nhostname=${name}\nip=${ip}\n`);
  files.set(applicationFile, `[server default]\nuser=mha\npassword=p\nssh_user=root\n${servers.join('')}`);
  if (dice.chance(0.2)) files.set('/var/lib/mha-helper/c.journal', '{"kind":"run","run":"cut o');
  else if (dice.chance(0.4)) files.set('/var/lib/mha-helper/c.journal', history());
  else files.set('/var/lib/mha-helper/.keep', '');
  world.note(`setting: ${JSON.stringify(setting)}; ${lines.slice(1, -3).join(', ')}`);
  world.refusalRate = dice.pick([0, 0, 0, 0.05]);
  const withEvents = dice.chance(0.2);
  const startsReadOnly = dice.chance(0.5);
  for (const host of hosts) {
    host.server.startsReadOnly = startsReadOnly || host !== db10;
    host.canAsk = dice.chance(0.7);
    if (withEvents) {
      host.server.scheduler = 'ON';
      host.server.events.push({ name: 'e', status: host === db10 ? 'ENABLED' : 'SLAVESIDE_DISABLED' });
    }
  }
  db10.server.readOnly = false;
  // Without a managed address clients try each server until one takes their writes.
  for (const host of hosts) host.hasAddress = host === db10 || setting.vipType === 'none';
  for (const { server } of replicas) {
    server.source = db10.server;
    server.superReadOnly = server.hasSuperReadOnly && setting.superReadOnly;
  }
}

/** The journal of two planned switches that are long over. */
function history(): string {
  const boot = 'boot-long-ago';
  const switches = [
    ['db11', 'db12', '2026-01-02'],
    ['db12', 'db10', '2026-01-03'],
  ] as const;
  const lines = switches.flatMap(([origHost, newHost, day]) =>
    (['stop', 'start'] as const).flatMap((command, index) => {
      const at = `${day}T03:00:0${index}.000Z`;
      const run = `${at}-7`;
      const id = command === 'stop' ? `set-read-only:${origHost}` : `clear-read-only:${newHost}`;
      return [
        { kind: 'run', run, pid: 7, procedure: `online ${command}`, origHost, newHost, at, boot, up: 1 },
        { kind: 'step', run, id, title: id, before: { readOnly: command === 'start' }, at },
        { kind: 'done', run, id, at },
        { kind: 'end', run, outcome: 'done', message: '', at, boot, up: 2 },
      ];
    }),
  );
  return `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`;
}
