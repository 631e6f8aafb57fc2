// docs/reference/options.md: every option of /etc/mha-helper/*.conf.
import { groupTitle, optionGroups, saysDefault, type OptionFacts, type OptionGroup } from '../optionFacts.ts';
import { code, listItem, marked, paragraph, table } from './markdown.ts';

export function optionsPage(): readonly string[] {
  return [
    '# Options',
    paragraph(
      'One file for each cluster: `/etc/mha-helper/CLUSTER.conf`. `[default]` holds for every host; the section of ' +
        "a host, named as `hostname` in MHA's application file, overrides it. Sections are taken literally: " +
        '`[db1.example.com]` and `[192.168.10.10]` are hosts. Names of options are case-insensitive. `name = value` ' +
        'and `name: value` are the same. A comment begins at a line that starts with `#` or `;`, or after ` ;`.',
    ),
    paragraph(
      'An unknown option is a warning. Everything else that is wrong is reported in one go, with file, line, ' +
        'section, option and what is allowed. mha-helper config shows every option in force and where its value ' +
        'comes from. The same text is in `man mha-helper.conf`.',
    ),
    ...optionGroups().flatMap(overview),
    ...optionGroups().flatMap(({ provider, options }) => [`## ${groupTitle(provider)}`, ...options.flatMap(section)]),
  ];
}

function overview({ provider, options }: OptionGroup): readonly string[] {
  return [
    marked(`${groupTitle(provider)}:`),
    table(
      ['option', 'default'],
      options.map(({ name, fallback }) => [`[${code(name)}](#${name})`, fallback === '' ? '' : code(fallback)]),
    ),
  ];
}

function section({ name, allowed, fallback, perHost, help }: OptionFacts): readonly string[] {
  const facts = [
    `Allowed: ${marked(allowed)}.`,
    ...(saysDefault(help) ? [] : [`Default: ${fallback === '' ? 'not set' : code(fallback)}.`]),
    ...(perHost ? [] : ['Only in `[default]`.']),
  ];
  return [`### ${code(name)}`, paragraph(help), facts.map(listItem).join('\n')];
}
