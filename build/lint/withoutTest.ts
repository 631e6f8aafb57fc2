// Sources without a test of their name: the reason, and the tests that break when they are wrong. testOfItsName.ts
// looks whether all of this is still true.

export interface WithoutTest {
  /** Below src/: a file, or a folder with a slash at the end for all in it that has no test of its name. */
  readonly path: string;
  readonly why: string;
  readonly seenBy: readonly string[];
}

const scenarios = (...names: readonly string[]): readonly string[] =>
  names.map((name) => `test/scenarios/${name}.test.ts`);
const contracts = (...names: readonly string[]): readonly string[] =>
  names.map((name) => `test/contract/${name}.test.ts`);
const units = (...names: readonly string[]): readonly string[] => names.map((name) => `test/unit/${name}.test.ts`);

export const withoutTest: readonly WithoutTest[] = [
  // The program as a whole.
  {
    path: 'main.ts',
    why: 'begins and ends the process: tried with the executable',
    seenBy: units('build/processEnd', 'build/executable'),
  },
  {
    path: 'context/createContext.ts',
    why: 'puts the adapters together: without it nothing runs',
    seenBy: units('build/processEnd', 'build/executable'),
  },
  {
    path: 'commandLine/commandList.ts',
    why: 'one line for each command, and a group with the same word',
    seenBy: units('cli', 'commandLine/usageErrors', 'build/completion'),
  },
  {
    path: 'commandLine/valueNames.ts',
    why: 'words of the help alone',
    seenBy: units('commandLine/commandFacts', 'commandLine/helpText'),
  },
  {
    path: 'commands/',
    why: 'a few lines each, which read the options and call one procedure: tried as an operator, or MHA, calls them',
    seenBy: scenarios(
      'plannedSwitch',
      'hardFailover',
      'report',
      'operatorCommands',
      'interrupted',
      'failoverCommand',
      'monitor',
      'mhaDefects',
      'atAGlance',
    ),
  },

  {
    path: 'steps/undoChanges.ts',
    why: 'what runSteps does after a failure: its test has all of it',
    seenBy: units('steps/runSteps'),
  },
  {
    path: 'context/livesQuestions.ts',
    why: 'two questions, without an answer of their own',
    seenBy: units('adapters/ready/early', 'procedures/hooks/PreparedConnection'),
  },
  ...['SharedLease', 'StoreView', 'StoreSession'].map((name) => ({
    path: `procedures/managers/${name}.ts`,
    why: 'what Leadership stands on: its test has all of them, and so have the stories of three managers',
    seenBy: ['test/unit/procedures/managers/Leadership.test.ts', 'test/simulator/managers.test.ts'],
  })),
  ...['MonitorSessions', 'note', 'sharedState', 'unblock'].map((name) => ({
    path: `procedures/managers/${name}.ts`,
    why: 'a part of what its users are tested with',
    seenBy: units('procedures/managers/ManagerSeat', 'procedures/managers/publication', 'procedures/managers/Guard'),
  })),
  {
    path: 'adapters/daemon/lineServer.ts',
    why: 'one end of a socket: tried with the other one',
    seenBy: units('adapters/ready/askLine'),
  },
  {
    path: 'procedures/init/seeHosts.ts',
    why: 'asks servers and hosts: tried without any, and with those of the lab in test/scenarios/atAGlance.test.ts',
    seenBy: units('procedures/init/initCluster'),
  },
  {
    path: 'procedures/pause/',
    why: 'small parts of what the monitor sees and what a command asks for, tried together',
    seenBy: units('procedures/pause/seeToPauses', 'procedures/pause/holdManager'),
  },
  {
    path: 'procedures/watch/findings.ts',
    why: 'times, and the words of the mails',
    seenBy: units('procedures/watch/judge', 'procedures/watch/weigh', 'procedures/watch/watchNotices'),
  },

  // What happens to servers: only real ones show whether it is right.
  {
    path: 'procedures/hooks/',
    why: 'the planned switch as MHA calls it, on real servers, and killed at each step',
    seenBy: scenarios('plannedSwitch', 'interrupted'),
  },
  {
    path: 'procedures/run/',
    why: 'what every call of a hook stands on; killed runs are finished and undone on real servers',
    seenBy: scenarios('plannedSwitch', 'hardFailover', 'interrupted'),
  },
  {
    path: 'procedures/switch/',
    why: "mha-helper's own planned switch with MHA's real programs, refused, interrupted and done",
    seenBy: scenarios('failoverCommand', 'failoverRefused', 'failoverInterrupted'),
  },
  {
    path: 'procedures/drill/',
    why: "two switches with MHA's real programs; what they amount to, and how it is told, has its own tests",
    seenBy: scenarios('witness'),
  },
  {
    path: 'procedures/survey/',
    why: 'asks real servers; what follows from the answers is tested in switch/ and address/',
    seenBy: scenarios('failoverCommand', 'failoverRefused', 'operatorCommands'),
  },
  {
    path: 'config/needs.ts',
    why: 'a table, which config/rules.ts reads',
    seenBy: units('config/validate', 'config/secretFiles'),
  },
  {
    path: 'procedures/address/sudoRules.ts',
    why: 'asks every host over SSH: tried in a lab, with what sudo then lets through',
    seenBy: scenarios('narrowSudo'),
  },
  {
    path: 'procedures/address/showAddress.ts',
    why: 'shows what the rules of a move look at',
    seenBy: units('procedures/address/moveAddress'),
  },
  {
    path: 'procedures/check/',
    why: 'asks real hosts, servers and services; the lines made of it have their own tests',
    seenBy: scenarios('operatorCommands'),
  },
  {
    path: 'procedures/nodes/',
    why: "a shell program that replaces the layer on a host: tried there, with MHA's own programs",
    seenBy: scenarios('mhaDefects'),
  },
  {
    path: 'procedures/monitor/',
    why: 'the loop around real managers; what it decides, reads and writes have their own tests',
    seenBy: [...units('procedures/monitor/blind'), ...scenarios('monitor', 'monitorFailover', 'systemdUnits')],
  },
  {
    path: 'procedures/rejoin/',
    why: 'asks, compares and points real servers, with GTID and without; what it goes by has its own tests',
    seenBy: [...units('procedures/rejoin/rejoinRules', 'mha/failoverLog'), ...scenarios('rejoin')],
  },
  {
    path: 'procedures/outbox/',
    why: 'hands mails to real mail servers, which are down, slow or refuse',
    seenBy: [...units('procedures/outbox/spool'), ...scenarios('report')],
  },
  {
    path: 'procedures/report/',
    why: 'asks real servers what is so now, and reads what a real manager has logged',
    seenBy: [...units('procedures/report/failoverRuns'), ...scenarios('report')],
  },

  // Texts and tables that are tested together.
  {
    path: 'mail/',
    why: 'text, HTML and what needs attention are of one report, and compared with each other',
    seenBy: units('mail/report'),
  },
  {
    path: 'config/',
    why: 'tables of options and of rules, which validate.test.ts tries one by one as lines of a file',
    seenBy: units('config/validate'),
  },

  // Protocols: the other side is a real one.
  { path: 'mysql/openServer.ts', why: 'statements for a real server', seenBy: contracts('mysql') },
  { path: 'mysql/ReplicaServer.ts', why: 'statements for real servers', seenBy: scenarios('rejoin') },
  {
    path: 'adapters/mysql/connection.ts',
    why: 'logs in to a real server, with every plugin, and is cut off',
    seenBy: contracts('mysql'),
  },
  { path: 'adapters/mysql/listens.ts', why: 'a connection to a real server, and to none', seenBy: contracts('mysql') },
  {
    path: 'adapters/mysql/encryption.ts',
    why: 'what it makes is only worth something with a server and certificates',
    seenBy: contracts('mysqlTls'),
  },
  {
    path: 'adapters/ssh/',
    why: "connects to a real sshd, by way of real proxies and OpenSSH's configuration",
    seenBy: contracts('sshConnect', 'sshShell'),
  },
  {
    path: 'adapters/processes/childProcess.ts',
    why: 'the shell of this machine, which the tests of both shells try',
    seenBy: units('adapters/ssh/localShell'),
  },
  {
    path: 'adapters/processes/replaceProcess.ts',
    why: "the process becomes MHA's program: nothing that could be asserted is left of it",
    seenBy: scenarios('mhaDefects'),
  },
  {
    path: 'adapters/ready/',
    why: 'two hooks and the process between them; what they send each other has its own test',
    seenBy: scenarios('plannedSwitch', 'interrupted'),
  },
  {
    path: 'adapters/ec2/awsSdk.ts',
    why: 'names what is used of the AWS SDK, and does nothing',
    seenBy: contracts('vipAws'),
  },
  {
    path: 'adapters/etcd/',
    why: 'speaks to three real members, which are silent, refuse, and end; what it says of a failure is seen there',
    seenBy: contracts('etcd'),
  },
  { path: 'vip/Provider.ts', why: 'types, and two lengths of time', seenBy: contracts('vipMetal') },
  {
    path: 'vip/aws/',
    why: 'the contract of every provider, and what is particular to EC2, against a service that acts as EC2',
    seenBy: contracts('vipAws'),
  },
  {
    path: 'vip/openstack/',
    why: 'the contract of every provider, and what is particular to Neutron, against real Keystone and Neutron',
    seenBy: contracts('vipOpenstack'),
  },
  {
    path: 'vip/metal/',
    why: 'the contract of every provider, and what is particular to hosts, in real network namespaces',
    seenBy: contracts('vipMetal', 'vipMetalFrozen', 'vipMetalTrouble'),
  },
  {
    path: 'vip/command/',
    why: "the contract of every provider, with real commands of an operator's",
    seenBy: contracts('vipCommand', 'proxysqlExample'),
  },
  {
    path: 'mha/applicationProblems.ts',
    why: 'the rules of a whole file: told by applicationConfig.ts',
    seenBy: units('mha/applicationConfig'),
  },
  {
    path: 'mha-compat/',
    why: "Perl that replaces MHA's own functions inside MHA: tried with MHA on every server",
    seenBy: scenarios(
      'mhaDefects',
      'mhaLogins',
      'mhaNodePrograms',
      'monitorLock',
      'otherServers',
      'proofOfDeath',
      'recoveryOverRotations',
      'secondaryCheck',
      'systemdUnits',
    ),
  },
];
