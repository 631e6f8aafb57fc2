import { Command, Option } from 'clipanion';
import { readMailHost } from '../../config/optionTypes.ts';
import type { Context, DaemonTools, Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { applicationName } from '../../mha/applicationConfig.ts';
import { startMonitor, stoppedAlone } from '../../procedures/monitor/daemonise.ts';
import { selectClusters, type Selection } from '../../procedures/monitor/clusterList.ts';
import { clusterDirectory, clusterFile } from '../../procedures/monitor/clusterName.ts';
import { letGo } from '../../procedures/pause/holdManager.ts';

/** Where `start` logs to unless it is told otherwise. */
export const defaultLogFile = '/var/log/mha-helper/monitor.log';

/** What every `monitor` command is told: which clusters. */
export abstract class MonitorCommand extends Command<Context> {
  conf = Option.Array('-c,--conf', [], {
    description:
      "a cluster: its name, or the path of MHA's configuration; may be given several times, and left out with one " +
      'cluster',
  });
  all = Option.String('--all', {
    tolerateBoolean: true,
    description: 'all *.cnf and *.conf files of a directory, --all=DIRECTORY; alone: /etc/mha',
  });

  protected get selection(): Selection {
    const all = this.all === true || this.all === '' ? clusterDirectory : this.all;
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
    const { tools } = this.context;
    const named = await this.named(paths, tools);
    const alone = await stoppedAlone(paths, tools, daemon);
    for (const [path, pause] of alone) {
      const why = await letGo(applicationName(path), pause, tools);
      const how = why === null ? '' : `, but does not protect it yet: ${why}`;
      this.say(`${applicationName(path)} is monitored again by process ${pause.process?.pid ?? '?'}${how}`);
    }
    const others = paths.filter((path) => !alone.has(path));
    if (others.length > 0) await this.#startOthers(others, named, { metrics, logFile }, daemon);
  }

  async #startOthers(
    paths: readonly string[],
    named: readonly string[],
    { metrics, logFile }: { readonly metrics: string | undefined; readonly logFile: string },
    daemon: DaemonTools,
  ): Promise<void> {
    const { tools } = this.context;
    const args = [
      ...paths.flatMap((path) => ['--conf', path]),
      '--log-file',
      logFile,
      ...(metrics === undefined ? [] : ['--metrics', metrics]),
    ];
    const pid = await startMonitor({ paths, named }, args, logFile, tools, daemon);
    this.say(`the monitor of ${paths.join(', ')} has started: process ${pid}, log ${logFile}`);
  }

  /** Those of the paths that were named, not found in a directory. */
  protected async named(paths: readonly string[], tools: Tools): Promise<readonly string[]> {
    return this.all === undefined ? paths : Promise.all(this.conf.map((one) => clusterFile(one, tools)));
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
