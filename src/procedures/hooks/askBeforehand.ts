// Who else has the writer address, asked as soon as the dead master's host has lost it: the answer takes half a second,
// and MHA recovers what it can meanwhile. It only says that nobody else has it, and only where `start` would ask for
// nothing but that: where the answer decides whether the dead master is dead, it is asked after MHA's call, as ever.
import { Budget } from '../../context/budget.ts';
import type { Tools } from '../../context/Context.ts';
import type { HostSettings } from '../../config/options.ts';
import type { HardRequest } from '../../mha/request.ts';
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

/**
 * @param settings of the new master's host
 * @param released resolves when the dead master's host has lost the address
 */
export function askBeforehand(
  { new: end, sshOptions }: Extract<HardRequest, { command: 'start' }>,
  settings: HostSettings,
  released: Promise<void>,
  { clock, connect }: Pick<Tools, 'clock' | 'connect'>,
): Beforehand {
  const shell = connect.ssh(shellTarget(end, sshOptions), connectMs);
  shell.catch(() => undefined);
  const host: VipHost = { name: end.host, ip: end.ip, port: end.port, settings, shell: () => shell };
  const budget = new Budget(clock, 'the question beforehand', mostMs);
  const provider = providerFor([settings], { clock, budget, connect, warn: () => undefined });
  // Where the programs are.
  provider.prepare(host).catch(() => undefined);
  let asked: Promise<{ readonly answer: Elsewhere; readonly atMs: number }> | null = null;
  async function ask(): Promise<{ readonly answer: Elsewhere; readonly atMs: number }> {
    const answer = await provider.answersElsewhere(host, 'once');
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
    close: () => shell.then((one) => one.close()),
  };
}
