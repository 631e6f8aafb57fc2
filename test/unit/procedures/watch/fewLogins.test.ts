import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { Shell, ShellTarget } from '../../../../src/context/Context.ts';
import { fewLogins } from '../../../../src/procedures/watch/fewLogins.ts';
import { shell } from '../../../doubles/tools.ts';

test('so many at once, the others in order, and one that fails makes room too', async () => {
  const begun: string[] = [];
  const ends = new Map<string, PromiseWithResolvers<Shell>>();
  const ssh = fewLogins(
    {
      ssh({ label }: ShellTarget, timeoutMs: number) {
        begun.push(`${label} ${timeoutMs}`);
        const end = Promise.withResolvers<Shell>();
        ends.set(label, end);
        return end.promise;
      },
    },
    2,
  );
  const login = (label: string) =>
    ssh({ label, host: label }, 3000).then(
      () => `${label} in`,
      (error: Error) => `${label} ${error.message}`,
    );
  const all = ['a', 'b', 'c', 'd', 'e'].map(login);
  await turn();
  assert.deepEqual(begun, ['a 3000', 'b 3000']);
  ends.get('a')?.reject(new Error('refused'));
  await turn();
  assert.deepEqual(begun, ['a 3000', 'b 3000', 'c 3000']);
  ends.get('b')?.resolve(shell(() => ({})));
  ends.get('c')?.resolve(shell(() => ({})));
  await turn();
  assert.deepEqual(begun.slice(3), ['d 3000', 'e 3000']);
  ends.get('d')?.resolve(shell(() => ({})));
  ends.get('e')?.resolve(shell(() => ({})));
  assert.deepEqual(await Promise.all(all), ['a refused', 'b in', 'c in', 'd in', 'e in']);
  const last = login('f');
  await turn();
  assert.equal(begun.at(-1), 'f 3000', 'there is room again');
  ends.get('f')?.resolve(shell(() => ({})));
  assert.equal(await last, 'f in');
});
