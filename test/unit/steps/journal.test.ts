import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  inheritedFrom,
  handoverTo,
  readJournal,
  runToUndo,
  wasKilled,
} from '../../../src/procedures/run/earlierRuns.ts';
import { isUnknown } from '../../../src/errors/unknown.ts';
import { addToRun, journalFor, readRuns, type RunRecord } from '../../../src/steps/journal.ts';
import type { WitnessRecord } from '../../../src/steps/witnessRecord.ts';
import { FakeClock } from '../../doubles/clock.ts';
import { MemoryFiles } from '../../doubles/files.ts';
import { KeptLog } from '../../doubles/log.ts';

const places = {
  configDirectory: '/etc/mha-helper',
  stateDirectory: '/state',
  hostname: 'mgr',
  pid: 42,
  bootId: 'boot',
};
const end = { host: 'db10', ip: '192.168.10.10', port: 3306 };
const begin = { procedure: 'online stop', origHost: 'db10', newHost: 'db11' };
const request = { procedure: 'online stop', orig: end, next: { ...end, host: 'db11' } };

function machine() {
  const files = new MemoryFiles();
  const log = new KeptLog();
  const clock = new FakeClock();
  return { files, log, clock, places };
}

async function runsOf(tools: ReturnType<typeof machine>): Promise<readonly RunRecord[]> {
  const runs = await readJournal(tools, 'c1');
  assert.ok(!isUnknown(runs));
  return runs;
}

const witness: WitnessRecord = {
  at: '2026-01-31T03:00:02.000Z',
  through: 'witness_command',
  seenFrom: null,
  met: 'new master',
  server: 'db11',
  before: 'db10',
  outageMs: 312,
  atLeast: false,
  note: '',
};

describe('journal', () => {
  test('lines that are begun at the same time stand in their order, each once', async () => {
    const tools = machine();
    const journal = journalFor(tools, 'c1');
    const append = tools.files.append.bind(tools.files);
    let appended = 0;
    tools.files.append = async (path, text) => {
      appended += 1;
      await new Promise((resolve) => setImmediate(resolve));
      if (appended === 2) throw new Error('the disk is full');
      await append(path, text);
    };
    const first = journal.begin(begin);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(await Promise.all([journal.begun('a', 'do a', {}), journal.done('a')]), [false, false]);
    assert.deepEqual([await first, await journal.end('done', ''), appended], [true, true, 3]);
    const kinds = (await tools.files.read('/state/c1.journal')).split('\n').filter((line) => line !== '');
    assert.deepEqual(
      kinds.map((line) => (JSON.parse(line) as { kind: string }).kind),
      ['run', 'step', 'done', 'end'],
    );
  });

  test('what is known of a run from outside stands in its record, after its end and after half a line', async () => {
    const tools = machine();
    const journal = journalFor(tools, 'c1');
    await journal.begin(begin);
    await tools.files.append('/state/c1.journal', '{"kind":"st');
    const [{ run = '' } = {}] = await runsOf(tools);
    await addToRun(tools, 'c1', run, { witness });
    await journal.end('done', '');
    await addToRun(tools, 'c1', run, { drill: { way: 'back', began: 'then' } });
    await addToRun(tools, 'c1', 'of nobody', { witness });
    const [one, ...more] = await runsOf(tools);
    const { witness: seen, drill, end: ended } = one ?? {};
    assert.deepEqual([seen, drill, ended?.outcome], [witness, { way: 'back', began: 'then' }, 'done']);
    assert.deepEqual([one?.steps, more], [[], []]);
    tools.files.append = () => Promise.reject(new Error('disk full'));
    await addToRun(tools, 'c1', run, { witness });
    assert.match(tools.log.lines.join(), /c1\.journal: cannot be written \(disk full\): the history will lack it/);
  });

  test('a run is read back as it was written', async () => {
    const tools = machine();
    const journal = journalFor(tools, 'c1');
    await journal.begin(begin);
    await journal.begun('set-read-only:db11', 'set read_only=1 on db11', { readOnly: false });
    await journal.done('set-read-only:db11');
    await journal.begun('release-address:db10', 'release it', { held: true });
    await journal.undone(null, 'set-read-only:db11');
    await journal.end('failed', 'it broke');
    const [run, ...others] = readRuns(tools.files.texts.get('/state/c1.journal') ?? '');
    assert.deepEqual(others, []);
    assert.equal(run?.procedure, 'online stop');
    assert.deepEqual(
      run.steps.map(({ id, state, before }) => [id, state, before]),
      [
        ['set-read-only:db11', 'undone', { readOnly: false }],
        ['release-address:db10', 'begun', { held: true }],
      ],
    );
    assert.deepEqual(run.end, {
      outcome: 'failed',
      message: 'it broke',
      at: '2026-01-31T03:00:00.000Z',
      boot: 'boot',
      up: 1_000_000,
    });
  });

  test('lines that are cut off or not ours are passed over', () => {
    const line = JSON.stringify({
      kind: 'run',
      run: 'r',
      procedure: 'p',
      origHost: 'a',
      newHost: null,
      pid: 1,
      at: 't',
    });
    assert.equal(readRuns(`${line}\n{"kind":"step","run":"r","id":"x\nnull\n17\n\n`).length, 1);
  });

  test('a journal that cannot be written warns once and does not stop the run', async () => {
    const tools = machine();
    tools.files.append = () => Promise.reject(new Error('ENOSPC: no space left on device'));
    const journal = journalFor(tools, 'c1');
    await journal.begin(begin);
    await journal.begun('a', 'a', {});
    assert.equal(tools.log.lines.length, 1);
    assert.match(
      tools.log.lines[0] ?? '',
      /\/state\/c1\.journal: cannot be written \(ENOSPC: no space left on device\)/,
    );
  });

  test('a run that was killed is inherited by the same procedure on the same hosts only', async () => {
    const tools = machine();
    const journal = journalFor(tools, 'c1');
    await journal.begin(begin);
    await journal.begun('release-address:db10', 'release the writer address', { held: true });
    const runs = await runsOf(tools);
    assert.ok(runs.every(wasKilled));
    const same = inheritedFrom(runs, request, tools);
    assert.deepEqual([...same.inherited.keys()], ['release-address:db10']);
    assert.match(same.message ?? '', /was killed after it had begun: release the writer address; this run finishes it/);
    const other = inheritedFrom(runs, { ...request, procedure: 'hard start' }, tools);
    assert.equal(other.inherited.size, 0);
    assert.match(other.message ?? '', /see mha-helper status/);
  });

  test('start continues the last stop of the same pair, when it is done and not too old', async () => {
    const tools = machine();
    const journal = journalFor(tools, 'c1');
    await journal.begin(begin);
    await journal.end('done', '');
    const runs = await runsOf(tools);
    const start = { ...request, procedure: 'online start' };
    assert.equal(handoverTo(runs, start, tools)?.procedure, 'online stop');
    assert.equal(handoverTo(runs, { ...start, next: { ...end, host: 'db12' } }, tools), null);
    tools.clock.advance(3_600_001);
    assert.equal(handoverTo(runs, start, tools), null);
  });

  test('what is to be undone: killed runs, incomplete undoing, a stop without its start', async () => {
    const tools = machine();
    const record = async (
      pid: number,
      procedure: string,
      steps: readonly string[],
      outcome: 'done' | 'failed' | null,
    ): Promise<void> => {
      tools.clock.advance(1_000);
      const journal = journalFor({ ...tools, places: { ...places, pid } }, 'c1');
      await journal.begin({ ...begin, procedure });
      for (const id of steps) await journal.begun(id, `do ${id}`, {});
      if (outcome !== null) await journal.end(outcome, '');
    };
    const toUndo = async (): Promise<string | undefined> => runToUndo(await runsOf(tools))?.run.replace(/^.*-/, '');
    assert.equal(await toUndo(), undefined);
    await record(1, 'online stop', ['drain-sessions:db10'], null);
    assert.equal(await toUndo(), undefined, 'terminated sessions cannot be taken back');
    await record(2, 'online stop', ['release-address:db10', 'set-read-only:db10'], 'done');
    assert.equal(await toUndo(), '2', 'a stop whose start never came');
    await record(3, 'online start', ['clear-read-only:db11'], null);
    assert.equal(await toUndo(), '3', 'a killed start comes first');
    await record(4, 'online stop', [], 'failed');
    assert.equal(await toUndo(), '3', 'a failed run that changed nothing hides nothing');
    await record(5, 'online start', ['clear-read-only:db11'], 'done');
    assert.equal(await toUndo(), undefined, 'a switch that ended well');
    await record(6, 'hard stopssh', ['release-address:db10'], null);
    assert.equal(await toUndo(), undefined, 'the address is not given back to a dead master');
  });
});
