import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../../../../src/errors/errors.ts';
import { failoverBegin, missingWrites, readManagerLog } from '../../../../src/procedures/report/managerLogTail.ts';
import { runsOfFailover } from '../../../../src/procedures/report/failoverRuns.ts';
import type { ApplicationConfig } from '../../../../src/mha/applicationConfig.ts';
import type { RunRecord } from '../../../../src/steps/journal.ts';
import { FakeClock } from '../../../doubles/clock.ts';
import { MemoryFiles } from '../../../doubles/files.ts';

const request = { origHost: 'db10', newHost: 'db11', newSlaveHosts: [], conf: '/c', subject: '', body: '' };

function run(procedure: string, startedAt: string, more: Partial<RunRecord> = {}): RunRecord {
  return {
    run: startedAt,
    procedure,
    origHost: 'db10',
    newHost: procedure === 'hard start' ? 'db11' : null,
    pid: 1,
    startedAt,
    steps: [],
    end: null,
    ...more,
  };
}

const starts = (runs: readonly RunRecord[], since = '0'): string[] =>
  runsOfFailover(runs, request, since).map(({ startedAt }) => startedAt);

test('the stop and the start of this failover, and none of an earlier one', () => {
  const earlier = [run('hard stopssh', '1'), run('hard start', '2')];
  const own = [run('hard stopssh', '5'), run('hard start', '6')];
  assert.deepEqual(starts([...earlier, ...own]), ['5', '6']);
  assert.deepEqual(starts([...earlier, run('online stop', '3'), ...own]), ['5', '6']);
  assert.deepEqual(starts([...earlier, run('hard start', '4', { origHost: 'db12' }), ...own]), ['5', '6']);
  assert.deepEqual(starts([run('hard start', '4', { newHost: 'db12' }), run('hard start', '6')]), ['6']);
  assert.deepEqual(
    starts([run('hard stopssh', '5'), run('hard stop', '5b'), run('hard start', '6'), run('hard start', '7')]),
    ['5', '5b', '6', '7'],
  );
  assert.deepEqual(starts([...own, run('online stop', '8')]), []);
  assert.deepEqual(starts(own, '55'), ['6']);
});

test("MHA's log tells when the failover began: the last time", () => {
  const text =
    'Sat Jan 31 02:00:00 2026 - [info] Starting master failover.\nSat Jan 31 02:59:58 2026 - [info] Starting ' +
    'master failover.\nSat Jan 31 02:59:59 2026 - [info] x\n';
  assert.equal(failoverBegin(text), new Date(2026, 0, 31, 2, 59, 58).getTime());
  assert.equal(failoverBegin('nothing'), null);
});

test('writes that are missing on the new master, as the log of this failover has them', () => {
  const begin = 'Sat Jan 31 02:00:00 2026 - [info] Starting master failover.\n';
  const line = (level: string, text: string): string => `Sat Jan 31 02:00:01 2026 - [${level}]${text}\n`;
  const read = line(
    'info',
    ' mha-helper compat: 3 transactions in the binary log on db10:3306 that no replica has received: /tmp/x',
  );
  const notRead = line(
    'warning',
    ' mha-helper compat: the binary log of the dead master could not be read: writes are missing on the new ' +
      'master; compare',
  );
  const refused = line(
    'error',
    '[/usr/share/perl5/MHA/x.pm, ln1] mha-helper compat: db11: They are LOST there; they are kept in /tmp/x',
  );
  const unreachable = line(
    'warning',
    "Dead Master is not SSH reachable. Could not save it's binlogs. Transactions that were not sent to the latest " +
      'slave were lost.',
  );
  assert.deepEqual(missingWrites(begin + notRead + begin + read), []);
  assert.deepEqual(missingWrites(begin + read + notRead + line('info', ' Starting master failover..') + refused), [
    'the binary log of the dead master could not be read: writes are missing on the new master; compare',
    'db11: They are LOST there; they are kept in /tmp/x',
  ]);
  assert.deepEqual(missingWrites(begin + line('info', " Skipping trying to save dead master's binary log.")).length, 1);
  assert.match(
    missingWrites(begin + unreachable).join('\n'),
    /^MHA has not reached the dead master by SSH: .* missing on the new master$/,
  );
});

test('a log that rests is of an earlier failover: what it lacks is not told again', async () => {
  const app = { file: '/c', managerLog: '/log' } as ApplicationConfig;
  const clock = new FakeClock();
  const stamp = (minutes: number): string => {
    const [, day = '', month = '', date = '', year = '', time = ''] =
      /^(\w+) (\w+) (\d+) (\d+) ([\d:]+)/.exec(new Date(clock.now().getTime() - minutes * 60_000).toString()) ?? [];
    return `${day} ${month} ${date} ${time} ${year}`;
  };
  const log = (minutes: number): string =>
    `${stamp(minutes)} - [info] Starting master failover.\n${stamp(minutes)} - [warning] mha-helper compat: not ` +
    'read: writes may be missing on the new master\n';
  const read = async (minutes: number): Promise<readonly string[]> =>
    (await readManagerLog(app, { clock, files: new MemoryFiles({ '/log': log(minutes) }) })).missingWrites;
  assert.deepEqual(await read(1), ['not read: writes may be missing on the new master']);
  assert.deepEqual(await read(20), []);
});

test('the last 80 lines, without passwords; what is missing is said', async () => {
  const app = { file: '/c', managerLog: '/log' } as ApplicationConfig;
  const lines = Array.from({ length: 200 }, (_, index) => `line ${index}`);
  const text = `${lines.join('\n')}\n--new_master_password='it'\\''s x' --p\n`;
  const { tail } = await readManagerLog(app, { clock: new FakeClock(), files: new MemoryFiles({ '/log': text }) });
  assert.ok('text' in tail);
  assert.equal(tail.text.split('\n').length, 81);
  assert.match(tail.text, /--new_master_password=xxx --p\n$/);
  const none = await readManagerLog(app, { clock: new FakeClock(), files: new MemoryFiles() });
  assert.deepEqual(none, {
    tail: { missing: '/log: there is no such file or directory' },
    since: '2026-01-31T01:00:00.000Z',
    missingWrites: [],
  });
  const broken = await readManagerLog(new Failure('config', 'broken'), {
    clock: new FakeClock(),
    files: new MemoryFiles(),
  });
  assert.deepEqual(broken.tail, { missing: 'broken' });
});
