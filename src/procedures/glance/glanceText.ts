// A cluster at a glance as a person reads it, within 80 columns: what is not as it must be comes first. Colours only
// repeat what words say. Pure.
import type { Glance, GlanceServer } from './Glance.ts';
import { describeStatus } from '../monitor/monitorStatus.ts';

export interface GlanceLook {
  readonly colored: boolean;
  /** Columns that a line has at most, where it can be cut or wrapped. */
  readonly width: number;
}

type Style = 'bad' | 'good' | 'heading';

const codes: Readonly<Record<Style, readonly [number, number]>> = { bad: [31, 39], good: [32, 39], heading: [1, 22] };

function painted(style: Style, text: string, { colored }: GlanceLook): string {
  const [on, off] = codes[style];
  return colored ? `\u001b[${on}m${text}\u001b[${off}m` : text;
}

/** The whole of one cluster, without the hooks' record. */
export function glanceText(glance: Glance, look: GlanceLook): string {
  const { monitor } = glance;
  return [
    `${painted('heading', glance.cluster, look)}  ${glance.conf}  ${glance.at}`,
    ...attentionLines(glance, look),
    ...serverTables(glance, look),
    // Orders stand with what is not as it must be.
    ...(monitor === null ? [] : ['', ...describeStatus({ ...monitor, orders: [] }).split('\n')]),
  ].join('\n');
}

/** A line for each cluster, and before it what is not as it must be. */
export function clustersText(glances: readonly Glance[], look: GlanceLook): string {
  const trouble = glances.flatMap((glance) =>
    glance.attention.length === 0
      ? []
      : [painted('heading', glance.cluster, look), ...attentionLines(glance, look), ''],
  );
  const rows = glances.map((glance) => clusterRow(glance));
  return [...trouble, ...table(['cluster', '', 'master', 'replicas', 'address on', 'protected'], rows, look)].join(
    '\n',
  );
}

function attentionLines({ attention, servers }: Glance, look: GlanceLook): readonly string[] {
  if (attention.length === 0) return [painted('good', 'OK: all is as it must be', look)];
  const what = servers.length === 0 ? 'NOT KNOWN, or not as it must be' : 'NOT as it must be';
  return [
    painted('bad', `${what}:`, look),
    ...attention.flatMap((line) => wrapped(line, look.width).map((part) => painted('bad', part, look))),
  ];
}

/** With `! ` before the first line; a command that is longer than a line is not cut. */
function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '!';
  for (const word of text.split(' ')) {
    if (line.length + 1 + word.length > width && line.trim() !== '' && line !== '!') {
      lines.push(line);
      line = ` `;
    }
    line = `${line} ${word}`;
  }
  return [...lines, line];
}

function serverTables({ servers, address, vipType }: Glance, look: GlanceLook): readonly string[] {
  if (servers.length === 0) return [];
  const names = servers.map((server) => nameOf(server, servers));
  const held = address === null ? 'not managed' : `${address} (${vipType ?? ''})`;
  return [
    '',
    ...table(
      ['host', 'role', 'address', 'read_only', 'replication', 'lag'],
      servers.map((server, index) => [names[index] ?? '', ...stateCells(server, address)]),
      look,
    ),
    '',
    ...table(
      ['host', 'server', 'events', 'position'],
      servers.map((server, index) => [names[index] ?? '', ...detailCells(server)]),
      look,
    ),
    '',
    `writer address: ${held}`,
  ];
}

function nameOf({ host, port }: GlanceServer, servers: readonly GlanceServer[]): string {
  return servers.filter((other) => other.host === host).length > 1 ? `${host}:${port}` : host;
}

function stateCells(server: GlanceServer, address: string | null): readonly string[] {
  const { role, replicatesFrom, replicationRuns } = server;
  const replication =
    replicatesFrom === null ? '-' : `${replicatesFrom}, ${replicationRuns === true ? 'runs' : 'STOPPED'}`;
  return [
    roleWords[role],
    address === null ? '-' : addressWords[server.holdsAddress ?? 'unknown'],
    readOnlyText(server),
    isAsked(server) ? replication : '?',
    lagText(server),
  ];
}

const roleWords: Readonly<Record<GlanceServer['role'], string>> = {
  master: 'master',
  replica: 'replica',
  alone: 'ALONE',
  down: 'DOWN',
  silent: 'NO ANSWER',
};

const addressWords = { yes: 'has it', no: '-', partly: 'PARTLY', rest: 'a rest', unknown: '?' } as const;

function readOnlyText({ readOnly, superReadOnly }: GlanceServer): string {
  if (readOnly === null) return '?';
  if (!readOnly) return 'OFF';
  return superReadOnly === true ? 'ON, super' : 'ON';
}

function lagText(server: GlanceServer): string {
  if (!isAsked(server)) return '?';
  if (server.replicatesFrom === null) return '-';
  return server.secondsBehind === null ? '?' : `${server.secondsBehind} s`;
}

function isAsked({ role }: GlanceServer): boolean {
  return role !== 'down' && role !== 'silent';
}

function detailCells({ version, eventScheduler, enabledEvents, gtid, position }: GlanceServer): readonly string[] {
  const events = eventScheduler === null ? '?' : `${eventScheduler}, ${enabledEvents ?? '?'}`;
  return [version ?? '?', events, gtid ?? position ?? '?'];
}

function clusterRow({ cluster, attention, servers, monitor }: Glance): readonly string[] {
  const masters = servers.filter(({ role }) => role === 'master');
  const replicas = servers.filter(({ role }) => role !== 'master');
  const running = replicas.filter(({ replicationRuns }) => replicationRuns === true);
  const holders = servers.filter(({ holdsAddress }) => holdsAddress === 'yes');
  const named = (some: readonly GlanceServer[]): string => some.map((one) => nameOf(one, servers)).join(' AND ');
  return [
    cluster,
    attention.length === 0 ? 'OK' : `NOT OK: ${attention.length}`,
    servers.length === 0 ? '?' : named(masters) || 'NONE',
    servers.length === 0 ? '?' : `${running.length} of ${replicas.length} run`,
    named([...new Map(holders.map((one) => [one.host, one])).values()]) || '-',
    protectionWord(monitor),
  ];
}

function protectionWord(monitor: Glance['monitor']): string {
  if (monitor === null) return '?';
  return monitor.protected ? 'yes' : 'NO';
}

const gap = '  ';
/** No column is cut to less. */
const narrowest = 12;
/** Words in capitals are what a person must see. */
const alarming = /^(?:ALONE|DOWN|NO ANSWER|PARTLY|NONE|NO|NOT OK.*)$|STOPPED| AND /;

/** Where a line would be too long the last column is cut, and if that is not enough, the first. */
function table(heads: readonly string[], rows: readonly (readonly string[])[], look: GlanceLook): readonly string[] {
  const widths = widthsFor([heads, ...rows], look.width);
  const line = (cells: readonly string[], style: (cell: string, text: string) => string): string =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        const text = cut(cell, width);
        return style(cell, text) + ' '.repeat(column === heads.length - 1 ? 0 : width - text.length);
      })
      .join(gap);
  return [
    painted(
      'heading',
      line(heads, (_cell, text) => text),
      look,
    ),
    ...rows.map((row) => line(row, (cell, text) => (alarming.test(cell) ? painted('bad', text, look) : text))),
  ];
}

function widthsFor(rows: readonly (readonly string[])[], most: number): readonly number[] {
  const widths = (rows[0] ?? []).map((_head, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const column of [widths.length - 1, 0]) {
    const excess = widths.reduce((sum, width) => sum + width + gap.length, -gap.length) - most;
    const width = widths[column] ?? 0;
    widths[column] = Math.max(Math.min(width, narrowest), width - Math.max(0, excess));
  }
  return widths;
}

/** A set of GTIDs ends with what is newest: both ends stay. */
function cut(text: string, width: number): string {
  if (text.length <= width) return text;
  const end = Math.floor((width - 3) / 2);
  return `${text.slice(0, width - 3 - end)}...${text.slice(text.length - end)}`;
}
