// Every command. Only the one that is called is loaded: a hook's start-up counts in the outage.
import type { CommandClass } from 'clipanion';
import type { Context } from '../context/Context.ts';

export interface CommandEntry {
  /** What follows `mha-helper`; the class has the same in its `paths`. */
  readonly path: string;
  readonly load: () => Promise<CommandClass<Context>>;
}

/** In the order of the manual. A new one is one line here. */
export const commands: readonly CommandEntry[] = [
  {
    path: 'hard-failover',
    load: async () => (await import('../commands/hooks/hardFailoverCommand.ts')).HardFailoverCommand,
  },
  {
    path: 'online-failover',
    load: async () => (await import('../commands/hooks/onlineFailoverCommand.ts')).OnlineFailoverCommand,
  },
  { path: 'report', load: async () => (await import('../commands/hooks/reportCommand.ts')).ReportCommand },
  {
    path: 'secondary-check',
    load: async () => (await import('../commands/hooks/secondaryCheckCommand.ts')).SecondaryCheckCommand,
  },
  { path: 'failover', load: async () => (await import('../commands/failoverCommand.ts')).FailoverCommand },
  { path: 'drill', load: async () => (await import('../commands/drillCommand.ts')).DrillCommand },
  { path: 'init', load: async () => (await import('../commands/initCommand.ts')).InitCommand },
  { path: 'check', load: async () => (await import('../commands/checkCommand.ts')).CheckCommand },
  { path: 'config', load: async () => (await import('../commands/configCommand.ts')).ConfigCommand },
  { path: 'status', load: async () => (await import('../commands/statusCommand.ts')).StatusCommand },
  // Before the one whose word it begins with.
  {
    path: 'history show',
    load: async () => (await import('../commands/history/historyShowCommand.ts')).HistoryShowCommand,
  },
  { path: 'history', load: async () => (await import('../commands/history/historyCommand.ts')).HistoryCommand },
  { path: 'undo', load: async () => (await import('../commands/undoCommand.ts')).UndoCommand },
  { path: 'acknowledge', load: async () => (await import('../commands/acknowledgeCommand.ts')).AcknowledgeCommand },
  { path: 'rejoin', load: async () => (await import('../commands/rejoinCommand.ts')).RejoinCommand },
  { path: 'order lift', load: async () => (await import('../commands/order/orderLiftCommand.ts')).OrderLiftCommand },
  { path: 'vip show', load: async () => (await import('../commands/vip/vipShowCommand.ts')).VipShowCommand },
  { path: 'vip assign', load: async () => (await import('../commands/vip/vipAssignCommand.ts')).VipAssignCommand },
  { path: 'vip release', load: async () => (await import('../commands/vip/vipReleaseCommand.ts')).VipReleaseCommand },
  { path: 'pause', load: async () => (await import('../commands/pauseCommand.ts')).PauseCommand },
  { path: 'resume', load: async () => (await import('../commands/resumeCommand.ts')).ResumeCommand },
  { path: 'sudoers', load: async () => (await import('../commands/sudoersCommand.ts')).SudoersCommand },
  {
    path: 'monitor run',
    load: async () => (await import('../commands/monitor/monitorRunCommand.ts')).MonitorRunCommand,
  },
  {
    path: 'monitor start',
    load: async () => (await import('../commands/monitor/monitorStartCommand.ts')).MonitorStartCommand,
  },
  {
    path: 'monitor stop',
    load: async () => (await import('../commands/monitor/monitorStopCommand.ts')).MonitorStopCommand,
  },
  {
    path: 'monitor restart',
    load: async () => (await import('../commands/monitor/monitorRestartCommand.ts')).MonitorRestartCommand,
  },
  {
    path: 'monitor status',
    load: async () => (await import('../commands/monitor/monitorStatusCommand.ts')).MonitorStatusCommand,
  },
  {
    path: 'monitor unblock',
    load: async () => (await import('../commands/monitor/monitorUnblockCommand.ts')).MonitorUnblockCommand,
  },
  // Before the one that takes every word that follows.
  {
    path: 'mha install-node',
    load: async () => (await import('../commands/mha/installNodeCommand.ts')).MhaInstallNodeCommand,
  },
  { path: 'mha', load: async () => (await import('../commands/mha/mhaCommand.ts')).MhaCommand },
];

/** What the program starts by itself; neither --help nor the manual lists them. */
const internal: readonly CommandEntry[] = [
  {
    path: 'prepared-hard-failover',
    load: async () => (await import('../commands/hooks/preparedHardFailoverCommand.ts')).PreparedHardFailoverCommand,
  },
  {
    path: 'prepared-online-failover',
    load: async () =>
      (await import('../commands/hooks/preparedOnlineFailoverCommand.ts')).PreparedOnlineFailoverCommand,
  },
  { path: 'hold-ready', load: async () => (await import('../commands/hooks/holdReadyCommand.ts')).HoldReadyCommand },
];

/** The command that a call begins with. */
export function commandOf(words: readonly string[]): CommandEntry | undefined {
  return [...commands, ...internal].find(({ path }) => path.split(' ').every((word, index) => word === words[index]));
}

/** Commands whose first word this is: `vip` has three. */
export function groupOf(word: string): readonly CommandEntry[] {
  return commands.filter(({ path }) => path === word || path.startsWith(`${word} `));
}
