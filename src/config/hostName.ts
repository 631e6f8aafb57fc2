import { isIP } from 'node:net';

/**
 * Whether a text can be a host's name or address. Nothing that passes means anything to a shell or starts with a dash.
 */
export function isHostName(text: string): boolean {
  return isIP(text) !== 0 || (text.length <= 253 && /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(text));
}
