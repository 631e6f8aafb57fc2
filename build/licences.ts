// What the executable contains of others, with their licence texts: from esbuild's own account of what it bundled, and
// Node.js.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Metafile } from 'esbuild';
import { nodeBinary, root } from './paths.ts';

export interface Bundled {
  readonly name: string;
  readonly version: string;
  /** The author's name for the licence, for instance `MIT`. */
  readonly licence: string;
  readonly text: string;
}

/** @throws Error when a package of the bundle carries no licence text */
export function bundledWorks(metafile: Metafile): readonly Bundled[] {
  const outputs = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs));
  // A file of which nothing came into the bundle is not in it.
  const files = outputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path);
  const found = files.map((path) => /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]);
  const names = [...new Set(found.filter((name) => name !== undefined))].sort();
  return [
    ...names.map((name) => work(name, join(root, 'node_modules', name))),
    work('Node.js', dirname(dirname(nodeBinary()))),
  ];
}

function work(name: string, directory: string): Bundled {
  const { version, license } = manifest(directory);
  const text = licenceText(directory) ?? textOfSibling(name, directory);
  if (text === undefined) throw new Error(`${name} is bundled, and ${directory} has no licence text`);
  return { name, version, licence: license ?? 'see below', text };
}

function manifest(directory: string): { version: string; license?: string; repository?: { url?: string } } {
  return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as ReturnType<typeof manifest>;
}

function licenceText(directory: string): string | undefined {
  const names = readdirSync(directory);
  const files = names.filter((file) => /^(licen[cs]e|copying|notice)(\.(md|txt))?$/i.test(file)).sort();
  const texts = files.map((file) => read(directory, file));
  if (files.length === 0 && names.includes('README.md')) texts.push(sectionOfReadme(read(directory, 'README.md')));
  const text = texts.join('\n\n').trim();
  return text.length < 200 ? undefined : text;
}

/**
 * Some parts of the AWS SDK come without it: then it is that of another part, of the same repository and under the same
 * licence.
 */
function textOfSibling(name: string, directory: string): string | undefined {
  if (!name.startsWith('@')) return undefined;
  const { license, repository } = manifest(directory);
  const scope = dirname(directory);
  const siblings = readdirSync(scope)
    .sort()
    .map((other) => join(scope, other))
    .filter((other) => {
      const own = manifest(other);
      return own.license === license && own.repository?.url !== undefined && own.repository.url === repository?.url;
    });
  return siblings.map(licenceText).find((text) => text !== undefined);
}

function read(directory: string, file: string): string {
  return readFileSync(join(directory, file), 'utf8').replaceAll('\r', '').trim();
}

/** Some authors give the text in their README alone. */
function sectionOfReadme(readme: string): string {
  return (/^## License\b([^]*?)(?=^## |(?![^]))/m.exec(readme)?.[1] ?? '').replace(/^> ?/gm, '').replaceAll('**', '');
}

/** All of them, one after the other. */
export function thirdPartyNotices(works: readonly Bundled[]): string {
  const rule = '='.repeat(78);
  const parts = works.map(
    ({ name, version, licence, text }) => `${rule}\n${name} ${version} (${licence})\n${rule}\n\n${text}\n`,
  );
  return [
    'The executable /usr/bin/mha-helper contains these works of others:',
    ...works.map(({ name, version, licence }) => `  ${name} ${version} (${licence})`),
    '',
    ...parts,
  ].join('\n');
}
