import { Command, Option } from 'clipanion';
import type { Context } from '../../context/Context.ts';
import { loadHostSettings } from '../../config/load.ts';
import { loadApplicationConfig } from '../../mha/applicationConfig.ts';
import { namedServer } from '../../mha/namedServer.ts';
import { guardSocket, leaveFor } from '../../procedures/managers/askLeave.ts';
import { liftOrder } from '../../procedures/orders/liftOrder.ts';
import { clusterOption, clusterToChange } from '../clusterOption.ts';

/** A person's word that ends a standing order. */
export class OrderLiftCommand extends Command<Context> {
  static override paths = [['order', 'lift']];

  static override usage = Command.Usage({
    category: 'For operators',
    description: 'lift the standing order that keeps an old master closed after a failover',
    details: `
      After a failover the master that was left behind must not take writes nor have the writer address: whoever runs
      next closes it as soon as it answers. \`mha-helper rejoin\` makes it a replica and lifts the order by itself. This
      lifts it on your word, for instance because HOST has been made the master again by hand, or is gone for good. Your
      name is recorded. Nothing is changed on HOST.

      Exit codes: 0 lifted, or there was none; 9 another run is at work, or another manager leads.
    `,
    examples: [['db10 is the master again', 'mha-helper order lift db10 -c /etc/mha/test_cluster.conf']],
  });

  host = Option.String({ name: 'HOST', required: true });
  conf = clusterOption();

  async execute(): Promise<number> {
    const { stdout, tools } = this.context;
    const app = await loadApplicationConfig(await clusterToChange(this.conf, tools), tools.files);
    const { hostname: host, port } = namedServer(app, '', this.host);
    const [settings] = await loadHostSettings(tools.places.configDirectory, [host], tools.files, tools.log, app.name);
    const asking = { procedure: 'order lift', orig: { host }, next: null };
    await leaveFor(asking, settings, guardSocket(tools, app.name), tools).begin();
    const isLifted = await liftOrder(
      settings?.cluster ?? '',
      { host, port },
      tools.places.operator ?? 'a person',
      tools,
    );
    stdout.write(isLifted ? `the standing order for ${host} is lifted\n` : `no standing order for ${host}\n`);
    return 0;
  }
}
