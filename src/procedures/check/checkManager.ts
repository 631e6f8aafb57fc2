// What must be right on the manager host itself.
import type { Tools } from '../../context/Context.ts';
import type { HostSettings } from '../../config/options.ts';
import { filesWithSecrets, openSecretHint, openSecrets } from '../../config/secretFiles.ts';
import { isUnknown } from '../../errors/unknown.ts';
import { defaultGlobalFile, type ApplicationConfig } from '../../mha/applicationConfig.ts';
import { acknowledgeCommand } from '../../steps/byHand.ts';
import { readOrders } from '../orders/standingOrders.ts';
import { guardSocket } from '../managers/askLeave.ts';
import type { SeatRecord } from '../managers/seatRecord.ts';
import { askSilence } from '../managers/withoutStore.ts';
import { namesOf } from '../monitor/monitorFiles.ts';
import { readStateFile } from '../monitor/stateFile.ts';
import { readJournal, runToUndo } from '../run/earlierRuns.ts';
import { leftLines, leftToDo } from '../run/leftToDo.ts';
import { monitorState } from '../switch/pauseMonitor.ts';
import { missingPrograms } from '../switch/preflight.ts';
import { checkLastFailover } from './checkLastFailover.ts';
import { at, failed, ok, thrown, warning, type Body, type CheckLine } from './CheckLine.ts';
import { checkMails } from './checkMails.ts';
import { checkPrograms } from './checkPrograms.ts';
import { checkRoom } from './checkRoom.ts';
import { checkStateDirectory } from './checkStateDirectory.ts';

/** @param settings of all hosts; empty when something is wrong with them, which is then said elsewhere */
export async function checkManager(
  app: ApplicationConfig,
  settings: readonly HostSettings[],
  tools: Tools,
): Promise<readonly CheckLine[]> {
  const all = await Promise.all(
    [
      checkPrograms(app, tools),
      checkMonitor(app, settings, tools),
      checkState(app, settings, tools),
      checkRoom(app, tools),
      checkMails(settings, tools),
      checkSecrets(app, settings, tools),
      checkLastFailover(app, settings, tools),
    ].map((lines) => lines.catch((error: unknown) => [thrown(error)])),
  );
  return at(tools.places.hostname, all.flat());
}

async function checkMonitor(
  app: ApplicationConfig,
  settings: readonly HostSettings[],
  tools: Tools,
): Promise<readonly Body[]> {
  // That it is missing is said where the programs are checked.
  if ((await missingPrograms(['masterha_check_status'], tools)).length > 0) return [];
  const { state } = await monitorState(app, tools);
  const isShared = settings[0]?.options.ha_endpoints !== undefined;
  return [managerLine(state, state === null && isShared ? await seatHere(app, tools) : null)];
}

/** Where the monitor of this host sits; null: it does not answer, or does not know. */
async function seatHere(app: ApplicationConfig, tools: Tools): Promise<SeatRecord | null> {
  const answers = await askSilence(guardSocket(tools, app.name), tools).catch(() => null);
  if (answers === null) return null;
  return (await readStateFile(namesOf(tools.places, app.name).record, tools))?.seat ?? null;
}

/**
 * @param state in MHA's words; null: nobody monitors here
 * @param seat null: there is one manager, or it is not known
 */
export function managerLine(state: string | null, seat: Pick<SeatRecord, 'standing' | 'leader' | 'word'> | null): Body {
  if (state === null && seat?.standing === 'standby' && seat.leader !== null && seat.word !== null) {
    const leads = `this manager stands by; ${seat.leader} leads, and says that the cluster is`;
    if (seat.word.protected) return ok(`${leads} protected`);
    return warning(`${leads} NOT PROTECTED: ${seat.word.why ?? 'it does not say why'}`);
  }
  if (state === 'PING_OK') return ok('masterha_manager monitors the cluster (PING_OK)');
  if (state !== null) return warning(`masterha_manager: ${state}`);
  return warning(
    'masterha_manager does not run: nothing would fail over by itself',
    'mha-helper monitor start keeps it running',
  );
}

/** The journal and the spool. */
async function checkState(
  app: ApplicationConfig,
  settings: readonly HostSettings[],
  tools: Tools,
): Promise<readonly Body[]> {
  const { cluster } = settings[0] ?? {};
  const runs = cluster === undefined ? [] : await readJournal(tools, cluster);
  if (isUnknown(runs)) return [failed('environment', `what the hooks did is not known: ${runs.unknown}`)];
  const half = runToUndo(runs);
  const unfinished =
    half === null
      ? []
      : [
          warning(
            `unfinished work: "${half.procedure}" of ${half.origHost} (${half.startedAt})`,
            'see mha-helper status and mha-helper undo',
          ),
        ];
  const orders = cluster === undefined ? null : await readOrders(tools, cluster);
  const lifted = orders === null || isUnknown(orders) ? [] : orders.lifted;
  const left = leftLines(leftToDo(runs, lifted)).map((line) =>
    warning(`LEFT TO DO by ${line}`, `when it is done: ${acknowledgeCommand(app.file)}`),
  );
  return [...(await checkStateDirectory(tools)), ...unfinished, ...left];
}

/** MHA's own files hold the password of its account. */
async function checkSecrets(
  app: ApplicationConfig,
  settings: readonly HostSettings[],
  { files }: Tools,
): Promise<readonly Body[]> {
  const ofMha = await Promise.all(
    [app.file, defaultGlobalFile].map(async (path) => {
      const text = await files.read(path).catch(() => '');
      return /^\s*(?:repl_)?password\s*=/m.test(text) ? [path] : [];
    }),
  );
  const paths = [...ofMha.flat(), ...filesWithSecrets(settings)];
  return (await openSecrets(paths, files)).map((line) => failed('config', line, openSecretHint));
}
