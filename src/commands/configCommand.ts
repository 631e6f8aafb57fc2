import { Command, Option } from 'clipanion';
import type { Context } from '../context/Context.ts';
import { showSettings } from '../config/show.ts';
import { loadAllClusters, loadHostSettings } from '../config/load.ts';
import { filesWithSecrets, openSecrets } from '../config/secretFiles.ts';
import { failureExitCodes } from '../errors/errors.ts';

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
    ],
  });

  host = Option.String({ name: 'HOST', required: false });

  async execute(): Promise<number> {
    const { files, log, places } = this.context.tools;
    if (this.host !== undefined) {
      const settings = await loadHostSettings(places.configDirectory, [this.host], files, log);
      this.#print(showSettings(settings));
      return this.#complain(await openSecrets(filesWithSecrets(settings), files));
    }
    const { clusters, problems, warnings } = await loadAllClusters(places.configDirectory, files);
    const hosts = clusters.flatMap((cluster) => cluster.hosts);
    if (hosts.length > 0) this.#print(showSettings(hosts));
    for (const warning of warnings) log.warn(warning);
    return this.#complain([...problems, ...(await openSecrets(filesWithSecrets(hosts), files))]);
  }

  #complain(problems: readonly string[]): number {
    for (const problem of problems) this.context.stderr.write(`mha-helper: ${problem}\n`);
    return problems.length === 0 ? 0 : failureExitCodes.config;
  }

  #print(text: string): void {
    this.context.stdout.write(`${text}\n`);
  }
}
