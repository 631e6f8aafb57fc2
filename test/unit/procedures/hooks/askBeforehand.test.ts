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

interface Way {
  /** What the dead master's host hears; null: it is not asked. */
  readonly old?: string | null;
  readonly isReleased?: boolean;
  readonly laterMs?: number;
  readonly dead?: boolean;
  /** The dead master's host does not answer: all are asked, and that is what is told. */
  readonly isSilent?: boolean;
  /** That is told once more, after `laterMs`. */
  readonly isSilentAgain?: boolean;
}

/** @param answer of the network to the new master's host; undefined: it is not asked in time */
async function beforehand(
  answer: string | undefined,
  { old = null, isReleased = true, laterMs = 0, dead = false, isSilent = false, isSilentAgain = false }: Way = {},
) {
  const asked: string[] = [];
  let closed = 0;
  const host = (name: string, said: string | undefined) => ({
    ...shell(() => ({ stdout: 'ip=/sbin/ip\naddresses:\n[]' })),
    close: () => Promise.resolve(void (closed += 1)),
    async run(argv: readonly string[]) {
      if (argv[2] !== askScript) return { code: 0, stdout: 'ip=/sbin/ip\naddresses:\n[]', stderr: '' };
      asked.push(`${name} ${String(argv[9])}`);
      if (said === undefined) await new Promise(() => undefined);
      return { code: 0, stdout: said ?? '', stderr: '' };
    },
  });
  const tools = fakeTools(metal, {
    ssh: ({ label }) =>
      dead
        ? Promise.reject(new Error('no way'))
        : Promise.resolve(host(label, label === 'db10' ? (old ?? '') : answer)),
  });
  const [next, orig] = await loadHostSettings('/etc/mha-helper', ['db11', 'db10'], tools.files, tools.log, 'c');
  if (next === undefined || orig === undefined) throw new Error('no settings');
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  let fallSilent: () => void = () => undefined;
  const silent = (listener: () => void): void => void (fallSilent = listener);
  const settings = { next, orig: old === null ? null : orig };
  const question = askBeforehand(request, settings, { released, silent }, tools);
  const pause = () => new Promise((resolve) => setTimeout(resolve, 20));
  await pause();
  if (isReleased) release();
  if (isSilent) fallSilent();
  await pause();
  await tools.clock.sleep(laterMs);
  if (isSilentAgain) {
    fallSilent();
    await pause();
  }
  const result = isSilent ? await question.insisted() : await question.elsewhere();
  await question.close().catch(() => undefined);
  return { result, asked, closed };
}

test('asked once the address is gone from the dead master, and only then', async () => {
  const nobody = await beforehand('arping=no\nkernel=no\n');
  assert.deepEqual(nobody, { result: { kind: 'nobody' }, asked: ['db11 5'], closed: 1 });
  assert.deepEqual(await beforehand('kernel=no\n', { isReleased: false }), { result: null, asked: [], closed: 1 });
});

test('briefly where the old host has heard nobody else while it had the address', async () => {
  const alone = await beforehand('arping=no\nkernel=no\n', { old: 'arping=no\nkernel=unknown own\n' });
  assert.deepEqual(alone, { result: { kind: 'nobody' }, asked: ['db10 2', 'db11 2'], closed: 2 });
  const another = await beforehand('arping=no\n', { old: 'arping=yes fa:16:3e:00:00:12\n' });
  assert.deepEqual(another.asked, ['db10 2', 'db11 5']);
  const unknown = await beforehand('arping=no\n', { old: 'arping=unknown sudo\nkernel=unknown own\n' });
  assert.deepEqual(unknown.asked, ['db10 2', 'db11 5']);
  const third = await beforehand('kernel=yes lladdr fa:16:3e:00:00:12\n', { old: 'arping=no\n' });
  assert.equal(third.result, null, 'asked again by the run itself');
});

test('whatever is not a fresh "nobody" must be asked again', async () => {
  assert.equal((await beforehand('kernel=yes lladdr fa:16:3e:00:00:12\n')).result, null);
  assert.equal((await beforehand('kernel=unknown by a router\n')).result, null);
  assert.equal((await beforehand(undefined)).result, null);
  assert.equal((await beforehand('kernel=no\n', { laterMs: 2_001 })).result, null);
  assert.equal((await beforehand('kernel=no\n', { dead: true })).result, null);
});

test('a dead host that does not answer: all are asked for long, and a fresh "nobody" alone counts', async () => {
  const silent = { isReleased: false, isSilent: true };
  const nobody = await beforehand('arping=no\nkernel=no\n', silent);
  assert.equal(nobody.result, true);
  assert.deepEqual(nobody.asked, ['db11 25']);
  assert.equal((await beforehand('arping=no\n', { ...silent, laterMs: 5_001 })).result, false);
  assert.equal((await beforehand('kernel=yes lladdr fa:16:3e:00:00:12\n', silent)).result, false);
  assert.equal((await beforehand('kernel=unknown by a router\n', silent)).result, false);
  assert.equal((await beforehand(undefined, silent)).result, false);
  assert.equal((await beforehand('arping=no\n', { ...silent, dead: true })).result, false);
});

test('told of again, the silence of a dead host is asked about again where the answer is no longer fresh', async () => {
  const silent = { isReleased: false, isSilent: true, isSilentAgain: true };
  assert.deepEqual((await beforehand('arping=no\n', { ...silent, laterMs: 1_000 })).asked, ['db11 25']);
  const again = await beforehand('arping=no\n', { ...silent, laterMs: 6_000 });
  assert.deepEqual([again.result, again.asked], [true, ['db11 25', 'db11 25']]);
});
