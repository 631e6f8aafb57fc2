// Who else has the writer address, asked early: the answer takes half a second, and MHA goes on meanwhile. From the
// dead master's host while that has the address still, which hears everybody but itself; and from the new master's as
// soon as the old one has lost it, briefly where the first has said that nobody else is there. It only says that nobody
// else has it, and only where `start` would ask for nothing but that: where the answer decides whether the dead master
// is dead, it is asked after MHA's call, as ever.
import { Budget } from '../../context/budget.ts';
import type { Shell, Tools } from '../../context/Context.ts';
import type { HostSettings } from '../../config/options.ts';
import type { HardRequest, HostEnd } from '../../mha/request.ts';
import { patienceMs, type Elsewhere, type VipHost } from '../../vip/Provider.ts';
import { providerFor } from '../../vip/providerFor.ts';
import { shellTarget } from '../run/targets.ts';

/** How long its own connection may take, in ms. */
const connectMs = 5_000;
/** How long everything here may take: the address may be released long after this has begun. In ms. */
const mostMs = 120_000;
/** How much longer than planned the answer is waited for, in ms. */
const graceMs = 500;
/** An answer that is older is asked for again, in ms. */
const freshMs = 2_000;

export interface Beforehand {
  /** `nobody`, or null: it must be asked. Never throws. */
  elsewhere(): Promise<Elsewhere | null>;
  close(): Promise<void>;
}

/** Settings of both hosts; null: not known, and then the dead master's is not asked. */
export interface SettingsOfBoth {
  readonly orig: HostSettings | null;
  readonly next: HostSettings;
}

/** @param released resolves when the dead master's host has lost the address */
export function askBeforehand(
  { orig, new: next, sshOptions }: Extract<HardRequest, { command: 'start' }>,
  settings: SettingsOfBoth,
  released: Promise<void>,
  { clock, connect }: Pick<Tools, 'clock' | 'connect'>,
): Beforehand {
  const budget = new Budget(clock, 'the question beforehand', mostMs);
  const known = [settings.next, ...(settings.orig === null ? [] : [settings.orig])];
  const provider = providerFor(known, { clock, budget, connect, warn: () => undefined });
  const shells: Promise<Shell>[] = [];
  function hostOf(end: HostEnd, its: HostSettings): VipHost {
    const shell = connect.ssh(shellTarget(end, sshOptions), connectMs);
    shell.catch(() => undefined);
    shells.push(shell);
    return { name: end.host, ip: end.ip, port: end.port, settings: its, shell: () => shell };
  }
  const host = hostOf(next, settings.next);
  // Where the programs are.
  provider.prepare(host).catch(() => undefined);
  const { orig: ofOrig } = settings;
  let before: 'alone' | 'not known' | 'asking' = ofOrig === null ? 'not known' : 'asking';
  if (ofOrig !== null) {
    void provider.answersElsewhere(hostOf(orig, ofOrig), 'brief').then(({ kind }) => {
      before = kind === 'nobody' ? 'alone' : 'not known';
    });
  }
  let asked: Promise<{ readonly answer: Elsewhere; readonly atMs: number }> | null = null;
  async function ask(): Promise<{ readonly answer: Elsewhere; readonly atMs: number }> {
    const brief = before === 'not known' ? null : await provider.answersElsewhere(host, 'brief');
    const isEnough = brief?.kind === 'somebody' || (brief?.kind === 'nobody' && before === 'alone');
    const answer = isEnough ? brief : await provider.answersElsewhere(host, 'once');
    return { answer, atMs: clock.monotonic() };
  }
  void released.then(() => {
    asked = ask();
    asked.catch(() => undefined);
  });
  return {
    async elsewhere() {
      if (asked === null) return null;
      const late = clock.sleep(patienceMs.once + graceMs).then(() => null);
      const said = await Promise.race([asked, late]).catch(() => null);
      return said?.answer.kind === 'nobody' && clock.monotonic() - said.atMs <= freshMs ? said.answer : null;
    },
    async close() {
      await Promise.all(shells.map((shell) => shell.then((one) => one.close())));
    },
  };
}
