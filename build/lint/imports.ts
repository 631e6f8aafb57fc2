// The rule that imports run one way. It sees import, export ... from and import(), also as a type, and leaves out what
// only names types of packages.
import { dirname, join, relative, sep } from 'node:path';
import type { Rule } from 'eslint';
import { root } from '../paths.ts';
import { layerOf, type Layer } from './layers.ts';

const source = join(root, 'src');

/** What the rule needs of the five kinds of nodes that name a module. */
interface ModuleNode {
  readonly type: string;
  readonly source?: { readonly value?: unknown } | null | undefined;
  readonly importKind?: string;
  readonly exportKind?: string;
  readonly specifiers?: readonly Specifier[];
}

interface Specifier {
  readonly type: string;
  readonly importKind?: string;
  readonly exportKind?: string;
  /** The name in the module, of `import { name }` and of `export { name } from`. */
  readonly imported?: Name;
  readonly local?: Name;
}

type Name = { readonly name: string } | { readonly value: string };

/** Path below src/; undefined when it is not there. */
export function pathInSource(file: string): string | undefined {
  const path = relative(source, file);
  return path.startsWith('..') ? undefined : path.split(sep).join('/');
}

export const imports: Rule.RuleModule = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const path = pathInSource(context.filename);
    if (path === undefined) return {};
    const layer = layerOf(path);
    if (layer === undefined) {
      return {
        Program: (node) => context.report({ node, message: `src/${path} belongs to no layer of build/lint/layers.ts` }),
      };
    }
    const look = (node: ModuleNode) => {
      const from = node.source?.value;
      const message = typeof from === 'string' ? objection(path, layer, from, namesOf(node)) : undefined;
      if (message !== undefined) context.report({ node, message });
    };
    return {
      ImportDeclaration: look,
      ExportAllDeclaration: look,
      ExportNamedDeclaration: look,
      ImportExpression: look,
      TSImportType: look,
    } as unknown as Rule.RuleListener;
  },
};

function objection(path: string, layer: Layer, from: string, names: readonly string[]): string | undefined {
  if (from.startsWith('.')) {
    const target = join(dirname(path), from).split(sep).join('/');
    const targetLayer = layerOf(target);
    if (targetLayer === undefined)
      return `src/${path} may not import ${from}: it is outside src/, or in no layer of build/lint/layers.ts`;
    if (targetLayer === layer || allowed(layer, target, targetLayer)) return undefined;
    return `${layer.path} may not import ${targetLayer.path}`;
  }
  if (layer.packages === null || names.length === 0) return undefined;
  const permitted = layer.packages.get(from);
  const wrong = permitted === 'all' ? [] : names.filter((name) => !permitted?.includes(name));
  if (wrong.length === 0) return undefined;
  const what = wrong.includes('*') ? from : `${wrong.join(', ')} of ${from}`;
  return `${layer.path} may not import ${what}: what touches the outside belongs to adapters/`;
}

/** `context/` in the table means its types and pure parts, never the wiring. */
function allowed(layer: Layer, target: string, targetLayer: Layer): boolean {
  return layer.imports.includes(targetLayer.path) || layer.imports.includes(target);
}

/** What is imported as a value; `*` for everything or for nothing but the side effect. */
function namesOf(node: ModuleNode): readonly string[] {
  if (node.type === 'TSImportType' || node.importKind === 'type' || node.exportKind === 'type') return [];
  if (node.specifiers === undefined || node.specifiers.length === 0) return ['*'];
  return node.specifiers.flatMap((specifier) => {
    if (specifier.importKind === 'type' || specifier.exportKind === 'type') return [];
    if (specifier.type === 'ImportSpecifier') return [text(specifier.imported)];
    return [specifier.type === 'ExportSpecifier' ? text(specifier.local) : '*'];
  });
}

function text(name: Name | undefined): string {
  if (name === undefined) return '*';
  return 'name' in name ? name.name : name.value;
}
