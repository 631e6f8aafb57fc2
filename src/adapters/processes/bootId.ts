import { readFileSync } from 'node:fs';

/** Names this start of the machine; null where the kernel does not tell. */
export function bootId(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim() || null;
  } catch {
    return null;
  }
}
