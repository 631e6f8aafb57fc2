// The POSIX shell program that adds the writer address (IPv4) on a host and tells the network. See scripts.ts for the
// rules.
import { frostFunctions } from './frost.ts';
import { listing, preamble } from './scripts.ts';

const arpingRuns = `arping_runs() {
  for each in /proc/[0-9]*/comm; do
    read -r name 2>/dev/null <"$each" && [ "$name" = arping ] && return 0
  done
  return 1
}`;

/**
 * $1 how, $2 ip, $3 address, $4 prefix length, $5 interface, $6 arping (may be empty), $7 its kind, $8 add, keep, or
 * thaw, $9 ss (may be empty), then addresses of the subnet that tell() may send to (no arping and none of them: nobody
 * is told).
 *
 * thaw adds the address where a frozen state has left a copy of it on lo. Whatever is left of such a state is ended
 * when the address is there: clients that are reset then come again at once.
 *
 * Adds the address (prints `error=...` when ip refuses), and announces it: the first time at once, three times more, a
 * second apart, from the background on the host; each only if the address is still there, because a late one would send
 * the neighbours back to a host that has lost it. iputils says what it sent (and does not wait since 2024), Habets'
 * says ARPING and takes a second; their exit status says nothing. Otherwise it has failed, or sudo refused it. Then the
 * kernel does it, see tell(), and two lines are printed: `announce=` with arping's complaint and `kernel=sent` or
 * `kernel_error=...`. An arping that has ended well before the verdict says `sent=1`, in two lines as well. Prints the
 * addresses.
 */
export const assignScript = `${preamble}
how=$1; ip=$2; address=$3; prefix=$4; interface=$5; arping=$6; kind=$7; change=$8; ss=$9; shift 9
family=4
${frostFunctions}
# Habets' -U alone names the interface's first address as sender, and then nobody corrects anything.
if [ "$kind" = iputils ]; then unsolicited="-U -c 1 -I"; else unsolicited="-U -c 1 -S $address -i"; fi
# Hundredths of a second, without starting a program.
clock() { read -r now rest </proc/uptime; now=\${now%.*}\${now#*.}; }
neighbour() { "$ip" -4 neigh show to "$1" dev "$interface"; }
# A datagram from the writer address to an address that is no neighbour yet makes the kernel broadcast an ARP request
# with the writer address as its sender, and whoever knows the writer address corrects his entry (RFC 826). Not with
# arp_announce=2: the sender is another address then.
tell() {
  for place in all "$interface"; do
    read -r level <"/proc/sys/net/ipv4/conf/$place/arp_announce"
    if [ "$level" = 2 ]; then echo "the sysctl net.ipv4.conf.$place.arp_announce is 2 there"; return 1; fi
  done
  for target in "$@"; do
    case $(neighbour "$target") in ''|*FAILED*) ;; *) continue ;; esac
    perl -MSocket -e '
      socket(S, PF_INET, SOCK_DGRAM, 0)
        && bind(S, pack_sockaddr_in(0, inet_aton($ARGV[0])))
        && send(S, "\\n", 0, pack_sockaddr_in(9, inet_aton($ARGV[1])))
        or die "$!\\n"
    ' "$address" "$target" 2>&1 || return 1
    case $(neighbour "$target") in ''|*FAILED*) ;; *) return 0 ;; esac
  done
  echo "no address near it makes the kernel ask on $interface"
  return 1
}
announce() {
  if [ "$how" = sudo ]; then run='exec sudo -n'; else run=exec; fi
  failed=; [ -n "$arping" ] || failed=yes
  reported=; complaint=
  for round in 1 2 3 4; do
    "$ip" -o addr show dev "$interface" | grep -qF " $address/" || exit
    if [ -z "$failed" ]; then
      clock; began=$now
      complaint=$($run "$arping" $unsolicited "$interface" "$address" 2>&1)
      clock
      case $complaint in
        *"Sent "[1-9]*)
          if [ $((now - began)) -lt 50 ]; then
            if [ -z "$reported" ]; then printf 'sent=1\\nsent=1\\n'; fi
            reported=yes
            sleep 1
          fi
          continue ;;
        *ARPING*) if [ $((now - began)) -ge 50 ]; then continue; fi ;;
      esac
      failed=yes
    fi
    if problem=$(tell "$@"); then result=kernel=sent; else result=kernel_error=$problem; fi
    if [ -z "$reported" ]; then printf '%s\\n' "announce=$(echo $complaint)" "$(echo $result)"; fi
    reported=yes
    sleep 1
  done
}
${arpingRuns}
# What announce() reports, if anything. An arping that runs is not refused; where none runs yet, sudo is slow, and its
# verdict is waited for.
verdict() {
  report=$(timeout 0.15 head -n 2)
  if [ -z "$report" ] && ! arping_runs; then report=$(timeout 2 head -n 2); fi
  if [ -n "$report" ]; then printf '%s\\n' "$report"; fi
}
if [ "$change" != keep ]; then
  message=$(as "$ip" addr add "$address/$prefix" dev "$interface" 2>&1) || echo "error=$message"
fi
if [ "$change" = thaw ] || has_rule; then melt now; fi
if [ -n "$arping" ] || [ $# -gt 0 ]; then
  { { announce "$@"; } </dev/null 2>/dev/null & } | verdict
fi
${listing}
`;

/**
 * $1 how, $2 ip, $3 address, $4 prefix length, $5 interface, $6 arping, $7 its kind.
 *
 * Adds the address and has arping announce it, as assignScript does, but ends when clients can come: what arping says
 * is for assignScript, which announces once more. Prints `error=...` when ip refuses, and `announced=yes` when arping
 * has begun (it sends at once) or has ended well. A frozen state of this host is no case for it.
 */
export const openScript = `${preamble}
how=$1; ip=$2; address=$3; prefix=$4; interface=$5; arping=$6; kind=$7
if [ "$kind" = iputils ]; then unsolicited="-U -c 1 -I"; else unsolicited="-U -c 1 -S $address -i"; fi
message=$(as "$ip" addr add "$address/$prefix" dev "$interface" 2>&1) || { echo "error=$message"; exit 0; }
{ as "$arping" $unsolicited "$interface" "$address"; } </dev/null >/dev/null 2>&1 &
${arpingRuns}
tries=0
while [ "$tries" -lt 30 ]; do
  if arping_runs; then echo announced=yes; break; fi
  read -r _ _ state _ <"/proc/$!/stat"
  if [ "$state" = Z ]; then wait "$!" && echo announced=yes; break; fi
  sleep 0.003; tries=$((tries + 1))
done
`;
