// Whether a port takes connections, as another host sees it: what refuses this manager may be a firewall's doing
// (REJECT with tcp-reset), in front of a server that is well.
import { asFailure } from '../../errors/message.ts';
import type { VipHost } from '../../vip/Provider.ts';
import type { Run } from './openRun.ts';

/** `refused`: nobody listens there. `unknown`: no answer, no way, or the host could not be asked. */
export type Port = 'open' | 'refused' | { readonly unknown: string };

/** $1 the address, $2 the port: prints `open` or `refused`, and nothing where neither is known. */
export const portScript = `if command -v bash >/dev/null; then
  why=$(LC_ALL=C timeout 2 bash -c 'exec 3<>"/dev/tcp/$1/$2"' bash "$1" "$2" 2>&1) && echo open
  case $why in *'Connection refused'*) echo refused ;; esac
elif command -v perl >/dev/null; then
  timeout 2 perl -MIO::Socket::IP -e 'print IO::Socket::IP->new(PeerHost => $ARGV[0], PeerPort => $ARGV[1]) ? "open\n"
    : $!{ECONNREFUSED} ? "refused\n" : ""' "$1" "$2" 2>/dev/null
fi
exit 0`;
const askMs = 4_000;

/** Asks `from`, within the run's time. Never throws. @param address of the port, as `from` reaches it */
export async function portFrom(run: Pick<Run, 'budget'>, from: VipHost, address: string, port: number): Promise<Port> {
  try {
    const argv = ['sh', '-c', portScript, 'sh', address, String(port)];
    const { stdout } = await (await from.shell()).run(argv, run.budget.limit(askMs));
    const said = stdout.trim();
    return said === 'open' || said === 'refused' ? said : { unknown: 'it had no answer from there' };
  } catch (error) {
    return { unknown: asFailure(error).message };
  }
}
