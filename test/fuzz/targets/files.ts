// Files: the helper's, MHA's, records, logs.
import { showSettings } from '../../../src/config/show.ts';
import { readCluster } from '../../../src/config/validate.ts';
import { optionNames } from '../../../src/config/options.ts';
import { configFailure } from '../../../src/config/problems.ts';
import { oneLine } from '../../../src/errors/message.ts';
import { isUnknown } from '../../../src/errors/unknown.ts';
import { readApplicationConfig } from '../../../src/mha/applicationConfig.ts';
import { failoverPositions } from '../../../src/mha/failoverLog.ts';
import { failoverPhases } from '../../../src/mha/failoverPhases.ts';
import { firstError, lastFailover, whyNoFailover } from '../../../src/mha/managerLog.ts';
import { parseHealthFile } from '../../../src/mha/managerStatus.ts';
import { isOwnConfiguration } from '../../../src/mha/ownConfiguration.ts';
import { withoutServers } from '../../../src/mha/withoutServers.ts';
import { parseOptionFile } from '../../../src/mysql/optionFile.ts';
import { entryOf, groupRuns } from '../../../src/procedures/history/groupRuns.ts';
import { historyText } from '../../../src/procedures/history/historyText.ts';
import { timelineOf } from '../../../src/procedures/history/timeline.ts';
import { parseLock } from '../../../src/procedures/monitor/monitorFiles.ts';
import { readStateFile } from '../../../src/procedures/monitor/stateFile.ts';
import { describeOrders } from '../../../src/procedures/orders/describeOrders.ts';
import { readOrders } from '../../../src/procedures/orders/standingOrders.ts';
import { claim } from '../../../src/procedures/outbox/spool.ts';
import { failoverBegin, missingWrites } from '../../../src/procedures/report/managerLogTail.ts';
import { runToUndo } from '../../../src/procedures/run/earlierRuns.ts';
import { readRuns } from '../../../src/steps/journal.ts';
import { MemoryFiles } from '../../doubles/files.ts';
import { applicationConfiguration, helperConfiguration } from '../../lab/exampleConfiguration.ts';
import { must, type Target } from '../Target.ts';

const lines = (...values: readonly unknown[]): string => values.map((value) => JSON.stringify(value)).join('\n');
const run = '2026-11-26T10:00:00.000Z-7';
const at = '2026-11-26T10:00:01.000Z';
const journal = lines(
  {
    kind: 'run',
    run,
    pid: 7,
    procedure: 'online stop',
    origHost: 'db10',
    newHost: 'db11',
    caller: { pid: 5, startTicks: '9', program: 'masterha_master_switch' },
    places: { db10: { vipType: 'metal', cidr: '10.0.0.5/24', interface: 'eth1' } },
    at,
  },
  { kind: 'step', run, id: 'set-read-only:db10', title: 'set read_only on db10', before: 'no', at },
  { kind: 'done', run, id: 'set-read-only:db10', at, detail: 'bin.000001:4711' },
  { kind: 'undone', run, id: 'set-read-only:db10', at },
  { kind: 'end', run, outcome: 'proceed', message: 'x', leftToDo: ['do it'], at },
);
const order = {
  standing: [
    {
      server: { host: 'db10', ip: '10.0.0.1', port: 3306 },
      master: 'db11',
      conf: '/etc/mha/c.conf',
      given: at,
      caller: null,
      left: 'unknown',
      executed: null,
      position: null,
      gtid: null,
      closed: { at, by: 'mha-helper monitor', position: null, gtid: null, tookWrites: false },
      refusal: null,
    },
  ],
  lifted: [{ host: 'db10', given: at, at, by: 'me' }],
};
const managerLog = `Thu Nov 26 10:00:00 2026 - [warning] Got error on MySQL select ping: 2006 (has gone away)
Thu Nov 26 10:00:01 2026 - [info] Starting master failover.
Thu Nov 26 10:00:01 2026 - [info] * Phase 3.2: Saving Dead Master's Binlog Phase..
Thu Nov 26 10:00:02 2026 - [info] -- Slave recovery on host db12(10.0.0.3:3306) started, pid: 4711.
Thu Nov 26 10:00:02 2026 - [error][/usr/share/perl5/MHA/MasterFailover.pm, ln310] Failed to save binary log
Thu Nov 26 10:00:03 2026 - [info] Master failover to db11(10.0.0.2:3306) completed successfully.
`;

export const fileTargets: readonly Target[] = [
  {
    name: "mha-helper's configuration",
    seeds: [helperConfiguration(), '[default]\nvip_type: none\n[db10]\n fence_command = a ; b\n'],
    dictionary: [...optionNames, '[default]\n', '[db10]\n', 'metal', 'aws', 'verify', '10.0.0.5/24', 'fd00::5/64'],
    read(input) {
      const { cluster, problems, warnings } = readCluster('/etc/mha-helper/c.conf', input);
      if (cluster === undefined) {
        must(problems.length > 0, 'it is no cluster, and nothing is wrong with it');
        throw configFailure('/etc/mha-helper/c.conf', problems);
      }
      const shown = showSettings(cluster.hosts);
      must(!shown.includes('control-secret'), 'a secret is shown');
      for (const { text } of warnings) must(oneLine(text).length > 0, 'a warning without words');
    },
  },
  {
    name: "MHA's application file",
    seeds: [applicationConfiguration(), applicationConfiguration({ binlog1: { hostname: 'db12' } })],
    dictionary: ['[server default]\n', '[server1]\n', '[binlog1]\n', 'hostname=', 'candidate_master=1', 'port=', ' ; '],
    read(input) {
      isOwnConfiguration(input);
      must(typeof withoutServers(input, ['server1']) === 'string', 'no text');
      readApplicationConfig({ path: '/etc/mha/c.conf', text: input }, { path: '/g', text: input.slice(0, 50) });
    },
  },
  {
    name: 'journal',
    seeds: [journal, `${journal}\n{"kind":"run","ru`],
    dictionary: ['"kind":"end"', '"kind":"undone"', '"online start"', '"failed"', run, '\n'],
    read(input) {
      const runs = readRuns(input);
      runToUndo(runs);
      const groups = groupRuns(runs);
      must(typeof historyText(groups.map((group, number) => entryOf(group, number))) === 'string', 'no text');
      for (const group of groups) timelineOf(group, []);
    },
  },
  {
    name: 'records of the monitor, orders and spool',
    seeds: [
      JSON.stringify(order),
      lines({ pid: 1, startTicks: '5', conf: '/c', all: ['/c'] }),
      lines({ host: 'db10', cluster: 'c', mail: { from: 'a@b', to: ['c@d'], subject: 's', text: 't' } }),
      lines({ conf: '/c', cluster: 'c', workdir: '/w', lastFailoverMinute: 1, state: { phase: 'watching' } }),
    ],
    dictionary: ['"standing"', '"lifted"', '"server"', '"mail"', '"state"', '"phase"'],
    async read(input) {
      parseLock(input);
      const files = new MemoryFiles({ '/s/orders/c.json': input, '/s/spool/m.json': input, '/s/state': input });
      const places = { stateDirectory: '/s', pid: 1 } as never;
      const log = { info: () => undefined, warn: () => undefined };
      const orders = await readOrders({ files, places }, 'c');
      if (!isUnknown(orders)) describeOrders(orders);
      await claim('m.json', { files, places, log, clock: { now: () => new Date(0) } as never });
      await readStateFile('/s/state', { files });
    },
  },
  {
    name: "MHA's log, health file, and option files of servers",
    seeds: [managerLog, '4711\t0:PING_OK\tmaster:db10', '[mysqld]\nread_only=1 # x\n!include /etc/x\nlog = "a#b"\n'],
    dictionary: ['Starting master failover.', ' - [info] ', ' - [error]', 'Phase 3', '\n', '\t', 'Got error on MySQL'],
    read(input) {
      parseHealthFile(input);
      parseOptionFile(input);
      failoverPositions(input, 'db10');
      failoverPhases(input, 0, Date.parse(at));
      lastFailover(input);
      must(!firstError(input).includes('\n'), 'more than one line');
      whyNoFailover(input);
      failoverBegin(input);
      missingWrites(input);
    },
  },
];
