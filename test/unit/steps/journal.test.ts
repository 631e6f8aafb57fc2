import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inheritedFrom, handoverTo, readJournal, wasKilled } from '../../../src/procedures/earlierRuns.ts';
import { openJournal, readRuns } from '../../../src/steps/journal.ts';
import { FakeClock } from '../../doubles/clock.ts';
import { MemoryFiles } from '../../doubles/files.ts';
import { KeptLog } from '../../doubles/log.ts';

const places = { configDirectory: '/etc/mha-helper', stateDirectory: '/state', hostname: 'mgr', pid: 42 };
const end = { host: 'db10', ip: '192.168.10.10', port: 3306 };
const request = { procedure: 'online stop', orig: end, next: { ...end, host: 'db11' } };

function machine() {
  const files = new MemoryFiles();
  const log = new KeptLog();
  const clock = new FakeClock();
  return { files, log, clock, places, warn: (line: string) => log.warn(line) };
}

describe('journal', () => {
  test('a run is read back as it was written', async () => {
    const tools = machine();
    const journal = await openJournal(tools, 'c1', 'online stop', 'db10', 'db11');
    await journal.begun('set-read-only:db11', 'set read_only=1 on db11', { readOnly: false });
    await journal.done('set-read-only:db11');
    await journal.begun('release-address:db10', 'release it', { held: true });
    await journal.undone(null, 'set-read-only:db11');
    await journal.end('failed', 'it broke');
    const [run, ...others] = readRuns(tools.files.texts.get('/state/c1.journal') ?? '');
    assert.deepEqual(others, []);
    assert.equal(run?.procedure, 'online stop');
    assert.deepEqual(run.steps.map(({ id, state, before }) => [id, state, before]), [
      ['set-read-only:db11', 'undone', { readOnly: false }], ['release-address:db10', 'begun', { held: true }],
    ]);
    assert.deepEqual(run.end, { outcome: 'failed', message: 'it broke', at: '2026-01-31T03:00:00.000Z' });
  });

  test('lines that are cut off or not ours are passed over', () => {
    const line = JSON.stringify({ kind: 'run', run: 'r', procedure: 'p', origHost: 'a', newHost: null, pid: 1, at: 't' });
    assert.equal(readRuns(`${line}\n{"kind":"step","run":"r","id":"x\nnull\n17\n\n`).length, 1);
  });

  test('a journal that cannot be written warns once and does not stop the run', async () => {
    const tools = machine();
    tools.files.append = () => Promise.reject(new Error('ENOSPC: no space left on device'));
    const journal = await openJournal(tools, 'c1', 'online stop', 'db10', 'db11');
    await journal.begun('a', 'a', {});
    assert.equal(tools.log.lines.length, 1);
    assert.match(tools.log.lines[0] ?? '', /\/state\/c1\.journal: cannot be written \(ENOSPC: no space left on device\)/);
  });

  test('a run that was killed is inherited by the same procedure on the same hosts only', async () => {
    const tools = machine();
    const journal = await openJournal(tools, 'c1', 'online stop', 'db10', 'db11');
    await journal.begun('release-address:db10', 'release the writer address', { held: true });
    const runs = await readJournal(tools, 'c1');
    assert.ok(runs.every(wasKilled));
    const same = inheritedFrom(runs, request);
    assert.deepEqual([...same.inherited.keys()], ['release-address:db10']);
    assert.match(same.message ?? '', /was killed after it had begun: release the writer address; this run finishes it/);
    const other = inheritedFrom(runs, { ...request, procedure: 'hard start' });
    assert.equal(other.inherited.size, 0);
    assert.match(other.message ?? '', /see mha-helper status/);
  });

  test('start continues the last stop of the same pair, when it is done and not too old', async () => {
    const tools = machine();
    const journal = await openJournal(tools, 'c1', 'online stop', 'db10', 'db11');
    await journal.end('done', '');
    const runs = await readJournal(tools, 'c1');
    const start = { ...request, procedure: 'online start' };
    assert.equal(handoverTo(runs, start, tools.clock)?.procedure, 'online stop');
    assert.equal(handoverTo(runs, { ...start, next: { ...end, host: 'db12' } }, tools.clock), null);
    tools.clock.advance(3_600_001);
    assert.equal(handoverTo(runs, start, tools.clock), null);
  });
});
