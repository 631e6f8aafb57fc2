import { Command, Option } from 'clipanion';
import type { Context } from '../context/Context.ts';
import { Failure } from '../errors/errors.ts';
import { errorLine } from '../errors/message.ts';
import { clustersText, glanceText, type GlanceLook } from '../procedures/glance/glanceText.ts';
import type { Glance } from '../procedures/glance/Glance.ts';
import { lookAtGlance } from '../procedures/glance/lookAtGlance.ts';
import { watchGlance } from '../procedures/glance/watchGlance.ts';
import { allClusters, clusterFile } from '../procedures/monitor/clusterName.ts';
import { describeRuns } from '../procedures/run/describeRuns.ts';
import { clusterOption } from './clusterOption.ts';
import { fittedText } from '../procedures/fittedText.ts';

/** Columns that every terminal has. */
const width = 80;

/** How the clusters are, at a glance. */
export class StatusCommand extends Command<Context> {
  static override paths = [['status']];

  static override usage = Command.Usage({
    category: 'For operators',
    description: 'show how each cluster is at this moment, and what the hooks did last',
    details: `
      One cluster: each server with its role, read_only, replication, position and events, who has the writer address,
      what masterha_manager and the monitor say, what the hooks did last and have left, and mails that are not delivered
      yet. Several: a line each. What is not as it must be comes first, with its command.

      Asks every server and host at this moment; changes nothing. \`--watch\` draws it again every 5 seconds, or as
      often as \`--watch=SECONDS\` says, until q is pressed. Colours only on a terminal, and not with NO_COLOR.

      Exit code 0 also where something is wrong: \`vip show\`, \`monitor status\` and \`check\` have a code for it.
    `,
    examples: [
      ['All clusters', 'mha-helper status'],
      ['One cluster, for a program', 'mha-helper status -c test_cluster --json'],
    ],
  });

  conf = clusterOption();
  watch = Option.String('--watch', {
    tolerateBoolean: true,
    description: 'draw it again and again, --watch=SECONDS; alone: every 5 seconds; q quits',
  });
  json = Option.Boolean('--json', false, { description: 'an array with one object for each cluster' });

  async execute(): Promise<number> {
    const { stdout, progress, tools } = this.context;
    const conf = this.conf === undefined ? undefined : await clusterFile(this.conf, tools);
    if (this.watch !== undefined && this.watch !== false) return this.#watch(conf, readPause(this.watch));
    if (progress.wanted && !this.json) progress.show('looking at the cluster');
    const glances = await this.#look(conf);
    progress.clear();
    const text = this.json ? JSON.stringify(glances, null, 2) : await this.#text(glances, conf, width);
    stdout.write(`${progress.wanted && !this.json ? fittedText(text) : text}\n`);
    return 0;
  }

  async #watch(conf: string | undefined, pauseMs: number): Promise<number> {
    if (this.json) throw new Failure('usage', 'status: --watch and --json exclude each other');
    const terminal = await this.context.terminal();
    if (terminal === null) throw new Failure('usage', 'status: --watch needs a terminal');
    // A file that is just being edited does not end it.
    const look = async (columns: number): Promise<string> =>
      this.#look(conf)
        .then((glances) => this.#text(glances, conf, columns))
        .catch(errorLine);
    await watchGlance(look, pauseMs, terminal, this.context.tools);
    return 0;
  }

  async #look(conf: string | undefined): Promise<readonly Glance[]> {
    const { tools } = this.context;
    const daemon = await this.context.daemon();
    const paths = conf === undefined ? await allClusters(tools) : [conf];
    return Promise.all(paths.map((path) => lookAtGlance(path, tools, daemon)));
  }

  async #text(glances: readonly Glance[], conf: string | undefined, columns: number): Promise<string> {
    const look: GlanceLook = { colored: this.context.colorDepth > 1, width: columns };
    const [one, ...more] = glances;
    const told = glances.flatMap(({ monitor, helperCluster }) => (monitor === null ? [] : [helperCluster ?? '']));
    const only = conf === undefined ? null : (one?.helperCluster ?? '');
    const runs = await describeRuns(this.context.tools, only, new Set(told));
    if (one === undefined) return runs;
    return `${more.length === 0 ? glanceText(one, look) : clustersText(glances, look)}\n\n${runs}`;
  }
}

/** In ms. @throws Failure `usage` */
function readPause(watch: string | true): number {
  if (watch === true || watch === '') return 5_000;
  const seconds = Number(watch);
  if (!/^\d{1,4}$/.test(watch) || seconds === 0)
    throw new Failure('usage', `status: --watch=${watch}: must be a whole number of seconds`);
  return seconds * 1000;
}
