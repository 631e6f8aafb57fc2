// MHA's --ssh_options go to `ssh -G` as they are: what they mean is OpenSSH's business. Only options that would make
// ssh do something else than connect, or a stray word that ssh would take for the host, are refused.
import type { ShellTarget } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';

const flags = '46AaCfgKkMNnqsTtvXxYy';
const withValue = 'BbcDeFIiJLlmopRSw';

/**
 * Words of an --ssh_options string. MHA removes quotes and lets a shell split at white space; so do we.
 * @throws Failure `ssh` for a word that is no option.
 */
export function sshOptionWords(label: string, text: string | undefined): string[] {
  const words = (text ?? '')
    .replace(/['"]/g, '')
    .split(/\s+/)
    .filter((word) => word !== '');
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    const takesNext = takesNextWord(word);
    if (takesNext === undefined || (takesNext && index === words.length - 1)) {
      throw new Failure('ssh', `${label}: ssh_options: cannot use "${word}"`, {
        hint:
          'only options of the ssh command that change how it connects are possible, for instance -o ' +
          'Name=value or -i /path/key',
      });
    }
    if (takesNext) index++;
  }
  return words;
}

/** Whether the word after this option word is its value; undefined when the word is no option we pass on. */
function takesNextWord(word: string): boolean | undefined {
  if (!word.startsWith('-') || word.length < 2) return undefined;
  for (let at = 1; at < word.length; at++) {
    const letter = word.charAt(at);
    if (withValue.includes(letter)) return at === word.length - 1;
    if (!flags.includes(letter)) return undefined;
  }
  return false;
}

/** The -F of these options, if any: a jump host is looked up in the same file. */
export function configFileOption(words: readonly string[]): string[] {
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    if (word === '-F') return ['-F', words[index + 1] ?? ''];
    if (word.startsWith('-F')) return ['-F', word.slice(2)];
    if (takesNextWord(word) === true) index++;
  }
  return [];
}

/** Arguments of `ssh -G` in MHA's own order (the first value that OpenSSH meets is the one that counts). */
export function resolveArguments(target: ShellTarget, words: readonly string[]): string[] {
  if (target.host.startsWith('-') || target.host === '') {
    throw new Failure('ssh', `${target.label}: "${target.host}" cannot be a host name`);
  }
  const port = target.port === undefined ? [] : ['-p', String(target.port)];
  const user = target.user === undefined ? [] : ['-l', target.user];
  return ['ssh', '-G', ...words, ...port, ...user, '--', target.host];
}
