// A handful of the rows of `make faults`, which has all of them; and the referee itself, with faults made by hand.
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { clean } from '../faults/prepare.ts';
import type { Row } from '../faults/row.ts';
import { allRows } from '../faults/rows/allRows.ts';
import { runRow } from '../faults/runRow.ts';
import { chosenRows } from '../faults/selection.ts';
import { faultsIn } from '../faults/verdict.ts';
import { WRITER_CIDR } from '../lab/hosts.ts';
import { sharedLab } from './sharedLab.ts';
import { testThoroughly } from '../thorough.ts';

const handful = ['unknown-route', 'undo-after-mha-died', 'undo-twice-at-once', 'half-journal-names-another-program'];

describe('the rows of the fault matrix', { concurrency: false }, () => {
  const cluster = sharedLab();
  beforeEach(async () => {
    await clean(cluster());
  });

  const planted = (act: Row['act']): Row => ({
    id: 'planted',
    fault: 'made by hand',
    moment: 'now',
    act,
    expect: { master: 'db10' },
    endsWithinMs: 30_000,
  });

  test('the referee counts two writable servers with the address, for as long as there are two', async () => {
    const row = planted(async (stage) => {
      await stage.lab.sql('db11', 'SET GLOBAL read_only=0');
      await stage.by('db11', `ip addr add ${WRITER_CIDR} dev eth1`);
      await stage.wait(1_000);
      await stage.by('db11', `ip addr del ${WRITER_CIDR} dev eth1`);
      await stage.lab.sql('db11', 'SET GLOBAL read_only=1');
      await stage.by('app', 'ip neigh flush all');
    });
    const seen = await runRow(cluster(), row);
    const { wh2Ms, w2Ms, h2Ms, blindMs } = seen.figures;
    assert.ok(wh2Ms >= 900 && wh2Ms <= 3_000, `${wh2Ms} ms, blind for ${blindMs} ms`);
    assert.ok(w2Ms >= wh2Ms && h2Ms >= wh2Ms, `${w2Ms} ms, ${h2Ms} ms`);
    assert.match(faultsIn(seen, row.expect).join('\n'), /^two writable servers with the address for \d/m);
  });

  test('one master after the other, and a server that is stopped, are not two', async () => {
    const row = planted(async (stage) => {
      stage.lab.freezeMysqld('db11');
      await stage.by('db11', `ip addr add ${WRITER_CIDR} dev eth1`);
      await stage.wait(500);
      await stage.by('db11', `ip addr del ${WRITER_CIDR} dev eth1`);
      stage.lab.thawMysqld('db11');
      await stage.by('app', 'ip neigh flush all');
    });
    const { figures } = await runRow(cluster(), row);
    assert.deepEqual([figures.wh2Ms, figures.w2Ms], [0, 0]);
    assert.ok(figures.h2Ms >= 400, `${figures.h2Ms} ms`);
  });

  test('acknowledged writes that are gone are counted as lost', async () => {
    const row = planted(async (stage) => {
      await stage.writer.progress(20);
      await stage.lab.sql('db10', 'DELETE FROM app.writes ORDER BY id LIMIT 5');
    });
    const seen = await runRow(cluster(), row);
    assert.equal(seen.lost, 5);
    assert.match(faultsIn(seen, row.expect).join('\n'), /^5 of \d+ acknowledged writes are lost$/m);
  });

  test('a row that does not end is broken off at its limit', async () => {
    const row = { ...planted(() => new Promise(() => undefined)), endsWithinMs: 500 };
    assert.deepEqual(faultsIn(await runRow(cluster(), row), row.expect), ['not over after 0.5 s']);
  });

  for (const row of chosenRows(allRows, handful)) {
    testThoroughly(
      `${row.id}: ${row.fault}`,
      async () => {
        const seen = await runRow(cluster(), row);
        assert.deepEqual(faultsIn(seen, row.expect), [], seen.said);
      },
      { isOne: row.id.startsWith('undo-') },
    );
  }
});
