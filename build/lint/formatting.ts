// The rule that a file is as prettier writes it, so that a change shows only what it changes.
import { join } from 'node:path';
import prettier from 'prettier';
import type { Finding, SourceTree } from './sourceTree.ts';

/** @param root where .prettierrc.json and .prettierignore are looked for */
export async function formatting(tree: SourceTree, root: string): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const [path, text] of tree) {
    const filepath = join(root, path);
    const { ignored, inferredParser } = await prettier.getFileInfo(filepath, {
      ignorePath: join(root, '.prettierignore'),
    });
    if (ignored || inferredParser === null) continue;
    const message = await objection(text, { ...(await prettier.resolveConfig(filepath)), filepath });
    if (message !== undefined) findings.push({ path, message });
  }
  return findings;
}

async function objection(text: string, options: prettier.Options): Promise<string | undefined> {
  try {
    return (await prettier.check(text, options)) ? undefined : 'not formatted: run "make format"';
  } catch (error) {
    return `cannot be formatted: ${(error as Error).message.split('\n')[0]}`;
  }
}
