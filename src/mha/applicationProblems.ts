// What in MHA's application file stops MHA, or makes no sense. Pure.
import type { Problem } from '../config/problems.ts';
import type { Block, TinyFile } from './configTiny.ts';
import { parameterNames, type Values } from './parameters.ts';

export const noServer = 'there is no block for a server, for instance [server1]';

export function blockProblems(parsed: TinyFile): Problem[] {
  const problems = [...parsed.blocks.values()].flatMap((block) => [
    ...(/^(?:server|binlog)\S/.test(block.name) || block.name === 'server default'
      ? []
      : [
          {
            line: block.line,
            text: `[${block.name}] must be [server default] or begin with server or binlog, for instance [server1]`,
          },
        ]),
    ...unknownParameters(block),
  ]);
  const hasServer = [...parsed.blocks.keys()].some((name) => /^server\S/.test(name));
  return hasServer || parsed.problems.length > 0 ? problems : [...problems, { text: noServer }];
}

// A name with other characters is a line cut in the wrong place: `password: a=b` has half a password in its name.
export function unknownParameters(block: Block | undefined): Problem[] {
  return [...(block?.parameters ?? [])].flatMap(([name, { line }]) =>
    parameterNames.has(name)
      ? []
      : [
          {
            line,
            text:
              `[${block?.name ?? ''}] MHA has no ` +
              (/^\w+$/.test(name) ? `parameter ${name}` : 'such parameter; a line must be parameter=value'),
          },
        ],
  );
}

export function serverProblems(block: Block, values: Values): Problem[] {
  const problems: Problem[] = [];
  if (values.text('hostname') === undefined)
    problems.push({ line: block.line, text: `[${block.name}] has no hostname` });
  for (const name of ['port', 'ssh_port']) {
    const value = values.get(name) ?? '';
    if (/^\d{1,5}$/.test(value) && Number(value) >= 1 && Number(value) <= 65535) continue;
    problems.push({
      line: block.parameters.get(name)?.line ?? block.line,
      text: `[${block.name}] ${name} = ${value || '(empty)'}: must be a port from 1 to 65535`,
    });
  }
  return problems;
}

// MHA compares address and port, after it has resolved the names.
export function duplicates(servers: readonly { block: Block; values: Values }[]): Problem[] {
  const seen = new Map<string, Block>();
  return servers.flatMap(({ block, values }) => {
    const address = (values.text('ip') ?? values.text('hostname') ?? '').toLowerCase();
    const key = `${address} port ${values.get('port') ?? ''}`;
    const known = seen.get(key);
    if (known === undefined) seen.set(key, block);
    if (known === undefined || address === '') return [];
    return [
      { line: block.line, text: `[${block.name}] is the same server as [${known.name}] in line ${known.line}: ${key}` },
    ];
  });
}
