// What is wrong with the command lines of a page.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../build/paths.ts';
import { commands } from '../../src/cli.ts';
import { entryNames } from '../../src/entryNames.ts';
import { isRun } from './coverage.ts';
import { helperWords, whyRefused } from './helperCall.ts';
import type { CodeBlock } from './markdown.ts';
import type { Page } from './pages.ts';
import { shellCommands, type ShellCommand } from './shellLines.ts';

/** In a fence of one of these nothing is a command. */
const otherLanguages =
  /^(?:text|ini|sql|json|yaml|perl|ts|js|markdown|mermaid|diff|conf|systemd|sudoers|cron|toml|html|promql|xml)$/;

/** A line of an indented block that begins so is for a shell. */
const programs = new RegExp(
  String.raw`^\s*(?:\$ |sudo |make [a-z]|apt|dnf |yum |systemctl |ssh|openstack |aws |ln |git |` +
    String.raw`(?:mha-helper|masterha_\w+|${entryNames.map(({ name }) => name).join('|')}) (?!=))`,
);

/** One line each, with path and line. */
export async function commandProblems({ path, markdown }: Page): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const block of markdown.blocks) {
    const say = (problem: string, line = 0): void => void problems.push(`${path}:${block.line + line}: ${problem}`);
    if (unnamed(block)) say(`the fence names no language that is known here (sh for commands): "${block.language}"`);
    const found = commandsOf(block);
    for (const { words, line } of found) {
      const why = await whyWrong(words);
      if (why !== undefined) say(`${words.join(' ')}: ${why}`, line);
    }
    const reason = /^not-run: *(.*)$/.exec(block.info)?.[1];
    if (reason === undefined && block.info !== '' && block.language === 'sh')
      say(`"${block.info}" is no classification: write "not-run: REASON"`);
    if (reason !== undefined && reason.length < 5) say('not-run needs a reason');
    if (reason !== undefined) continue;
    for (const { words, line } of found.filter((command) => !isRun(command.words)))
      say(`${words.join(' ')}: no test runs it; put it into a block of its own, "sh not-run: REASON"`, line);
  }
  for (const { code, line } of markdown.spans) {
    const why = await whyWrongInText(code);
    if (why !== undefined) problems.push(`${path}:${line}: \`${code}\`: ${why}`);
  }
  return problems;
}

function unnamed({ kind, language }: CodeBlock): boolean {
  return kind === 'fence' && language !== 'sh' && !otherLanguages.test(language);
}

/** Of a block for a shell all; of an indented block those that are commands for certain. */
export function commandsOf({ kind, language, lines }: CodeBlock): readonly ShellCommand[] {
  if (language === 'sh') return shellCommands(lines);
  if (kind === 'fence') return shellCommands(lines.map((line) => (/^\s*\$ /.test(line) ? line : '')));
  return lines.some((line) => programs.test(line)) ? shellCommands(lines) : [];
}

async function whyWrong(words: readonly string[]): Promise<string | undefined> {
  const own = helperWords(words);
  if (own !== undefined) return whyRefused(own);
  if (words[0] === 'make') return missingTarget(words.slice(1));
  if (words[0] === 'systemctl') return missingUnit(words.slice(1));
  return undefined;
}

function missingTarget(words: readonly string[]): string | undefined {
  const makefile = readFileSync(join(root, 'Makefile'), 'utf8');
  const targets = words.filter((word) => !word.startsWith('-') && !word.includes('='));
  const missing = targets.find((target) => !new RegExp(`^${target}:`, 'm').test(makefile));
  return missing === undefined ? undefined : `the Makefile has no target ${missing}`;
}

function missingUnit(words: readonly string[]): string | undefined {
  const units = words
    .filter((word) => word.startsWith('mha-helper'))
    .map((word) => word.replace(/@.*/, '@').replace(/(?:\.service)?$/, '.service'));
  const missing = units.find((unit) => !existsSync(join(root, 'build/systemd', unit)));
  return missing === undefined ? undefined : `there is no unit ${missing}`;
}

/** A call in the middle of a text may leave out what a whole one needs, or show its form: its names must be real. */
async function whyWrongInText(code: string): Promise<string | undefined> {
  if (!/^(?:mha-helper|make) [a-z-]/.test(code) || /[|[\]<>]|\.\.\.|…/.test(code)) return undefined;
  const [words = []] = shellCommands([code]).map((command) => command.words);
  if (words[0] === 'make') return missingTarget(words.slice(1));
  const own = helperWords(words) ?? [];
  if (commands.some(({ path }) => `${path} `.startsWith(`${own.join(' ')} `))) return undefined;
  if (own[0] === 'mha' && /^[A-Z]+$/.test(own[1] ?? '')) return undefined;
  const why = await whyRefused(own);
  return why !== undefined && /no command|Unsupported option|Unknown|not one of MHA/i.test(why) ? why : undefined;
}
