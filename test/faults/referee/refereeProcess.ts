// The referee: a process of its own that looks at all hosts every 50 ms and writes down what has changed. It knows
// nothing of the product.
//
// node refereeProcess.ts '{"hosts":[...],"address":"...","process":"mariadbd"}'     ends when its input ends
import { commandLine, identify, isAlive, processesUnder } from '../../lab/processes.ts';
import { holds, isLinked, type LookedAt } from './hostLook.ts';
import { ServerMemory } from './serverMemory.ts';
import type { HostSight, LastSight, Sight } from './sight.ts';

export interface RefereeSettings {
  readonly hosts: readonly LookedAt[];
  readonly address: string;
  /** Those of them that have a database server. */
  readonly databases: readonly string[];
  /** Name of the server's process. */
  readonly process: string;
}

const everyMs = 50;
/** Between two searches for the process of a server that is not running: a search reads all of /proc. */
const searchMs = 200;

const settings = JSON.parse(process.argv[2] ?? '') as RefereeSettings;
const servers = new Map<string, ServerMemory>();
const searched = new Map<string, number>();
const started = performance.now();
let [looks, blindMs, last, lastLook] = [0, 0, '', started];
let ending = false;

process.stdin.on('end', () => (ending = true)).resume();
look();

function look(): void {
  const now = performance.now();
  blindMs = Math.max(blindMs, now - lastLook);
  lastLook = now;
  looks += 1;
  const hosts = seen();
  const text = JSON.stringify(hosts);
  if (text !== last) note({ atMs: since(now), hosts });
  last = text;
  if (!ending) {
    setTimeout(look, everyMs - (performance.now() - now));
    return;
  }
  note({ endMs: since(performance.now()), looks, blindMs: Math.round(blindMs) });
}

/**
 * Hosts are looked at one after the other, so what went from one to the next meanwhile would show twice: where more
 * than one is seen, only what a second look still sees counts.
 */
function seen(): Readonly<Record<string, HostSight>> {
  const first = lookAtAll();
  const several = (what: 'writable' | 'holds'): boolean => Object.values(first).filter((host) => host[what]).length > 1;
  if (!several('writable') && !several('holds')) return first;
  const second = lookAtAll();
  return Object.fromEntries(
    Object.entries(first).map(([name, { writable, holds, linked }]) => [
      name,
      { writable: writable && second[name]?.writable === true, holds: holds && second[name]?.holds === true, linked },
    ]),
  );
}

function lookAtAll(): Record<string, HostSight> {
  return Object.fromEntries(
    settings.hosts.map((host) => [
      host.name,
      {
        writable: serverOf(host)?.takesWrites() ?? false,
        holds: holds(host.init, settings.address),
        linked: isLinked(host),
      },
    ]),
  );
}

function serverOf(host: LookedAt): ServerMemory | undefined {
  const known = servers.get(host.name);
  if (known?.alive === true) return known;
  known?.close();
  servers.delete(host.name);
  const now = performance.now();
  if (!settings.databases.includes(host.name)) return undefined;
  if (now - (searched.get(host.name) ?? -Infinity) < searchMs) return undefined;
  searched.set(host.name, now);
  const pid = processesUnder(host.init).find((one) => commandLine(one)[0]?.endsWith(`/${settings.process}`));
  const process = pid === undefined ? undefined : identify(pid);
  if (process === undefined) return undefined;
  try {
    const found = new ServerMemory(host.init, process);
    servers.set(host.name, found);
    return found;
  } catch (error) {
    if (isAlive(process)) throw error;
    return undefined; // it has just ended
  }
}

function since(now: number): number {
  return Math.round(now - started);
}

function note(line: Sight | LastSight): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
