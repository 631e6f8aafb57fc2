// Names of files: what one is about, in camelCase (a file of one class or interface may have its name). No barrels, no
// drawers.
import { relative, sep } from 'node:path';
import type { Rule } from 'eslint';
import { root } from '../paths.ts';

const barrel = /^index\./;
const drawer = /utils?$|helpers?$|^(common|misc)$/i;
const wellFormed = /^[A-Za-z][A-Za-z0-9]*(\.test|\.d|\.config)?\.(ts|js)$/;

export const fileNames: Rule.RuleModule = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const parts = relative(root, context.filename).split(sep);
    const file = parts.pop() ?? '';
    const message = objection(parts, file);
    return message === undefined ? {} : { Program: (node) => context.report({ node, message }) };
  },
};

function objection(folders: readonly string[], file: string): string | undefined {
  if (barrel.test(file)) return 'no index files: import from the file that has it';
  const words = [...folders, file.replace(/\..*/, '')];
  const bad = words.find((word) => drawer.test(word));
  if (bad !== undefined) return `"${bad}" says nothing about what is in it`;
  return wellFormed.test(file) ? undefined : `"${file}" is not camelCase`;
}
