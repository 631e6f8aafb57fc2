// docs/operating/first-day.md and second-day.md, walked from the first command to the last, with the package installed
// and in a terminal of 80x24: each command prints what the page shows. Times, figures and versions are others on every
// machine.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { about } from '../../build/about.ts';
import { distDirectory } from '../../build/paths.ts';
import { documentPages } from '../documents/pages.ts';
import { HELPER_FILE } from '../lab/exampleConfiguration.ts';
import type { CommandOutcome } from '../lab/hostCommand.ts';
import { DATABASE_NAMES } from '../lab/hosts.ts';
import { startLab, type Lab } from '../lab/lab.ts';
import { waitUntil } from '../lab/processes.ts';
import { startWriter } from '../lab/writer.ts';
import { assertWhole, readmeSudoers } from './cluster.ts';
import { describeThoroughly } from '../thorough.ts';

const deb = join(distDirectory, `mha-helper_${about.version}_${process.arch === 'arm64' ? 'arm64' : 'amd64'}.deb`);
const columns = 80;

interface Step {
  readonly line: string;
  readonly shown: readonly string[];
}

/** Each command of the page with what it shows; blocks that are not run are for the reader alone. */
function steps(page: string): readonly Step[] {
  const { blocks } = documentPages().find(({ path }) => path === `docs/operating/${page}.md`)?.markdown ?? {
    blocks: [],
  };
  assert.ok(blocks.length > 0, `${page} has nothing to run`);
  return blocks.flatMap(({ language, info, lines }, index) => {
    if (language !== 'sh' || info.startsWith('not-run')) return [];
    const next = blocks[index + 1];
    assert.deepEqual([lines.length, next?.language], [1, 'text'], `${lines.join()}: one command, then what it shows`);
    return [{ line: lines[0] ?? '', shown: next?.lines ?? [] }];
  });
}

/** What is the same on every machine, and each time. */
function sameEachTime(line: string): string {
  return line
    .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?Z?/g, 'TIME')
    .replace(/\b\d+(?:\.\d+)?\b/g, 'N')
    .replace(/N-N-N|mysql-bin\.N:N/g, 'POSITION')
    .replace(' since TIME', '')
    .replace(/\s+/g, ' ')
    .trim();
}

describeThoroughly('the first day', { concurrency: false }, () => {
  let lab: Lab | undefined;
  const cluster = (): Lab => lab ?? assert.fail('no lab');
  /** As a person has it before the eyes: progress is gone by then. */
  const inTerminal = async (line: string): Promise<readonly string[]> => {
    const shell = `stty rows 24 cols ${columns} && ${line}`;
    const { stdout } = await mgr('script', '-qec', shell, '/dev/null');
    const lines = stdout.split(/\r?\n/).map((one) => one.split('\r\u001b[K').at(-1) ?? '');
    return lines.map((one) => one.replace(/\u001b\[[\d;]*m/g, '').trimEnd());
  };
  const mgr = (...argv: readonly string[]): Promise<CommandOutcome> =>
    cluster().exec('mgr', argv, { timeoutMs: 150_000 });
  const untilStatus = (what: string, pattern: RegExp): Promise<void> =>
    waitUntil(what, 90_000, async () => pattern.test((await mgr('mha-helper', 'status')).stdout));

  before(async () => {
    assert.ok(existsSync(deb), 'run "make package" first');
    lab = await startLab();
    for (const host of DATABASE_NAMES)
      await lab.writeFile(host, { path: '/etc/sudoers.d/mha_helper', content: readmeSudoers, mode: '440' });
    await lab.configure({ application: { 'server default': { ping_interval: '3' }, server3: { no_master: null } } });
    await mgr('rm', HELPER_FILE);
    const install = ['dpkg', '--no-triggers', '--ignore-depends=openssh-client', '-i', deb];
    assert.equal((await mgr(...install)).code, 0);
  });
  after(async () => {
    await lab?.stop();
  });

  /** What happens before a command (its line, and how often it was there), besides what the page lets a person do. */
  const happens: Readonly<Record<string, () => Promise<unknown>>> = {
    'first-day: mha-helper monitor status 1': () => untilStatus('protection', /^test_cluster: protected$/m),
    'first-day: mha-helper status 2': async () => {
      await cluster().killMysqld('db10');
      await untilStatus('the failover', /^db11 {2}master +has it +OFF[^]*last run: hard start[^]*^ {2}ended: done/m);
    },
    'first-day: mha-helper rejoin db10 1': async () => {
      await cluster().startMysqld('db10');
      await untilStatus('the old master to be closed', /standing order: db10\s[^]*closed\s+\d/);
    },
    'first-day: mha-helper failover --online --to db10 1': () =>
      untilStatus('protection', /^test_cluster: protected$/m),
  };

  /** @returns what a page shows and a command does not print */
  async function walk(page: string): Promise<readonly string[]> {
    const times = new Map<string, number>();
    const missing: string[] = [];
    for (const { line, shown } of steps(page)) {
      times.set(line, (times.get(line) ?? 0) + 1);
      await happens[`${page}: ${line} ${times.get(line) ?? 0}`]?.();
      const printed = await inTerminal(line);
      const same = new Set(printed.map(sameEachTime));
      const lost = shown.filter((one) => one !== '...' && !same.has(sameEachTime(one)));
      if (lost.length > 0) missing.push(`$ ${line}\n${lost.join('\n')}\nis not in\n${printed.join('\n')}`);
    }
    return missing;
  }

  test('each command prints what the page shows', async () => {
    const writer = await startWriter(cluster());
    const missing = await walk('first-day');
    assert.equal(missing.length, 0, missing.join('\n\n'));
    await assertWhole(cluster(), 'db10', writer);
  });

  test('so it is on the second day', async () => {
    const missing = await walk('second-day');
    assert.equal(missing.length, 0, missing.join('\n\n'));
    await assertWhole(cluster(), 'db10');
  });
});
