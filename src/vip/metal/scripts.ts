// The POSIX shell programs that metal runs on a host, each in one round trip. Values arrive as positional parameters,
// so the shell interprets none of them. `$how` is "sudo" or empty: only ip, arping and ss are ever run with it, as the
// sudoers rule allows.
//
// What goes on in the background gets its redirections as a group, `{ ...; } >/dev/null &`: on a function, dash keeps
// the old outputs open beside them, and SSH waits for whoever has one.
import { frostFunctions } from './frost.ts';

export const preamble = `PATH=$PATH:/usr/sbin:/sbin:/usr/bin:/bin; export PATH LC_ALL=C
as() { if [ "$how" = sudo ]; then sudo -n "$@"; else "$@"; fi; }
`;

/**
 * Prints the host's addresses behind a line of its own: the rest of the output is JSON. Each script that changes them
 * ends so: one round trip.
 */
export const listing = `echo addresses:; "$ip" -j addr show`;

/** $1 how. Where the programs are: prints `ip=/sbin/ip` and so on, `arping_kind=iputils|habets`. Changes nothing. */
export const surveyScript = `${preamble}
for program in ip arping ss sudo; do
  for directory in /sbin /usr/sbin /bin /usr/bin; do
    if [ -x "$directory/$program" ]; then
      echo "$program=$directory/$program"
      eval "$program=$directory/$program"
      break
    fi
  done
done
if [ -n "$arping" ]; then
  if "$arping" -V 2>&1 | grep -q iputils; then echo arping_kind=iputils; else echo arping_kind=habets; fi
fi
`;

/**
 * $1 how, $2 ip, then command lines, those of a program together; no blank is in an argument. Prints for a program, the
 * last line counts: `PROGRAM=sudo` where sudo refuses all of them, `PROGRAM=part LINE` where it refuses some, of which
 * LINE is one, `PROGRAM=root` where root is missing; and `wide=yes` where sudo lets ip run with whatever arguments.
 * sudo is asked about each command, and runs none. Changes nothing.
 */
export const rightsScript = `${preamble}
how=$1; ip=$2; shift 2
set -f
last=
for line; do
  program=\${line%% *}
  if [ "$program" != "$last" ]; then last=$program; allowed=; refused=; fi
  if [ "$how" = sudo ]; then
    if sudo -n -l $line >/dev/null 2>&1; then allowed=yes; else refused=\${refused:-$line}; fi
    if [ -z "$refused" ]; then continue; fi
    if [ -n "$allowed" ]; then echo "$program=part $refused"; else echo "$program=sudo"; fi
  elif [ "$(id -u)" != 0 ]; then
    echo "$program=root"
  fi
done
if [ "$how" = sudo ] && [ "$(id -u)" != 0 ] && sudo -n -l "$ip" -V >/dev/null 2>&1; then
  echo wide=yes
fi
`;

/**
 * $1 how, $2 ip, $3 CIDR, $4 interface, $5 ss (may be empty), $6 the address. IPv6: adds the address, and ends what is
 * left of a frozen state; prints `error=...` when ip refuses, and the addresses.
 */
export const addScript = `${preamble}
how=$1; ip=$2; ss=$5; family=6; address=$6
${frostFunctions}
message=$(as "$ip" addr add "$3" dev "$4" 2>&1) || echo "error=$message"
if has_rule; then melt now; fi
${listing}
`;

/** Prints the addresses. $1 how, $2 ip. Changes nothing. */
export const listScript = `${preamble}
ip=$2
${listing}
`;

/**
 * Prints the signs of a frozen state, and the addresses. $1 how, $2 ip, by its path or name, $3 4 or 6, $4 the address.
 * Changes nothing.
 */
export const lookScript = `${preamble}
how=$1; ip=$2; family=$3; address=$4; ss=
${frostFunctions}
sight
tell_signs
${listing}
`;

/**
 * $1 how, $2 ip, $3 4 or 6, $4 address, $5 interface, $6 ss (may be empty). Puts back the local route of an address
 * that is there, as a release that was cut off leaves it, and ends what a freeze has left that was cut off.
 */
export const reviveScript = `${preamble}
how=$1; ip=$2; family=$3; address=$4; ss=$6
${frostFunctions}
message=$(as "$ip" "-$family" route replace local "$address" dev "$5" table local proto kernel 2>&1) || {
  echo "error=$message"
}
if has_rule; then melt now; fi
:
`;

/**
 * $1 how, $2 interface. IPv6: whether the kernel tells neighbours about a new address by itself (an unsolicited
 * neighbour advertisement, sysctl ndisc_notify). Root switches it on for the interface; others can only look. Prints
 * `notify=0|1`.
 */
export const ndiscNotifyScript = `
for place in all "$2"; do
  file=/proc/sys/net/ipv6/conf/$place/ndisc_notify
  if [ "$(cat "$file" 2>/dev/null)" = 1 ]; then echo notify=1; exit 0; fi
done
if [ -w "$file" ] && echo 1 2>/dev/null >"$file"; then echo notify=1; else echo notify=0; fi
`;
