// Puts the Perl layer on every host where MHA runs programs of its own, as MHA's SSH user: those of the servers, with
// GTID too those of [binlogN].
import type { Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { asFailure, errorLine, oneLine } from '../../errors/message.ts';
import { loadApplicationConfig, type ApplicationServer } from '../../mha/applicationConfig.ts';
import { nodeLayer, perlOption } from '../../mha/compatLayer.ts';
import { openNodeShell } from './nodeShell.ts';

/** For one host, in ms: connecting, and putting some twenty kilobytes. */
const connectMs = 10_000;
const putMs = 20_000;

// $1 is the directory below the home, then path and text in turn. It is a link to the one that is in force, and is
// replaced by renaming: a failover at this moment finds the old one or the new one.
const PUT = `set -eu; umask 022; cd; dir=$1; shift
parent=$(dirname "$dir"); mkdir -p "$parent"
new=$(mktemp -d "$dir-XXXXXXXX"); trap 'rm -rf "$new" "$new.link"' EXIT; chmod 755 "$new"
while test $# -gt 0; do mkdir -p "$new/$(dirname "$1")"; printf %s "$2" | base64 -d | gzip -dc >"$new/$1"; shift 2; done
ln -s "$(basename "$new")" "$new.link"
old=
if test -L "$dir"; then old=$parent/$(readlink "$dir")
elif test -e "$dir"; then old=$dir.old; rm -rf "$old"; mv "$dir" "$old"; fi
mv -T "$new.link" "$dir"; trap - EXIT
case $old in "$dir"-*|"$dir".old) rm -rf "$old";; esac`;
const TRY = 'cd; dir=$HOME/$1; PERL5OPT="-I$dir -MMhaHelper::Compat" apply_diff_relay_logs --version';

const layer = perlOption(`$HOME/${nodeLayer}`);
/** MHA wants relay_log_purge = 0: without this, relay logs are kept for ever. */
const cronLine = `PERL5OPT="${layer}" purge_relay_logs --user=... --password=... --disable_relay_log_purge`;

/** @returns 0. @throws Failure of the first host that has it not; the others are tried all the same. */
export async function installNode(conf: string, tools: Tools): Promise<number> {
  const app = await loadApplicationConfig(conf, tools.files);
  for (const warning of app.warnings) tools.log.warn(warning);
  const hosts = new Map([...app.servers, ...app.binlogServers].map((server) => [server.hostname, server]));
  const failures = await Promise.all([...hosts.values()].map((server) => onHost(server, app.sshOptions, tools)));
  const failed = failures.filter((failure) => failure !== null);
  tools.log.info(`for cron on these hosts: ${cronLine}`);
  const [first] = failed;
  if (first === undefined) return 0;
  for (const failure of failed) tools.log.warn(errorLine(failure));
  throw new Failure(first.kind, `the layer is not on ${failed.length} of ${hosts.size} hosts`, { cause: first });
}

async function onHost(
  server: ApplicationServer,
  sshOptions: string | undefined,
  tools: Tools,
): Promise<Failure | null> {
  const { hostname } = server;
  try {
    const shell = await openNodeShell(server, sshOptions, tools, connectMs);
    try {
      const files = Object.entries(await tools.connect.packedCompatFiles()).flat();
      const put = await shell.run(['sh', '-c', PUT, 'sh', nodeLayer, ...files], putMs);
      if (put.code !== 0)
        throw new Failure('environment', `${hostname}: ${nodeLayer} could not be written: ${oneLine(put.stderr)}`);
      const tried = await shell.run(['sh', '-c', TRY, 'sh', nodeLayer], putMs);
      if (tried.code !== 0) {
        throw new Failure(
          'environment',
          `${hostname}: the layer is there, but MHA's node programs do not run with it: ${oneLine(tried.stderr)}`,
          { hint: 'is mha4mysql-node 0.58 installed there?' },
        );
      }
      const option = perlOption(`~/${nodeLayer}`);
      tools.log.info(`${hostname}: ~/${nodeLayer} is in place (${option}): ${oneLine(tried.stdout)}`);
    } finally {
      await shell.close();
    }
    return null;
  } catch (error) {
    return asFailure(error);
  }
}
