// Puts the program under test into mgr, under the names MHA's configuration expects.
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { quote, script } from './hostFiles.ts';
import { startIn } from './hostCommand.ts';

const INSTALLED = '/usr/bin/mha-helper';

export async function installHooks(init: number, executable: string, names: readonly string[]): Promise<void> {
  // Through a pipe, so that the executable may lie anywhere on the machine. Removed first: a running one cannot be
  // overwritten.
  const copy = startIn(init, ['sh', '-c', `rm -f ${INSTALLED} && cat >${INSTALLED} && chmod 755 ${INSTALLED}`]);
  await pipeline(createReadStream(executable), copy.process.stdin);
  if ((await copy.ended) !== 0) throw new Error(`lab: ${executable} is not installed: ${copy.output()}`);
  await script(
    init,
    names.map((name) => ['ln', '-sfn', INSTALLED, quote(`/usr/bin/${name}`)].join(' ')),
  );
}
