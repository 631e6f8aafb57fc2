// What clients met in a switch that an operator ordered: a witness on the manager, and one elsewhere.
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import type { CommandOutcome } from '../lab/hostCommand.ts';
import { startWriter } from '../lab/writer.ts';
import { assertWhole } from './cluster.ts';
import { sharedLab } from './sharedLab.ts';

interface Entry {
  readonly outage: { readonly seconds: number | null; readonly met: string; readonly atLeast: boolean } | null;
  readonly drill: string | null;
}

describe('the witness', { concurrency: false }, () => {
  const cluster = sharedLab();
  beforeEach(async () => {
    await cluster().resetTopology();
  });

  const helper = (...words: readonly string[]): Promise<CommandOutcome> =>
    cluster().exec('mgr', ['mha-helper', ...words], { timeoutMs: 150_000 });
  const history = async (): Promise<readonly Entry[]> =>
    JSON.parse((await helper('history', '--json')).stdout) as readonly Entry[];

  test('a planned switch: what a client met is in the summary and in the record', async () => {
    const writer = await startWriter(cluster());
    const { code, stdout, stderr } = await helper('failover', '--online', '--to', 'db11');
    assert.equal(code, 0, stdout + stderr);
    const [, said = ''] =
      /^ {2}outage +(\d+\.\d{3}) s through the writer address \S+ from \S+ \(db10, then db11\)$/m.exec(stdout) ?? [];
    assert.ok(Number(said) > 0, stdout);
    const last = (await history()).at(-1)?.outage;
    assert.deepEqual([last?.seconds, last?.met, last?.atLeast], [Number(said), 'new master', false]);
    await assertWhole(cluster(), 'db11', writer);
  });
});
