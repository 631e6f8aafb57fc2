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

const rules: readonly ((seen: Seen) => readonly Body[])[] = [mha, client, scripts, hooksOfMha, reportScript];

export async function checkPrograms(app: ApplicationConfig, tools: Tools): Promise<readonly Body[]> {
  const hooks = hooksOf(app);
  const missing = await missingPrograms([...programs, ...clients, ...hooks], tools);
  return programLines({ app, hooks, missing });
}

export function programLines(seen: Seen): readonly Body[] {
  return rules.flatMap((rule) => rule(seen));
}

export function hooksOf({ scripts: lines }: ApplicationConfig): readonly string[] {
  return [lines.masterIpFailover, lines.masterIpOnlineChange, lines.report].flatMap(
    (line) => /^\s*([^\s'"$`;|&]+)/.exec(line ?? '')?.[1] ?? [],
  );
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

function reportScript({ app }: Seen): readonly Body[] {
  if (app.scripts.report !== undefined) return [];
  return [
    warning(
      `${app.file} has no report_script: nobody gets a mail about a failover`,
      'set report_script = /usr/bin/master_failover_report in [server default]',
    ),
  ];
}
