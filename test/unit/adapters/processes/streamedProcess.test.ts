import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { streamProcess } from '../../../../src/adapters/processes/streamedProcess.ts';

const scratch = mkdtempSync(join(tmpdir(), 'mha-helper-test-'));
after(() => rmSync(scratch, { recursive: true }));

/** Runs a script; `on` is called with all output so far whenever more has come. */
async function stream(
  script: string,
  { follow, on = () => undefined }: { follow?: string; on?: (output: string, interrupt: () => void) => void } = {},
) {
  let output = '';
  const interruption = new AbortController();
  const code = await streamProcess(['sh', '-c', script, 'sh', scratch], process.env, {
    follow,
    interrupted: interruption.signal,
    onOutput(text) {
      output += text;
      on(output, () => interruption.abort());
    },
  });
  return { code, output };
}

test('stdout and stderr as they come, and the exit status', async () => {
  const seen: string[] = [];
  const fifo = join(scratch, 'go');
  const result = await stream(
    'mkfifo "$1/go"; echo first; echo second >&2; read -r word <"$1/go"; echo $word; exit 10',
    {
      on: (output) => {
        seen.push(output);
        if (output.includes('second') && !output.includes('third')) writeFileSync(fifo, 'third\n');
      },
    },
  );
  assert.deepEqual(
    { code: result.code, lines: result.output.trim().split('\n').sort() },
    { code: 10, lines: ['first', 'second', 'third'] },
  );
  assert.ok(!(seen[0] ?? '').includes('third'), 'it came before the program had ended');
  assert.equal((await stream('kill -9 $$')).code, 137);
});

test('a log file is followed from its present end, even one that does not exist yet', async () => {
  const log = join(scratch, 'log');
  assert.equal((await stream('echo new >>"$1/log"', { follow: log })).output, 'new\n');
  assert.equal((await stream('echo newer >>"$1/log"', { follow: log })).output, 'newer\n');
});

test('an interruption reaches the whole group as SIGINT, and what the program has started is waited for', async () => {
  const parent = '$SIG{INT} = sub { exit 1 }; fork ? sleep 30 : child();';
  const child =
    'sub child { $| = 1; $SIG{INT} = sub { select undef, undef, undef, 0.3; print "child has undone\\n"; exit 8 ' +
    '}; print "ready\\n"; sleep 30 }';
  const { code, output } = await stream(`exec perl -e '${parent} ${child}'`, {
    on: (text, interrupt) => {
      if (text.includes('ready')) interrupt();
    },
  });
  assert.equal(code, 1);
  assert.match(output, /child has undone/);
});

test('a program that is not there', async () => {
  let output = '';
  const code = await streamProcess(['/not/there'], process.env, {
    onOutput: (text) => {
      output += text;
    },
    interrupted: new AbortController().signal,
  });
  assert.equal(code, 127);
  assert.match(output, /not found/);
});
