// What the user can mend: shown without a stack trace, and the command ends with exit code 2.
import type { InvalidInputError } from '@infimum/core';

/** A command line, a file or a setting that nothing can be done with; the message says what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The input errors of any copy of the core: a plug-in may bring its own. */
export function isInvalidInput(error: unknown): error is InvalidInputError {
  return error instanceof Error && error.name === 'InvalidInputError';
}

/** Runs `action`; input errors become usage errors that begin with where the input came from. */
export function withSource<T>(source: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (isInvalidInput(error)) throw new UsageError(`${source}: ${error.message}`);
    throw error;
  }
}

/** The same, and where a name is not known, all that are. */
export function withChoices<T>(source: string, action: () => T, choices: () => readonly string[]): T {
  try {
    return action();
  } catch (error) {
    if (!isInvalidInput(error)) throw error;
    const names = error.code === 'unknown' ? choices() : [];
    const valid = names.length > 0 ? `\nThere are: ${names.join(', ')}` : '';
    throw new UsageError(`${source}: ${error.message}${valid}`);
  }
}
