// The POSIX shell program that takes the writer address from a host. See scripts.ts for the rules.
import { frostFunctions, frostSeconds } from './frost.ts';
import { listing, preamble } from './scripts.ts';

/** Needs what frostFunctions need; $stays says that the address has stayed. */
const lookAgain = `
look_again() {
  sight
  if [ -n "$stays" ] || [ -z "$strays" ]; then return; fi
  for device in $strays; do as "$ip" -4 route del local "$address" dev "$device" table local >/dev/null 2>&1; done
  sight
}`;

/**
 * $1 how, $2 ip, $3 ss (may be empty), $4 4 or 6, $5 the address, $6 release, freeze, or thaw where the host is frozen;
 * then pairs of CIDR and interface.
 *
 * Once the address is gone from the host, neither FIN nor RST of a connection on it can leave, and the client would
 * wait for minutes; reset before, clients connect again at once and are caught by the removal. So first the local route
 * goes: nothing that is sent to the address arrives any more and ARP is not answered, but it is still a valid source.
 * Then the sockets are reset, then the address goes. Other addresses of the host stay: prints `lost=CIDR` for one that
 * could not be kept. What an earlier freeze has left is ended first. A local route that another program has made is no
 * part of the address and would outlive it, and the host would go on answering for it: it goes too.
 *
 * With freeze the sockets are not reset, and the local route goes with the address: prints behind `peers=` what ss says
 * of the connections, and `frozen=yes`; settleScript tells the rest. Where that cannot be done it releases, and prints
 * `frozen=no`. A watcher stays on the host, and releases after a time: whoever was to do that may be dead.
 */
export const releaseScript = `${preamble}
how=$1; ip=$2; ss=$3; family=$4; address=$5; mode=$6; shift 6
${frostFunctions}
${lookAgain}
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
watch_over() {
  {
    seconds=${frostSeconds}
    while [ "$seconds" -gt 0 ] && { sleep 1; has_rule; }; do seconds=$((seconds - 1)); done
    if has_rule; then melt; fi
  } </dev/null >/dev/null 2>&1 &
}
# Sets ruled where it is done. $1 CIDR, $2 interface: that place of the address goes at the same time, because sudo
# takes its time and clients wait; sets gone. The copy first: it changes nothing for clients.
freeze() {
  if [ "$family" = 4 ]; then
    as "$ip" addr add "$whole" dev lo scope host >/dev/null 2>&1 || return
    as "$ip" -4 route del local "$address" dev lo table local >/dev/null 2>&1 || { thaw_copy; return; }
  fi
  if [ -n "$2" ]; then { as "$ip" addr del "$1" dev "$2"; } >/dev/null 2>&1 & deleting=$!; fi
  if rule add || has_rule; then
    ruled=yes
    echo frozen=yes
  fi
  if [ -n "$2" ] && wait "$deleting"; then gone=yes; fi
  if [ -n "$ruled" ]; then watch_over; return; fi
  if [ -n "$gone" ]; then reset; fi
  thaw_copy
}
thaw_copy() { [ "$family" = 6 ] || as "$ip" addr del "$whole" dev lo >/dev/null 2>&1; }
there() { [ -n "$("$ip" -o "-$family" addr show dev "$interface" to "$address")" ]; }
melted=; stays=; ruled=; gone=; unset known
if [ "$mode" = freeze ]; then
  # Before clients begin to wait. One that comes later is not among them.
  echo peers=; left
  if [ $# -ge 2 ]; then known=$(followers "$2"); fi
  if [ "$family" = 4 ] && [ $# = 2 ] && [ -z "$known" ]; then freeze "$@"; else freeze; fi
  if [ -z "$ruled" ]; then echo frozen=no; mode=release; fi
  # What an earlier one has left, that this one cannot go on with.
  if [ "$mode" = release ] && has_rule; then melt; melted=yes; fi
elif [ "$mode" = thaw ] || has_rule; then
  melt
  melted=yes
fi
while [ $# -ge 2 ]; do
  interface=$2
  if [ -n "$gone" ] || { [ -n "$melted" ] && ! there; }; then shift 2; continue; fi
  if [ -n "\${known+set}" ]; then together=$known; unset known; else together=$(followers "$interface"); fi
  guard $together
  if [ "$mode" != freeze ]; then
    as "$ip" "-$family" route del local "$address" dev "$2" table local >/dev/null 2>&1
    reset
  fi
  message=$(as "$ip" addr del "$1" dev "$2" 2>&1) || {
    echo "error=$message"
    stays=yes
    # Never for an address that is not there: the host would answer for it.
    if there; then as "$ip" "-$family" route replace local "$address" dev "$2" table local >/dev/null 2>&1; fi
  }
  put_back $together
  shift 2
done
if [ "$mode" = freeze ]; then exit 0; fi
if [ "$family" = 4 ] || [ -n "$melted" ]; then look_again; fi
if [ -n "$melted" ]; then tell_signs; fi
if [ -n "$ss" ] && [ -n "$(left)" ]; then echo "sockets=$(left | wc -l)"; fi
${listing}
`;

/**
 * $1 how, $2 ip, $3 4 or 6, $4 the address, $5 stays where that has not gone. After releaseScript has frozen: takes
 * away the local routes of other programs, and prints the signs and the addresses. Others go on meanwhile: clients
 * wait.
 */
export const settleScript = `${preamble}
how=$1; ip=$2; family=$3; address=$4; ss=; stays=; [ "$5" != stays ] || stays=yes
${frostFunctions}
${lookAgain}
look_again
tell_signs
${listing}
`;
