// What must be right of the cluster as a whole: one master, the writer address on it, and what MHA itself says.
import type { Tools } from '../../context/Context.ts';
import type { FailureKind } from '../../errors/errors.ts';
import { errorLine } from '../../errors/message.ts';
import type { ApplicationConfig, ApplicationServer } from '../../mha/applicationConfig.ts';
import { firstError } from '../../mha/managerLog.ts';
import { commandText } from '../../mha/switchCommand.ts';
import { vipCommand } from '../../steps/byHand.ts';
import type { Run } from '../run/openRun.ts';
import { endOf } from '../../mha/masterEnd.ts';
import { holdersOf, mastersOf, partlyOn, serverName, unknownOf, type Survey } from '../survey/surveyCluster.ts';
import { failed, ok, thrown, warning, type CheckLine } from './CheckLine.ts';

type Lines = readonly Omit<CheckLine, 'where'>[];

/** masterha_check_repl connects to every host by MySQL and SSH, and runs a program on each. In ms. */
const checkReplMs = 120_000;

export function checkMaster(app: ApplicationConfig, survey: Survey): Lines {
  const names = (servers: readonly ApplicationServer[]): string =>
    servers.map((server) => serverName(server, app)).join(', ');
  const writable = survey.servers.filter(({ readOnly }) => readOnly === false).map(({ server }) => server);
  const masters = mastersOf(survey);
  const [master] = masters;
  if (writable.length > 1)
    return [
      failed(
        'refused',
        `more than one server takes writes: ${names(writable)}`,
        'set read_only=1 on all but the master at once',
      ),
    ];
  if (writable.length === 0)
    return [
      failed('refused', 'no server is seen to take writes', 'set read_only=0 on the one that must be the master'),
    ];
  if (masters.length > 1)
    return [
      failed('refused', `more than one master: ${names(masters)} each have replicas`, 'mend the replication first'),
    ];
  if (master === undefined)
    return [
      failed(
        'refused',
        `${names(writable)} takes writes, but no server replicates from it`,
        'mend the replication (SHOW SLAVE STATUS on every server)',
      ),
    ];
  if (!writable.includes(master))
    return [
      failed(
        'refused',
        `${names(writable)} takes writes, but the others replicate from ${names([master])}`,
        'mend the replication first',
      ),
    ];
  return [ok(`${names([master])} alone takes writes`), ...candidates(app, survey, master)];
}

/** MHA needs somebody to fail over to. */
function candidates(app: ApplicationConfig, survey: Survey, master: ApplicationServer): Lines {
  const able = survey.servers.filter(
    ({ server, replication }) => server !== master && !server.noMaster && replication?.running === true,
  );
  return able.length > 0
    ? []
    : [
        failed(
          'refused',
          'there is no server that could become the master',
          `no replica that works is without no_master=1 in ${app.file}`,
        ),
      ];
}

/** The address is where the writes are taken, and nowhere else. */
export async function checkAddress(run: Run, app: ApplicationConfig, survey: Survey): Promise<Lines> {
  const { address, servers } = survey;
  if (address === null)
    return [warning('no writer address is managed (vip_type = none): clients must find the new master by themselves')];
  const holders = holdersOf(survey);
  const partly = partlyOn(survey).map((host) =>
    failed(
      'address',
      `the writer address ${address} is on ${host} in part only, and clients may be led there`,
      `run mha-helper vip assign (or release) ${host} -c ${app.file}`,
    ),
  );
  const unknown = [...partly, ...notKnown(survey)];
  const writable = servers.filter(({ readOnly }) => readOnly === false).map(({ server }) => server);
  const [master] = writable;
  if (holders.length > 1)
    return [
      failed(
        'refused',
        `the writer address ${address} is on more than one host: ${holders.join(', ')}`,
        'take it away from all but the master with mha-helper vip release',
      ),
      ...unknown,
    ];
  if (master === undefined || writable.length > 1)
    return [...(holders.length === 0 ? [] : [ok(`the writer address ${address} is on ${holders.join()}`)]), ...unknown];
  const give = `"${vipCommand('assign', master.hostname, app.file)}"`;
  const [holder] = holders;
  if (holder === master.hostname) return [ok(`the writer address ${address} is on ${holder}, the master`), ...unknown];
  if (holder !== undefined)
    return [
      failed(
        'address',
        `the writer address ${address} is on ${holder}, but ${master.hostname} takes the writes`,
        `run "${vipCommand('release', holder, app.file)}", then ${give}`,
      ),
      ...unknown,
    ];
  if (partly.length > 0 || unknownOf(survey).includes(master.hostname)) return unknown;
  const elsewhere = await run.provider.answersElsewhere(run.host(endOf(master)), 'once');
  if (elsewhere.kind === 'unknown') {
    return [failed('address', `who has the writer address ${address} is not known: ${elsewhere.why}`), ...unknown];
  }
  if (elsewhere.kind === 'somebody') {
    const what = `the writer address ${address} is on no host of the cluster, but ${elsewhere.who} answers for it`;
    return [failed('refused', what, 'find that host (ip neigh) and remove the address there'), ...unknown];
  }
  return [failed('address', `the writer address ${address} is on no host that answers`, `run ${give}`), ...unknown];
}

/** Hosts that could not be asked for the same reason are told of in one line. */
function notKnown({ address, holdings }: Survey): Lines {
  const byReason = new Map<string, { readonly kind: FailureKind; readonly hosts: string[] }>();
  for (const { host, holds } of holdings) {
    if (typeof holds !== 'object') continue;
    const reason = errorLine(holds);
    const found = byReason.get(reason) ?? { kind: holds.kind, hosts: [] };
    found.hosts.push(host);
    byReason.set(reason, found);
  }
  return [...byReason].map(([reason, { kind, hosts }]) =>
    failed(kind, `it is not known whether ${hosts.join(' or ')} has the writer address ${address ?? ''}: ${reason}`),
  );
}

/** MHA's own check, our `status` hook included. It changes nothing in the cluster. */
export async function checkByMha(app: ApplicationConfig, tools: Tools): Promise<Lines> {
  const command = ['masterha_check_repl', `--conf=${app.file}`];
  try {
    const { code, stdout, stderr } = await tools.connect.local.run(command, checkReplMs);
    if (code === 0) return [ok('masterha_check_repl is content')];
    return [
      failed(
        'environment',
        `masterha_check_repl is not content (exit ${code}): ${firstError(`${stdout}${stderr}`)}`,
        `run mha-helper mha ${commandText(command)} to see all of it`,
      ),
    ];
  } catch (error) {
    return [thrown(error)];
  }
}
