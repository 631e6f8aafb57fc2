import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DrillReport } from '../../../../src/procedures/drill/DrillReport.ts';
import { drillPath, keepDrill, lastDrillAt } from '../../../../src/procedures/drill/lastDrill.ts';
import { fakeTools } from '../../../doubles/tools.ts';

test('the last drill is found again, and one that cannot be read or kept is none', async () => {
  const tools = fakeTools('');
  assert.equal(await lastDrillAt('app1', tools), null);
  const report = { cluster: 'app1', ended: '2026-01-31T03:00:00.000Z' } as DrillReport;
  await keepDrill(report, tools);
  assert.equal(await lastDrillAt('app1', tools), Date.parse(report.ended));
  assert.equal(await lastDrillAt('app2', tools), null);
  tools.files.texts.set(drillPath(tools.places, 'app1'), '{"ended":"some time"}');
  assert.equal(await lastDrillAt('app1', tools), null);
  tools.files.writePrivate = () => Promise.reject(new Error('disk full'));
  await keepDrill(report, tools);
  assert.match(tools.log.lines.join(), /drills\/app1\.json: cannot be written \(disk full\)/);
});
