// What must be right on the manager host itself.
import type { Tools } from '../../context/Context.ts';
import type { HostSettings } from '../../config/options.ts';
import { filesWithSecrets, openSecretHint, openSecrets } from '../../config/secretFiles.ts';
import { isUnknown } from '../../errors/unknown.ts';
import { defaultGlobalFile, type ApplicationConfig } from '../../mha/applicationConfig.ts';
import { acknowledgeCommand } from '../../steps/byHand.ts';
import { readOrders } from '../orders/standingOrders.ts';
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
      checkMonitor(app, tools),
      checkState(app, settings, tools),
      checkRoom(app, tools),
      checkMails(settings, tools),
      checkSecrets(app, settings, tools),
      checkLastFailover(app, settings, tools),
    ].map((lines) => lines.catch((error: unknown) => [thrown(error)])),
  );
  return at(tools.places.hostname, all.flat());
}

async function checkMonitor(app: ApplicationConfig, tools: Tools): Promise<readonly Body[]> {
  // That it is missing is said where the programs are checked.
  if ((await missingPrograms(['masterha_check_status'], tools)).length > 0) return [];
  return [managerLine((await monitorState(app, tools)).state)];
}

/** @param state in MHA's words; null: nobody monitors */
export function managerLine(state: string | null): Body {
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
