import { Command, Option } from 'clipanion';
import type { Context } from '../context/Context.ts';
import type { HostSettings } from '../config/options.ts';
import { showSettings, shownHost } from '../config/show.ts';
import { loadAllClusters, loadHostSettings } from '../config/load.ts';
import { filesWithSecrets, openSecrets } from '../config/secretFiles.ts';
import { failureExitCodes } from '../errors/errors.ts';
import { hostsOf, loadApplicationConfig, type ApplicationConfig } from '../mha/applicationConfig.ts';
import { namedServer } from '../mha/namedServer.ts';
import { clusterFile } from '../procedures/monitor/clusterName.ts';

/** Shows the helper's configuration, with all that is wrong with it. */
export class ConfigCommand extends Command<Context> {
  static override paths = [['config']];

  static override usage = Command.Usage({
    category: 'For operators',
    description: 'show the options in force and where each value comes from',
    details: `
      Reads every *.conf file of /etc/mha-helper (or of the directory in MHA_HELPER_CONFIG_DIR). All problems of all
      files are shown, one line each; the exit code is 3 when there is one.
    `,
    examples: [
      ['All clusters and hosts', 'mha-helper config'],
      ['One host', 'mha-helper config db10'],
      ['One cluster, for a program', 'mha-helper config -c test_cluster --json'],
    ],
  });

  host = Option.String({ name: 'HOST', required: false });
  conf = Option.String('-c,--conf', {
    description: "the hosts of this cluster: its name, or the path of MHA's configuration; without it all hosts",
  });
  json = Option.Boolean('--json', false, { description: 'an object for programs' });

  async execute(): Promise<number> {
    const { stderr, tools } = this.context;
    const { hosts, problems: found, warnings } = await this.#settings();
    const problems = [...found, ...(await openSecrets(filesWithSecrets(hosts), tools.files))];
    if (this.json) this.#print(JSON.stringify({ hosts: hosts.map(shownHost), problems, warnings }, null, 2));
    else if (hosts.length > 0) this.#print(showSettings(hosts));
    for (const warning of warnings) tools.log.warn(warning);
    for (const problem of problems) stderr.write(`mha-helper: ${problem}\n`);
    return problems.length === 0 ? 0 : failureExitCodes.config;
  }

  async #settings(): Promise<Settings> {
    const { files, log, places } = this.context.tools;
    const app =
      this.conf === undefined
        ? null
        : await loadApplicationConfig(await clusterFile(this.conf, this.context.tools), files);
    const wanted = this.#hosts(app);
    if (wanted === null) {
      const { clusters, problems, warnings } = await loadAllClusters(places.configDirectory, files);
      return { hosts: clusters.flatMap((cluster) => cluster.hosts), problems, warnings };
    }
    const hosts = await loadHostSettings(places.configDirectory, wanted, files, log, app?.name ?? null);
    return { hosts, problems: [], warnings: [] };
  }

  /** Null: all that there are. */
  #hosts(app: ApplicationConfig | null): readonly string[] | null {
    if (app === null) return this.host === undefined ? null : [this.host];
    if (this.host !== undefined) return [namedServer(app, '', this.host).hostname];
    return hostsOf(app);
  }

  #print(text: string): void {
    this.context.stdout.write(`${text}\n`);
  }
}

/** What the command tells a program. */
export interface Settings {
  readonly hosts: readonly HostSettings[];
  /** One line each. */
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}
