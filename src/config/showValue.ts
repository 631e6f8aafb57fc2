import { options, type OptionName } from './options.ts';

/** A value as an operator writes it; empty for an option that is not set. */
export function showValue(name: OptionName, value: unknown): string {
  if (value === undefined) return '';
  if (isSecret(name)) return '(not shown)';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.join(', ');
  if (options[name].type === 'cidr') {
    const { address, prefix } = value as { address: string; prefix: number };
    return `${address}/${prefix}`;
  }
  return (value as string | number).toString().replaceAll('\n', '\\n');
}

/** Whether the value may be in no output, no message and no log. */
export function isSecret(name: string): boolean {
  return Object.hasOwn(options, name) && options[name as OptionName].type === 'secret';
}
