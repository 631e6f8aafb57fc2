import { Command, Option } from 'clipanion';
import { readMailHost } from '../../config/optionTypes.ts';
import type { Context, DaemonTools, Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { startMonitor } from '../../procedures/monitor/daemonise.ts';
import { selectClusters, type Selection } from '../../procedures/monitor/clusterList.ts';

/** Where `start` logs to unless it is told otherwise. */
export const defaultLogFile = '/var/log/mha-helper/monitor.log';

/** What every `monitor` command is told: which clusters. */
export abstract class MonitorCommand extends Command<Context> {
  conf = Option.Array('-c,--conf', [], { description: "MHA's configuration of a cluster; may be given several times" });
  all = Option.String('--all', {
    tolerateBoolean: true,
    description: 'all *.cnf and *.conf files of a directory, --all=DIRECTORY; alone: /etc/mha',
  });

  protected get selection(): Selection {
    const all = this.all === true || this.all === '' ? '/etc/mha' : this.all;
    return { conf: this.conf, ...(all === undefined || all === false ? {} : { all }) };
  }

  protected files(tools: Tools): Promise<readonly string[]> {
    return selectClusters(this.selection, tools);
  }

  /** @param metrics as `--metrics` has it */
  protected async startInBackground(
    paths: readonly string[],
    { metrics, logFile }: { readonly metrics: string | undefined; readonly logFile: string },
    daemon: DaemonTools,
  ): Promise<void> {
    const args = [
      ...paths.flatMap((path) => ['--conf', path]),
      '--log-file',
      logFile,
      ...(metrics === undefined ? [] : ['--metrics', metrics]),
    ];
    const pid = await startMonitor({ paths, named: this.conf }, args, logFile, this.context.tools, daemon);
    this.say(`the monitor of ${paths.join(', ')} has started: process ${pid}, log ${logFile}`);
  }

  protected say(line: string): void {
    this.context.stdout.write(`${line}\n`);
  }
}

/** HOST:PORT; IPv6 addresses in brackets. @throws Failure `usage` */
export function readListenAddress(text: string): { host: string; port: number } {
  const address = /:\d+$/.test(text) ? readMailHost(text) : undefined;
  if (address === undefined)
    throw new Failure('usage', `--metrics ${text}: must be ADDRESS:PORT, for instance 127.0.0.1:9399`);
  return address;
}

/** A number of seconds, in ms. @throws Failure `usage` */
export function readWait(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new Failure('usage', `--wait ${text}: must be a whole number of seconds`);
  return Number(text) * 1000;
}
