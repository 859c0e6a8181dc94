// Largest gradients enclosed: of networks with one input against the slopes of all their pieces, of others against the exact search.
import { certify, check } from '@infimum/core/certificate';
import { describe, expect, it } from 'vitest';
import type { DenseLayer } from '../networks/network.ts';
import { randomCenter, randomDenseNetwork } from '../networks/random-network.ts';
import { branchAndBoundLipschitz } from './branch-and-bound-lipschitz.ts';
import { asLipschitzInstance } from './local-lipschitz.ts';
import { localLipschitzProblem } from './local-lipschitz-problem.ts';

const around = (dims: readonly number[], seed: number, radius: number) => {
  const center = randomCenter(dims[0], seed);
  const region = { lower: center.map((c) => c - radius), upper: center.map((c) => c + radius) };
  return asLipschitzInstance({ network: randomDenseNetwork(dims, seed), region });
};

/** The steepest piece of a network with one input and one hidden layer: between its kinks lie all pieces. */
function steepest({ network, region }: ReturnType<typeof around>): number {
  const [first, last] = network.layers as readonly DenseLayer[];
  const kinks = Array.from(first.weight, (w, i) => -first.bias[i] / w).filter(
    (x) => x > region.lower[0] && x < region.upper[0],
  );
  const ends = [region.lower[0], ...kinks.sort((a, b) => a - b), region.upper[0]];
  const slopes = ends.slice(1).map((end, k) => {
    const x = (ends[k] + end) / 2;
    return first.weight.reduce((sum, w, i) => sum + (w * x + first.bias[i] > 0 ? w * last.weight[i] : 0), 0);
  });
  return Math.max(...slopes.map(Math.abs));
}

describe('the largest gradient', () => {
  it('is that of the steepest piece, to nine digits', async () => {
    for (let seed = 1; seed <= 40; seed++) {
      const instance = around([1, 6, 1], seed, 2);
      const { verdict } = await certify(localLipschitzProblem, instance, branchAndBoundLipschitz(instance));
      if (!verdict.proved) throw new Error(verdict.reason);
      const { lower, upper } = verdict.figures.constant;
      const truth = steepest(instance);
      expect(lower, `seed ${seed}`).toBeLessThanOrEqual(truth * (1 + 1e-12));
      expect(upper, `seed ${seed}`).toBeGreaterThanOrEqual(truth * (1 - 1e-12));
      expect(upper - lower, `seed ${seed}`).toBeLessThanOrEqual(1e-9 * upper);
    }
  });

  it('is enclosed on boxes, and a bound that is too small is seen', async () => {
    for (let seed = 1; seed <= 6; seed++) {
      const instance = around([2, 5, 4, 2], seed, 0.4);
      const exact = branchAndBoundLipschitz(instance);
      const { certificate, verdict } = await certify(localLipschitzProblem, instance, exact);
      if (!verdict.proved || !certificate) throw new Error('nothing is proved');
      expect(verdict.figures.constant.lower).toBeLessThanOrEqual(exact.bound);
      expect(verdict.figures.constant.upper).toBeGreaterThanOrEqual(exact.lowerBound);
      const small = { ...exact, perOutput: exact.perOutput.map((bound) => bound / 4) };
      const seen = await check(localLipschitzProblem, instance, small, certificate);
      expect(seen.proved && seen.figures.violation.lower).toBeGreaterThan(0.5);
    }
  });
});
