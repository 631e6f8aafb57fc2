// Whether a dead master's last writes could be read on a host: MHA's node programs, mysqlbinlog, and the directory of
// the binary logs.
import type { Shell, Tools } from '../../context/Context.ts';
import { oneLine } from '../../errors/message.ts';
import type { ApplicationConfig, ApplicationServer } from '../../mha/applicationConfig.ts';
import { openNodeShell } from '../nodes/nodeShell.ts';
import { at, failed, ok, thrown, warning, type Body, type CheckLine } from './CheckLine.ts';

const lookMs = 10_000;

/** What a recovery writes into remote_workdir are a few events, or many. In MB. */
const littleRoom = 100;

// $1 is client_bindir or empty, $2 is remote_workdir, the others are directories of binary logs. Names what is missing;
// what is read as nobody else can is not tried.
const LOOK = `PATH=$1\${1:+:}$PATH; dir=$2; shift 2
while ! test -e "$dir" && test "$dir" != / && test "$dir" != .; do dir=$(dirname "$dir"); done
free=$(df -Pm "$dir" 2>/dev/null | awk 'NR == 2 { print $4 }')
case $free in '' | *[!0-9]*) echo unseen ;; *) test "$free" -ge ${littleRoom} || echo room ;; esac
command -v apply_diff_relay_logs >/dev/null || echo node
command -v mysqlbinlog >/dev/null || command -v mariadb-binlog >/dev/null || echo mysqlbinlog
for directory; do test -d "$directory" && test -r "$directory" && test -x "$directory" && exit; done; echo directory`;

/** @param onlyCopies the host of a [binlogN] section: MHA gives up a failover when none of these is of use */
export async function checkNode(
  shell: Shell,
  server: ApplicationServer,
  onlyCopies: boolean,
): Promise<readonly Body[]> {
  const { code, stdout, stderr } = await shell.run(
    ['sh', '-c', LOOK, 'sh', server.clientBindir ?? '', server.remoteWorkdir, ...server.binlogDirectories],
    lookMs,
  );
  const problem = (text: string, hint: string): Body =>
    onlyCopies ? failed('environment', text, hint) : warning(text, hint);
  if (code !== 0)
    return [
      problem(
        `it cannot be seen whether a dead master's last writes could be read here: ${oneLine(stderr)}`,
        "the login shell of MHA's SSH user must run sh",
      ),
    ];
  const missing: readonly (readonly [word: string, text: string, hint: string])[] = [
    [
      'node',
      "MHA's node programs are not here: MHA takes the host for one that SSH does not reach",
      'install mha4mysql-node 0.58 there, in PATH of the SSH user',
    ],
    [
      'mysqlbinlog',
      'there is no mysqlbinlog: the last writes of a dead master could not be read here',
      "install the server's client programs there, or set client_bindir in MHA's configuration",
    ],
    [
      'room',
      `less than ${littleRoom} MB are free for ${server.remoteWorkdir}: a recovery may find no room there`,
      "make room, or set remote_workdir in MHA's configuration",
    ],
    [
      'unseen',
      `it is not known how much room there is for ${server.remoteWorkdir}`,
      'see what df says there, as the SSH user',
    ],
    [
      'directory',
      `the SSH user cannot read ${server.binlogDirectories.join(' or ')}: ` +
        'the last writes of a dead master would be lost',
      "set master_binlog_dir in MHA's configuration, or make the SSH user a member of the group that may read it",
    ],
  ];
  const words = stdout.split('\n');
  const problems = missing.filter(([word]) => words.includes(word)).map(([, text, hint]) => problem(text, hint));
  return problems.length > 0 ? problems : [ok("MHA's node programs and the binary logs are within reach")];
}

export async function checkCopies(app: ApplicationConfig, tools: Tools): Promise<readonly CheckLine[]> {
  const lines = await Promise.all(
    app.binlogServers.map(async (server) => at(`${server.id} ${server.hostname}`, await checkCopy(app, server, tools))),
  );
  return lines.flat();
}

async function checkCopy(app: ApplicationConfig, server: ApplicationServer, tools: Tools): Promise<readonly Body[]> {
  try {
    const shell = await openNodeShell(server, app.sshOptions, tools, lookMs);
    try {
      return await checkNode(shell, server, true);
    } finally {
      await shell.close();
    }
  } catch (error) {
    return [thrown(error)];
  }
}
