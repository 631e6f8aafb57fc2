// What the monitor does when it has closed an old master: it finds out what was lost, and where that is wanted and
// nothing was, it goes the way back.
import { loadHostSettings } from '../../config/load.ts';
import type { Tools } from '../../context/Context.ts';
import { asFailure, errorLine } from '../../errors/message.ts';
import type { ApplicationConfig } from '../../mha/applicationConfig.ts';
import type { Notice } from '../monitor/clusterState.ts';
import { findLost } from '../rejoin/findLost.ts';
import { rejoin } from '../rejoin/rejoin.ts';
import { quiet } from '../survey/clusterTls.ts';

/** MHA must not be at work any more: how often that is tried, and after how long, in ms. */
const findAttempts = 24;
const findAgainMs = 5_000;

/** Never throws. @param by who does it, for the record. @param tell gets what people must be told */
export async function afterClosing(
  host: string,
  app: ApplicationConfig,
  by: string,
  tell: (notice: Notice) => void,
  tools: Tools,
): Promise<void> {
  const { clock, interrupted, log } = tools;
  for (let left = findAttempts; !interrupted.aborted; left -= 1) {
    try {
      const { lost, text } = await findLost(app.file, host, { ...tools, log: quiet });
      log.warn(text);
      const subject = lost ? `${host} has writes that the new master lacks` : `${host} has nothing more`;
      const isWanted = await wantsRejoin(host, app, tools);
      const refused = lost && isWanted ? '\n\nauto_rejoin does not make it a replica: a person must decide.' : '';
      tell({ subject, text: `${text}${refused}` });
      if (!lost && isWanted) tell(await rejoinByItself(host, app, by, tools));
      return;
    } catch (error) {
      const isBusy = asFailure(error).kind === 'refused' && left > 1;
      if (!isBusy) {
        const text = `it is not known what ${host} has that the new master lacks: ${errorLine(error)}`;
        log.warn(text);
        tell({ subject: `${host} could not be compared`, text });
        return;
      }
    }
    await clock.sleep(findAgainMs, interrupted).catch(() => undefined);
  }
}

async function wantsRejoin(host: string, { name }: ApplicationConfig, { files, places }: Tools): Promise<boolean> {
  const [settings] = await loadHostSettings(places.configDirectory, [host], files, quiet, name);
  return settings?.options.auto_rejoin === true;
}

async function rejoinByItself(host: string, app: ApplicationConfig, by: string, tools: Tools): Promise<Notice> {
  const options = { conf: app.file, host, dryRun: false, acceptDivergence: false, by };
  const text = await rejoin(options, tools).then(
    (outcome) => (outcome.kind === 'proceed' ? outcome.leftToDo.join('; ') : 'it replicates'),
    (error: unknown) => `it was not made a replica: ${errorLine(error)}`,
  );
  tools.log.warn(`auto_rejoin of ${host}: ${text}`);
  return { subject: `auto_rejoin of ${host}`, text };
}
