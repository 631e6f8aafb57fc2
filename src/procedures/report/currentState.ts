// Who holds the writer address and who takes writes, asked from the hosts themselves for the mail. Bounded: MHA waits
// for the report.
import type { Log, Tools } from '../../context/Context.ts';
import { loadHostSettings } from '../../config/load.ts';
import type { HostSettings } from '../../config/options.ts';
import { Failure } from '../../errors/errors.ts';
import { asFailure } from '../../errors/message.ts';
import type { Answer, ClusterNow, HostNow } from '../../mail/Report.ts';
import type { ApplicationConfig } from '../../mha/applicationConfig.ts';
import type { MasterEnd, ReportRequest } from '../../mha/request.ts';
import { noJournal } from '../../steps/journal.ts';
import { heldBy } from '../../steps/writerAddressSteps.ts';
import { Run } from '../run/openRun.ts';
import { endOf } from '../../mha/masterEnd.ts';

/** How long a host gets to connect, and to answer; and how long all of it: a cloud is asked several times. In s. */
const hostSeconds = 3;
const allSeconds = 10;

const quiet: Log = { info: () => undefined, warn: () => undefined };

/** Asks all hosts at the same time. Never throws: what cannot be found out is said. */
export async function currentState(
  request: ReportRequest,
  app: ApplicationConfig | Failure,
  tools: Tools,
): Promise<ClusterNow> {
  const checkedAt = tools.clock.now().toISOString();
  const nothing = (error: unknown): ClusterNow => ({
    checkedAt,
    address: null,
    unknown: asFailure(error).message,
    hosts: [],
  });
  if (app instanceof Failure) return nothing(app);
  const ends = endsOf(request, app);
  const known = await Promise.all(ends.map((end) => settingsOf(end, app, tools)));
  const settings = new Map(known.flatMap((one) => (one instanceof Failure ? [] : [[one.host, one] as const])));
  const [orig] = ends;
  try {
    if (orig === undefined || settings.size === 0)
      throw known[0] instanceof Failure ? known[0] : new Error('there is no host to ask');
    const run = new Run(
      { ...tools, log: quiet },
      { procedure: 'report', orig, next: null, sshOptions: app.sshOptions, record: 'none' },
      settings,
      noJournal,
      new Map(),
      [],
    );
    try {
      const hosts = await Promise.all(
        ends.map(async (end, index): Promise<HostNow> => {
          const one = known[index];
          return one instanceof Failure
            ? { host: end.host, holdsAddress: unknown(one), takesWrites: unknown(one) }
            : askHost(run, end);
        }),
      );
      return { checkedAt: tools.clock.now().toISOString(), address: run.provider.address, unknown: null, hosts };
    } finally {
      await run.close();
    }
  } catch (error) {
    return nothing(error);
  }
}

async function askHost(run: Run, end: MasterEnd): Promise<HostNow> {
  const [holdsAddress, takesWrites] = await Promise.all([
    run.provider.address === null
      ? false
      : heldBy(run.provider, run.host(end))
          .then((held) => (held === 'partly' ? held : held === 'held'))
          .catch(unknown),
    run
      .openServer(end, hostSeconds * 1000)
      .then(async (server) => !(await server.readOnly()).readOnly)
      .catch(unknown),
  ]);
  return { host: end.host, holdsAddress, takesWrites };
}

function unknown(error: unknown): Answer {
  return { unknown: asFailure(error).message };
}

/**
 * The hosts of the failover first, then MHA's others. `--remove_dead_master_conf` has taken the dead master out of the
 * file already.
 */
function endsOf(request: ReportRequest, app: ApplicationConfig): readonly MasterEnd[] {
  const names = [
    request.newHost,
    request.origHost,
    ...request.newSlaveHosts,
    ...app.servers.map(({ hostname }) => hostname),
  ];
  return [...new Set(names)].flatMap((name) => {
    if (name === undefined) return [];
    const server = app.servers.find(({ hostname }) => hostname === name);
    if (server !== undefined) return [endOf(server)];
    const { port, sshPort, sshUser, user, password } = endOf(app.servers[0]);
    return [
      {
        host: name,
        ip: name,
        port,
        user,
        password,
        ...(sshPort === undefined ? {} : { sshPort }),
        ...(sshUser === undefined ? {} : { sshUser }),
      },
    ];
  });
}

async function settingsOf({ host }: MasterEnd, app: ApplicationConfig, tools: Tools): Promise<HostSettings | Failure> {
  try {
    const [settings] = await loadHostSettings(tools.places.configDirectory, [host], tools.files, quiet, app.name);
    if (settings === undefined) throw new Error(`no settings for ${host}`);
    const { connect_timeout: connect, step_timeout: step } = settings.options;
    return {
      ...settings,
      options: {
        ...settings.options,
        connect_timeout: Math.min(connect, hostSeconds),
        step_timeout: Math.min(step, hostSeconds),
        run_timeout: allSeconds,
      },
    };
  } catch (error) {
    return asFailure(error);
  }
}
