// A failover on a person's word while etcd does not answer. Nobody can say then who leads: the person has seen to it
// that no other manager acts, and is told which ones nobody could ask. What can be seen without etcd is looked at all
// the same: whether one of them is at a failover, and that their sessions on the servers end.
import { mysqlTls } from '../../config/mysqlTls.ts';
import type { HostSettings } from '../../config/options.ts';
import type { Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { errorLine } from '../../errors/message.ts';
import type { ApplicationConfig } from '../../mha/applicationConfig.ts';
import { failoverLockHolders, fenceOldLeader, ownNames } from './fenceOldLeader.ts';
import { readSilence, type StoreSilence } from './storeSilence.ts';

const answerMs = 5_000;
const request = JSON.stringify({ silence: true });

/** What MHA's hooks are given, who then ask for nothing but that etcd is still silent. */
export const withoutStoreVariables = { MHA_HELPER_WITHOUT_STORE: '1' } as const;

export function isSilenceRequest(line: string): boolean {
  return line === request;
}

/** @throws Failure `refused` when the monitor of this host does not say */
export async function askSilence(socket: string, { connect }: Pick<Tools, 'connect'>): Promise<StoreSilence> {
  const refused = (why: string): Failure =>
    new Failure('refused', `whether etcd answers is not known: ${why}`, {
      hint: 'start mha-helper monitor here first',
    });
  const line = await connect.askLine(socket, request, answerMs).catch((error: unknown) => {
    throw refused(errorLine(error));
  });
  const silence = readSilence(line);
  if (silence === null) throw refused('the monitor of this host gave no answer that can be read');
  return silence;
}

/** Before each change of a failover that was begun without etcd. @throws Failure `refused` when it is back */
export async function insistSilent(socket: string, tools: Pick<Tools, 'connect'>): Promise<void> {
  const { forMs } = await askSilence(socket, tools);
  if (forMs === null)
    throw new Failure('refused', 'etcd answers again, and another manager may lead: nothing more is done without it', {
      hint: 'mha-helper monitor status shows which manager leads; it fails over by itself',
    });
}

/** Why a failover by hand is refused when etcd does not answer, and what a person can do. */
export function refusedWithoutStore({ why, others }: StoreSilence): Failure {
  return new Failure('refused', `etcd does not answer (${why}): nobody can say whether ${named(others)} leads`, {
    hint: 'see to it that no other manager acts (its host is down, or its monitor is stopped); then --without-store',
  });
}

/** @throws Failure `refused` with what speaks against it; sessions of other managers may have been ended then */
export async function beginWithoutStore(
  app: ApplicationConfig,
  settings: Pick<HostSettings, 'options'>,
  socket: string,
  tools: Pick<Tools, 'clock' | 'connect' | 'log'>,
): Promise<void> {
  const silence = await askSilence(socket, tools);
  const objection = objectionTo(silence);
  if (objection !== null) throw new Failure('refused', `--without-store: ${objection}`);
  const tls = mysqlTls(settings.options);
  const own = ownNames(silence.own);
  const holders = await failoverLockHolders(app, own, tls, tools);
  if (holders.length > 0)
    throw new Failure('refused', `--without-store: a failover is running: ${holders.join('; ')}`, {
      hint: 'wait for its end; where its host is down for certain, KILL that session',
    });
  const { others, why } = silence;
  tools.log.warn(`without etcd (${why}): nobody could ask ${named(others)}; on your word no other manager acts`);
  const hosts = others.flatMap((other) => other.hosts);
  const { ended, failed } = await fenceOldLeader(app, hosts, own, tls, tools);
  for (const text of ended) tools.log.info(`of another manager, ended: ${text}`);
  if (failed.length > 0)
    throw new Failure('refused', `--without-store: sessions of other managers cannot be ended: ${failed.join('; ')}`);
}

function objectionTo({ forMs, ttlMs, failover }: StoreSilence): string | null {
  if (forMs === null) return 'etcd answers: do it with etcd, on the manager that leads (mha-helper monitor status)';
  if (forMs < ttlMs) {
    const left = Math.ceil((ttlMs - forMs) / 1000);
    return `etcd has been silent for ${Math.floor(forMs / 1000)} s: one that leads may act for ${left} s more`;
  }
  return failover === null ? null : `when etcd was last heard, ${failover}`;
}

function named(others: StoreSilence['others']): string {
  if (others.length === 0) return 'another manager (none was known when etcd was last heard)';
  return others
    .map(({ manager, hosts }) => (hosts.length === 0 ? manager : `${manager} (${hosts.join(', ')})`))
    .join(', ');
}
