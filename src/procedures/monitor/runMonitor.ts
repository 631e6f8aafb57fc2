// The monitor itself: all its clusters side by side, until it is told to stop.
import type { DaemonTools, Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { errorLine } from '../../errors/message.ts';
import { MonitorSessions } from '../managers/MonitorSessions.ts';
import { fewLogins } from '../watch/fewLogins.ts';
import { ClusterMonitor } from './ClusterMonitor.ts';
import { selectClusters, type Selection } from './clusterList.ts';
import { lockClusters, refuseMonitored } from './locks.ts';
import { metricsText } from './metricsText.ts';
import { rotateJournals } from './rotateJournals.ts';

/** A cluster that was not looked at for so long, in ms: the monitor itself hangs, and systemd may restart it. */
const silentMs = 60_000;

export interface MonitorOptions extends Selection {
  readonly metrics?: { readonly host: string; readonly port: number };
}

export async function runMonitor(options: MonitorOptions, tools: Tools, daemon: DaemonTools): Promise<void> {
  const paths = await selectClusters(options, tools);
  await refuseMonitored(paths, tools, daemon);
  const sessions = new MonitorSessions(tools, daemon);
  const looking = { ...tools, connect: { ...tools.connect, ssh: fewLogins(tools.connect) } };
  const monitors = paths.map((conf) => new ClusterMonitor(conf, tools, daemon, sessions, looking));
  const records = () => monitors.map(({ observed }) => observed);
  // Before the locks: whoever has started this takes them for the sign that it has come up.
  const stopMetrics =
    options.metrics === undefined
      ? () => undefined
      : await daemon.serveMetrics(options.metrics, () => metricsText(records(), tools.clock.now().getTime()));
  const release = await lockClusters(paths, tools, daemon).catch((error: unknown) => {
    stopMetrics();
    throw error;
  });
  const over = new AbortController();
  tools.log.info(`monitoring ${monitors.map(({ name }) => name).join(', ')} (pid ${tools.places.pid})`);
  try {
    await daemon.notify('--ready', `--status=monitoring ${monitors.length} clusters`);
    const beside = [reassure(monitors, tools, daemon, over.signal), rotateJournals(paths, tools, over.signal)];
    tools.interrupted.addEventListener('abort', () => {
      tools.log.info('stopping; a failover that runs is waited for');
    });
    const ends = await Promise.allSettled(monitors.map((monitor) => monitor.run(tools.interrupted)));
    over.abort(new Failure('interrupted', 'the monitor has ended'));
    await Promise.all(beside);
    const failed = ends.filter((end) => end.status === 'rejected').map(({ reason }) => errorLine(reason));
    if (failed.length > 0) throw new Failure('internal', `the monitor broke down: ${failed.join('; ')}`);
  } finally {
    stopMetrics();
    await sessions.end();
    await release();
  }
  tools.log.info('ended; nothing is monitored now');
}

/** Tells systemd's watchdog that every cluster is being looked at; it hears nothing when one is not. */
async function reassure(
  monitors: readonly ClusterMonitor[],
  tools: Tools,
  daemon: DaemonTools,
  over: AbortSignal,
): Promise<void> {
  if (daemon.watchdogMs === null) return;
  while (!over.aborted) {
    const now = tools.clock.monotonic();
    const silent = monitors.filter(({ seenAt, ended }) => !ended && now - seenAt > silentMs);
    if (silent.length === 0) await daemon.notify('WATCHDOG=1');
    else tools.log.warn(`not looked at for too long: ${silent.map(({ name }) => name).join(', ')}`);
    await tools.clock.sleep(daemon.watchdogMs, over).catch(() => undefined);
  }
}
