import { Command } from 'clipanion';
import { loadHostSettings } from '../../config/load.ts';
import type { Context } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { loadApplicationConfig } from '../../mha/applicationConfig.ts';
import { askUnblock } from '../../procedures/managers/askLeave.ts';
import { clusterOption, clusterToChange } from '../clusterOption.ts';

/** A person's word that a failover which a dead manager had begun is finished. */
export class MonitorUnblockCommand extends Command<Context> {
  static override paths = [['monitor', 'unblock']];

  static override usage = Command.Usage({
    category: 'Keeping MHA running',
    description: 'several managers: let one lead again after a failover that nobody finished',
    details: `
      A manager that is gone in the middle of a failover, when data may have been changed, leaves the cluster blocked:
      no other one begins a second failover. The mail FAILOVER NOT FINISHED says how far it had come. When you have
      finished it by hand (one master that takes writes, all others replicate from it), this says so, on any of the
      managers. Also after a failover that failed on another host. Refused while the manager that has begun it leads.

      Exit codes: 0 done; 9 refused, or nothing is blocked.
    `,
    examples: [['It is finished', 'mha-helper monitor unblock -c /etc/mha/test_cluster.conf']],
  });

  conf = clusterOption();

  async execute(): Promise<number> {
    const { stdout, tools } = this.context;
    const app = await loadApplicationConfig(await clusterToChange(this.conf, tools), tools.files);
    const first = [app.servers[0].hostname];
    const [host] = await loadHostSettings(tools.places.configDirectory, first, tools.files, tools.log, app.name);
    if (host?.options.ha_endpoints === undefined)
      throw new Failure('refused', `${app.name} has one manager: ha_endpoints is not set`, {
        hint: 'mha-helper acknowledge --failover lets MHA fail over again',
      });
    await askUnblock(app.name, tools);
    stdout.write(`${app.name}: what was begun counts as finished; a manager takes over in a moment\n`);
    return 0;
  }
}
