// Puts the Perl layer on every database host, as MHA's SSH user.
import type { Tools } from '../context/Context.ts';
import { Failure } from '../errors/errors.ts';
import { asFailure, errorLine, oneLine } from '../errors/message.ts';
import { loadApplicationConfig, type ApplicationServer } from '../mha/applicationConfig.ts';
import { nodeLayer, perlOption } from '../mha/compatLayer.ts';

/** For one host, in ms: connecting, and putting some twenty kilobytes. */
const connectMs = 10_000;
const putMs = 20_000;

// $1 is the directory below the home, then path and text in turn. The new one replaces the old one by renaming.
const PUT = `set -eu; umask 022; cd; dir=$1; shift
new=$dir.new.$$; trap 'rm -rf "$new"' EXIT; mkdir -p "$new"
while test $# -gt 0; do mkdir -p "$new/$(dirname "$1")"; printf %s "$2" | base64 -d >"$new/$1"; shift 2; done
rm -rf "$dir.old"; if test -e "$dir"; then mv "$dir" "$dir.old"; fi; mv "$new" "$dir"; rm -rf "$dir.old"`;
const TRY = 'cd; dir=$HOME/$1; PERL5OPT="-I$dir -MMhaHelper::Compat" apply_diff_relay_logs --version';

/** @returns 0. @throws Failure of the first host that has it not; the others are tried all the same. */
export async function installNode(conf: string, tools: Tools): Promise<number> {
  const app = await loadApplicationConfig(conf, tools.files);
  for (const warning of app.warnings) tools.log.warn(warning);
  const hosts = new Map(app.servers.map((server) => [server.hostname, server]));
  const failures = await Promise.all([...hosts.values()].map((server) => onHost(server, app.sshOptions, tools)));
  const failed = failures.filter((failure) => failure !== null);
  const [first] = failed;
  if (first === undefined) return 0;
  for (const failure of failed) tools.log.warn(errorLine(failure));
  throw new Failure(first.kind, `the layer is not on ${failed.length} of ${hosts.size} hosts`, { cause: first });
}

async function onHost(server: ApplicationServer, sshOptions: string | undefined, tools: Tools): Promise<Failure | null> {
  const { hostname, ip, sshHost, sshPort, sshUser } = server;
  const host = sshHost ?? hostname;
  try {
    const shell = await tools.connect.ssh({
      label: hostname, host, port: sshPort,
      ...(ip === undefined || sshHost !== undefined ? {} : { ip }),
      ...(sshUser === undefined ? {} : { user: sshUser }),
      ...(sshOptions === undefined ? {} : { sshOptions }),
    }, connectMs);
    try {
      const files = Object.entries(await tools.connect.compatFiles()).flatMap(([name, text]) => [name, Buffer.from(text).toString('base64')]);
      const put = await shell.run(['sh', '-c', PUT, 'sh', nodeLayer, ...files], putMs);
      if (put.code !== 0) throw new Failure('environment', `${hostname}: ${nodeLayer} could not be written: ${oneLine(put.stderr)}`);
      const tried = await shell.run(['sh', '-c', TRY, 'sh', nodeLayer], putMs);
      if (tried.code !== 0) {
        throw new Failure('environment', `${hostname}: the layer is there, but MHA's node programs do not run with it: ${oneLine(tried.stderr)}`, { hint: 'is mha4mysql-node 0.58 installed there?' });
      }
      tools.log.info(`${hostname}: ~/${nodeLayer} is in place (${perlOption(`~/${nodeLayer}`)}): ${oneLine(tried.stdout)}`);
    } finally {
      await shell.close();
    }
    return null;
  } catch (error) {
    return asFailure(error);
  }
}
