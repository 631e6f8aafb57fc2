import { isIP } from 'node:net';
import { isHostName } from '../config/hostName.ts';
import { shortened } from '../errors/message.ts';
import type { Arguments } from './arguments.ts';
import type { Passwords } from './passwords.ts';
import { unescapeShell } from './unescapeShell.ts';

/**
 * Reads values and collects what is wrong with them, so that one message names everything. After a problem a method
 * returns a stand-in: use no value while `problems` is not empty. Values of user names and passwords are never in a
 * problem.
 */
export class ArgumentChecker {
  readonly problems: string[] = [];
  private readonly args: Arguments;
  private readonly passwords: Passwords;

  /** @param passwords that came by other means; an option counts for more */
  constructor(args: Arguments, passwords: Passwords = new Map()) {
    this.args = args;
    this.passwords = passwords;
    this.problems.push(...args.withoutValue.map((name) => `--${name} has no value`));
  }

  oneOf<T extends string>(name: string, allowed: readonly [T, ...T[]]): T {
    const value = this.present(name);
    const found = allowed.find((candidate) => candidate === value);
    if (found === undefined)
      this.bad(name, value, `must be ${allowed.slice(0, -1).join(', ')} or ${allowed.at(-1) ?? ''}`);
    return found ?? allowed[0];
  }

  host(name: string): string {
    return this.checked(name, this.present(name), isHostName, 'must be a host name or an address');
  }

  address(name: string): string {
    return this.checked(name, this.present(name), (value) => isIP(value) !== 0, 'must be an IPv4 or IPv6 address');
  }

  port(name: string): number {
    return Number(this.checked(name, this.present(name), isPort, 'must be a port from 1 to 65535'));
  }

  /** The name of a user of the operating system, which MHA does not escape. */
  userName(name: string): string {
    return this.checked(name, this.present(name), isUserName, 'must be the name of a user');
  }

  /** Any text but an empty one. */
  text(name: string): string {
    return this.checked(name, this.present(name), (value) => value !== '', 'must not be empty');
  }

  optionalHost(name: string): string | undefined {
    return this.args.values.has(name) ? this.host(name) : undefined;
  }

  optionalAddress(name: string): string | undefined {
    return this.args.values.has(name) ? this.address(name) : undefined;
  }

  optionalPort(name: string): number | undefined {
    return this.args.values.has(name) ? this.port(name) : undefined;
  }

  optionalUserName(name: string): string | undefined {
    return this.args.values.has(name) ? this.userName(name) : undefined;
  }

  /** A MySQL user. Empty when MHA has `0` or nothing as its user: then there is no account to connect with. */
  account(name: string): string {
    const value = unescapeShell(this.present(name));
    if (value === '' && this.args.values.has(name)) this.problems.push(`--${name} is empty`);
    return value;
  }

  /** A password, unescaped; may be empty. */
  secret(name: string): string {
    const given = this.passwords.get(name);
    if (given !== undefined && !this.args.values.has(name)) return given;
    return unescapeShell(this.present(name));
  }

  /** The value as it is; a problem when the option is not there at all. */
  present(name: string): string {
    const value = this.args.values.get(name);
    if (value === undefined && !this.args.withoutValue.includes(name)) this.problems.push(`--${name} is missing`);
    return value ?? '';
  }

  private checked(name: string, value: string, isGood: (value: string) => boolean, must: string): string {
    if (!isGood(value)) this.bad(name, value, must);
    return value;
  }

  private bad(name: string, value: string, must: string): void {
    if (!this.args.values.has(name)) return;
    this.problems.push(value === '' ? `--${name} is empty` : `--${name}=${shortened(value, 60)} ${must}`);
  }
}

function isPort(value: string): boolean {
  return /^\d{1,5}$/.test(value) && Number(value) >= 1 && Number(value) <= 65535;
}

function isUserName(value: string): boolean {
  return /^[A-Za-z0-9_.][A-Za-z0-9_.@+-]*\$?$/.test(value);
}
