// The POSIX shell programs that metal runs on a host, each in one round trip. Values arrive as positional parameters,
// so the shell interprets none of them. `$how` is "sudo" or empty: only ip, arping and ss are ever run with it, as the
// sudoers rule allows.

export const preamble = `PATH=$PATH:/usr/sbin:/sbin:/usr/bin:/bin; export PATH LC_ALL=C
as() { if [ "$how" = sudo ]; then sudo -n "$@"; else "$@"; fi; }
`;

/**
 * Prints the host's addresses behind a line of its own: the rest of the output is JSON. Each script that changes them
 * ends so: one round trip.
 */
export const listing = `echo addresses:; "$ip" -j addr show`;

/**
 * Where the programs are: prints `ip=/sbin/ip` and so on, `arping_kind=iputils|habets`, and the addresses. Changes
 * nothing.
 */
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
if [ -n "$ip" ]; then ${listing}; fi
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
 * $1 how, $2 ip, $3 ss (may be empty), $4 4 or 6, $5 the address, then pairs of CIDR and interface.
 *
 * Once the address is gone from the host, neither FIN nor RST of a connection on it can leave, and the client would
 * wait for minutes; reset before, clients connect again at once and are caught by the removal. So first the local route
 * goes: nothing that is sent to the address arrives any more and ARP is not answered, but it is still a valid source.
 * Then the sockets are reset, then the address goes. Other addresses of the host stay: prints `lost=CIDR` for one that
 * could not be kept.
 */
export const releaseScript = `${preamble}
how=$1; ip=$2; ss=$3; family=$4; address=$5; shift 5
if [ "$family" = 6 ]; then filter="[$address]"; else filter=$address; fi
left() { "$ss" -Htn state connected exclude time-wait src "$filter" 2>/dev/null; }
# Addresses that the kernel deletes together with a first address of their subnet, unless promote_secondaries is 1.
followers() {
  [ "$family" = 4 ] || return
  if "$ip" -o -4 addr show dev "$1" to "$address" | grep -q ' secondary '; then return; fi
  for place in all "$1"; do
    setting=/proc/sys/net/ipv4/conf/$place/promote_secondaries
    if [ -r "$setting" ] && read -r promoted <"$setting" && [ "$promoted" = 1 ]; then return; fi
  done
  "$ip" -o -4 addr show dev "$1" secondary | while read -r _ _ _ cidr _; do echo "$cidr"; done
}
# Beside such an address stands a copy of it with /32 meanwhile: the host is never without, and keeps its routes.
guard() { for cidr; do as "$ip" addr add "\${cidr%/*}/32" dev "$interface" >/dev/null 2>&1; done; }
put_back() {
  for cidr; do
    if [ -z "$("$ip" -o -4 addr show dev "$interface" | grep -F " $cidr ")" ]; then
      as "$ip" addr add "$cidr" brd + dev "$interface" >/dev/null 2>&1 || echo "lost=$cidr"
    fi
    [ "\${cidr#*/}" = 32 ] || as "$ip" addr del "\${cidr%/*}/32" dev "$interface" >/dev/null 2>&1
  done
}
while [ $# -ge 2 ]; do
  interface=$2
  together=$(followers "$interface")
  guard $together
  as "$ip" "-$family" route del local "$address" dev "$2" table local >/dev/null 2>&1
  if [ -n "$ss" ]; then
    as "$ss" -K state connected exclude time-wait src "$filter" >/dev/null 2>&1 || echo ss=denied
  fi
  message=$(as "$ip" addr del "$1" dev "$2" 2>&1) || {
    echo "error=$message"
    as "$ip" "-$family" route replace local "$address" dev "$2" table local >/dev/null 2>&1
  }
  put_back $together
  shift 2
done
if [ -n "$ss" ] && [ -n "$(left)" ]; then echo "sockets=$(left | wc -l)"; fi
${listing}
`;

/** $1 how, $2 ip, $3 CIDR, $4 interface. Adds the address; prints `error=...` when ip refuses, and the addresses. */
export const addScript = `${preamble}
how=$1; ip=$2
message=$(as "$ip" addr add "$3" dev "$4" 2>&1) || echo "error=$message"
${listing}
`;

/** Prints the addresses. $1 how, $2 ip. Changes nothing. */
export const listScript = `${preamble}
ip=$2
${listing}
`;

/**
 * $1 how, $2 ip, $3 4 or 6, $4 address, $5 interface. Puts back the local route of an address that is there, as a
 * release that was cut off leaves it.
 */
export const reviveScript = `${preamble}
how=$1
message=$(as "$2" "-$3" route replace local "$4" dev "$5" table local proto kernel 2>&1) || echo "error=$message"
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
