// MHA's own functions, called by a line of Perl on the manager.
import type { CommandOutcome } from '../lab/hostCommand.ts';
import { ADMIN_ACCOUNT, HOSTS, type DatabaseName } from '../lab/hosts.ts';
import type { Lab } from '../lab/lab.ts';

/** Perl that has MHA's own connection to the host's server as $db. Ended after 8 s. */
export function mhaPerl(
  lab: Lab,
  host: DatabaseName,
  perl: string,
  env: Readonly<Record<string, string>>,
): Promise<CommandOutcome> {
  const connect =
    `my $db = MHA::DBHelper->new(); $db->connect("${HOSTS[host].ipv4}", 3306, "${ADMIN_ACCOUNT.user}", ` +
    `"${ADMIN_ACCOUNT.password}") or die "no connection";`;
  return lab.exec(
    'mgr',
    ['timeout', '8', 'perl', '-MMHA::DBHelper', '-MMHA::ManagerUtil', '-e', `${connect} ${perl}`],
    { env },
  );
}
