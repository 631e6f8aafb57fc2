// Where several managers share a cluster, a run asks the monitor of its own host before it changes anything: that one
// has the connection to the store, and knows whether it leads.
import type { HostSettings } from '../../config/options.ts';
import type { Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { errorLine } from '../../errors/message.ts';
import type { FailoverPhase } from './failoverRecord.ts';
import { readAnswer, recordedLine, type GuardRequest } from './guardMessages.ts';
import { askSilence, beginWithoutStore, insistSilent, refusedWithoutStore } from './withoutStore.ts';
import type { ApplicationConfig } from '../../mha/applicationConfig.ts';

/** The monitor's own limit for the store is a third of the longest lease. */
const answerMs = 25_000;
/** Nobody waits for it. */
const newsMs = 1_000;

/** For a run. All: @throws Failure `refused` when it must not go on */
export interface Leave {
  /** Once, before the first change. */
  begin(): Promise<void>;
  /** Right before the new master of a failover is opened: where its log is, if that is known. */
  opening(position: () => Promise<string | null>): Promise<void>;
  /** Before each further change: whether what was granted still holds. */
  still(): Promise<void>;
  /** After each line of the journal. Waits for nobody. */
  recorded(): void;
  /** When all went well. */
  end(): Promise<void>;
}

/** Where there is one manager: nobody is asked. */
export const noLeave: Leave = {
  begin: () => Promise.resolve(),
  opening: () => Promise.resolve(),
  still: () => Promise.resolve(),
  recorded: () => undefined,
  end: () => Promise.resolve(),
};

const phases: Readonly<Record<string, FailoverPhase>> = {
  'hard stop': 'stopping',
  'hard stopssh': 'stopping',
  'hard start': 'opening',
};

interface Asking {
  readonly procedure: string;
  readonly record?: 'run' | 'undone' | 'apart' | 'none' | undefined;
  readonly orig: { readonly host: string };
  readonly next: { readonly host: string } | null;
}

/** Of the monitor of this cluster. */
export function guardSocket({ places }: Pick<Tools, 'places'>, cluster: string): string {
  return places.caller?.guard ?? `${places.stateDirectory}/monitor/${cluster}.guard`;
}

export function leaveFor(
  { procedure, record = 'run', orig, next }: Asking,
  settings: Pick<HostSettings, 'options'> | undefined,
  socket: string,
  { connect, places }: Pick<Tools, 'connect' | 'places'>,
): Leave {
  const epoch = places.caller?.epoch ?? null;
  // Who takes back what was done looks at all servers itself, and must be able to where nobody leads.
  if (settings?.options.ha_endpoints === undefined || record === 'none' || record === 'undone') return noLeave;
  const phase = phases[procedure] ?? 'lead';
  const recorded = (): void => void connect.askLine(socket, recordedLine, newsMs).catch(() => undefined);
  const silent = (): Promise<void> => insistSilent(socket, { connect });
  if (places.caller?.withoutStore === true && phase !== 'lead')
    return { begin: silent, opening: silent, still: silent, recorded, end: () => Promise.resolve() };
  const ask = (asked: GuardRequest['phase'], position: string | null = null): Promise<void> =>
    insist(
      socket,
      { what: procedure, phase: asked, epoch, from: orig.host, to: next?.host ?? null, position },
      connect,
    );
  return {
    begin: () => ask(phase),
    async opening(position) {
      if (phase === 'opening') await ask(phase, await position().catch(() => null));
    },
    still: () => ask(phase === 'lead' ? 'lead' : 'still'),
    recorded,
    async end() {
      if (procedure !== 'hard start') return;
      await ask('open');
      // Of a failover by hand nobody else tells the end.
      if (epoch === null) await ask('done');
    },
  };
}

/**
 * Before MHA is started by hand: it would begin, and its hooks would be refused.
 * @returns whether it is to be done without etcd
 * @throws Failure `refused`
 */
export async function leaveToSwitch(
  app: ApplicationConfig,
  dead: string | null,
  settings: Pick<HostSettings, 'options'> | undefined,
  withoutStore: boolean,
  tools: Tools,
): Promise<boolean> {
  const socket = guardSocket(tools, app.name);
  if (withoutStore) {
    if (settings?.options.ha_endpoints === undefined)
      throw new Failure('refused', '--without-store: the cluster has one manager (ha_endpoints is not set)');
    await beginWithoutStore(app, settings, socket, tools);
    return true;
  }
  const asking = { procedure: 'failover', orig: { host: dead ?? app.name }, next: null };
  await leaveFor(asking, settings, socket, tools)
    .begin()
    .catch(async (error: unknown) => {
      const silence = dead === null ? null : await askSilence(socket, tools).catch(() => null);
      throw silence === null || silence.forMs === null ? error : refusedWithoutStore(silence);
    });
  return false;
}

/** @throws Failure `refused` */
export function askUnblock(cluster: string, tools: Pick<Tools, 'connect' | 'places'>): Promise<void> {
  const request: GuardRequest = { what: 'monitor unblock', phase: 'unblock', epoch: null, from: null, to: null };
  return insist(guardSocket(tools, cluster), request, tools.connect);
}

async function insist(socket: string, request: GuardRequest, connect: Tools['connect']): Promise<void> {
  const said = await connect.askLine(socket, JSON.stringify(request), answerMs).catch((cause: unknown) => {
    const what = `ha_endpoints is set, and the monitor of this host does not answer: ${errorLine(cause)}`;
    throw new Failure('refused', what, {
      hint: 'start mha-helper monitor here, or do this on the manager that leads (mha-helper monitor status)',
      cause,
    });
  });
  const answer = readAnswer(said);
  if (answer !== null && 'granted' in answer) return;
  throw new Failure('refused', answer?.refused ?? 'the monitor of this host gave no answer that can be read', {
    hint: 'mha-helper monitor status shows which manager leads',
  });
}
