// The frozen state: a host has lost the writer address, as far as anybody else can tell, but connections that came by
// it have not been told yet. They are reset when the new host has the address, so that no client tries to connect while
// nobody is there: a lost SYN costs it a second. docs/decisions/0013-reset-when-the-new-host-has-it.md
//
// IPv4: a copy of the address stands on lo, with /32, scope host and no local route. It makes the address a valid
// source for the resets, and nothing else: without a local route in any table the kernel delivers nothing that is sent
// to it and answers no ARP, and a link that goes down and up brings no route back. IPv6 needs no copy: the address is
// on no interface, so that neighbour solicitations, of duplicate address detection too, find nobody.
// In both a rule keeps all that the connections would send, a FIN above all, from leaving.
import { BlockList, isIPv4 } from 'node:net';
import type { HostAddresses } from '../hostAddresses.ts';

/** Before all rules that a host usually has, but the one for its own addresses. */
export const frostPreference = '1';

/** After so long the host lets go by itself, in s: then clients are where they would be without all this. */
export const frostSeconds = 30;

/**
 * Shell functions. They need $how, $ip, $ss (may be empty), $family, $address, and preamble's as().
 *
 * unfinished() tells of connections that a client may still think are open. FINs of sessions that mysqld has ended are
 * sent again by the kernel within some tenths of a second where ss cannot reset them (Linux before 6.11), so melt()
 * waits that long for them before it takes the copy away.
 */
export const frostFunctions = `
if [ "$family" = 6 ]; then filter="[$address]"; whole=$address/128; else filter=$address; whole=$address/32; fi
has_rule() {
  case "$("$ip" "-$family" rule show 2>/dev/null)" in *"from $address blackhole"*) return 0 ;; esac
  return 1
}
rule() { as "$ip" "-$family" rule "$1" from "$whole" blackhole pref ${frostPreference} >/dev/null 2>&1; }
copy() { if [ "$family" = 4 ]; then "$ip" -o -4 addr show dev lo to "$address" 2>/dev/null; fi; }
reset() {
  if [ -n "$ss" ]; then
    as "$ss" -K state connected exclude time-wait src "$filter" >/dev/null 2>&1 || echo ss=denied
  fi
}
unfinished() {
  [ -n "$ss" ] && [ -n "$("$ss" -Htn state established state fin-wait-1 state close-wait src "$filter" 2>/dev/null)" ]
}
# By one program, because clients wait. Sets ruled; ranges, those that the kernel takes for its own; and strays, the
# devices of local routes to the address.
sight() {
  ruled=; ranges=; strays=
  while read -r word what through device rest; do
    case "$word $what $through $device $rest" in
      *"from $address blackhole"*) ruled=yes ;;
      "local $address "*" table local "*) strays="$strays $device"; ranges="$ranges$what " ;;
      "local "*) ranges="$ranges$what " ;;
    esac
  done <<SEEN
$({ echo rule show; if [ "$family" = 4 ]; then echo route show table all type local; fi; } |
  "$ip" "-$family" -force -batch - 2>/dev/null)
SEEN
}
tell_signs() {
  if [ -n "$ruled" ]; then echo rule=yes; fi
  if [ "$family" = 4 ]; then echo local=$ranges; fi
}
melt() {
  rule del
  reset
  tries=0; [ -z "$1" ] || tries=20
  while [ "$tries" -lt 20 ] && unfinished; do sleep 0.05; tries=$((tries + 1)); done
  if [ -n "$(copy)" ]; then as "$ip" addr del "$whole" dev lo >/dev/null 2>&1; fi
}
`;

/** What is known of a host besides its addresses. */
export interface FrostSigns {
  readonly hasRule: boolean;
  /** Addresses and ranges, separated by blanks; empty where they could not be read. */
  readonly local: string;
}

/**
 * `frozen`: nobody reaches the host by the address, proved by what its kernel goes by. `held` wherever that is not
 * certain.
 */
export function frostOf(
  address: string,
  found: HostAddresses,
  { hasRule, local }: FrostSigns,
): 'held' | 'frozen' | 'nothing' {
  const places = found.find(address);
  if (places.length === 0) return hasRule ? 'frozen' : 'nothing';
  const isCopy = isIPv4(address) && places.every(({ interface: name, prefix }) => name === 'lo' && prefix === 32);
  return isCopy && isOutside(address, local) ? 'frozen' : 'held';
}

/** Every host has 127.0.0.0/8: a list without it was not read whole. */
function isOutside(address: string, local: string): boolean {
  const ranges = local.split(' ').filter((range) => range !== '');
  if (!ranges.includes('127.0.0.0/8')) return false;
  const list = new BlockList();
  for (const range of ranges) {
    const [start = '', prefix = '32'] = range.split('/');
    // `default`, or what this cannot read: it may cover everything.
    if (!isIPv4(start)) return false;
    list.addSubnet(start, Number(prefix), 'ipv4');
  }
  return !list.check(address, 'ipv4');
}
