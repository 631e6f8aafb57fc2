// Where the writer address is and who takes writes, a line for each server.
import type { Tools } from '../../context/Context.ts';
import { failureExitCodes } from '../../errors/errors.ts';
import type { ApplicationServer } from '../../mha/applicationConfig.ts';
import { holdingOf, serverName } from '../survey/surveyCluster.ts';
import { attentionOf, describeServer } from '../switch/summary.ts';
import { lookForAddress, whyUnknown } from './moveAddress.ts';

export interface AddressView {
  readonly lines: readonly string[];
  /** What is not as it should be. */
  readonly attention: readonly string[];
  readonly exitCode: number;
}

export async function showAddress(conf: string, tools: Tools): Promise<AddressView> {
  const { app, settings, survey } = await lookForAddress(conf, tools);
  const name = (server: ApplicationServer): string => serverName(server, app);
  const { vip_type: type } = settings[0]?.options ?? { vip_type: 'none' };
  const has = (server: ApplicationServer): string => {
    if (survey.address === null) return '';
    const holds = holdingOf(survey, server.hostname);
    return typeof holds === 'object'
      ? 'NOT KNOWN'
      : holds === true
        ? 'has it'
        : holds === 'partly'
          ? 'PARTLY'
          : holds === 'rest'
            ? 'a rest'
            : '-';
  };
  const rows = survey.servers.map(
    (state) => [name(state.server), has(state.server), describeServer(state, name)] as const,
  );
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const unknown = [...new Set(app.servers.flatMap((server) => whyUnknown(survey, server) ?? []))];
  const attention = attentionOf(app, survey, null);
  const [failure] = [
    ...survey.holdings.flatMap(({ holds }) => (typeof holds === 'object' ? [holds] : [])),
    ...survey.servers.flatMap((state) => state.failure ?? []),
  ];
  return {
    lines: [
      survey.address === null
        ? 'no writer address is managed (vip_type = none)'
        : `writer address ${survey.address}${survey.address.startsWith('(') ? '' : ` (${type})`}`,
      ...rows.map(
        ([server, holds, state]) =>
          `  ${server.padEnd(widths[0] ?? 0)}  ` +
          `${survey.address === null ? '' : `${holds.padEnd(widths[1] ?? 0)}  `}${state}`,
      ),
    ],
    attention: [...unknown, ...attention],
    exitCode: failure?.exitCode ?? (attention.length > 0 ? failureExitCodes.refused : 0),
  };
}
