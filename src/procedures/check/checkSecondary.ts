// Whether MHA's second look at the master works: masterha_secondary_check is run while the master lives, and each of
// its hosts must reach it. One that cannot look keeps MHA from every failover, and one that does not reach a living
// master confirms a death that is none.
import { mysqlVariables } from '../../config/mysqlTls.ts';
import { oneLine } from '../../errors/message.ts';
import type { ApplicationConfig, ApplicationServer } from '../../mha/applicationConfig.ts';
import type { Run } from '../run/openRun.ts';
import { clusterTls } from '../survey/clusterTls.ts';
import { writableOf, type Survey } from '../survey/surveyCluster.ts';
import { missingPrograms } from '../switch/preflight.ts';
import { programsOf } from './checkPrograms.ts';
import { failed, ok, thrown, warning, type Body } from './CheckLine.ts';

/** Longer than the program takes: four times its --timeout, of 5 s by default. */
const lookMs = 60_000;
const resolveMs = 5_000;

/** Any other program may do anything: MHA runs it only when a master does not answer. */
export async function checkSecondary(run: Run, app: ApplicationConfig, survey: Survey): Promise<readonly Body[]> {
  const writers = writableOf(survey).map(({ server }) => server);
  const [master] = writers;
  const script = master?.scripts.secondaryCheck;
  if (master === undefined || writers.length > 1 || script === undefined) return [];
  const [program = ''] = programsOf({ ...app, servers: [master] }, 'secondaryCheck');
  if (!/(^|\/)masterha_secondary_check$/.test(program)) return [];
  const through = throughServers(script, master, app);
  if ((await missingPrograms([program], run.tools)).length > 0) return through;
  try {
    const address = master.ip ?? (await run.tools.connect.lookup(master.hostname, resolveMs))[0] ?? '';
    const { code, stdout, stderr } = await run.tools.connect.local.run(
      secondaryCheckCommand(script, master, address, app.sshOptions),
      lookMs,
      logsIn(master)
        ? { MHA_HELPER_MASTER_PASSWORD: master.password, ...mysqlVariables(await clusterTls(app, run.tools)) }
        : {},
    );
    return [...secondaryLines(code, stdout + stderr), ...through];
  } catch (error) {
    return [thrown(error), ...through];
  }
}

/** Whoever is dead cannot be asked, and one host that cannot be asked keeps MHA from the failover. */
export function throughServers(
  script: string,
  master: ApplicationServer,
  { file, servers }: Pick<ApplicationConfig, 'file' | 'servers'>,
): readonly Body[] {
  const asked = [...script.matchAll(/(?:^|\s)--?s(?:econdary_host)?(?:=|\s+)['"]?([^\s'"]+)/g)].map(([, host = '']) =>
    host.toLowerCase(),
  );
  const isAsked = ({ hostname, ip, sshHost }: ApplicationServer): boolean =>
    [hostname, ip, sshHost].some((name) => name !== undefined && asked.includes(name.toLowerCase()));
  const change = `name hosts there that are no candidates (secondary_check_script in ${file})`;
  if (isAsked(master)) {
    const text = `masterha_secondary_check asks ${master.hostname}, the master, about itself: when its host is gone, `;
    return [failed('environment', `${text}MHA never fails over`, change)];
  }
  const next = servers.filter((server) => !server.noMaster && isAsked(server)).map(({ hostname }) => hostname);
  if (next.length === 0) return [];
  const text = `masterha_secondary_check asks ${next.join(', ')}: made the master, it would be asked about itself, `;
  return [warning(`${text}and when its host is gone, MHA would never fail over`, change)];
}

/** With any other ping_type no account is needed. */
function logsIn({ pingType }: ApplicationServer): boolean {
  return pingType === 'INSERT';
}

/**
 * As MHA calls it (HealthCheck.pm, secondary_check); without the account where nothing logs in with it, and without the
 * password, which the layer takes from the environment.
 */
export function secondaryCheckCommand(
  script: string,
  server: ApplicationServer,
  address: string,
  sshOptions: string | undefined,
): readonly string[] {
  const { hostname, port, sshUser, user, pingType = 'SELECT' } = server;
  const sshUserWord = sshUser === undefined ? ' --user="$(id -un)"' : '';
  return [
    'sh',
    '-c',
    `${script}${sshUserWord} "$@"`,
    'masterha_secondary_check',
    ...(sshUser === undefined ? [] : [`--user=${sshUser}`]),
    `--master_host=${hostname}`,
    `--master_ip=${address}`,
    `--master_port=${port}`,
    ...(logsIn(server) ? [`--master_user=${user}`] : []),
    `--ping_type=${pingType}`,
    ...(sshOptions === undefined ? [] : [`--options=${sshOptions}`]),
  ];
}

const reachable = 3;

/** @param said what the layer's masterha_secondary_check prints: a line for each host */
export function secondaryLines(code: number | null, said: string): readonly Body[] {
  const line = /^mha-helper compat: (.+?): (?:the|(whether the)) master \S+ (.*)$/gm;
  const hosts = [...said.matchAll(line)].map(([, host = '', doubt, what = '']) => ({
    host,
    what,
    answers: doubt === undefined && what.startsWith('answers there'),
  }));
  const bad = hosts.filter(({ answers }) => !answers);
  if (hosts.length === 0) {
    const last = said.trim().split('\n').at(-1) ?? '';
    return [failed('environment', `masterha_secondary_check (exit ${String(code)}): ${oneLine(last)}`, hint)];
  }
  if (bad.length === 0 && code === reachable)
    return [ok(`masterha_secondary_check: the master answers on ${hosts.map(({ host }) => host).join(', ')}`)];
  return bad.map(({ host, what }) => failed('environment', `masterha_secondary_check on ${host}: ${what}`, hint));
}

const hint =
  'the master lives: until each of its hosts says so, MHA fails over never, or for nothing (secondary_check_script)';
