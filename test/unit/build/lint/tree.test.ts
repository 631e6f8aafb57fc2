// What `make lint` runs besides ESLint, as a program on a tree with something of each kind planted.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { root } from '../../../../build/paths.ts';

function lintTree(files: Readonly<Record<string, string>>): { status: number | null; lines: readonly string[] } {
  const directory = mkdtempSync(join(tmpdir(), 'tree-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(directory, dirname(path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    }
    const program = join(root, 'build/lint/tree.ts');
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, directory], { encoding: 'utf8' });
    assert.equal(stderr, '');
    // The reasons of this project's own table are stale there: nothing of what they are for exists.
    return { status, lines: stdout.split('\n').filter((line) => line !== '' && !line.includes('withoutTest.ts: ')) };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

test('each rule sees what is planted for it, and where', () => {
  const { status, lines } = lintTree({
    '.prettierrc.json': readFileSync(join(root, '.prettierrc.json'), 'utf8'),
    'src/a.ts': "import type { B } from './b.ts';\n\nexport type A = B;\n",
    'src/b.ts': "import type { A } from './a.ts';\n\nexport type B = A;\n",
    'src/untested.ts': 'export const untested = true;\n',
    'test/unit/Layer.pm': `1;\n# ${'four '.repeat(30)}\n`,
    'examples/x/script': `#!/bin/sh\necho ${'four '.repeat(30)}\n`,
    '.ci/run': `# ${'four '.repeat(30)}\n`,
    'test/unit/badly.test.ts': 'const badly=1\n',
  });
  assert.deepEqual(lines, [
    'src/a.ts: imports go in a circle: src/a.ts -> src/b.ts -> src/a.ts',
    'src/untested.ts: there is no test/unit/untested.test.ts, nor a reason in build/lint/withoutTest.ts',
    '.ci/run:1: 152 columns, and 120 are the limit',
    'examples/x/script:2: 155 columns, and 120 are the limit',
    'test/unit/Layer.pm:2: 152 columns, and 120 are the limit',
    'test/unit/badly.test.ts: not formatted: run "make format"',
  ]);
  assert.equal(status, 1);
});

test('make lint runs it, and ESLint', () => {
  const { stdout } = spawnSync('make', ['--dry-run', '--no-print-directory', 'lint'], { cwd: root, encoding: 'utf8' });
  assert.match(stdout, /build\/lint\/tree\.ts\b/);
  assert.match(stdout, /eslint\.js \. --max-warnings 0\b/);
});
