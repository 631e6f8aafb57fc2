// The command lines of the documents, run as they are written, on the lab: each must leave with 0. Which needs what
// is said in test/documents/coverage.ts.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { commandsOf } from '../documents/commandProblems.ts';
import { stageOf, type Stage } from '../documents/coverage.ts';
import { documentPages } from '../documents/pages.ts';
import { APPLICATION_FILE } from '../lab/exampleConfiguration.ts';
import type { CommandOutcome } from '../lab/hostCommand.ts';
import { DATABASE_NAMES, type DatabaseName } from '../lab/hosts.ts';
import { assertWhole } from './cluster.ts';
import { sharedLab } from './sharedLab.ts';
import { startMonitor, status, untilProtected } from './monitored.ts';
import { testThoroughly } from '../thorough.ts';

/** Each line once, with the lab's application file in the place of the documents' own. */
function linesOf(stage: Stage): readonly (readonly string[])[] {
  const found = documentPages()
    .flatMap(({ markdown }) => markdown.blocks.filter(({ info }) => !info.startsWith('not-run')))
    .flatMap(commandsOf)
    .filter(({ words }) => stageOf(words) === stage)
    .map(({ words }) => words.map((word) => word.replace(/\/etc\/mha\/[\w-]+\.(?:conf|cnf)/, APPLICATION_FILE)));
  return [...new Map(found.map((words) => [words.join(' '), words])).values()];
}

/** The same command with another name for the cluster is one that `make thorough` runs. */
function shapeOf(words: readonly string[]): string {
  return words.join(' ').replace(/ (?:-c|--conf)[ =]\S+/, '');
}

describe('command lines of the documents', { concurrency: false }, () => {
  const cluster = sharedLab({
    configuration: {
      // A ping that takes a second on a busy machine is no failing one.
      application: { 'server default': { ping_interval: '3' } },
      // Every host's mails go where there is a server, so that check has nothing to say.
      helper: { db12: { smtp_host: 'localhost' } },
    },
  });

  const run = (words: readonly string[]): Promise<CommandOutcome> =>
    cluster().exec('mgr', words, { timeoutMs: 150_000 });
  async function succeeds(words: readonly string[]): Promise<void> {
    const { code, stdout, stderr } = await run(words);
    assert.equal(code, 0, `${words.join(' ')}\n${stdout}${stderr}`);
  }

  /** A test for each line; what is prepared before it leaves nothing of the line before. */
  function each(stage: Stage, prepare: (words: readonly string[]) => Promise<void>): void {
    const shapes = new Set<string>();
    for (const words of linesOf(stage)) {
      const isOne = !shapes.has(shapeOf(words));
      shapes.add(shapeOf(words));
      testThoroughly(
        `${stage}: ${words.join(' ')}`,
        async () => {
          await prepare(words);
          await succeeds(words);
          await afterwards[stage]?.();
        },
        { isOne },
      );
    }
  }

  const afterwards: Partial<Record<Stage, () => Promise<unknown>>> = {
    starting: () => run(['mha-helper', 'monitor', 'stop', '-c', APPLICATION_FILE]),
    'as it is': () => assertWhole(cluster(), 'db10'),
    monitored: () => assertWhole(cluster(), 'db10'),
  };

  each('as it is', () => Promise.resolve());
  each('starting', () => cluster().resetTopology());
  each('monitored', async () => {
    // As a line that only looks has left it.
    const { protected: isProtected, master } = await status(cluster());
    if (isProtected && master === 'db10') return;
    await cluster().resetTopology();
    await startMonitor(cluster());
    await untilProtected(cluster(), 'db10');
  });
  each('switching', (words) => cluster().makeMaster(otherThan(words)));
  each('switched', () => cluster().makeMaster('db11'));
  each('dead', async () => {
    await cluster().resetTopology();
    await cluster().killMysqld('db10');
  });
});

/** A master that the line does not name as the new one. */
function otherThan(words: readonly string[]): DatabaseName {
  const named = DATABASE_NAMES.find((name) => words.some((word) => word === name || word === `--to=${name}`));
  return named === 'db10' ? 'db11' : 'db10';
}
