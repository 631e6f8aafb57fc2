import { Command } from 'clipanion';
import type { Context } from '../../context/Context.ts';
import { installNode } from '../../procedures/nodes/installNode.ts';
import { clusterOption, clusterToChange } from '../clusterOption.ts';

/** Puts the layer on the database hosts. */
export class MhaInstallNodeCommand extends Command<Context> {
  static override paths = [['mha', 'install-node']];

  static override usage = Command.Usage({
    category: 'For operators',
    description: 'put the layer for MHA on the database hosts, which clusters without GTID need',
    details: `
      Without GTID, MHA runs programs of its own on the database hosts over SSH, and they need the layer too. This puts
      it into \`.mha-helper/perl\` in the home of MHA's SSH user on every host of the cluster, and tries it there. The
      package mha-helper, installed on a database host, has it too, for every user. With GTID nothing runs on the hosts,
      and nothing has to be there.

      Run it again after an upgrade of mha-helper; what is there is replaced in one go, also while MHA works. Exit
      codes: 0 it is on every host; 5 one could not be reached; 13 one has no Perl or no mha4mysql-node.
    `,
    examples: [['All hosts of a cluster', 'mha-helper mha install-node -c /etc/mha/test_cluster.conf']],
  });

  conf = clusterOption();

  async execute(): Promise<number> {
    const { tools } = this.context;
    return installNode(await clusterToChange(this.conf, tools), tools);
  }
}
