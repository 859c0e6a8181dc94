// The continuous hat game, whose value is 1/2 for every number of players: stacks are points of a circle, hats half circles.
//
// Levine's hat problem: arXiv 2508.01737 (2025). Hat t is black when x lies in [t, t + 1/2) mod 1.
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { fault, resolveOptions } from '@infimum/core';

const continuousOptions = {
  gridSize: { type: 'integer', was: 'grid', min: 2, max: 20_000, default: 400, description: 'Points at which f is evaluated' },
} as const satisfies OptionSpecs;

/** Options of `continuousBestResponse`. */
export type ContinuousBestResponseOptions = OptionsOf<typeof continuousOptions>;

/**
 * The best answer to f in the continuous game for two players, on a grid: for every x the hat t that has the most y of
 * {y : x in [f(y), f(y) + 1/2)} in [t, t + 1/2). A sliding window over N points, O(N²) in all, exact to O(1/N) for piecewise
 * smooth f.
 *
 * @param f - the first player's hat by y in [0, 1); taken modulo 1
 * @returns the response on the grid and the probability that both win
 * @throws {InvalidInputError} for an f that is not a function or not finite, naming the index
 *
 * @example
 * ```ts
 * import { continuousBestResponse } from '@infimum/games/hats';
 *
 * console.log(continuousBestResponse((y) => -y).value.toFixed(2)); // 0.50
 * console.log(continuousBestResponse(() => 0).value.toFixed(2)); // 0.25
 * ```
 */
export function continuousBestResponse(
  f: (y: number) => number,
  options: ContinuousBestResponseOptions = {},
): { readonly response: Float64Array; readonly value: number } {
  const { gridSize: grid } = resolveOptions(continuousOptions, options);
  if (typeof f !== 'function') throw fault('expected a function', 'f', 'type');
  const half = Math.floor(grid / 2);
  const hats = Float64Array.from({ length: grid }, (_, j) => {
    const hat = f((j + 0.5) / grid);
    if (!Number.isFinite(hat)) throw fault(`is ${hat} at y = ${(j + 0.5) / grid}`, 'f', 'not-finite', j);
    return hat - Math.floor(hat);
  });
  const response = new Float64Array(grid);
  const wins = new Uint8Array(grid);
  let total = 0;
  for (let i = 0; i < grid; i++) {
    const x = (i + 0.5) / grid;
    for (let j = 0; j < grid; j++) {
      const turn = x - hats[j];
      wins[j] = turn - Math.floor(turn) < 0.5 ? 1 : 0;
    }
    let inside = 0;
    for (let j = 0; j < half; j++) inside += wins[j];
    let [best, place] = [inside, 0];
    for (let start = 1; start < grid; start++) {
      inside += wins[(start + half - 1) % grid] - wins[start - 1];
      if (inside > best) [best, place] = [inside, start];
    }
    response[i] = place / grid;
    total += best;
  }
  return { response, value: total / (grid * grid) };
}
