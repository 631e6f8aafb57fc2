// docs/reference/files-and-environment.md.
import { commonVariables, givenVariables, settingVariables, type Variable } from '../../src/context/environment.ts';
import { fileGroups, type FileGroup, type OwnFile } from '../ownFiles.ts';
import { code, listItem, marked, paragraph } from './markdown.ts';

export function filesPage(): readonly string[] {
  return [
    '# Files and environment',
    paragraph(
      'MHA_HELPER_CONFIG_DIR and MHA_HELPER_STATE_DIR put another directory in the place of /etc/mha-helper and ' +
        '/var/lib/mha-helper. Words in capitals stand for a part of a name. No package changes owner or mode of a ' +
        'directory that is there already.',
    ),
    ...fileGroups.flatMap(files),
    '## Environment of mha-helper',
    paragraph('Set by the operator:'),
    variables(settingVariables),
    paragraph(
      "Known from elsewhere, and read as their owners read them. Under systemd none of your shell's variables is " +
        'there:',
    ),
    variables(commonVariables),
    '## Environment of the programs that mha-helper runs',
    paragraph('fence_command gets the first two, vip_assign_command, vip_release_command and vip_status_command all:'),
    variables(givenVariables),
  ];
}

function files({ title, files: own }: FileGroup): readonly string[] {
  return [`## ${title}`, own.map(fileItem).join('\n')];
}

function fileItem({ path, mode, what }: OwnFile): string {
  const facts = mode === '' ? '' : ` (${mode})`;
  return listItem(`${code(path)}${facts}: ${marked(what)}`);
}

function variables(list: readonly Variable[]): string {
  return list.map(variableItem).join('\n');
}

function variableItem({ name, fallback, meaning }: Variable): string {
  const without = fallback === '' ? '' : ` Default: ${code(fallback)}.`;
  return listItem(`${code(name)}: ${marked(meaning)}${without}`);
}
