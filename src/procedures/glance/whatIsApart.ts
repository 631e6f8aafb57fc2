// What replicas write or have that the master lacks, each with what to do. Pure.
import type { ApplicationConfig } from '../../mha/applicationConfig.ts';
import { consequence, errantText, excludes, lookBy, type Errant } from '../survey/errant.ts';
import { eventsText, type RunningEvents } from '../survey/runningEvents.ts';
import { serverName } from '../survey/surveyCluster.ts';

export function whatIsApart(
  app: ApplicationConfig,
  events: readonly RunningEvents[],
  errant: readonly Errant[],
): readonly string[] {
  return [...errant.flatMap((one) => divergenceLine(app, one)), ...events.flatMap((one) => eventsLine(app, one))];
}

/** One that is no candidate may have what it likes: a person has said so. */
function divergenceLine({ file }: ApplicationConfig, one: Errant): readonly string[] {
  if (one.server.noMaster) return [];
  const text = errantText(one);
  if (typeof one.extra !== 'string') return [text];
  const { hostname } = one.server;
  const rebuild = `rebuild ${hostname} from a copy of ${one.master.hostname}, or set no_master=1 for it in ${file}`;
  return [`${text}: ${consequence(one)}; ${excludes(one) ? rebuild : lookBy(hostname)}`];
}

function eventsLine(app: ApplicationConfig, { server, names }: RunningEvents): readonly string[] {
  const text = eventsText(serverName(server, app), names);
  if (text === null) return [];
  if (!Array.isArray(names)) return [text];
  return [`${text}; SET GLOBAL event_scheduler=OFF there, and ALTER EVENT ... DISABLE ON SLAVE with sql_log_bin=0`];
}
