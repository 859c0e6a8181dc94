// The number of votes that move a weight, as training proceeds.
//
// Evolution strategies at the hyperscale (2025), arXiv 2511.16652.
import { portableExp } from '@infimum/core/portable-math';

/**
 * The vote that moves a weight at step t of T: floor(16 z), z the normal quantile at which the share 1 / ((2^alpha - 1) t / T + 1) of all weights
 * would move by chance.
 */
export function eggThreshold(step: number, steps: number, alpha = 4): number {
  const share = 1 / ((2 ** alpha - 1) * (step / steps) + 1);
  let [low, high] = [0, 8];
  for (let k = 0; k < 50; k++) {
    const middle = (low + high) / 2;
    if (1 - 2 * normalMass(middle) > share) low = middle;
    else high = middle;
  }
  return Math.floor(16 * high + 1e-9);
}

/** The integral of the normal density from 0 to z, by Simpson's rule, with the same bits in every engine. */
function normalMass(z: number): number {
  const density = (x: number) => portableExp((-x * x) / 2) / 2.5066282746310002;
  let sum = density(0) + density(z);
  for (let k = 1; k < 200; k++) sum += (k % 2 === 1 ? 4 : 2) * density((k * z) / 200);
  return (sum * z) / 600;
}
