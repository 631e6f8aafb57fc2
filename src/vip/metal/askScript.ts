// The POSIX shell program that asks the network whether somebody has the writer address. See scripts.ts for the rules.
import { preamble } from './scripts.ts';

/**
 * $1 how, $2 ip, $3 4 or 6, $4 the address, $5 the interface, $6 how long to ask in tenths of a second, $7 arping (may
 * be empty), $8 its kind, $9 none or own: the sender's address of arping's questions, where none leaves no trace with
 * neighbours.
 *
 * Asks in two ways at once, and by each again until the time is over: by arping (IPv4), and by the kernel, which asks
 * for the hardware address of whomever a datagram is for (ARP, neighbour solicitation). That needs no right, and what
 * came of it stands in the kernel's neighbour table. Prints for each way `arping=` or `kernel=`
 * with one of `yes TEXT`, `no`, `unknown WHY`. Unknown is not no: a way that could not ask says nothing of anybody.
 *
 * The kernel's entry must be a new one, or it is the memory of somebody who is gone: it is deleted first. A datagram
 * that goes by a router makes no entry at all: unknown. Where this host has the address itself the kernel asks nobody;
 * arping does, and does not hear its own host.
 */
export const askScript = `${preamble}
how=$1; ip=$2; family=$3; address=$4; interface=$5; tenths=$6; arping=$7; kind=$8; from=$9
# What one question of arping gets: less than the whole, where that is short.
each=0.6; [ "$tenths" -ge 5 ] || each=0.$tenths
now() { read -r up rest </proc/uptime; up=\${up%.*}\${up#*.}; up=\${up%?}; }
now; end=$((up + tenths))
ask_arping() {
  if [ -z "$arping" ]; then echo 'arping=unknown arping is not installed'; return; fi
  if [ "$how" = sudo ]; then set -- sudo -n "$arping"; else set -- "$arping"; fi
  if [ "$kind" = iputils ]; then
    [ "$from" = none ] && set -- "$@" -D
    set -- timeout "$each" "$@" -c 1 -w 1 -I "$interface" "$address"
  else
    [ "$from" = none ] && set -- "$@" -0
    set -- "$@" -c 1 -w 0.5 -i "$interface" "$address"
  fi
  while :; do
    text=$("$@" 2>&1)
    case $text in
      *"reply from"*|*"bytes from"*) echo "arping=yes "$text; return ;;
      ARPING*) ;;
      *) echo "arping=unknown "$text; return ;;
    esac
    now; [ "$up" -lt "$end" ] || break
  done
  echo arping=no
}
datagram() {
  if command -v perl >/dev/null; then
    perl -MSocket=:all -e '
      my ($family, $to, $interface) = @ARGV;
      my $six = $family == 6;
      socket(S, $six ? AF_INET6 : AF_INET, SOCK_DGRAM, 0) or die "$!\\n";
      setsockopt(S, SOL_SOCKET, 25, "$interface\\0");
      setsockopt(S, SOL_SOCKET, 5, pack("i", 1)) unless $six;
      my $ip = inet_pton($six ? AF_INET6 : AF_INET, $to);
      send(S, "\\n", 0, $six ? pack_sockaddr_in6(9, $ip) : pack_sockaddr_in(9, $ip)) or die "$!\\n";
    ' "$family" "$address" "$interface" 2>&1
  elif command -v bash >/dev/null; then
    bash -c 'echo >"/dev/udp/$1/9"' bash "$address" 2>&1
  else
    echo 'neither perl nor bash is there'; return 1
  fi
}
entry() { "$ip" "-$family" neigh show to "$address" dev "$interface"; }
ask_kernel() {
  if "$ip" "-$family" -o addr show | grep -qF " $address/"; then
    echo 'kernel=unknown this host has the address itself'; return
  fi
  if [ -n "$(entry)" ]; then
    as "$ip" "-$family" neigh del "$address" dev "$interface" >/dev/null 2>&1
    case $(entry) in
      ''|*INCOMPLETE*|*FAILED*) ;;
      *) echo 'kernel=unknown the old entry of the neighbour table cannot be deleted'; return ;;
    esac
  fi
  asked=
  while :; do
    case $(entry) in
      ''|*FAILED*) problem=$(datagram) || { echo "kernel=unknown "$problem; return; } ;;
      *INCOMPLETE*) ;;
      *) echo "kernel=yes "$(entry); return ;;
    esac
    case $(entry) in *INCOMPLETE*|*FAILED*) asked=yes ;; esac
    now; [ "$up" -lt "$end" ] || break
    sleep 0.05
  done
  case $(entry) in
    *lladdr*) echo "kernel=yes "$(entry) ;;
    *) if [ -n "$asked" ]; then echo kernel=no; else echo 'kernel=unknown the way there is by a router'; fi ;;
  esac
}
if [ "$family" = 4 ]; then
  # One after the other writes its line; both ask at the same time.
  { ask_arping & ask_kernel; wait; } </dev/null
else
  ask_kernel </dev/null
fi
`;
