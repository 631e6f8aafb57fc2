// What `make lint` looks at besides ESLint: all files of the tree, whatever their language.
// Usage: tree.ts [ROOT]. Prints what is wrong and where, and leaves with 1 when there is anything.
import { resolve } from 'node:path';
import { root as own } from '../paths.ts';
import { formatting } from './formatting.ts';
import { importCycles, importGraph } from './importCycles.ts';
import { lineLength } from './lineLength.ts';
import { findingText, readSourceTree } from './sourceTree.ts';
import { testOfItsName } from './testOfItsName.ts';

const root = resolve(process.argv[2] ?? own);
const tree = readSourceTree(root);
const findings = [
  ...importCycles(importGraph(tree)),
  ...testOfItsName(tree),
  ...lineLength(tree),
  ...(await formatting(tree, root)),
];
for (const finding of findings) console.log(findingText(finding));
process.exitCode = findings.length === 0 ? 0 : 1;
