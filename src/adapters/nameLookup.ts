import { lookup as ask } from 'node:dns/promises';
import { Failure } from '../errors/errors.ts';
import { errorText } from '../errors/message.ts';

/** @throws Failure `address` */
export async function lookup(name: string): Promise<readonly string[]> {
  try {
    return (await ask(name, { all: true })).map(({ address }) => address);
  } catch (error) {
    throw new Failure('address', `the address of ${name} cannot be found: ${errorText(error)}`, { hint: 'give it an address in DNS or /etc/hosts on this host', cause: error });
  }
}
