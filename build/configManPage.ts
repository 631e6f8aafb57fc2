// mha-helper.conf(5), from the table of options and the examples.   node build/configManPage.ts | man -l -
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { groupTitle, optionGroups, saysDefault, type OptionFacts } from './optionFacts.ts';
import { root } from './paths.ts';
import { heading, prose, reference, roff, verbatim } from './roff.ts';
import { sourceDate } from './sourceDate.ts';
import { packageVersion } from './version.ts';

/** The page `mha-helper.conf.5`. */
export function configManPage(): string {
  return [
    ...heading('mha-helper.conf', 5, sourceDate().toISOString().slice(0, 10), packageVersion(), 'File Formats'),
    '.SH NAME',
    'mha\\-helper.conf \\- configuration of mha\\-helper, one file for each cluster',
    '.SH SYNOPSIS',
    '.B /etc/mha\\-helper/CLUSTER.conf',
    '.SH DESCRIPTION',
    prose(
      'mha-helper reads every *.conf file of /etc/mha-helper, or of the directory that MHA_HELPER_CONFIG_DIR ' +
        "names. The file's name without .conf is the name of the cluster. A host may be in one file only.",
    ),
    '.PP',
    prose(
      "[default] holds for every host of the file. A section for each host follows, named as hostname in MHA's " +
        'application file; it may be empty. What is set there overrides [default] for that host. Sections are taken ' +
        'literally: [db1.example.com] and [192.168.10.10] are hosts.',
    ),
    '.PP',
    prose(
      'name = value and name: value are the same; names are case-insensitive. A comment begins at a line that ' +
        'starts with # or ;, or after " ;" in a line. An unknown option is a warning; whatever else is wrong is ' +
        'reported in one go, with file, line, section and option.',
    ),
    '.PP',
    prose('mha-helper config shows what is in force for each host and where it comes from.'),
    '.SH OPTIONS',
    ...optionGroups().flatMap(({ provider, options }) => [
      `.SS ${roff(groupTitle(provider))}`,
      ...options.flatMap(optionLines),
    ]),
    '.SH EXAMPLES',
    'A whole file, with the writer address on bare metal and three hosts:',
    ...verbatim(example('mha-helper/test_cluster.conf')),
    '.PP',
    prose("The three lines in MHA's application file, /etc/mha/test_cluster.conf, that make MHA use mha-helper:"),
    ...verbatim(linesOf('mha/test_cluster.conf', /_script\s*=/)),
    '.PP',
    prose("On the database hosts, where MHA's ssh_user is not root (requires_sudo = yes), /etc/sudoers.d/mha_helper:"),
    ...verbatim(linesOf('sudoers.d/mha_helper', /NOPASSWD/)),
    '.PP',
    prose('These files are in /usr/share/doc/mha-helper/examples too.'),
    '.SH SEE ALSO',
    `${reference('mha-helper', 1)},`,
    reference('sudoers', 5),
    '',
  ].join('\n');
}

function optionLines({ name, allowed, fallback, perHost, help }: OptionFacts): string[] {
  const facts = [
    `Allowed: ${allowed}.`,
    ...(saysDefault(help) ? [] : [`Default: ${fallback === '' ? 'not set' : fallback}.`]),
    ...(perHost ? [] : ['Only in [default].']),
  ];
  return ['.TP', `.B ${roff(name)}`, prose(help), '.br', prose(facts.join(' '))];
}

function example(path: string): string {
  return readFileSync(join(root, 'examples', path), 'utf8');
}

function linesOf(path: string, wanted: RegExp): string {
  return example(path)
    .split('\n')
    .filter((line) => !line.startsWith('#') && wanted.test(line))
    .join('\n');
}

if (import.meta.main) process.stdout.write(configManPage());
