// The rules for sudo: for each host the exact commands that move the writer address there.
import type { Tools } from '../../context/Context.ts';
import { loadHostSettings } from '../../config/load.ts';
import { Failure } from '../../errors/errors.ts';
import { hostsOf, loadApplicationConfig } from '../../mha/applicationConfig.ts';
import { endOf } from '../../mha/masterEnd.ts';
import { namedServer } from '../../mha/namedServer.ts';
import { lookAtCluster } from '../survey/surveyCluster.ts';
import { sudoersText } from './sudoersText.ts';

const whoMs = 10_000;

/**
 * A text for each host, or for the one that is named, with an empty line between. Every host is asked over SSH where
 * its programs are and what is on its interface.
 * @throws Failure of the first host that cannot be asked; `config` where no host needs sudo
 */
export async function sudoRules(conf: string, only: string | undefined, tools: Tools): Promise<string> {
  const app = await loadApplicationConfig(conf, tools.files);
  const names = hostsOf(app);
  const settings = await loadHostSettings(tools.places.configDirectory, names, tools.files, tools.log, app.name);
  const servers = only === undefined ? app.servers : [namedServer(app, '', only)];
  const wanted = new Map(servers.map((server) => [server.hostname, server]));
  const texts = await lookAtCluster(app, settings, tools, (run) =>
    Promise.all(
      [...wanted.values()].map(async (server) => {
        const host = run.host(endOf(server));
        const commands = (await run.provider.sudoCommands?.(host)) ?? [];
        if (commands.length === 0) return [];
        const { stdout } = await (await host.shell()).run(['id', '-un'], whoMs);
        return [sudoersText(server.hostname, stdout.trim(), commands)];
      }),
    ),
  );
  if (texts.flat().length > 0) return texts.flat().join('\n');
  throw new Failure('config', `nothing is run with sudo on ${[...wanted.keys()].join(', ')}`, {
    hint: 'requires_sudo is no there, or vip_type needs no program on the hosts',
  });
}
