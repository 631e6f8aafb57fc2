// Completion for bash and zsh, from the table of commands.   node build/completion.ts bash|zsh
import { commandTable, commonOptions, typedEntryNames, type CommandFacts, type CommandOption } from './commandTable.ts';

/** Where MHA's configuration files are looked for. */
const clusters = '/etc/mha';
/** Words beside the commands that cli.ts knows. */
const answered: readonly (readonly [string, string])[] = [
  ['help', 'show what a command does and its options'],
  ['version', 'show the version'],
];
/** MHA's lines `hostname=db10`, for sed. */
const hostLines = String.raw`s/^[[:space:]]*hostname[[:space:]]*=[[:space:]]*\([^[:space:]#;]*\).*/\1/p`;

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
      else if (!choices.has(word)) choices.set(word, furtherWords(table, word, index + 1));
    });
  }
  return next;
}

function furtherWords(table: readonly CommandFacts[], first: string, index: number): string {
  return table
    .flatMap(({ words }) => (words[0] === first && words[index] !== undefined ? [words[index]] : []))
    .join(', ');
}

/** `help` takes the same words as the program itself. */
function pattern(before: string): string {
  return before === '' ? "'help'" : [before, `help ${before}`].map(quote).join('|');
}

/** For /usr/share/bash-completion/completions/mha-helper. */
export function bashCompletion(table = commandTable(), typed = typedEntryNames(), directory = clusters): string {
  const next = nextWords(table);
  const first = [...(next.get('') ?? new Map<string, string>()).keys()];
  const wordCases = [...next].map(
    ([before, choices]) => `      ${pattern(before)}) words=${quoted([...choices.keys()])} ;;`,
  );
  const top = [...first, ...answered.map(([word]) => word), ...names(commonOptions)];
  const optionCases = table.map(bashOptionCase);
  const nameCases = typed.map(({ name, words }) => `    ${name}) said=${quoted([...words, ''])} ;;`);
  return `# bash completion for mha-helper; made from its table of commands
_mha_helper_clusters() {
  local file
  for file in ${directory}/*.cnf ${directory}/*.conf; do
    if [ -f "$file" ]; then printf '%s\\n' "$file"; fi
  done
}
# Names of clusters; paths once a path is being typed.
_mha_helper_names() {
  local file
  case $current in */*) _mha_helper_clusters; return ;; esac
  while read -r file; do
    file=\${file##*/}
    printf '%s\\n' "\${file%.*}"
  done < <(_mha_helper_clusters)
}
# Of the clusters given by path or name, or else of all.
_mha_helper_hosts() {
  local -a files=()
  local name file
  for name in "$@"; do
    for file in "$name" ${directory}/"$name" ${directory}/"$name".cnf ${directory}/"$name".conf; do
      if [ -f "$file" ]; then files+=("$file"); break; fi
    done
  done
  if [ $# -eq 0 ]; then mapfile -t files < <(_mha_helper_clusters); fi
  if [ \${#files[@]} -eq 0 ]; then return; fi
  sed -n ${quote(hostLines)} -- "\${files[@]}" 2>/dev/null | sort -u
}
_mha_helper() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
  local said='' command='' words='' valued='' clusters='' hosts='' argument='' index
  local -a conf=()
  case \${1##*/} in
${[...nameCases, '    *) ;;'].join('\n')}
  esac
  for ((index = 1; index < COMP_CWORD; index++)); do
    case \${COMP_WORDS[index]} in -*) break ;; esac
    said+="\${COMP_WORDS[index]} "
  done
  # bash takes --conf=FILE for three words.
  for (( ; index < COMP_CWORD - 1; index++)); do
    case \${COMP_WORDS[index]} in -c | --conf) ;; *) continue ;; esac
    if [ "\${COMP_WORDS[index+1]}" = = ]; then index=$((index + 1)); fi
    if [ $((index + 1)) -lt $COMP_CWORD ]; then conf+=("\${COMP_WORDS[index+1]}"); fi
  done
  if [ "$current" = = ]; then
    current=''
  elif [ "$previous" = = ] && [ $COMP_CWORD -gt 1 ]; then
    previous=\${COMP_WORDS[COMP_CWORD-2]}
  fi
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
      '') words=${quoted(top)} ;;
${wordCases.join('\n')}
    esac
  elif [[ " $clusters " == *" $previous "* ]]; then
    words=$(_mha_helper_names)
  elif [[ " $hosts " == *" $previous "* ]]; then
    words=$(_mha_helper_hosts "\${conf[@]}")
  elif [[ $argument == HOST && $current != -* && " $valued " != *" $previous "* ]]; then
    words=$(_mha_helper_hosts "\${conf[@]}")
  elif [[ $current != -* || " $valued " == *" $previous "* ]]; then
    # A value or an argument: names of files, as bash completes them.
    return
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -o bashdefault -o default -F _mha_helper ${completedNames(typed).join(' ')}
`;
}

function bashOptionCase({ words, options, arguments: positional = [] }: CommandFacts): string {
  const spelled = (wanted: (option: CommandOption) => boolean): string => quoted(names(options.filter(wanted)));
  const all = quoted(names([...options, ...commonOptions]));
  const valued = spelled(({ takesValue }) => takesValue);
  return [
    `      ${quoted(words)})`,
    `        words=${all} argument=${quoted(positional.map(({ name }) => name))}`,
    `        valued=${valued} clusters=${spelled(isCluster)} hosts=${spelled(isHost)} ;;`,
  ].join('\n');
}

/** For the file _mha-helper in a directory of zsh's fpath. */
export function zshCompletion(table = commandTable(), typed = typedEntryNames(), directory = clusters): string {
  const next = nextWords(table);
  const wordCases = [...next].map(
    ([before, choices]) => `      ${pattern(before)}) choices=(${described([...choices])}) ;;`,
  );
  const top = described([...(next.get('') ?? []), ...answered]);
  const optionCases = table.map(zshOptionCase);
  const nameCases = typed.map(({ name, words }) => `    ${name}) said=(${words.map(quote).join(' ')}) ;;`);
  return `#compdef ${completedNames(typed).join(' ')}
# zsh completion for mha-helper; made from its table of commands
_mha_helper_clusters() {
  local -a names=(${directory}/*.(cnf|conf)(N:t:r))
  _alternative "clusters:cluster:($names)" 'files:file:_files'
}
# Of the clusters given with -c by path or name, or else of all.
_mha_helper_hosts() {
  local -a names files hosts
  local -i index
  local name
  for ((index = 1; index < $#words; index++)); do
    case $words[index] in
      -c|--conf) names+=("$words[index+1]") ;;
      --conf=*|-c=*) names+=("\${words[index]#*=}") ;;
    esac
  done
  for name in $names; do
    files+=($name(N.) ${directory}/$name(N.) ${directory}/$name.(cnf|conf)(N.))
  done
  (( $#names )) || files=(${directory}/*.(cnf|conf)(N))
  (( $#files )) && hosts=(\${(fu)"$(sed -n ${quote(hostLines)} -- $files 2>/dev/null)"})
  compadd -a hosts
}
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
      '') choices=(${top}) ;;
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

function described(choices: readonly (readonly [word: string, text: string])[]): string {
  return choices.map(([word, text]) => quote(`${word.replaceAll(':', '\\:')}:${text}`)).join(' ');
}

function zshOptionCase({ words, options, arguments: positional = [] }: CommandFacts): string {
  const own = positional.map(({ name }, index) => `${index + 1}:${name}:${name === 'HOST' ? zshHosts : '_files'}`);
  const specs = [...[...options, ...commonOptions].flatMap(zshSpecs), ...own].map(quote);
  return `      ${quoted(words)}) specs=(${specs.join(' ')}) ;;`;
}

const zshHosts = '_mha_helper_hosts';

function zshSpecs(option: CommandOption): string[] {
  const { names: spellings, takesValue, valueName = 'value', description } = option;
  const text = description.replace(/[[\]:\\]/g, '\\$&');
  const exclude = spellings.length > 1 ? `(${spellings.join(' ')})` : '';
  const value = takesValue ? `:${valueName.replaceAll(':', '\\:')}:${zshValues(option)}` : '';
  return spellings.map((name) => `${exclude}${name}${takesValue && name.startsWith('--') ? '=' : ''}[${text}]${value}`);
}

function zshValues(option: CommandOption): string {
  if (isCluster(option)) return '_mha_helper_clusters';
  return isHost(option) ? zshHosts : '_files';
}

/** MHA's configuration of a cluster. */
function isCluster({ names: spellings }: CommandOption): boolean {
  return spellings.includes('--conf');
}

function isHost({ valueName }: CommandOption): boolean {
  return valueName === 'HOST';
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
