import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { cloudSettings } from '../../../../src/adapters/openstack/clouds.ts';

const directory = mkdtempSync(join(tmpdir(), 'clouds-'));
after(() => rmSync(directory, { recursive: true }));
const file = join(directory, 'clouds.yaml');

const read = (clouds: string, secure?: string) => {
  writeFileSync(file, clouds);
  if (secure === undefined) rmSync(join(directory, 'secure.yaml'), { force: true });
  else writeFileSync(join(directory, 'secure.yaml'), secure);
  return cloudSettings('a', [join(directory, 'none.yaml'), file]);
};

test('one cloud, flat, numbers as texts; the first file that is there counts', async () => {
  const text =
    'clouds:\n  a:\n    auth: {auth_url: u, password: 0712, username: m}\n' +
    '    region_name: r\n    verify: false\n  b: {}\n';
  assert.deepEqual(await read(text), {
    auth_url: 'u',
    password: '0712',
    username: 'm',
    region_name: 'r',
    verify: false,
  });
});

test('endpoint_type is an older word for interface, which goes before it', async () => {
  assert.deepEqual(await read('clouds: {a: {endpoint_type: internal}}'), { interface: 'internal' });
  assert.deepEqual(await read('clouds: {a: {endpoint_type: internal, interface: admin}}'), { interface: 'admin' });
});

test('secure.yaml beside it adds what is secret', async () => {
  const found = await read(
    'clouds: {a: {auth: {username: m, password: x}}}',
    'clouds: {a: {auth: {password: s}}, b: {auth: {username: n}}}',
  );
  assert.deepEqual(found, { username: 'm', password: 's' });
});

test('a cloud that is not there: those that are', async () => {
  await assert.rejects(read('clouds: {b: {}, c: {}}'), { kind: 'config', message: /'a'.*b, c/ });
  await assert.rejects(read('nothing: 1'), { kind: 'config', message: /none/ });
  await assert.rejects(cloudSettings('a', ['/x/1', '/x/2']), { kind: 'config', message: /\/x\/1.*\/x\/2/ });
});

test('what is no YAML is told of by its line, and never by what stands there', async () => {
  await assert.rejects(read('clouds:\n  a:\n    password: "hunter2\n'), (error: Error) => {
    assert.match(error.message, /line \d/);
    assert.doesNotMatch(error.message, /hunter2/);
    return true;
  });
  await assert.rejects(read('clouds: {a: {verify: perhaps}}'), { kind: 'config', message: /verify/ });
});
