// Who else has the writer address, asked early: the answer takes half a second, and MHA goes on meanwhile. From the
// dead master's host while that has the address still, which hears everybody but itself; and from the new master's as
// soon as the old one has lost it, briefly where the first has said that nobody else is there. It only says that nobody
// else has it, and only where `start` would ask for nothing but that. Where the dead master's host does not answer, so
// that the answer decides whether it is dead, all are asked for as long as ever, but from then on; `start` asks all of
// them once more.
import { Budget } from '../../context/budget.ts';
import type { Shell, Tools } from '../../context/Context.ts';
import type { HostSettings } from '../../config/options.ts';
import type { HardRequest, HostEnd } from '../../mha/request.ts';
import { patienceMs, type Elsewhere, type VipHost } from '../../vip/Provider.ts';
import { providerFor } from '../../vip/providerFor.ts';
import { shellTarget } from '../run/targets.ts';
import { remembered } from './lookAgain.ts';
import { whoAnswers } from './whoAnswers.ts';

/** How long its own connection may take, in ms. */
const connectMs = 5_000;
/** How long everything here may take: the address may be released long after this has begun. In ms. */
const mostMs = 120_000;
/** How much longer than planned the answer is waited for, in ms. */
const graceMs = 500;
/** An answer that is older is asked for again, in ms; and one after which all are asked once more. */
const freshMs = 2_000;
const insistedFreshMs = 5_000;

interface Answered {
  readonly answer: Elsewhere;
  readonly atMs: number;
}

export interface Beforehand {
  /** `nobody`, or null: it must be asked. Never throws. */
  elsewhere(): Promise<Elsewhere | null>;
  /** Whether all have been asked again and again a moment ago, and nobody has it. Never throws. */
  insisted(): Promise<boolean>;
  close(): Promise<void>;
}

/** Settings of both hosts; null: not known, and then the dead master's is not asked. */
export interface SettingsOfBoth {
  readonly orig: HostSettings | null;
  readonly next: HostSettings;
}

interface Ends {
  /** Resolves when the dead master's host has lost the address. */
  readonly released: Promise<void>;
  /** Calls each time that host is seen not to answer. */
  readonly silent: (listener: () => void) => void;
}

export function askBeforehand(
  { orig, new: next, sshOptions }: Extract<HardRequest, { command: 'start' }>,
  settings: SettingsOfBoth,
  { released, silent }: Ends,
  tools: Pick<Tools, 'clock' | 'connect' | 'places' | 'files'>,
): Beforehand {
  const { clock, connect } = tools;
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
  let asked: Promise<Answered> | null = null;
  let insisting: Promise<Answered> | null = null;
  async function ask(): Promise<Answered> {
    const brief = before === 'not known' ? null : await provider.answersElsewhere(host, 'brief');
    const isEnough = brief?.kind === 'somebody' || (brief?.kind === 'nobody' && before === 'alone');
    const answer = isEnough ? brief : await provider.answersElsewhere(host, 'once');
    return { answer, atMs: clock.monotonic() };
  }
  void released.then(() => {
    asked = ask();
    asked.catch(() => undefined);
  });
  const asking = { provider, tools, settings: () => settings.next, host: () => host, foreignHost: hostOf };
  const insist = async (): Promise<Answered> => {
    const answer = await whoAnswers(asking, orig, next);
    return { answer, atMs: clock.monotonic() };
  };
  // MHA's layer says it before it waits for SSH, and once more at MHA's call of `stop`.
  const insistAgain = remembered(clock, insist, freshMs);
  silent(() => {
    insisting = insistAgain();
    insisting.catch(() => undefined);
  });
  async function nobody(
    question: Promise<Answered> | null,
    mostMs: number,
    youngMs: number,
  ): Promise<Elsewhere | null> {
    if (question === null) return null;
    const late = clock.sleep(mostMs + graceMs).then(() => null);
    const said = await Promise.race([question, late]).catch(() => null);
    return said?.answer.kind === 'nobody' && clock.monotonic() - said.atMs <= youngMs ? said.answer : null;
  }
  return {
    elsewhere: () => nobody(asked, patienceMs.once, freshMs),
    insisted: async () => (await nobody(insisting, patienceMs.insist, insistedFreshMs)) !== null,
    async close() {
      await Promise.all(shells.map((shell) => shell.then((one) => one.close())));
    },
  };
}
