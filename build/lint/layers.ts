// Who may import whom. One table; the rule in imports.ts reads it. A layer is the longest path here that a file's path
// begins with.

export interface Layer {
  /** Path below src/ of a folder (with a slash at the end) or of one file. */
  readonly path: string;
  /** Layers it may import, besides itself. */
  readonly imports: readonly string[];
  /** Packages and modules of Node it may import; `null`: any. Types may come from anywhere. */
  readonly packages: ReadonlyMap<string, readonly string[] | 'all'> | null;
  /** May use process, timers, the clock and the console. */
  readonly touchesTheOutside?: boolean;
}

const contextTypes = ['context/Context.ts', 'context/Mail.ts'];
const shared = ['mha/', 'config/', 'errors/', 'context/'];
/** Computes only. */
const pure = new Map<string, readonly string[] | 'all'>([
  ['node:net', ['isIP', 'isIPv4', 'isIPv6', 'BlockList', 'SocketAddress']],
  ['node:path', 'all'],
]);
const withClipanion = new Map([...pure, ['clipanion', 'all' as const]]);

export const layers: readonly Layer[] = [
  {
    path: 'main.ts',
    imports: ['cli.ts', 'entryNames.ts', 'context/createContext.ts', 'errors/', ...contextTypes],
    packages: null,
    touchesTheOutside: true,
  },
  { path: 'entryNames.ts', imports: [], packages: pure },
  { path: 'cli.ts', imports: ['commandLine/', 'commands/', 'entryNames.ts', ...shared], packages: withClipanion },
  { path: 'commandLine/', imports: ['commands/', ...shared], packages: withClipanion },
  { path: 'commands/', imports: ['procedures/', ...shared], packages: withClipanion },
  { path: 'procedures/', imports: ['steps/', 'mysql/', 'vip/', 'mail/', ...shared], packages: pure },
  { path: 'mail/', imports: ['steps/', ...shared], packages: pure },
  { path: 'steps/', imports: ['mysql/', 'vip/', ...shared], packages: pure },
  { path: 'mysql/', imports: shared, packages: pure },
  { path: 'vip/', imports: shared, packages: pure },
  { path: 'mha/', imports: ['config/', 'errors/', ...contextTypes], packages: pure },
  { path: 'config/', imports: ['mha/', 'errors/', ...contextTypes], packages: pure },
  { path: 'errors/', imports: [], packages: pure },
  { path: 'context/', imports: ['errors/'], packages: pure },
  {
    path: 'context/createContext.ts',
    imports: ['adapters/', 'errors/', 'context/'],
    packages: new Map([...pure, ['node:os', ['hostname']], ['node:tty', ['isatty']]]),
  },
  { path: 'adapters/', imports: ['mha/', 'config/', 'errors/', 'context/'], packages: null, touchesTheOutside: true },
];

/** The layer of a file, by its path below src/. */
export function layerOf(path: string): Layer | undefined {
  return layers
    .filter((layer) => path === layer.path || (layer.path.endsWith('/') && path.startsWith(layer.path)))
    .sort((a, b) => b.path.length - a.path.length)[0];
}
