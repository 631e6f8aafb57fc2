// Completion for bash and zsh, from the table of commands.   node build/completion.ts bash|zsh
import { commandTable, commonOptions, typedEntryNames, type CommandFacts, type CommandOption } from './commandTable.ts';

/** Every name that the completion is for. */
export function completedNames(typed = typedEntryNames()): readonly string[] {
  return ['mha-helper', ...typed.map(({ name }) => name)];
}

/** What may follow words that are not yet a whole command: the next word of each that begins so. */
function nextWords(table: readonly CommandFacts[]): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const next = new Map<string, Map<string, string>>();
  for (const { words, description } of table) {
    words.forEach((word, index) => {
      const before = words.slice(0, index).join(' ');
      const choices = next.get(before) ?? new Map<string, string>();
      next.set(before, choices);
      if (index === words.length - 1) choices.set(word, description);
      else if (!choices.has(word))
        choices.set(
          word,
          table
            .filter((other) => other.words[0] === words[0])
            .map((other) => other.words[index + 1])
            .join(', '),
        );
    });
  }
  return next;
}

/** For /usr/share/bash-completion/completions/mha-helper. */
export function bashCompletion(table = commandTable(), typed = typedEntryNames()): string {
  const wordCases = [...nextWords(table)].map(([before, choices]) => {
    const words = [...choices.keys(), ...(before === '' ? names(commonOptions) : [])];
    return `      ${quote(before)}) words=${quoted(words)} ;;`;
  });
  const optionCases = table.map(({ words, options }) => {
    const valued = names(options.filter(({ takesValue }) => takesValue));
    const all = names([...options, ...commonOptions]);
    return `      ${quoted(words)}) words=${quoted(all)} valued=${quoted(valued)} ;;`;
  });
  const nameCases = typed.map(({ name, words }) => `    ${name}) said=${quoted([...words, ''])} ;;`);
  return `# bash completion for mha-helper; made from its table of commands
_mha_helper() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
  local said='' command='' words='' valued='' index
  case \${1##*/} in
${[...nameCases, '    *) ;;'].join('\n')}
  esac
  for ((index = 1; index < COMP_CWORD; index++)); do
    case \${COMP_WORDS[index]} in -*) break ;; esac
    said+="\${COMP_WORDS[index]} "
  done
  command=\${said% }
  # The longest beginning that is a command: what follows it are its arguments.
  while :; do
    case $command in
${optionCases.join('\n')}
      *) case $command in *' '*) command=\${command% *}; continue ;; esac ;;
    esac
    break
  done
  if [ -z "$words" ]; then
    case \${said% } in
${wordCases.join('\n')}
    esac
  elif [[ $current != -* || " $valued " == *" $previous "* ]]; then
    # A value or an argument: names of files, as bash completes them.
    return
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -o bashdefault -o default -F _mha_helper ${completedNames(typed).join(' ')}
`;
}

/** For the file _mha-helper in a directory of zsh's fpath. */
export function zshCompletion(table = commandTable(), typed = typedEntryNames()): string {
  const describe = (choices: ReadonlyMap<string, string>): string =>
    [...choices].map(([word, text]) => quote(`${word.replaceAll(':', '\\:')}:${text}`)).join(' ');
  const wordCases = [...nextWords(table)].map(
    ([before, choices]) => `      ${quote(before)}) choices=(${describe(choices)}) ;;`,
  );
  const optionCases = table.map(({ words, options }) => {
    const specs = [...options, ...commonOptions].flatMap(zshSpecs).map(quote);
    return `      ${quoted(words)}) specs=(${specs.join(' ')}) ;;`;
  });
  const nameCases = typed.map(({ name, words }) => `    ${name}) said=(${words.map(quote).join(' ')}) ;;`);
  return `#compdef ${completedNames(typed).join(' ')}
# zsh completion for mha-helper; made from its table of commands
_mha_helper() {
  local -a said choices specs
  local word command
  local -i taken=0
  case $service in
${[...nameCases, '    *) ;;'].join('\n')}
  esac
  local -i given=$#said
  for word in "\${(@)words[2,CURRENT-1]}"; do
    [[ $word == -* ]] && break
    said+=("$word")
  done
  # The longest beginning that is a command: what follows it are its arguments.
  for ((taken = $#said; taken > 0; taken--)); do
    command="\${(j: :)said[1,taken]}"
    case $command in
${optionCases.join('\n')}
    esac
    (( $#specs > 0 )) && break
  done
  if (( $#specs > 0 )); then
    # _arguments counts from the last word of the command.
    local -i shift_by=$(( taken > given ? taken - given : 0 ))
    words=("\${words[1]}" "\${(@)words[2+shift_by,-1]}")
    (( CURRENT -= shift_by ))
    _arguments -s -S : "\${specs[@]}" '*:file:_files'
    return
  fi
  case "\${(j: :)said}" in
${wordCases.join('\n')}
  esac
  if [[ \${words[CURRENT]} == -* ]]; then
    _arguments -S : ${commonOptions.flatMap(zshSpecs).map(quote).join(' ')}
  elif (( $#choices > 0 )); then
    _describe command choices
  fi
}
_mha_helper "$@"
`;
}

function zshSpecs({ names: spellings, takesValue, description }: CommandOption): string[] {
  const text = description.replace(/[[\]:\\]/g, '\\$&');
  const exclude = spellings.length > 1 ? `(${spellings.join(' ')})` : '';
  return spellings.map(
    (name) =>
      `${exclude}${name}${takesValue && name.startsWith('--') ? '=' : ''}[${text}]${takesValue ? ':value:_files' : ''}`,
  );
}

function names(options: readonly CommandOption[]): string[] {
  return options.flatMap((option) => option.names);
}

/** Several words as one for the shell. */
function quoted(words: readonly string[]): string {
  return quote(words.join(' '));
}

/** A word for the shell. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

if (import.meta.main) process.stdout.write(process.argv[2] === 'zsh' ? zshCompletion() : bashCompletion());
