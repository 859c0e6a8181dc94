// The best known block strategies for every probability of black hats.
//
// Levine's hat problem: arXiv 2508.01737 (2025).
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { checkNumber, checkNumbers, resolveOptions } from '@infimum/core';
import { blockStrategy, blockValue, knownBlocks } from './block-strategy.ts';
import { searchHats } from './search-hats.ts';

/** A point of the curve. */
export interface HatBound {
  /** Probability of a white hat. */
  readonly p: number;
  /** A winning probability that is attained. */
  readonly value: number;
  /** Hats of the blocks that reach it; 1 is ‘name the first black hat that you see’. */
  readonly height: number;
}

const curveOptions = {
  maxBlockSize: { type: 'integer', min: 1, max: 7, default: 5, description: 'Maximum number of hats per block' },
  starts: { type: 'integer', min: 0, default: 10, description: 'Starts of the search for every size of blocks' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the starts' },
} as const satisfies OptionSpecs;

/** Options of `lowerBoundCurve`. */
export type LowerBoundCurveOptions = OptionsOf<typeof curveOptions>;

/**
 * Lower bounds of the probability that two players win with endless stacks, for given probabilities p of black hats: the best
 * of p / (2 - p), of known tables, and of tables that are searched for this p, blocks of up to `maxBlock` hats.
 *
 * @param probabilities - each in (0, 1)
 * @throws {InvalidInputError} naming the argument at fault
 *
 * @example
 * ```ts
 * import { lowerBoundCurve } from '@infimum/games/hats';
 *
 * const [{ value }] = lowerBoundCurve([0.3], { maxBlockSize: 5 });
 * console.log(value >= 0.180491); // true
 * ```
 */
export function lowerBoundCurve(probabilities: readonly number[], options: LowerBoundCurveOptions = {}): HatBound[] {
  checkNumbers(probabilities, 'probabilities');
  const { maxBlockSize, starts, seed } = resolveOptions(curveOptions, options);
  return probabilities.map((p, index) => {
    checkNumber(p, `probabilities[${index}]`, { above: 0, below: 1 });
    let best: HatBound = { p, value: p / (2 - p), height: 1 };
    const offer = (value: number, height: number) => {
      if (height <= maxBlockSize && value > best.value) best = { p, value, height };
    };
    for (const name of ['K3', 'K4', 'K5', 'K5-low'] as const) {
      const strategy = knownBlocks(name);
      offer(blockValue(strategy, p), strategy.height);
    }
    for (let height = 2; height <= maxBlockSize; height++) {
      const { f, g } = searchHats({ height, p, blocks: true }, { starts, seed });
      offer(blockValue(blockStrategy(f, g, { height }), p), height);
    }
    return best;
  });
}
