// Whether an answer has the form that it must have.
import { listOf, orNull, record, shaped, text, type Kind } from '../../errors/shape.ts';

const addresses = listOf(shaped({ ip_address: text }));
const kinds: Readonly<Record<string, Kind>> = {
  ports: shaped({ id: text, fixed_ips: orNull(addresses), allowed_address_pairs: orNull(addresses) }),
  floatingips: shaped({ id: text, port_id: orNull(text), fixed_ip_address: orNull(text) }),
};
const isLinks = orNull(listOf(shaped({ rel: text, href: text })));

/** Whether this is a list of these. One that has none is no list without members: that would mean "nobody". */
export function isPage(kind: string, value: unknown): boolean {
  return shaped({ [kind]: listOf(kinds[kind] ?? record), [`${kind}_links`]: isLinks })(value);
}
