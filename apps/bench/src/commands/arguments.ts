// Arguments that several commands share, and the reading of those that are more than a word.
import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import { DEFAULT_STORE } from '../store.ts';

/** Tells the exit code of a command that has done its work. */
export type SetExitCode = (code: number) => void;

/** Adds `--plugin FILE`, which may be given more than once. */
export function withPlugins(command: Command): Command {
  const option = new Option(
    '--plugin <file>',
    'a .ts or .js module that exports `plugin`, whose problems, solvers and claims join ours; may be repeated',
  );
  const append = (file: string, files: readonly string[]) => [...files, file];
  return command.addOption(option.argParser(append).default([], 'none'));
}

/** Adds `--store FILE`. */
export function withStore(command: Command): Command {
  return command.option('--store <file>', 'file of the results', DEFAULT_STORE);
}

/** Adds `--queue URL` and `--prefix WORD`. */
export function withQueue(command: Command, meaning: string): Command {
  return command
    .addOption(
      new Option('--queue <url>', `${meaning}: redis://USER:PASSWORD@HOST:PORT, or rediss:// with TLS; Redis or Valkey`).env(
        'INFIMUM_QUEUE',
      ),
    )
    .option('--prefix <word>', 'prefix of all keys on the server (default: infimum)');
}

/** A number greater than zero. */
export function positiveNumber(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < Infinity)) throw new InvalidArgumentError('Expected a number greater than 0.');
  return value;
}

/** A whole number greater than zero. */
export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('Expected 1, 2, 3, …');
  return value;
}

/** A seed: 0, 1, 2, … */
export function seed(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(value) || value < 0) {
    throw new InvalidArgumentError(`A seed is a whole number of at least 0, not '${text}'.`);
  }
  return value;
}

/** `1,2,3` */
export function seedList(text: string): readonly number[] {
  return [...new Set(text.split(',').map(seed))];
}

/** `a,b,c` */
export function nameList(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('')) throw new InvalidArgumentError('Expected names with commas between them.');
  return names;
}
