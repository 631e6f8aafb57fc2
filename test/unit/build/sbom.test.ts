import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { bundle } from '../../../build/bundle.ts';
import { bundledWorks, thirdPartyNotices } from '../../../build/licences.ts';
import { root } from '../../../build/paths.ts';
import { sbom } from '../../../build/sbom.ts';

interface Document {
  readonly serialNumber: string;
  readonly components: readonly {
    readonly name: string;
    readonly version: string;
    readonly purl: string;
    readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
    readonly licenses: readonly { readonly license: { readonly id?: string; readonly name?: string } }[];
  }[];
}

const date = new Date(Date.UTC(2026, 0, 31));

test('all that is bundled, with version, licence, its text, and the hash that npm has of it', async () => {
  const works = bundledWorks(await bundle());
  const json = sbom(works, '1.2.3', date);
  assert.equal(json, sbom(works, '1.2.3', date));
  const { serialNumber, components } = JSON.parse(json) as Document;
  assert.match(serialNumber, /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const named = new Map(components.map((one) => [one.name, one]));
  for (const name of ['mysql2', 'ssh2', 'nodemailer', 'clipanion', 'yaml', '@aws-sdk/client-ec2', 'Node.js']) {
    const found = named.get(name) ?? assert.fail(`${name} is not in it`);
    assert.match(found.version, /^\d+\.\d+\.\d+/);
    assert.equal(found.hashes?.[0]?.alg, 'SHA-512', name);
    assert.match(found.hashes?.[0]?.content ?? '', /^[0-9a-f]{128}$/);
  }
  assert.equal(
    named.get('@aws-sdk/client-ec2')?.purl,
    `pkg:npm/%40aws-sdk/client-ec2@${named.get('@aws-sdk/client-ec2')?.version ?? ''}`,
  );
  assert.equal(named.has('typescript'), false);
  const notices = thirdPartyNotices(works);
  for (const { name, version, licenses } of components) {
    assert.ok((licenses[0]?.license.id ?? licenses[0]?.license.name ?? '') !== '', name);
    assert.ok(notices.includes(`\n${name} ${version} (`), name);
  }
});

test('each direct dependency is pinned, and SECURITY.md says why it is there', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<
    string,
    Record<string, string>
  >;
  const page = readFileSync(join(root, 'SECURITY.md'), 'utf8');
  const all = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) =>
    Object.entries(manifest[kind] ?? {}),
  );
  assert.ok(all.length > 10);
  for (const [name, version] of all) {
    assert.match(version, /^\d+\.\d+\.\d+(?:-[\w.]+)?$/, name);
    assert.ok(page.includes(`\`${name}\``), `${name} has no line in SECURITY.md`);
  }
});
