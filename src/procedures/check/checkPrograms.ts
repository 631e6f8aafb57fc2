// The programs on the manager host: MHA's, the client's, and those that MHA's configuration names.
import type { Tools } from '../../context/Context.ts';
import type { ApplicationConfig } from '../../mha/applicationConfig.ts';
import { missingPrograms, scriptProblems } from '../switch/preflight.ts';
import { failed, ok, thrown, warning, type Body } from './CheckLine.ts';

/** What a failover, a switch, the monitor and check itself start. */
const programs = [
  'masterha_manager',
  'masterha_master_switch',
  'masterha_check_status',
  'masterha_check_ssh',
  'masterha_check_repl',
  'masterha_stop',
  'ssh',
];
/** Either executes the last writes of a dead master. */
const clients = ['mysql', 'mariadb'];

interface Seen {
  readonly app: ApplicationConfig;
  /** The first words of MHA's script lines. */
  readonly hooks: readonly string[];
  readonly missing: readonly string[];
}

const rules: readonly ((seen: Seen) => readonly Body[])[] = [
  mha,
  client,
  scripts,
  hooksOfMha,
  secondaryCheckScript,
  shutdownScript,
  reportScript,
];

export async function checkPrograms(app: ApplicationConfig, tools: Tools): Promise<readonly Body[]> {
  const hooks = hooksOf(app);
  const others = [...programsOf(app, 'secondaryCheck'), ...programsOf(app, 'shutdown')];
  const missing = await missingPrograms([...programs, ...clients, ...hooks, ...others], tools);
  return programLines({ app, hooks, missing });
}

export function programLines(seen: Seen): readonly Body[] {
  return rules.flatMap((rule) => rule(seen));
}

export function hooksOf({ scripts: lines }: ApplicationConfig): readonly string[] {
  return [lines.masterIpFailover, lines.masterIpOnlineChange, lines.report].flatMap(programOf);
}

/** Of the lines that MHA takes from the server that is the master: each program once. */
export function programsOf(app: ApplicationConfig, script: 'secondaryCheck' | 'shutdown'): readonly string[] {
  return [...new Set(app.servers.flatMap(({ scripts: lines }) => programOf(lines[script])))];
}

/** None where a shell has to find it out. */
function programOf(line: string | undefined): readonly string[] {
  const [, word] = /^\s*([^\s'"$`;|&]+)/.exec(line ?? '') ?? [];
  return word === undefined || word.includes('=') ? [] : [word];
}

function mha({ missing }: Seen): readonly Body[] {
  const absent = programs.filter((program) => missing.includes(program));
  if (absent.length === 0) return [ok('MHA and ssh are installed')];
  const hint = 'install the packages mha4mysql-manager and openssh-client';
  return [failed('environment', `no ${absent.join(', no ')} in PATH`, hint)];
}

function client({ missing }: Seen): readonly Body[] {
  if (!clients.every((one) => missing.includes(one))) return [];
  return [
    warning(
      `no ${clients.join(' or ')} in PATH: with GTID the last writes of a dead master would be lost`,
      'install the client of your server, for instance default-mysql-client',
    ),
  ];
}

function scripts({ app }: Seen): readonly Body[] {
  return [scriptProblems(app, true), scriptProblems(app, false)].flat().map((problem) => thrown(problem));
}

function hooksOfMha({ app, hooks, missing }: Seen): readonly Body[] {
  if (hooks.length === 0) return [];
  const absent = hooks.filter((hook) => missing.includes(hook));
  if (absent.length === 0) return [ok(`the programs that MHA calls are here: ${hooks.join(', ')}`)];
  const text = `${app.file} names ${absent.join(', ')}, which is not here: MHA would stop half-way`;
  return [failed('environment', text, 'the packages make these symlinks to mha-helper')];
}

function secondaryCheckScript({ app, missing }: Seen): readonly Body[] {
  return programsOf(app, 'secondaryCheck')
    .filter((program) => missing.includes(program))
    .map((program) =>
      failed(
        'environment',
        `secondary_check_script in ${app.file} names ${program}, which is not here: MHA would never fail over`,
        'correct the line, for instance masterha_secondary_check -s HOST -s HOST',
      ),
    );
}

function shutdownScript({ app, missing }: Seen): readonly Body[] {
  return programsOf(app, 'shutdown')
    .filter((program) => missing.includes(program))
    .map((program) => {
      const text = `shutdown_script in ${app.file} names ${program}, which is not here: MHA would not start`;
      return failed('environment', text, 'correct the line');
    });
}

function reportScript({ app }: Seen): readonly Body[] {
  if (app.scripts.report !== undefined) return [];
  return [
    warning(
      `${app.file} has no report_script: nobody gets a mail about a failover`,
      'set report_script = /usr/bin/master_failover_report in [server default]',
    ),
  ];
}
