// One way to name a cluster, in every command.
import { Option } from 'clipanion';
import type { Tools } from '../context/Context.ts';
import { applicationName } from '../mha/applicationConfig.ts';
import { clusterFile } from '../procedures/monitor/clusterName.ts';

/** Without it: the only cluster there is. */
export function clusterOption() {
  return Option.String('-c,--conf', {
    description: "the cluster: its name, or the path of MHA's configuration; with one cluster it may be left out",
  });
}

/**
 * For a command that changes something: says which cluster it is, unless its path was given.
 * @throws Failure `usage` and `config` as clusterFile()
 */
export async function clusterToChange(given: string | undefined, tools: Tools): Promise<string> {
  const conf = await clusterFile(given, tools);
  if (conf !== given) tools.log.info(`cluster ${applicationName(conf)}: ${conf}`);
  return conf;
}
