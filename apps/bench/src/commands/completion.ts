// `infimum-bench completion`: scripts that complete commands, options and ids in bash, zsh and fish.
import type { Registry } from '@infimum/core';
import type { Command } from 'commander';
import { Argument, Command as Subcommand } from 'commander';
import { print } from '../output.ts';
import { loadPlugins } from '../plugins.ts';
import type { SetExitCode } from './arguments.ts';
import { withPlugins } from './arguments.ts';

/** The shells that scripts are made for. */
const SHELLS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;

/** A command as the scripts see it. */
interface Completed {
  readonly name: string;
  readonly description: string;
  readonly options: readonly CompletedOption[];
  /** What may stand without a flag: words, or nothing that is known. */
  readonly words: readonly string[];
}

interface CompletedOption {
  readonly flag: string;
  readonly description: string;
  /** Undefined for a switch, empty for anything, `files` for a path. */
  readonly values: readonly string[] | 'files' | undefined;
}

/** Builds the command. */
export function completionCommand(_setExitCode: SetExitCode): Subcommand {
  const command = new Subcommand('completion')
    .description('Prints a shell script that completes commands, options and ids.')
    .addArgument(new Argument('<shell>', 'yours').choices(Object.keys(SHELLS)))
    .action(async (shell: keyof typeof SHELLS, { plugin }: { readonly plugin: readonly string[] }) => {
      const { registry } = await loadPlugins(plugin);
      print(SHELLS[shell](completedCommands(command.parent ?? command, registry)));
    })
    .addHelpText('after', EXAMPLES);
  return withPlugins(command);
}

function completedCommands(program: Command, registry: Registry): Completed[] {
  const ids = (entries: readonly { readonly id: string }[]) => entries.map(({ id }) => id);
  const packages = [...new Set(ids(registry.solvers).map((id) => id.split('/')[0]))];
  const values: Readonly<Record<string, readonly string[] | 'files'>> = {
    '--problem': ids(registry.problems),
    '--solvers': ids(registry.solvers),
    '--package': packages,
    '--family': [...new Set(registry.problems.flatMap(({ families }) => Object.keys(families)))],
    '--plugin': 'files',
    '--store': 'files',
    '--report': 'files',
    '--out': 'files',
    '--bundle': 'files',
    '--key': 'files',
    '--verdicts': 'files',
    '--instance': 'files',
  };
  const words: Readonly<Record<string, readonly string[]>> = {
    solve: ids(registry.solvers),
    claims: ids(registry.claims),
    completion: Object.keys(SHELLS),
  };
  return program.commands.map((command) => ({
    name: command.name(),
    description: firstSentence(command.description()),
    words: words[command.name()] ?? [],
    options: command.options.map((option) => ({
      flag: option.long ?? option.flags,
      description: firstSentence(option.description),
      values: option.required || option.optional ? (option.argChoices ?? values[option.long ?? ''] ?? []) : undefined,
    })),
  }));
}

function bashScript(commands: readonly Completed[]): string {
  const cases = commands.map(({ name, options, words }) => {
    const own = [...options.map(({ flag }) => flag), ...words].join(' ');
    const values = options
      .filter(({ values }) => values !== undefined)
      .map(({ flag, values }) =>
        values === 'files'
          ? `        ${flag}) COMPREPLY=($(compgen -f -- "$current")); return ;;`
          : `        ${flag}) _infimum_bench_list "${values?.join(' ')}"; return ;;`,
      );
    return [
      `    ${name})`,
      ...(values.length > 0 ? ['      case "$previous" in', ...values, '      esac'] : []),
      `      COMPREPLY=($(compgen -W "${own} --help" -- "$current")) ;;`,
    ].join('\n');
  });
  const names = commands.map(({ name }) => name).join(' ');
  return `# infimum-bench in bash: eval "$(infimum-bench completion bash)"
# Values may be a list with commas between them: the last one is completed.
_infimum_bench_list() {
  local before=""
  [[ "$current" == *,* ]] && before="\${current%,*},"
  COMPREPLY=($(compgen -P "$before" -W "$1" -- "\${current##*,}"))
}
_infimum_bench() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  if [[ $COMP_CWORD -eq 1 ]]; then
    COMPREPLY=($(compgen -W "${names} --help --version" -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
}
complete -F _infimum_bench infimum-bench`;
}

function zshScript(commands: readonly Completed[]): string {
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  const escaped = (text: string) => text.replace(/[[\]:\\]/g, '\\$&');
  const action = (values: readonly string[] | 'files') =>
    values === 'files' ? '_files' : values.length > 0 ? `_values -s , value ${values.join(' ')}` : ' ';
  const cases = commands.map(({ name, options, words }) => {
    const specs = options.map(({ flag, description, values }) =>
      quoted(`*${flag}[${escaped(description)}]${values === undefined ? '' : `:value:${action(values)}`}`),
    );
    const own = words.length > 0 ? [quoted(`*:value:(${words.join(' ')})`)] : [];
    return `    ${name}) _arguments ${[...specs, ...own].join(' ')} ;;`;
  });
  return `#compdef infimum-bench
# infimum-bench in zsh: infimum-bench completion zsh > a folder of your $fpath, named _infimum-bench
_infimum_bench() {
  local -a commands
  commands=(${commands.map(({ name, description }) => quoted(`${name}:${escaped(description)}`)).join(' ')})
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command="$words[2]"
  shift words
  (( CURRENT-- ))
  case "$command" in
${cases.join('\n')}
  esac
}
compdef _infimum_bench infimum-bench`;
}

function fishScript(commands: readonly Completed[]): string {
  const quoted = (text: string) => `'${text.replace(/['\\]/g, '\\$&')}'`;
  const lines = commands.flatMap(({ name, description, options, words }) => [
    `complete -c infimum-bench -n __fish_use_subcommand -f -a ${name} -d ${quoted(description)}`,
    ...options.map(({ flag, description, values }) => {
      const given = values === undefined ? '' : values === 'files' ? ' -r -F' : ` -x -a ${quoted(values.join(' '))}`;
      return `complete -c infimum-bench -n '__fish_seen_subcommand_from ${name}' -l ${flag.slice(2)}${given} -d ${quoted(description)}`;
    }),
    ...(words.length > 0
      ? [`complete -c infimum-bench -n '__fish_seen_subcommand_from ${name}' -f -a ${quoted(words.join(' '))}`]
      : []),
  ]);
  return ['# infimum-bench in fish: infimum-bench completion fish | source', ...lines].join('\n');
}

function firstSentence(text: string): string {
  return text
    .split('\n')[0]
    .split(/(?<=\.) /)[0]
    .replaceAll('`', '');
}

const EXAMPLES = `
Examples:
  eval "$(infimum-bench completion bash)"                                  in ~/.bashrc
  infimum-bench completion zsh > ~/.zfunc/_infimum-bench                   a folder of your $fpath
  infimum-bench completion fish > ~/.config/fish/completions/infimum-bench.fish`;
