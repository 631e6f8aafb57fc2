import { isIP } from 'node:net';
import type { Connectors } from '../../context/Context.ts';
import type { VipHost } from '../Provider.ts';

/**
 * The address of a host as MHA resolves its name: the IPv4 one where there is one.
 * @throws Failure `address` or `deadline`
 */
export async function ownAddress({ ip }: VipHost, lookup: Connectors['lookup'], timeoutMs: number): Promise<string> {
  if (isIP(ip) !== 0) return ip;
  const found = await lookup(ip, timeoutMs);
  return found.find((each) => isIP(each) === 4) ?? found[0] ?? ip;
}
