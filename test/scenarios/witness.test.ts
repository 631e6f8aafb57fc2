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

  test('commands of the operator around a switch: one that fails before it, then both; and what is told', async () => {
    const seen = '/tmp/around';
    const configure = (before: string): Promise<unknown> =>
      cluster().configure({
        helper: {
          default: {
            before_switch_command: before,
            after_switch_command: `echo after $MHA_HELPER_OUTCOME $MHA_HELPER_MASTER >>${seen}`,
            notify_command: `cat >>${seen}`,
          },
        },
      });
    await configure(`echo busy >&2; exit 3`);
    const refused = await helper('failover', '--online', '--to', 'db11');
    assert.equal(refused.code, 9, refused.stdout);
    assert.match(refused.stderr, /nothing was changed: before_switch_command: exit 3: busy\n$/);
    await assertWhole(cluster(), 'db10');
    await configure(`echo before $MHA_HELPER_FROM $MHA_HELPER_TO >${seen}`);
    const { code, stdout, stderr } = await helper('failover', '--online', '--to', 'db11');
    await cluster().configure({});
    assert.equal(code, 0, stdout + stderr);
    const [before, json = '', after] = (await cluster().readFile('mgr', seen)).trim().split('\n');
    assert.deepEqual([before, after], ['before db10 db11', 'after done db11']);
    const told = JSON.parse(json) as { event: string; subject: string; cluster: string };
    assert.deepEqual(
      [told.event, told.subject, told.cluster],
      ['planned-switch', 'the planned switch succeeded', 'test_cluster'],
    );
  });

  test('a drill: refused without consent and where check is not READY; there and back, with figures', async () => {
    const unasked = await helper('drill', '--to', 'db11');
    assert.deepEqual([unasked.code, /give --yes/.test(unasked.stderr)], [9, true], unasked.stderr);
    await cluster().sql('db12', 'STOP SLAVE');
    const notReady = await helper('drill', '--yes');
    await cluster().sql('db12', 'START SLAVE');
    assert.notEqual(notReady.code, 0);
    assert.match(notReady.stderr, /no drill: the cluster is not READY; nothing was changed/);
    const known = (await history()).length;

    const writer = await startWriter(cluster());
    // Clients cannot come to the new master in a thousandth of a second: the way back is made all the same.
    const { code, stdout, stderr } = await helper('drill', '--yes', '--to', 'db11', '--budget', '0.001');
    assert.equal(code, 21, stdout + stderr);
    assert.match(stdout, /^Drill of test_cluster: there and back; db10 is the master, as before; OVER BUDGET$/m);
    assert.match(
      stdout,
      /^ {2}there +db10 -> db11 +MHA \d+\.\d s +outage \d+\.\d{3} s through .*; NOT within 0\.001 s$/m,
    );
    assert.match(stdout, /^ {2}back +db11 -> db10 +MHA \d+\.\d s +outage \d+\.\d{3} s through /m);
    await assertWhole(cluster(), 'db10', writer);
    const entries = (await history()).slice(known);
    assert.deepEqual(
      entries.map(({ drill, outage }) => [drill, outage?.met, (outage?.seconds ?? 0) > 0]),
      [
        ['there', 'new master', true],
        ['back', 'new master', true],
      ],
    );
  });
});
