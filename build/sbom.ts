// What is inside, for programs: CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/). Of esbuild's account of what went
// into the bundle, not of all that was installed to build it.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundled } from './licences.ts';
import { root } from './paths.ts';

interface Lock {
  readonly packages: Readonly<Record<string, { readonly integrity?: string }>>;
}

/** The same works at the same time give the same bytes. */
export function sbom(works: readonly Bundled[], version: string, date: Date): string {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock;
  const components = works.map((work) => component(work, lock));
  const reference = `pkg:generic/mha-helper@${version}`;
  const document = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify([reference, components]))}`,
    version: 1,
    metadata: {
      timestamp: date.toISOString(),
      component: {
        type: 'application',
        'bom-ref': reference,
        name: 'mha-helper',
        version,
        licenses: [{ license: { id: 'GPL-3.0-or-later' } }],
        purl: reference,
      },
    },
    components,
    dependencies: [{ ref: reference, dependsOn: components.map((one) => one['bom-ref']) }],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function component({ name, version, licence }: Bundled, { packages }: Lock) {
  const isNode = name === 'Node.js';
  const purl = isNode ? `pkg:generic/node@${version}` : `pkg:npm/${name.replace('@', '%40')}@${version}`;
  const installed = isNode ? `node-linux-${process.arch}` : name;
  const integrity = packages[`node_modules/${installed}`]?.integrity;
  return {
    type: isNode ? 'platform' : 'library',
    'bom-ref': purl,
    name,
    version,
    ...(integrity === undefined ? {} : { hashes: [hashOf(integrity)] }),
    licenses: [/^[\w.+-]+$/.test(licence) ? { license: { id: licence } } : { license: { name: licence } }],
    purl,
  };
}

/** Of npm's `sha512-BASE64`. */
function hashOf(integrity: string): { readonly alg: string; readonly content: string } {
  const [kind = '', digest = ''] = integrity.split('-', 2);
  return { alg: kind.replace(/^sha/, 'SHA-'), content: Buffer.from(digest, 'base64').toString('hex') };
}

/** A UUID (RFC 9562, version 8) of a text. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const variant = ((parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, variant + hex.slice(17, 20)];
  return [...parts, hex.slice(20, 32)].join('-');
}
