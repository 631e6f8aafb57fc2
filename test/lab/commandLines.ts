// What any user of the machine sees of the programs in the hosts: their command lines.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { waitUntil } from './processes.ts';

// Its text: whoever runs it may not read this directory.
const program = readFileSync(new URL('commandLines.pl', import.meta.url), 'utf8');

export interface Reader {
  /** The command lines that held one of the texts, each once. */
  seen(): readonly string[];
  stop(): Promise<void>;
}

/** Reads all command lines without a pause until it is stopped. Its own does not hold the texts. */
export async function readCommandLines(texts: readonly string[]): Promise<Reader> {
  // As a user of its own: nobody.
  const child = spawn('setpriv', ['--reuid', '65534', '--regid', '65534', '--clear-groups', 'perl', '-e', program]);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stdin.end(texts.map((text) => `${text}\n`).join(''));
  await waitUntil('the reader of command lines', 10_000, () =>
    Promise.resolve(/^ready$/m.test(output) || child.exitCode !== null),
  );
  if (child.exitCode !== null) throw new Error(`lab: command lines cannot be read: ${output}`);
  return {
    seen: () => output.split('\n').filter((line) => line !== '' && line !== 'ready'),
    async stop() {
      child.kill();
      await once(child, 'exit');
    },
  };
}
