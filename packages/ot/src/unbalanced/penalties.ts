// Penalties on the marginals, one for both sides or one for each.
import { checkNumber, fault } from '@infimum/core';

export const marginalPenalty = {
  type: 'number',
  above: 0,
  required: true,
  description: "Penalty on the marginals, positive. In units of the cost for 'kl', of cost over mass for 'l2'",
} as const;

export const divergence = {
  type: 'choice',
  choices: ['kl', 'l2'],
  default: 'kl',
  description: "Measure of violations: 'kl', the default, or 'l2', half the squared difference",
} as const;

export const sourcePenalty = {
  type: 'value',
  check: checkPenalty,
  description:
    'Penalty on the source weights if different from marginalPenalty, in the same units; positive, Infinity to keep them exactly',
} as const;

export const targetPenalty = {
  type: 'value',
  check: checkPenalty,
  description:
    'Penalty on the target weights if different from marginalPenalty, in the same units; positive, Infinity to keep them exactly',
} as const;

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
    throw fault('must be finite here; unbalancedSinkhorn meets marginals exactly', argument, 'unsupported');
  }
}

function checkPenalty(value: unknown, argument: string): asserts value is number {
  if (value !== Infinity) checkNumber(value, argument, { above: 0 });
}
