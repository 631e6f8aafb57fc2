// The log of acts: what each manager has asked of the servers, from their own general logs, and whether anybody acted
// when another one's turn had come.
import { ADMIN_ACCOUNT, DATABASE_NAMES, HOSTS, type ManagerName } from '../lab/hosts.ts';
import type { Lab } from '../lab/lab.ts';

export interface Act {
  readonly server: string;
  /** Seconds since 1970. */
  readonly at: number;
  readonly manager: ManagerName;
  readonly text: string;
}

/** From now on each server keeps what it is asked, and by whom. */
export async function logStatements(lab: Lab): Promise<void> {
  // Not into the binary log: a replica would have what the master lacks.
  const begin = ['SET SESSION sql_log_bin=0', 'TRUNCATE mysql.general_log'];
  const log = ["SET GLOBAL log_output='TABLE'", 'SET GLOBAL general_log=1'];
  for (const name of DATABASE_NAMES) await lab.sql(name, ...begin, ...log);
}

/** From now on nothing is judged: a person acts, and may do so on any host. */
export async function endLog(lab: Lab): Promise<void> {
  for (const name of DATABASE_NAMES) await lab.sql(name, 'SET GLOBAL general_log=0');
}

const question =
  'SELECT UNIX_TIMESTAMP(event_time) AS at, user_host AS who, CONVERT(argument USING utf8) AS text ' +
  `FROM mysql.general_log WHERE user_host LIKE '%${ADMIN_ACCOUNT.user}%' AND command_type IN ('Query', 'Connect')`;

/** All that MHA and mha-helper have asked of the servers that answer, from each manager host, in the order of time. */
export async function actsOf(lab: Lab): Promise<readonly Act[]> {
  const found = await Promise.all(
    DATABASE_NAMES.map(async (server) => {
      const rows = await lab.sql(server, question).catch(() => []);
      return rows.flatMap((row): readonly Act[] => {
        const manager = lab.managers.find((name) => String(row['who']).includes(`[${HOSTS[name].ipv4}]`));
        return manager === undefined ? [] : [{ server, at: Number(row['at']), manager, text: String(row['text']) }];
      });
    }),
  );
  return found.flat().sort((a, b) => a.at - b.at);
}

/** The first thing that whoever begins to lead does on each server that answers. */
const fence = "IS_USED_LOCK('MHA_Master_High_Availability_Failover')";
/**
 * Looks of mha-helper change nothing and are anybody's: whoever stands by is asked whether it reaches the master, and a
 * command looks before it is refused. What masterha_manager reads, each second, is an act: it calls it Value.
 */
const look = /^(SELECT (?!.*(_LOCK\(| As Value))|SHOW |SET NAMES |\S+@\S+ (as|on) )/;

export interface Reign {
  readonly manager: ManagerName;
  /** Seconds since 1970, of its first act on any server. */
  readonly from: number;
}

/** Who led, one after the other. A manager that leads again after itself begins anew only on its next fence. */
export function reigns(acts: readonly Act[]): readonly Reign[] {
  const found: Reign[] = [];
  for (const { manager, at, text } of acts)
    if (text.includes(fence) && found.at(-1)?.manager !== manager) found.push({ manager, from: at });
  return found;
}

/**
 * What a manager has asked of a server after another one had fenced it there: an act of an old epoch, or of one of two
 * that act.
 */
export function actsOutOfTurn(acts: readonly Act[]): readonly Act[] {
  return DATABASE_NAMES.flatMap((server) => {
    let leader: ManagerName | null = null;
    return acts
      .filter((act) => act.server === server)
      .filter(({ manager, text }) => {
        if (text.includes(fence)) leader = manager;
        return leader !== null && manager !== leader && !look.test(text);
      });
  });
}
