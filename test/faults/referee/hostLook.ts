// What one look at a host sees, from outside its namespaces: no partition blinds it, and nothing in the host notices.
import { readFileSync } from 'node:fs';

export interface LookedAt {
  readonly name: string;
  /** PID 1 of the host, as the machine sees it. */
  readonly init: number;
  readonly interface: string;
}

/** Tentative or found to be taken: the kernel does not use such an address. */
const UNUSABLE = 0x40 | 0x08;

/** True while the host answers for the address. */
export function holds(init: number, address: string): boolean {
  return address.includes(':') ? holdsIpv6(init, address) : holdsIpv4(init, address);
}

/** False while its cable is pulled, or its power is off: nobody reaches it then, whatever it has. */
export function isLinked({ init, interface: device }: LookedAt): boolean {
  try {
    return readFileSync(`/proc/${init}/root/sys/class/net/${device}/carrier`, 'latin1').startsWith('1');
  } catch {
    return false; // the interface is down
  }
}

/** By the kernel's own table: an address that stands somewhere without a local route is not answered for. */
function holdsIpv4(init: number, address: string): boolean {
  const table = readFileSync(`/proc/${init}/net/fib_trie`, 'latin1');
  const at = table.indexOf(`|-- ${address}\n`);
  return at >= 0 && /^[^|]*\/32 host LOCAL/.test(table.slice(at + 4 + address.length));
}

function holdsIpv6(init: number, address: string): boolean {
  const wanted = hexadecimal(address);
  return readFileSync(`/proc/${init}/net/if_inet6`, 'latin1')
    .split('\n')
    .some((line) => {
      const [found, , , , flags = ''] = line.split(' ');
      return found === wanted && (Number.parseInt(flags, 16) & UNUSABLE) === 0;
    });
}

/** As /proc/net/if_inet6 writes it: 32 digits, nothing left out. */
export function hexadecimal(address: string): string {
  const [before = '', after] = address.split('::');
  const groups = (text: string): string[] => text.split(':').filter((group) => group !== '');
  const [head, tail] = [groups(before), groups(after ?? '')];
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  return [...head, ...zeros, ...tail].map((group) => group.padStart(4, '0')).join('');
}
