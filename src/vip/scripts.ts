// The POSIX shell programs that metal runs on a host, each in one round trip. Values arrive as positional parameters, so the shell
// interprets none of them. `$how` is "sudo" or empty: only ip, arping and ss are ever run with it, as the sudoers rule allows.

const preamble = `PATH=$PATH:/usr/sbin:/sbin:/usr/bin:/bin; export PATH LC_ALL=C
as() { if [ "$how" = sudo ]; then sudo -n "$@"; else "$@"; fi; }
`;

/** Where the programs are: prints `ip=/sbin/ip` and so on, and `arping_kind=iputils|habets`. Changes nothing. */
export const surveyScript = `${preamble}
for program in ip arping ss sudo; do
  for directory in /sbin /usr/sbin /bin /usr/bin; do
    if [ -x "$directory/$program" ]; then echo "$program=$directory/$program"; eval "$program=$directory/$program"; break; fi
  done
done
if [ -n "$arping" ]; then
  if "$arping" -V 2>&1 | grep -q iputils; then echo arping_kind=iputils; else echo arping_kind=habets; fi
fi
`;

/** $1 how, then the programs: prints `PROGRAM=sudo` for each that sudo refuses, `PROGRAM=root` where root is missing. Changes nothing. */
export const rightsScript = `${preamble}
how=$1; shift
for program in "$@"; do
  if [ "$how" = sudo ]; then
    sudo -n -l "$program" >/dev/null 2>&1 || echo "$program=sudo"
  elif [ "$(id -u)" != 0 ]; then
    echo "$program=root"
  fi
done
`;

/**
 * $1 how, $2 ip, $3 ss (may be empty), $4 the address as ss filters it, $5 the address with its full prefix length, then pairs of CIDR and interface.
 *
 * The sockets go first: once the address is gone from the host, neither FIN nor RST of a connection on it can leave, and the client would wait
 * for minutes. A client quick enough to connect again before the address is removed is caught by the loop: the address comes back for an
 * instant on the loopback interface, so that its RST has a valid source.
 */
export const releaseScript = `${preamble}
how=$1; ip=$2; ss=$3; filter=$4; full=$5; shift 5
reset() { as "$ss" -K state connected exclude time-wait src "$filter" >/dev/null 2>&1 || echo ss=denied; }
left() { "$ss" -Htn state connected exclude time-wait src "$filter" 2>/dev/null; }
if [ -n "$ss" ]; then reset; fi
while [ $# -ge 2 ]; do
  message=$(as "$ip" addr del "$1" dev "$2" 2>&1) || echo "error=$message"
  shift 2
done
round=0
while [ -n "$ss" ] && [ $round -lt 5 ] && [ -n "$(left)" ]; do
  as "$ip" addr add "$full" dev lo >/dev/null 2>&1 || break
  reset
  as "$ip" addr del "$full" dev lo >/dev/null 2>&1
  round=$((round + 1))
done
if [ -n "$ss" ] && [ -n "$(left)" ]; then echo "sockets=$(left | wc -l)"; fi
:
`;

/** $1 how, $2 ip, $3 CIDR, $4 interface. Adds the address; prints `error=...` when ip refuses. */
export const addScript = `${preamble}
how=$1
message=$(as "$2" addr add "$3" dev "$4" 2>&1) || echo "error=$message"
:
`;

/**
 * $1 how, $2 arping, $3 its kind, $4 address, $5 interface. Sends gratuitous ARP: the first at once, three more from the background on the
 * host. Both arpings take a second for each, so one that has ended after a tenth of a second has failed; only then is it asked why.
 */
export const announceScript = `${preamble}
how=$1; arping=$2; kind=$3; address=$4; interface=$5
if [ "$kind" = iputils ]; then flag=-I; else flag=-i; fi
as "$arping" -U -c 4 "$flag" "$interface" "$address" </dev/null >/dev/null 2>&1 &
sleep 0.1
if ! kill -0 $! 2>/dev/null; then
  echo "error=$(as "$arping" -U -c 1 "$flag" "$interface" "$address" 2>&1 </dev/null)"
fi
:
`;

/**
 * $1 how, $2 arping, $3 its kind, $4 address, $5 interface. Asks the network who has the address, for 0.4 s; prints arping's answer
 * behind `answer=` when somebody has it, `error=...` when it could not ask.
 */
export const probeScript = `${preamble}
how=$1; arping=$2; kind=$3; address=$4; interface=$5
if [ "$how" = sudo ]; then set -- sudo -n "$arping"; else set -- "$arping"; fi
if [ "$kind" = iputils ]; then
  text=$(timeout 0.4 "$@" -D -c 1 -w 1 -I "$interface" "$address" 2>&1)
  case $? in 0|124) ;; 1) echo "answer=$text" ;; *) echo "error=$text" ;; esac
else
  text=$("$@" -0 -c 1 -w 0.4 -i "$interface" "$address" 2>&1)
  if [ $? = 0 ]; then echo "answer=$text"; fi
fi
:
`;

/**
 * $1 how, $2 interface. IPv6: whether the kernel tells neighbours about a new address by itself (an unsolicited neighbour advertisement, sysctl
 * ndisc_notify). Root switches it on for the interface; others can only look. Prints `notify=0|1`.
 */
export const ndiscNotifyScript = `
for place in all "$2"; do
  file=/proc/sys/net/ipv6/conf/$place/ndisc_notify
  if [ "$(cat "$file" 2>/dev/null)" = 1 ]; then echo notify=1; exit 0; fi
done
if [ -w "$file" ] && echo 1 2>/dev/null >"$file"; then echo notify=1; else echo notify=0; fi
`;
