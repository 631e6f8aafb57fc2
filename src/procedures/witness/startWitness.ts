// The witness of one switch: it starts with MHA, and is asked at the end. Whatever befalls it, the switch goes on; it
// never throws, and nobody waits for it but for a moment at the end.
import type { HostSettings } from '../../config/options.ts';
import type { Tools } from '../../context/Context.ts';
import { errorLine } from '../../errors/message.ts';
import type { ApplicationConfig, ApplicationServer } from '../../mha/applicationConfig.ts';
import { endOf } from '../../mha/masterEnd.ts';
import type { WitnessRecord } from '../../steps/witnessRecord.ts';
import { sqlTarget } from '../run/targets.ts';
import { serverName } from '../survey/surveyCluster.ts';
import { Tally, type Look } from './tally.ts';
import { watchAddress } from './watchAddress.ts';
import { watchCommand } from './watchCommand.ts';

/** How long a server may take to tell its server_id, in ms. */
const nameMs = 1_000;
/** How long it may take to end when it is told to, in ms. */
const endMs = 1_500;

export interface WitnessRequest {
  readonly app: ApplicationConfig;
  /** Of the cluster; the first counts. */
  readonly settings: readonly HostSettings[];
  /** The master that the failover is for; null: a planned switch. */
  readonly dead: ApplicationServer | null;
  /** The master that is to be left, dead or alive. */
  readonly master: ApplicationServer;
}

export interface Witness {
  /**
   * Its word. Never throws.
   * @param patienceMs how long it may still look for a new master
   */
  end(patienceMs: number): Promise<WitnessRecord>;
}

type WitnessTools = Pick<Tools, 'clock' | 'connect' | 'places'>;

/**
 * Returns at once. Null: there is no writer address, nor a witness_command.
 * @param told gets its word as soon as it is known, once
 */
export function startWitness(
  request: WitnessRequest,
  tools: WitnessTools,
  told: (word: WitnessRecord) => Promise<void>,
): Witness | null {
  const watch = watchFor(request, tools);
  if (watch === null) return null;
  const { clock } = tools;
  const tally = new Tally(request.dead === null ? null : serverName(request.dead, request.app));
  const stop = new AbortController();
  const met = new AbortController();
  let telling: Promise<WitnessRecord> | null = null;
  const word = (unclear: string | null): Promise<WitnessRecord> => {
    const { outageMs, ...found } = tally.result(unclear);
    const whole = outageMs === null ? null : Math.round(outageMs);
    return (telling ??= tell({ at: clock.now().toISOString(), ...watch.where, ...found, outageMs: whole }, told));
  };
  const note = (look: Look): void => {
    if (stop.signal.aborted) return;
    tally.note(look);
    if (!tally.hasMet) return;
    void word(null);
    stop.abort();
    met.abort();
  };
  const running = watch.run(stop.signal, note).catch(errorLine);
  const ended = running.then(() => met.abort());
  return {
    async end(patienceMs) {
      if (!tally.hasMet) await clock.sleep(patienceMs, met.signal).catch(() => undefined);
      stop.abort();
      const late = clock.sleep(endMs, met.signal).catch(() => undefined);
      await Promise.race([ended, late]);
      return word(await Promise.race([running, late.then(() => null)]));
    },
  };
}

async function tell(word: WitnessRecord, told: (word: WitnessRecord) => Promise<void>): Promise<WitnessRecord> {
  await told(word).catch(() => undefined);
  return word;
}

interface Watch {
  readonly where: Pick<WitnessRecord, 'through' | 'seenFrom'>;
  run(stop: AbortSignal, note: (look: Look) => void): Promise<string | null>;
}

function watchFor({ app, settings, dead, master }: WitnessRequest, tools: WitnessTools): Watch | null {
  const [first] = settings;
  const own = settings.find(({ host }) => host === master.hostname) ?? first;
  if (first === undefined || own === undefined) return null;
  const { witness_command: command, vip_type: type, writer_vip_cidr: cidr } = first.options;
  const address = type === 'none' ? undefined : cidr?.address;
  if (command !== undefined) {
    const facts = {
      CLUSTER: first.cluster,
      CONF: app.file,
      HOST: master.hostname,
      PORT: String(master.port),
      ADDRESS: address ?? '',
    };
    const where = { through: 'witness_command', seenFrom: null };
    return { where, run: (stop, note) => watchCommand({ command, facts }, tools, stop, note) };
  }
  if (address === undefined) return null;
  const where = { through: `the writer address ${address}`, seenFrom: tools.places.hostname };
  return {
    where,
    async run(stop, note) {
      const servers = new ServerNames(app, own, tools);
      await servers.ask(app.servers.filter((server) => server !== dead));
      const target = sqlTarget({ ...endOf(master), host: where.through, ip: address }, own);
      const watched = { target, name: (id: number) => servers.name(id), roundTripMs: () => servers.roundTripMs };
      return watchAddress(watched, tools, stop, note);
    },
  };
}

/** The servers by their server_id, which they tell through the writer address too. */
class ServerNames {
  readonly #app: ApplicationConfig;
  /** How a connection is encrypted is the cluster's, not a host's. */
  readonly #settings: HostSettings;
  readonly #tools: WitnessTools;
  /** Null: several say that it is theirs. */
  readonly #names = new Map<number, string | null>();
  /** The shortest of all, in ms; null: nobody has answered. */
  roundTripMs: number | null = null;

  constructor(app: ApplicationConfig, settings: HostSettings, tools: WitnessTools) {
    this.#app = app;
    this.#settings = settings;
    this.#tools = tools;
  }

  name(serverId: number): string | null {
    return this.#names.get(serverId) ?? null;
  }

  /** One that does not answer stays unknown. */
  async ask(servers: readonly ApplicationServer[]): Promise<void> {
    await Promise.all(servers.map((server) => this.#ask(server).catch(() => undefined)));
  }

  async #ask(server: ApplicationServer): Promise<void> {
    const { clock, connect } = this.#tools;
    const connection = await connect.mysql(sqlTarget(endOf(server), this.#settings), nameMs);
    try {
      const began = clock.monotonic();
      const [row] = await connection.query('SELECT @@server_id AS id', [], nameMs);
      this.roundTripMs = Math.min(this.roundTripMs ?? Infinity, clock.monotonic() - began);
      const id = Number(row?.['id']);
      this.#names.set(id, this.#names.has(id) ? null : serverName(server, this.#app));
    } finally {
      await connection.close();
    }
  }
}
