// What would fail over by itself, held back while a switch is at work: a masterha_manager that was started by hand, or
// that of mha-helper's own monitor, which needs no option for it and gives the protection back whatever ends us.
import type { Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { errorLine } from '../../errors/message.ts';
import type { SwitchRequest } from '../../mha/switchCommand.ts';
import type { Lock } from '../monitor/monitorFiles.ts';
import { holdManager, letGo, newPause } from '../pause/holdManager.ts';
import type { Pause } from '../pause/Pause.ts';
import type { Survey } from '../survey/surveyCluster.ts';
import { serverName } from '../survey/surveyCluster.ts';
import { startMonitor, startText, stopMonitor, type Monitor } from './pauseMonitor.ts';

export type Protector =
  { readonly kind: 'by hand'; readonly manager: Monitor } | { readonly kind: 'ours'; readonly monitor: Lock };

export type Held =
  { readonly kind: 'by hand'; readonly manager: Monitor } | { readonly kind: 'ours'; readonly pause: Pause };

/** @throws Failure `refused` and others: what was held back must be given back all the same, where it is `by hand` */
export async function holdBack(protector: Protector, { app, dead }: SwitchRequest, tools: Tools): Promise<Held> {
  if (protector.kind === 'by hand') {
    await stopMonitor(app, tools);
    return protector;
  }
  const process = await tools.connect.thisProcess();
  if (process === null) throw new Failure('environment', '/proc does not show this process');
  const reason = dead === null ? 'a planned switch' : `a failover of ${dead.hostname}`;
  const pause = newPause({ kind: 'switch', process, reason, dead: dead?.hostname ?? null }, tools);
  await holdManager(app.name, pause, protector.monitor, { failoverMs: 0 }, tools);
  return { kind: 'ours', pause };
}

/** Never throws. @returns null when the cluster is monitored again; else what a person must know */
export async function giveBackProtection(
  held: Held,
  { app }: SwitchRequest,
  look: () => Promise<Survey>,
  tools: Tools,
): Promise<string | null> {
  const not = 'the cluster is NOT monitored: masterha_manager';
  if (held.kind === 'ours') {
    const why = await letGo(app.name, held.pause, tools);
    return why === null ? null : `the cluster is NOT protected: ${why}; see mha-helper monitor status -c ${app.file}`;
  }
  const { manager } = held;
  try {
    const down = (await look()).servers
      .filter(({ alive, server }) => !alive && !server.ignoreFail)
      .map(({ server }) => serverName(server, app));
    // It could only end again.
    if (down.length > 0) {
      return (
        `${not} was not started again, because it would end at once while ${down.join(', ')} ` +
        `does not answer. Bring it back, or take it out of ${app.file}; then run: ${startText(manager)}`
      );
    }
    const why = await startMonitor(app, manager, tools);
    return why === null ? null : `${not} was started again, but ${why}. It was started with: ${startText(manager)}`;
  } catch (error) {
    return `${not} could not be started again: ${errorLine(error)}. Run: ${startText(manager)}`;
  }
}
