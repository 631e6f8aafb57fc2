import { Command, Option } from 'clipanion';
import type { Context } from '../context/Context.ts';
import { Failure } from '../errors/errors.ts';
import { oneLine } from '../errors/message.ts';
import { runSwitch } from '../procedures/switch/runSwitch.ts';
import { clusterOption, clusterToChange } from './clusterOption.ts';
import type { OwnArguments } from './ownArguments.ts';

/** An operator's planned switch, or failover of a dead master, through masterha_master_switch. */
export class FailoverCommand extends Command<Context> {
  static override paths = [['failover']];

  static override usage = Command.Usage({
    category: 'For operators',
    description: 'switch the master now: planned (--online), or because it is dead (--dead HOST)',
    details: `
      Runs MHA's masterha_master_switch without questions, on the manager host. Before it starts, everything that would
      make it fail is checked: configuration, programs, every server, masterha_manager. All that is wrong is told at
      once, and then nothing has been changed.

      Planned (\`--online\`): the master is alive and becomes a replica of the new one. Dead (\`--dead HOST\`): MySQL on
      HOST does not answer; while it answers, this refuses. HOST is written as hostname in MHA's configuration
      (HOST:PORT where a host has several servers).

      Where \`mha-helper monitor\` looks after the cluster, it stops this cluster's masterha_manager for the switch, and
      starts it again whatever ends the switch, a kill -9 too. A masterha_manager that was started by hand is in the
      way, unless \`--pause-monitor\` is given: then it is stopped with masterha_stop, and started again afterwards with
      the command line it had, whether the switch worked or not. After a failover that left a server down it could only
      end again: then it is not started, and what to run later is shown.

      MHA's output (some 250 lines) goes to /var/log/mha-helper/CLUSTER.switch.log. On a terminal its phase is shown
      while it works; \`--verbose\` shows all of it. When MHA fails its last lines are shown.

      At the end the servers and hosts are asked: who takes writes, who replicates from whom, where the writer address
      is. Lines that begin with ATTENTION say what is not as it should be. Step times are those of the hooks' own record
      (see mha-helper history).

      Meanwhile this host asks every 25 ms, through the writer address and with MHA's account, whether it can write:
      that is the outage, as a client meets it. It writes nothing. \`witness_command\` lets another host look. With
      \`vip_type = none\` and without that command nobody looks, and nothing is said of an outage.

      Ctrl-C (or SIGTERM) tells MHA to end and waits for it: a hook that is at work undoes what it changed. A terminal
      that is lost (SIGHUP) changes nothing: the switch goes on to its end. After a kill -9 a masterha_manager that was
      stopped by \`--pause-monitor\` stays stopped. Ctrl-C after the new master has opened can leave replicas that
      still follow the old one: the summary says so.

      With several managers (\`ha_endpoints\`) this works on the host that leads. While etcd does not answer, a failover
      is refused, and it names the managers that nobody could ask; \`--without-store\` is your word that none of them
      acts. It is refused while etcd answers, before it has been silent for \`ha_ttl\`, and where another one was or is
      at a failover; sessions of the others on the servers are ended first. It stops before the next change when etcd
      is back.

      Exit codes: MHA's own once it was started (0 done; 10 done, but not every replica follows; 1 and others: failed).
      Where MHA is content and a line ATTENTION or LEFT TO DO says that something is not as it must be, it is 10, too.
      When it was not started: 2 arguments, 3 configuration, 4 MySQL, 8 interrupted, 9 refused, 13 MHA missing.
    `,
    examples: [
      ['What would happen? Changes nothing', 'mha-helper failover --online -c /etc/mha/test_cluster.conf --dry-run'],
      [
        'Planned switch, MHA chooses the new master (also: mysql_online_failover -c ...)',
        'mha-helper failover --online -c /etc/mha/test_cluster.conf',
      ],
      [
        'Planned switch to db11, masterha_manager paused meanwhile',
        'mha-helper failover --online --to db11 --pause-monitor -c /etc/mha/test_cluster.conf',
      ],
      [
        'The master db10 is dead (also: mysql_failover -d db10 -c ...)',
        'mha-helper failover --dead db10 -c /etc/mha/test_cluster.conf',
      ],
    ],
  });

  static ownArguments: OwnArguments = {
    synopsis:
      '(--online | --dead HOST) [-c CLUSTER] [--to HOST] [--pause-monitor] [--ignore-last-failover] ' +
      '[--without-store] [--verbose] [--dry-run]',
  };

  online = Option.Boolean('--online', false, {
    description: 'planned switch: the master is alive, and becomes a replica',
  });
  dead = Option.String('-d,--dead', { description: "the master that is dead, as hostname in MHA's configuration" });
  to = Option.String('--to', { description: 'the new master; without it MHA chooses' });
  conf = clusterOption();
  pauseMonitor = Option.Boolean('--pause-monitor', false, {
    description: 'stop a masterha_manager that was started by hand first, and start it again afterwards',
  });
  ignoreLastFailover = Option.Boolean('--ignore-last-failover', false, {
    description: 'fail over although a failover was, or failed, less than 8 hours ago',
  });
  withoutStore = Option.Boolean('--without-store', false, {
    description: 'fail over although etcd does not answer: no other manager acts, on your word',
  });
  verbose = Option.Boolean('--verbose', false, { description: "show MHA's output as it comes" });
  dryRun = Option.Boolean('--dry-run', false, { description: 'look, show what would be run, and change nothing' });

  async execute(): Promise<number> {
    const { tools, stdout, stderr, progress } = this.context;
    const { dead, to, ignoreLastFailover, pauseMonitor, withoutStore } = this;
    const wrong = this.#problems();
    if (wrong.length > 0)
      throw new Failure('usage', `failover: ${wrong.join('; ')}`, { hint: 'see mha-helper failover --help' });
    const conf = await clusterToChange(this.conf, tools);
    const options = { conf, dead, to, ignoreLastFailover, pauseMonitor, withoutStore };
    const { code } = await runSwitch(options, this.dryRun, tools, {
      out: (text) => void stdout.write(text),
      complain: (line) => void stderr.write(`${oneLine(line)}\n`),
      progress,
      verbose: this.verbose,
    });
    return code;
  }

  #problems(): readonly string[] {
    const { dead, to, online, ignoreLastFailover, withoutStore } = this;
    const rules: readonly (readonly [isWrong: boolean, text: string])[] = [
      [online && dead !== undefined, '--online and --dead exclude each other'],
      [!online && dead === undefined, '--online (the master is alive) or --dead HOST is missing'],
      [ignoreLastFailover && online, '--ignore-last-failover belongs to --dead: a planned switch does not need it'],
      [withoutStore && online, '--without-store belongs to --dead: a planned switch can wait for etcd'],
      [dead === '', '--dead is empty'],
      [to === '', '--to is empty'],
    ];
    return rules.filter(([isWrong]) => isWrong).map(([, text]) => text);
  }
}
