// The edge of the process with a command line interface of the test's own: whatever happens inside, MHA never gets a 0
// or 10 for it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { build, type Plugin } from 'esbuild';
import { nodeBinary, root } from '../../../build/paths.ts';

const scratch = mkdtempSync(join(tmpdir(), 'mha-helper-test-'));
after(() => rmSync(scratch, { recursive: true }));

/** main.ts with this body of runCli(words, { tools, stdout }). */
async function bundleWith(body: string): Promise<string> {
  const plugin: Plugin = {
    name: 'own-cli',
    setup(build) {
      build.onLoad({ filter: /\/src\/cli\.ts$/ }, () => ({
        contents: `export async function runCli(words, { tools, stdout }) { ${body} }`,
        loader: 'js',
      }));
    },
  };
  const outfile = join(mkdtempSync(join(scratch, 'bundle-')), 'main.cjs');
  await build({
    entryPoints: [join(root, 'src/main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    plugins: [plugin],
    external: ['ssh2', 'mysql2', 'nodemailer'],
  });
  return outfile;
}

async function runWith(body: string, wrapper: readonly string[] = [], signal?: NodeJS.Signals) {
  const [program = '', ...args] = [...wrapper, nodeBinary(), await bundleWith(body)];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const closed = once(child, 'close') as Promise<[number | null]>;
  if (signal !== undefined) {
    while (!stdout.includes('ready')) await sleep(10);
    process.kill(Number(/ready (\d+)/.exec(stdout)?.[1]), signal);
  }
  const [code] = await closed;
  return { code, stdout: stdout.replace(/ready \d+\n/, ''), stderr };
}

const undoing = `
  stdout.write('ready ' + process.pid + '\\n');
  try { await tools.clock.sleep(5000, tools.interrupted); return 0; }
  catch (error) {
    await tools.clock.sleep(100);
    stdout.write('undone: ' + error.message + '\\n');
    return error.exitCode;
  }`;

test("the command's own code is the exit code", async () => {
  for (const code of [0, 10, 7]) assert.deepEqual(await runWith(`return ${code};`), { code, stdout: '', stderr: '' });
});

test('a run that has nothing left to wait for, and has not ended, is a failure', async () => {
  const { code, stderr } = await runWith('await new Promise(() => {});');
  assert.equal(code, 1);
  assert.equal(stderr, 'mha-helper: the run stopped before its end -- this is a defect in mha-helper\n');
});

test('an error nobody expected: one line, exit 1', async () => {
  const { code, stderr } = await runWith("throw new Error('two\\nlines');");
  assert.equal(code, 1);
  assert.match(stderr, /^mha-helper: unexpected error: two lines -- .*\n$/);
});

for (const [what, body] of [
  ['an exception outside the run', "setTimeout(() => { throw new Error('stray'); }, 50);"],
  ['a rejection nobody handles', "setTimeout(() => { Promise.reject(new Error('stray')); }, 50);"],
] as const) {
  test(`${what} makes the run undo, and exit with 1`, async () => {
    const { code, stdout, stderr } = await runWith(body + undoing);
    assert.equal(code, 1);
    assert.equal(stdout, 'undone: stopped after an unexpected error\n');
    assert.match(stderr, /^mha-helper: unexpected error: stray -- .*\n$/);
  });
}

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  test(`${signal} makes the run undo`, async () => {
    assert.deepEqual(await runWith(undoing, [], signal), {
      code: 8,
      stdout: `undone: interrupted by ${signal}\n`,
      stderr: '',
    });
  });
}

test("under nohup a hangup is ignored, as it is for MHA's manager", async () => {
  const body = undoing.replace('5000', '300');
  const viaParent = ['nohup', 'sh', '-c', '"$@"; exit $?', 'sh'];
  assert.deepEqual((await runWith(body, viaParent, 'SIGHUP')).code, 0);
});
