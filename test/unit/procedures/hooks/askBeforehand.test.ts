import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadHostSettings } from '../../../../src/config/load.ts';
import { askBeforehand } from '../../../../src/procedures/hooks/askBeforehand.ts';
import { askScript } from '../../../../src/vip/metal/askScript.ts';
import { fakeTools, shell } from '../../../doubles/tools.ts';

const request = {
  command: 'start',
  orig: { host: 'db10', ip: '10.0.0.10', port: 3306 },
  new: { host: 'db11', ip: '10.0.0.11', port: 3306, user: 'u', password: 'p' },
} as const;
const metal = '[default]\nvip_type = metal\nwriter_vip_cidr = 10.0.0.99/24\ncluster_interface = eth0\n[db10]\n[db11]\n';

/** @param answer of the network; undefined: it is not asked in time */
async function beforehand(answer: string | undefined, { isReleased = true, laterMs = 0, dead = false } = {}) {
  const asked: string[] = [];
  let closed = 0;
  const host = {
    ...shell(() => ({ stdout: 'ip=/sbin/ip\naddresses:\n[]' })),
    close: () => Promise.resolve(void (closed += 1)),
    async run(argv: readonly string[]) {
      if (argv[2] !== askScript) return { code: 0, stdout: 'ip=/sbin/ip\naddresses:\n[]', stderr: '' };
      asked.push('network');
      if (answer === undefined) await new Promise(() => undefined);
      return { code: 0, stdout: answer ?? '', stderr: '' };
    },
  };
  const tools = fakeTools(metal, { ssh: () => (dead ? Promise.reject(new Error('no way')) : Promise.resolve(host)) });
  const [settings] = await loadHostSettings('/etc/mha-helper', ['db11'], tools.files, tools.log, 'c');
  if (settings === undefined) throw new Error('no settings');
  const released = isReleased ? Promise.resolve() : new Promise<void>(() => undefined);
  const question = askBeforehand(request, settings, released, tools);
  await new Promise((resolve) => setTimeout(resolve, 20));
  await tools.clock.sleep(laterMs);
  const result = await question.elsewhere();
  await question.close().catch(() => undefined);
  return { result, asked, closed };
}

test('asked once the address is gone from the dead master, and only then', async () => {
  const nobody = await beforehand('arping=no\nkernel=no\n');
  assert.deepEqual(nobody, { result: { kind: 'nobody' }, asked: ['network'], closed: 1 });
  assert.deepEqual(await beforehand('kernel=no\n', { isReleased: false }), { result: null, asked: [], closed: 1 });
});

test('whatever is not a fresh "nobody" must be asked again', async () => {
  assert.equal((await beforehand('kernel=yes lladdr fa:16:3e:00:00:12\n')).result, null);
  assert.equal((await beforehand('kernel=unknown by a router\n')).result, null);
  assert.equal((await beforehand(undefined)).result, null);
  assert.equal((await beforehand('kernel=no\n', { laterMs: 2_001 })).result, null);
  assert.equal((await beforehand('kernel=no\n', { dead: true })).result, null);
});
