// What must be right on the manager host itself.
import type { Tools } from '../../context/Context.ts';
import type { HostSettings } from '../../config/options.ts';
import { mailTarget } from '../../config/mailTarget.ts';
import { isUnknown } from '../../errors/unknown.ts';
import { asFailure } from '../../errors/message.ts';
import type { ApplicationConfig } from '../../mha/applicationConfig.ts';
import { readJournal, runToUndo } from '../run/earlierRuns.ts';
import { monitorState } from '../switch/pauseMonitor.ts';
import { lastFailoverProblems, missingPrograms, scriptProblems } from '../switch/preflight.ts';
import { at, failed, ok, thrown, warning, type CheckLine } from './CheckLine.ts';

type Lines = Promise<readonly Omit<CheckLine, 'where'>[]>;

const lookMs = 5_000;
/** How long the mail server may take to say hello and let us in, in ms. */
const mailMs = 5_000;

/** What a failover, a switch, the monitor and this check start. */
/** Either executes the last writes of a dead master. */
const clients = ['mysql', 'mariadb'];
const programs = [
  'masterha_manager',
  'masterha_master_switch',
  'masterha_check_status',
  'masterha_check_ssh',
  'masterha_check_repl',
  'masterha_stop',
  'ssh',
];

/** @param settings of all hosts; empty when something is wrong with them, which is then said elsewhere */
export async function checkManager(
  app: ApplicationConfig,
  settings: readonly HostSettings[],
  tools: Tools,
): Promise<readonly CheckLine[]> {
  const all = await Promise.all(
    [
      checkPrograms(app, tools),
      checkState(settings, tools),
      checkMails(settings, tools),
      checkLastFailover(app, tools),
    ].map((lines) => lines.catch((error: unknown) => [thrown(error)])),
  );
  return at(tools.places.hostname, all.flat());
}

async function checkPrograms(app: ApplicationConfig, tools: Tools): Lines {
  const hooks = [app.scripts.masterIpFailover, app.scripts.masterIpOnlineChange, app.scripts.report].flatMap(
    (line) => /^\s*([^\s'"$`;|&]+)/.exec(line ?? '')?.[1] ?? [],
  );
  const missing = await missingPrograms([...programs, ...clients, ...hooks], tools);
  const absent = hooks.filter((hook) => missing.includes(hook));
  const absentOfMha = programs.filter((program) => missing.includes(program));
  return [
    ...(absentOfMha.length === 0
      ? [ok('MHA and ssh are installed')]
      : [
          failed(
            'environment',
            `no ${absentOfMha.join(', no ')} in PATH`,
            'install the packages mha4mysql-manager and openssh-client',
          ),
        ]),
    ...(clients.every((client) => missing.includes(client))
      ? [
          warning(
            `no ${clients.join(' or ')} in PATH: with GTID the last writes of a dead master would be lost`,
            'install the client of your server, for instance default-mysql-client',
          ),
        ]
      : []),
    ...[scriptProblems(app, true), scriptProblems(app, false)].flat().map((problem) => thrown(problem)),
    ...(absent.length > 0
      ? [
          failed(
            'environment',
            `${app.file} names ${absent.join(', ')}, which is not here: MHA would stop half-way`,
            'the packages make these symlinks to mha-helper',
          ),
        ]
      : hooks.length === 0
        ? []
        : [ok(`the programs that MHA calls are here: ${hooks.join(', ')}`)]),
    ...(app.scripts.report === undefined
      ? [
          warning(
            `${app.file} has no report_script: nobody gets a mail about a failover`,
            'set report_script = /usr/bin/master_failover_report in [server default]',
          ),
        ]
      : []),
    ...(absentOfMha.includes('masterha_check_status') ? [] : [await checkMonitor(app, tools)]),
  ];
}

async function checkMonitor(app: ApplicationConfig, tools: Tools): Promise<Omit<CheckLine, 'where'>> {
  const { state } = await monitorState(app, tools);
  if (state === 'PING_OK') return ok('masterha_manager monitors the cluster (PING_OK)');
  return warning(
    state === null ? 'masterha_manager does not run: nothing would fail over by itself' : `masterha_manager: ${state}`,
    state === null ? 'mha-helper monitor keeps it running' : undefined,
  );
}

/** The journal and the spool. */
async function checkState(settings: readonly HostSettings[], tools: Tools): Lines {
  const directory = tools.places.stateDirectory;
  // Where it is not there yet it is made: then what counts is the nearest directory above it.
  const script =
    'd=$1; while [ ! -e "$d" ] && [ "$d" != / ] && [ "$d" != . ]; do d=$(dirname "$d"); done; [ -d "$d" ] && [ -w "$d" ] && [ -x "$d" ]';
  const { code } = await tools.connect.local.run(['sh', '-c', script, 'sh', directory], lookMs);
  const { cluster } = settings[0] ?? {};
  const runs = cluster === undefined ? [] : await readJournal(tools, cluster);
  if (isUnknown(runs)) return [failed('environment', `what the hooks did is not known: ${runs.unknown}`)];
  const half = runToUndo(runs);
  return [
    code === 0
      ? ok(`${directory} can be written`)
      : warning(
          `${directory} cannot be written: no record of what the hooks do, and a killed one could not be undone`,
          'chgrp and chmod g+w it for the user that runs MHA',
        ),
    ...(half === null
      ? []
      : [
          warning(
            `"${half.procedure}" of ${half.origHost} (${half.startedAt}) has left something half done`,
            'see mha-helper status and mha-helper undo',
          ),
        ]),
  ];
}

async function checkLastFailover(app: ApplicationConfig, tools: Tools): Lines {
  return (await lastFailoverProblems(app, tools)).map((problem) => thrown(problem));
}

/** Each mail server once, as far as the login: nothing is sent. */
async function checkMails(settings: readonly HostSettings[], tools: Tools): Lines {
  const byServer = Map.groupBy(
    settings.filter(({ options }) => options.report_email !== undefined),
    ({ options }) => JSON.stringify(mailTarget(options)),
  );
  const without = settings.filter(({ options }) => options.report_email === undefined).map(({ host }) => host);
  const asked = await Promise.all(
    [...byServer.values()].map(async (same) => {
      const [first] = same;
      if (first === undefined) return [];
      const smtp = mailTarget(first.options);
      const hosts = same.length === settings.length ? '' : ` (for ${same.map(({ host }) => host).join(', ')})`;
      try {
        await tools.connect.checkMail(smtp, mailMs);
        return [
          ok(
            `the mail server ${smtp.host}:${smtp.port} answers${smtp.login === undefined ? '' : ` and takes the login of ${smtp.login.user}`}${hosts}`,
          ),
        ];
      } catch (error) {
        const { message, hint } = asFailure(error);
        return [warning(`${message}${hosts}: a report would wait in the spool`, hint)];
      }
    }),
  );
  return [
    ...asked.flat(),
    ...(without.length === 0
      ? []
      : [warning(`report_email is not set for ${without.join(', ')}: nobody gets a mail about a failover there`)]),
  ];
}
