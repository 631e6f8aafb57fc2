// The rule that a source has a test of its name at the same place below test/unit, so that whoever changes one finds
// the other, or stands in withoutTest.ts with the tests that see it. What is said there is looked at too: the tests
// exist, those that import the program reach the file, and no entry is left for what has a test of its own by now.
import typescript from 'typescript';
import { importGraph, reached, type ImportGraph } from './importCycles.ts';
import type { Finding, SourceTree } from './sourceTree.ts';
import { withoutTest, type WithoutTest } from './withoutTest.ts';

const table = 'build/lint/withoutTest.ts';
/** These run the built program as a whole; what they reach is in no import. */
const runTheExecutable = /^test\/(?:scenarios|lab|unit\/build)\//;

export function testOfItsName(
  tree: SourceTree,
  entries: readonly WithoutTest[] = withoutTest,
  graph: ImportGraph = importGraph(tree),
): readonly Finding[] {
  const untested = [...tree].filter(
    ([path, text]) => isSource(path) && !tree.has(testFor(path)) && !onlyTypes(path, text),
  );
  const filesOf = new Map<WithoutTest, string[]>(entries.map((entry) => [entry, []]));
  const findings: Finding[] = [];
  for (const [path] of untested) {
    const entry = entryFor(path, entries);
    if (entry === undefined) findings.push({ path, message: `there is no ${testFor(path)}, nor a reason in ${table}` });
    else filesOf.get(entry)?.push(path);
  }
  return [...findings, ...entries.flatMap((entry) => objections(entry, filesOf.get(entry) ?? [], tree, graph))];
}

function isSource(path: string): boolean {
  return path.startsWith('src/') && /\.(?:ts|pm)$/.test(path);
}

function testFor(path: string): string {
  return path.replace(/^src\//, 'test/unit/').replace(/\.\w+$/, '.test.ts');
}

/** Nothing of it is left at run time. */
function onlyTypes(path: string, text: string): boolean {
  if (!path.endsWith('.ts')) return false;
  return typescript
    .createSourceFile(path, text, typescript.ScriptTarget.Latest)
    .statements.every(
      (statement) =>
        typescript.isInterfaceDeclaration(statement) ||
        typescript.isTypeAliasDeclaration(statement) ||
        (typescript.isImportDeclaration(statement) &&
          statement.importClause?.phaseModifier === typescript.SyntaxKind.TypeKeyword) ||
        (typescript.isExportDeclaration(statement) && statement.isTypeOnly),
    );
}

/** The one that says most of where it is. */
function entryFor(path: string, entries: readonly WithoutTest[]): WithoutTest | undefined {
  return entries
    .filter(
      (entry) => `src/${entry.path}` === path || (entry.path.endsWith('/') && path.startsWith(`src/${entry.path}`)),
    )
    .sort((a, b) => b.path.length - a.path.length)[0];
}

function objections(
  entry: WithoutTest,
  files: readonly string[],
  tree: SourceTree,
  graph: ImportGraph,
): readonly Finding[] {
  const say = (message: string): Finding => ({ path: table, message: `${entry.path}: ${message}` });
  if (files.length === 0) return [say('nothing is without a test there any more: remove the entry')];
  const missing = entry.seenBy.filter((test) => !test.endsWith('.test.ts') || !tree.has(test));
  if (missing.length > 0) return missing.map((test) => say(`there is no test ${test}`));
  if (entry.seenBy.length === 0) return [say('name the tests that see it')];
  if (entry.seenBy.some((test) => runTheExecutable.test(test))) return [];
  const seen = reached(graph, entry.seenBy);
  return files.filter((path) => !seen.has(path)).map((path) => say(`none of its tests imports ${path}`));
}
