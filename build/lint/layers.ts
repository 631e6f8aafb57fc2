// Who may import whom. One table; the rule in imports.ts reads it. A layer is the longest path here that a file's path
// begins with.

export interface Layer {
  /** Path below src/ of a folder (with a slash at the end) or of one file. */
  readonly path: string;
  /** Only files in the folder itself: a folder below it needs a layer of its own. */
  readonly flat?: boolean;
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

/** What a provider of the writer address may stand on. Never another provider, so that one can go or come alone. */
const belowProviders = ['vip/', 'vip/api/', 'vip/metal/', ...shared];
const providers: readonly Layer[] = [
  { path: 'vip/metal/', imports: ['vip/', ...shared], packages: pure },
  { path: 'vip/aws/', imports: belowProviders, packages: pure },
  { path: 'vip/openstack/', imports: belowProviders, packages: pure },
  { path: 'vip/command/', imports: belowProviders, packages: pure },
];

/** What an adapter may stand on besides its own folder. Never one that talks to another kind of service. */
const belowAdapters = ['adapters/', 'adapters/processes/', 'adapters/files/', 'adapters/terminal/', ...shared];
const adapters: readonly Layer[] = [
  'adapters/',
  'adapters/processes/',
  'adapters/files/',
  'adapters/terminal/',
  'adapters/daemon/',
  'adapters/mysql/',
  'adapters/ssh/',
  'adapters/smtp/',
  'adapters/ec2/',
  'adapters/openstack/',
  'adapters/ready/',
  'adapters/etcd/',
].map((path) => ({ path, flat: true, imports: belowAdapters, packages: null, touchesTheOutside: true }));

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
  {
    path: 'procedures/',
    imports: ['steps/', 'mysql/', 'vip/', 'vip/providerFor.ts', 'mail/', ...shared],
    packages: pure,
  },
  { path: 'mail/', imports: ['steps/', ...shared], packages: pure },
  { path: 'steps/', imports: ['mysql/', 'vip/', ...shared], packages: pure },
  { path: 'mysql/', imports: shared, packages: pure },
  {
    path: 'vip/providerFor.ts',
    imports: ['vip/', 'vip/api/', ...providers.map(({ path }) => path), ...shared],
    packages: pure,
  },
  ...providers,
  { path: 'vip/api/', imports: ['vip/', ...shared], packages: pure },
  { path: 'vip/', flat: true, imports: shared, packages: pure },
  { path: 'mha/', imports: ['config/', 'errors/', ...contextTypes], packages: pure },
  { path: 'config/', imports: ['mha/', 'errors/', ...contextTypes], packages: pure },
  { path: 'errors/', imports: [], packages: pure },
  { path: 'context/', imports: ['errors/'], packages: pure },
  {
    path: 'context/createContext.ts',
    imports: [...adapters.map(({ path }) => path), 'errors/', 'context/'],
    packages: new Map([...pure, ['node:os', ['hostname']], ['node:tty', ['isatty']]]),
  },
  ...adapters,
];

/** The layer of a file, by its path below src/. */
export function layerOf(path: string): Layer | undefined {
  return layers.filter((layer) => isIn(layer, path)).sort((a, b) => b.path.length - a.path.length)[0];
}

function isIn(layer: Layer, path: string): boolean {
  if (!layer.path.endsWith('/')) return path === layer.path;
  return path.startsWith(layer.path) && !(layer.flat && path.slice(layer.path.length).includes('/'));
}
