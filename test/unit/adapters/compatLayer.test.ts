import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { compatFiles, mhaEnvironment, packedCompatFiles, withLayer } from '../../../src/adapters/compatLayer.ts';
import { packagedLayer } from '../../../src/mha/compatLayer.ts';

const directory = mkdtempSync(join(tmpdir(), 'layer-'));
after(() => rmSync(directory, { recursive: true }));
let places = 0;
const place = (): string => join(directory, `state-${places++}`);
/** A machine that has the package uses what is in there. */
const skip = existsSync(packagedLayer) && 'the package is installed here';

/** Where the environment says that the layer is. */
const layerOf = (env: NodeJS.ProcessEnv): string => /^-I(\S+) /.exec(env['PERL5OPT'] ?? '')?.[1] ?? assert.fail();

test('only what starts a program of MHA gets it, and it is put down once', { skip }, () => {
  const state = place();
  const env = { PATH: '/bin' };
  const environment = mhaEnvironment(env, state);
  assert.equal(environment(['mysql', '-e', 'masterha']), env);
  assert.ok(!existsSync(state));
  const layered = environment(['/usr/bin/masterha_manager', '--conf=x']);
  assert.equal(environment(['sudo', 'masterha_check_repl']), layered);
  assert.equal(layered['PATH'], '/bin');
});

test('all files are there, everybody can read them, and only the owner writes', { skip }, () => {
  const layer = layerOf(withLayer({}, place()));
  for (const [name, text] of Object.entries(compatFiles())) assert.equal(readFileSync(join(layer, name), 'utf8'), text);
  assert.equal(statSync(layer).mode & 0o777, 0o755);
});

test('what an operator has in PERL5OPT stays, behind it, and the layer is loaded once', { skip }, () => {
  const state = place();
  const { PERL5OPT } = withLayer({ PERL5OPT: ' -Mstrict -MMhaHelper::Compat  -I/x' }, state);
  assert.match(PERL5OPT ?? '', /^-I\S+ -MMhaHelper::Compat -Mstrict -I\/x$/);
});

test('a file that was changed is put right; nothing is left beside it', { skip }, () => {
  const state = place();
  const layer = layerOf(withLayer({}, state));
  const [name = '', text] = Object.entries(compatFiles())[0] ?? [];
  writeFileSync(join(layer, name), 'die;');
  withLayer({}, state);
  assert.equal(readFileSync(join(layer, name), 'utf8'), text);
  assert.equal(readdirSync(state).length, 1);
});

test('a directory that others can write is not used: Perl would run what they put there', { skip }, () => {
  const open = place();
  mkdirSync(open);
  chmodSync(open, 0o777);
  assert.throws(() => withLayer({}, open), { kind: 'environment', message: new RegExp(open) });
  const state = place();
  chmodSync(layerOf(withLayer({}, state)), 0o775);
  assert.throws(() => withLayer({}, state), { kind: 'environment' });
});

test('where it cannot be written it is said, and no program of MHA runs without it', { skip }, () => {
  const file = place();
  writeFileSync(file, '');
  assert.throws(() => withLayer({}, file), { kind: 'environment', message: /cannot be written/ });
});

test('packed, all of it fits into one word of a command line, and comes out as it was', () => {
  const packed = Object.entries(packedCompatFiles());
  // Of 128 KiB (131072), with room for quotes.
  const { length } = packed.flat().join("' '");
  assert.ok(length < 115_000, `${length} bytes`);
  const unpacked = packed.map(([name, text]) => [name, gunzipSync(Buffer.from(text, 'base64')).toString()]);
  assert.deepEqual(Object.fromEntries(unpacked), compatFiles());
});
