// A call of mha-helper in a document, parsed by the program itself.
import { Cli, type BaseContext } from 'clipanion';
import { Writable } from 'node:stream';
import { commands, runCli } from '../../src/cli.ts';
import type { Context } from '../../src/context/Context.ts';
import { entryNames, wordsOfCall } from '../../src/entryNames.ts';
import { isMhaProgram } from '../../src/mha/compatLayer.ts';

/** The words after `mha-helper`, also of a call by a symlink's name; undefined for another program. */
export function helperWords(words: readonly string[]): readonly string[] | undefined {
  const [program = '', ...args] = words;
  const name = program.slice(program.lastIndexOf('/') + 1);
  if (name !== 'mha-helper' && !entryNames.some((entry) => entry.name === name)) return undefined;
  return wordsOfCall(name, args);
}

/** Whether it asks for help or the version: then the program answers, whatever else there is. */
export function asksForHelp(words: readonly string[]): boolean {
  const own = words[0] === 'mha' ? words.slice(0, 2) : words;
  return own.some((word) => ['-h', '--help', '--version', '-V'].includes(word)) || isHelpWord(words[0]);
}

function isHelpWord(word: string | undefined): boolean {
  return word === 'help' || word === 'version';
}

/** Why the program would refuse the call; undefined when it would not. Nothing is run. */
export async function whyRefused(words: readonly string[]): Promise<string | undefined> {
  if (asksForHelp(words)) return refusedHelp(words);
  const found = commands.find(({ path }) => path.split(' ').every((word, index) => word === words[index]));
  if (found === undefined) return `there is no command "${words.slice(0, 2).join(' ')}"`;
  if (found.path === 'mha')
    return isMhaProgram(words[1] ?? '') ? undefined : `${words[1]} is not one of MHA's programs`;
  const cli = Cli.from<BaseContext>([await found.load()]);
  try {
    cli.process([...words], undefined as never);
    return undefined;
  } catch (error) {
    return (error as Error).message.split('\n')[0];
  }
}

async function refusedHelp(words: readonly string[]): Promise<string | undefined> {
  let said = '';
  const out = new Writable({
    write(chunk: Buffer, _encoding, done) {
      said += chunk.toString();
      done();
    },
  });
  const context = { env: {}, stdout: out, stderr: out, colorDepth: 1 } as unknown as Context;
  const code = await runCli(words, context);
  return code === 0 ? undefined : said.trim().split('\n').at(-1);
}
