// Numbers of games in text, as fractions.
import { InvalidInputError } from '@infimum/core';
import type { Fraction } from '@infimum/rigor';
import { parseFraction } from '@infimum/rigor';

/**
 * Reads `3`, `-5/2`, `7.32`, `1e-3`, never by way of a double.
 *
 * @throws {InvalidInputError} for anything else, naming `argument`
 */
export function readFraction(text: string, argument: string): Fraction {
  const value = parseFraction(text);
  if (value === undefined) throw new InvalidInputError(`'${text}' is not a number`, { argument, code: 'type' });
  return value;
}
