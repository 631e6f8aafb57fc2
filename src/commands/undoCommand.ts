import { Command, Option } from 'clipanion';
import type { Context } from '../context/Context.ts';
import { loadHostSettings } from '../config/load.ts';
import { loadApplicationConfig } from '../mha/applicationConfig.ts';
import { exitCodeOf } from '../mha/exitCodes.ts';
import { namedServer } from '../mha/namedServer.ts';
import { refuseIfElsewhere } from '../procedures/managers/recordsElsewhere.ts';
import { undoUnfinished } from '../procedures/run/undoUnfinished.ts';
import { clusterOption, clusterToChange } from './clusterOption.ts';
import { printLeftToDo } from './printLeftToDo.ts';

/** Takes back what a killed hook had begun. */
export class UndoCommand extends Command<Context> {
  static override paths = [['undo']];

  static override usage = Command.Usage({
    category: 'For operators',
    description: 'undo unfinished work: what a hook had changed that was killed half-way',
    details: `
      Users, passwords and ports come from MHA's configuration. All servers and hosts are looked at first: nothing is
      undone while MHA is at work, where another server takes writes, where the new master was written to since it was
      opened, or where that cannot be known; then it is said what finishes the run instead. Each of several managers
      (\`ha_endpoints\`) has the record of its own hooks alone. Exit codes: 0 all was undone, or there was nothing to
      undo; 9 nothing is undone, or nothing is recorded here and another manager may have a record; 10 LEFT TO DO says
      what could not be undone.
    `,
    examples: [['After a kill -9 of a planned switch', 'mha-helper undo --conf /etc/mha/test_cluster.conf']],
  });

  conf = clusterOption();

  without = Option.Array('--without', [], {
    description: 'a host that cannot be asked and is off for certain, on your word; may be given several times',
  });

  async execute(): Promise<number> {
    const { tools } = this.context;
    const app = await loadApplicationConfig(await clusterToChange(this.conf, tools), tools.files);
    for (const host of this.without) namedServer(app, '--without ', host);
    for (const warning of app.warnings) tools.log.warn(warning);
    const [settings] = await loadHostSettings(
      tools.places.configDirectory,
      [app.servers[0].hostname],
      tools.files,
      tools.log,
      app.name,
    );
    await refuseIfElsewhere(app, settings, tools);
    const outcome = await undoUnfinished(app, settings?.cluster ?? '', tools, { vouched: this.without });
    printLeftToDo(outcome, this.context.stderr);
    return exitCodeOf(outcome);
  }
}
