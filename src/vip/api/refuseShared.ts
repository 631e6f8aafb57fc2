import { Failure } from '../../errors/errors.ts';
import type { VipHost } from '../Provider.ts';

/**
 * Two hosts in one place would both have the address as soon as one of them gets it: then nothing is moved, and nobody
 * is told.
 * @param owners of the places, by id; the host is added @throws Failure `config`
 */
export function refuseShared(
  what: string,
  owners: Map<string, string>,
  id: string,
  { name, settings: { file } }: VipHost,
): void {
  const owner = owners.get(id) ?? name;
  owners.set(id, owner);
  if (owner === name) return;
  throw new Failure(
    'config',
    `${owner} and ${name} have the same ${what}, ${id}: the writer address cannot move between them`,
    { hint: `give each host its own in ${file}, and see which addresses MHA's configuration has for them` },
  );
}
