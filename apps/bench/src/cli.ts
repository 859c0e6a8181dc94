// The command line: the commands put together, and their errors turned into messages and exit codes.
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { bundleCommand, verifyCommand } from './commands/bundle.ts';
import { checkCommand } from './commands/check.ts';
import { claimsCommand } from './commands/claims.ts';
import { compareCommand } from './commands/compare.ts';
import { completionCommand } from './commands/completion.ts';
import { createCommand } from './commands/create.ts';
import { exportCommand } from './commands/export.ts';
import { listCommand } from './commands/list.ts';
import { raceCommand } from './commands/race.ts';
import { reportCommand } from './commands/report.ts';
import { runCommand } from './commands/run.ts';
import { solveCommand } from './commands/solve.ts';
import { workerCommand } from './commands/worker.ts';
import { endWithReader, tell, tellError } from './output.ts';
import { isInvalidInput, UsageError } from './usage-error.ts';

export { lockIntrinsics } from './cell/lockdown.ts';

/** Exit code for whatever the user can mend. */
const WRONG_USAGE = 2;

/**
 * Runs the command line.
 *
 * @param args - the arguments, without the program's own name
 * @returns the exit code: 0 all is well, 1 something failed, 2 wrong usage
 */
export async function main(args: readonly string[]): Promise<number> {
  endWithReader();
  let exitCode = 0;
  const program = new Command('infimum-bench')
    .description('Benchmarks the solvers of Infimum, and yours, on the same instances.')
    .version(version(), '--version', 'prints the version')
    .showHelpAfterError('(infimum-bench COMMAND --help tells more)')
    .addHelpText('after', EXAMPLES);
  for (const build of COMMANDS) {
    const command = build((code) => {
      exitCode = code;
    });
    program.addCommand(command.copyInheritedSettings(program));
  }
  for (const command of [program, ...program.commands]) command.exitOverride();
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has printed its message already; help and version are no errors.
    if (error instanceof CommanderError) {
      if (error.code === 'commander.unknownOption') tell(optionsOf(program, args[0]));
      return error.exitCode === 0 || args.length === 0 ? 0 : WRONG_USAGE;
    }
    if (error instanceof UsageError || isInvalidInput(error)) {
      tellError(error.message);
      return WRONG_USAGE;
    }
    throw error;
  }
}

function version(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

/** What a command takes, for those who gave it something else. */
function optionsOf(program: Command, name: string): string {
  const command = program.commands.find((candidate) => candidate.name() === name) ?? program;
  return `The options of ${command.name()}: ${command.options.map(({ flags }) => flags).join(', ')}`;
}

const COMMANDS = [
  listCommand,
  runCommand,
  workerCommand,
  solveCommand,
  checkCommand,
  claimsCommand,
  reportCommand,
  compareCommand,
  raceCommand,
  exportCommand,
  bundleCommand,
  verifyCommand,
  createCommand,
  completionCommand,
];

const EXAMPLES = `
Examples:
  infimum-bench list                                  what there is, a line each
  infimum-bench list sparse --package linalg          what has this word in this package
  infimum-bench run                                   the quick suite: a table and bench-report.html
  infimum-bench run --problem ot/transport --peers    one problem, against the Python packages too
  infimum-bench run --plugin ./mine.ts                your own solver against ours
  infimum-bench worker --queue redis://HOST:6379      run cells from this queue
  infimum-bench solve ot/sinkhorn --instance my.json  your own instance`;
