// Prices of missing the marginals, one for both sides or one for each.
import type { OptionSpec } from '@infimum/core';
import { checkNumber, InvalidInputError } from '@infimum/core';

export const sourcePenalty = {
  type: 'value',
  check: checkPenalty,
  description:
    'Price of missing the source weights where it is not marginalPenalty, in the same units; positive, Infinity to meet them exactly',
} as const satisfies OptionSpec;

export const targetPenalty = {
  type: 'value',
  check: checkPenalty,
  description:
    'Price of missing the target weights where it is not marginalPenalty, in the same units; positive, Infinity to meet them exactly',
} as const satisfies OptionSpec;

/** Prices as options state them. */
export interface Penalties {
  /** Price of both sides. */
  readonly marginalPenalty: number;
  /** Price of the source side, if it is another one. */
  readonly sourcePenalty?: number | undefined;
  /** Price of the target side, if it is another one. */
  readonly targetPenalty?: number | undefined;
}

/** The prices of source and target side. */
export function penaltiesOf({
  marginalPenalty,
  sourcePenalty = marginalPenalty,
  targetPenalty = marginalPenalty,
}: Penalties): readonly [ofSources: number, ofTargets: number] {
  return [sourcePenalty, targetPenalty];
}

/**
 * Checks that prices are finite, for methods that cannot meet marginals exactly.
 *
 * @throws {InvalidInputError} naming the side
 */
export function checkFinitePenalties({ sourcePenalty, targetPenalty }: Penalties): void {
  for (const [argument, value] of Object.entries({ sourcePenalty, targetPenalty })) {
    if (value !== Infinity) continue;
    throw new InvalidInputError('must be finite here; unbalancedSinkhorn meets marginals exactly', {
      argument,
      code: 'unsupported',
    });
  }
}

function checkPenalty(value: unknown, argument: string): asserts value is number {
  if (value !== Infinity) checkNumber(value, argument, { above: 0 });
}
