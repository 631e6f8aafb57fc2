// Where the writer address is and who takes writes, a line for each server.
import type { Tools } from '../../context/Context.ts';
import { failureExitCodes } from '../../errors/errors.ts';
import { ifAny } from '../../errors/message.ts';
import type { ApplicationServer } from '../../mha/applicationConfig.ts';
import { whatIsAtWork } from '../survey/atWork.ts';
import { holdingOf, serverName, type Holding } from '../survey/surveyCluster.ts';
import { attentionOf } from '../switch/attention.ts';
import { describeServer } from '../switch/summary.ts';
import { lookForAddress, whyUnknown } from './moveAddress.ts';

/** For programs: one host's server. */
export interface AddressHost {
  readonly host: string;
  readonly port: number;
  /** `yes`, `no`, `partly`, `rest`; null: not known, or no address is managed. */
  readonly holdsAddress: 'yes' | 'no' | 'partly' | 'rest' | null;
  /** Null: not known. */
  readonly takesWrites: boolean | null;
  /** In words: the server as it is, or why it could not be asked. */
  readonly text: string;
}

export interface AddressFacts {
  readonly cluster: string;
  readonly conf: string;
  /** Null where none is managed. */
  readonly address: string | null;
  readonly vipType: string;
  readonly servers: readonly AddressHost[];
  /** What is not as it should be. */
  readonly attention: readonly string[];
  readonly exitCode: number;
}

export interface AddressView {
  readonly facts: AddressFacts;
  readonly lines: readonly string[];
  /** What is not as it should be. */
  readonly attention: readonly string[];
  readonly exitCode: number;
}

export async function showAddress(conf: string, tools: Tools): Promise<AddressView> {
  const { app, settings, survey } = await lookForAddress(conf, tools);
  const name = (server: ApplicationServer): string => serverName(server, app);
  const { vip_type: type } = settings[0]?.options ?? { vip_type: 'none' };
  const has = (server: ApplicationServer): string =>
    survey.address === null ? '' : holdingText(holdingOf(survey, server.hostname));
  const rows = survey.servers.map(
    (state) => [name(state.server), has(state.server), describeServer(state, name)] as const,
  );
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const unknown = [...new Set(app.servers.flatMap((server) => whyUnknown(survey, server) ?? []))];
  const atWork = await whatIsAtWork(app, settings[0]?.cluster ?? '', tools);
  const attention = attentionOf({ app, survey, dead: null, atWork });
  const [failure] = [
    ...survey.holdings.flatMap(({ holds }) => (typeof holds === 'object' ? [holds] : [])),
    ...survey.servers.flatMap((state) => state.failure ?? []),
  ];
  const exitCode = failure?.exitCode ?? (attention.length > 0 ? failureExitCodes.refused : 0);
  const servers = survey.servers.map((state) => ({
    host: state.server.hostname,
    port: state.server.port,
    holdsAddress: holdingWord(holdingOf(survey, state.server.hostname)),
    takesWrites: state.readOnly === null ? null : !state.readOnly,
    text: describeServer(state, name),
  }));
  return {
    facts: {
      cluster: app.name,
      conf,
      address: survey.address,
      vipType: type,
      servers,
      attention: [...unknown, ...attention],
      exitCode,
    },
    lines: [
      headline(survey.address, type),
      ...rows.map(([server, holds, state]) => {
        const held = ifAny('', holds.padEnd(widths[1] ?? 0), '  ');
        return `  ${server.padEnd(widths[0] ?? 0)}  ${held}${state}`;
      }),
    ],
    attention: [...unknown, ...attention],
    exitCode,
  };
}

function headline(address: string | null, type: string): string {
  if (address === null) return 'no writer address is managed (vip_type = none)';
  // Words for it, where it is no address.
  return address.startsWith('(') ? `writer address ${address}` : `writer address ${address} (${type})`;
}

/** Null: not known, or not asked. */
export function holdingWord(holds: Holding['holds'] | undefined): AddressHost['holdsAddress'] {
  if (holds === undefined || typeof holds === 'object') return null;
  if (holds === true) return 'yes';
  return holds === false ? 'no' : holds;
}

function holdingText(holds: Holding['holds'] | undefined): string {
  if (typeof holds === 'object') return 'NOT KNOWN';
  if (holds === true) return 'has it';
  if (holds === 'partly') return 'PARTLY';
  return holds === 'rest' ? 'a rest' : '-';
}
