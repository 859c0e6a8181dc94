// Two sequences are of one kind.
import { InvalidInputError } from '@infimum/core';

/**
 * Refuses a string beside an array.
 *
 * @throws {InvalidInputError} `type`
 */
export function checkKinds(first: unknown, second: unknown, argument: string, other: string): void {
  if ((typeof first === 'string') === (typeof second === 'string')) return;
  const kind = typeof first === 'string' ? 'a string' : 'an array';
  throw new InvalidInputError(`must be ${kind}, as ${other} is`, { argument, code: 'type' });
}
