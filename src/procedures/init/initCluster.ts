// The first file of a cluster, made from MHA's and from what its hosts have. Never over one that is there.
import { loadAllClusters } from '../../config/load.ts';
import type { Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { errorText } from '../../errors/message.ts';
import { hostsOf, loadApplicationConfig, type ApplicationConfig } from '../../mha/applicationConfig.ts';
import { firstFile } from './firstFile.ts';
import { seeHosts } from './seeHosts.ts';

export interface FirstFile {
  readonly app: ApplicationConfig;
  readonly path: string;
  readonly text: string;
}

/** @param conf MHA's application file. @throws Failure `refused` where the cluster has a file; `config` */
export async function makeFirstFile(conf: string, tools: Tools): Promise<FirstFile> {
  const app = await loadApplicationConfig(conf, tools.files);
  const path = `${tools.places.configDirectory}/${app.name}.conf`;
  await refuseExisting(app, path, tools);
  return { app, path, text: firstFile(app, path, await seeHosts(app, tools)) };
}

/** The Python helper's files are ours: they are read as they are. */
async function refuseExisting(app: ApplicationConfig, path: string, { files, places }: Tools): Promise<void> {
  const hint = `it is read as it is, one of the Python helper too; next: mha-helper check -c ${app.file}`;
  const { clusters } = await loadAllClusters(places.configDirectory, files).catch(() => ({ clusters: [] }));
  const wanted = new Set(hostsOf(app).map((host) => host.toLowerCase()));
  const known = clusters.find(({ hosts }) => hosts.some(({ host }) => wanted.has(host.toLowerCase())));
  if (known !== undefined && (known.name === app.name || hasAll(known.hosts, wanted)))
    throw new Failure('refused', `${known.file} has the hosts of ${app.file} already: nothing is written`, { hint });
  const isThere = await files.read(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
  );
  if (isThere) throw new Failure('refused', `${path} is there already: nothing is written`, { hint });
}

function hasAll(hosts: readonly { readonly host: string }[], wanted: ReadonlySet<string>): boolean {
  const known = new Set(hosts.map(({ host }) => host.toLowerCase()));
  return [...wanted].every((host) => known.has(host));
}

/** @throws Failure `environment` */
export async function writeFirstFile({ path, text }: FirstFile, { files }: Pick<Tools, 'files'>): Promise<void> {
  try {
    await files.append(path, text);
  } catch (cause) {
    throw new Failure('environment', `${path}: cannot be written: ${errorText(cause)}`, {
      hint: 'run this as root, or with --print and write it yourself',
      cause,
    });
  }
}
