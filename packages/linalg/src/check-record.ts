// Checks of arguments that are results of other functions.
import { InvalidInputError } from '@infimum/core';

/**
 * Checks that a value is an object with the fields of what another function returned.
 *
 * @throws {InvalidInputError} `type`, naming the argument
 */
export function checkRecord(value: unknown, argument: string, source: string, fields: readonly string[]): void {
  const isRecord = typeof value === 'object' && value !== null;
  if (isRecord && fields.every((name) => typeof ((value as Record<string, unknown>)[name] ?? undefined) === 'object')) return;
  throw new InvalidInputError(`expected a result of ${source}`, { argument, code: 'type' });
}
