// The claims about methods for many lower levels: speed-up by blocks and samples, the rate, and what trackers gain.
import type { ClaimContext, ClaimResult } from '@infimum/core';
import { defineClaim } from '@infimum/core';
import { powerExponent } from '@infimum/core/claim';
import { norm } from '@infimum/linalg/numerics';
import { quadraticBlockInstance } from '../block-problems/multi-block-families.ts';
import { blockModelOf } from '../block-problems/multi-block-instance.ts';
import { blockPaper } from '../papers.ts';
import { bsvrb } from './bsvrb.ts';
import type { BsvrbOptions } from './bsvrb-options.ts';

/** |∇F| in closed form, averaged over the last part of runs on drawn quadratics. */
export function meanGradient(
  sizes: { blocks: number; noise: number },
  options: BsvrbOptions,
  { iterations: maxIterations, from, seeds }: { iterations: number; from: number; seeds: number },
  { signal }: ClaimContext = {},
): number {
  let [sum, count] = [0, 0];
  for (let seed = 1; seed <= seeds; seed++) {
    signal?.throwIfAborted();
    const instance = quadraticBlockInstance({ dimX: 8, dimY: 5, ...sizes }, seed);
    const { problem, hyperObjective } = blockModelOf(instance);
    const points: Float64Array[] = [];
    bsvrb(problem, instance.initial, {
      tolerance: 0,
      ...options,
      seed,
      maxIterations,
      onIteration: ({ iteration, solution }) => {
        if (iteration >= from && iteration % 5 === 0) points.push(solution().x);
      },
    });
    for (const x of points) {
      sum += norm(hyperObjective?.(x).gradient ?? x);
      count++;
    }
  }
  return sum / count;
}

/** Tails over I and B, and the slope of the one over B. */
export async function speedUpExperiment(seeds: number, iterations: number, context: ClaimContext): Promise<ClaimResult> {
  const tail = (blocksPerIteration: number, batchSize: number) => {
    context.onProgress?.(`I = ${blocksPerIteration}, B = ${batchSize}`);
    const options = {
      blocksPerIteration,
      batchSize,
      stepSize: 0.05,
      lowerStepSize: 0.2,
      trackerWeight: 0.1,
      hypergradientWeight: 0.01,
    };
    const from = iterations / 2;
    return meanGradient({ blocks: 64, noise: 0.5 }, options, { iterations, from, seeds }, context);
  };
  const both = tail(8, 4);
  const byBlocks = [tail(2, 4), both, tail(32, 4)];
  const byBatch = [tail(8, 1), both, tail(8, 16)];
  const slope = powerExponent([1, 4, 16], byBatch);
  const falls = (values: number[]) => values.every((value, k) => k === 0 || value < values[k - 1]);
  const holds = falls(byBlocks) && falls(byBatch) && byBatch[2] <= 0.45 * byBatch[0];
  return {
    measured: `mean |∇F| of the second half: ${byBlocks.map((t) => t.toFixed(3)).join(', ')} for I = 2, 8, 32; ${byBatch.map((t) => t.toFixed(3)).join(', ')} for B = 1, 4, 16, slope ${slope.toFixed(2)} in B`,
    verdict: holds ? 'reproduced' : falls(byBlocks) && falls(byBatch) ? 'partly reproduced' : 'not reproduced',
    figures: { blocks2: byBlocks[0], blocks32: byBlocks[2], batch1: byBatch[0], batch16: byBatch[2], slope },
  };
}

/** Mean |∇F| over runs by the theory’s schedule against their length. */
export async function blockRateExperiment(
  horizons: readonly number[],
  seeds: number,
  context: ClaimContext,
): Promise<ClaimResult> {
  const means = horizons.map((horizon) => {
    context.onProgress?.(`${horizon} iterations`);
    const options = { schedule: 'theory', plannedIterations: horizon, blocksPerIteration: 4, batchSize: 4 } as const;
    return meanGradient({ blocks: 20, noise: 0.5 }, options, { iterations: horizon, from: 0, seeds }, context);
  });
  const slope = powerExponent(horizons, means);
  return {
    measured: `mean |∇F| over runs of ${horizons.join(', ')} iterations: ${means.map((t) => t.toFixed(3)).join(', ')}; slope ${slope.toFixed(2)}`,
    verdict: slope <= -0.25 ? 'reproduced' : 'not reproduced',
    figures: { slope, first: means[0], last: means[means.length - 1] },
  };
}

/** Steps, over those of the other experiments, of which the one that needs the fewest calls is taken. */
const STEPS = [0.25, 0.5, 1, 2];

/** Iterations until the mean |∇F| over a window is at most `error`, by the best of some steps, summed over seeds; infinite past a limit. */
function iterationsTo(
  error: number,
  sizes: { blocksPerIteration: number; batchSize: number },
  seeds: number,
  { signal }: ClaimContext,
): number {
  let least = Infinity;
  for (const step of STEPS) {
    let total = 0;
    for (let seed = 1; seed <= seeds && total < least; seed++) {
      signal?.throwIfAborted();
      const instance = quadraticBlockInstance({ dimX: 8, dimY: 5, blocks: 64, noise: 0.5 }, seed);
      const { problem, hyperObjective } = blockModelOf(instance);
      const window: number[] = [];
      const stop = new AbortController();
      const { status, iterations } = bsvrb(problem, instance.initial, {
        ...sizes,
        stepSize: 0.05 * step,
        lowerStepSize: 0.2 * step,
        trackerWeight: 0.1 * step,
        hypergradientWeight: Math.min(1, 0.01 * step),
        tolerance: 0,
        seed,
        maxIterations: Math.min(20_000, least - total),
        signal: stop.signal,
        onIteration: ({ iteration, solution }) => {
          if (iteration % 10 > 0) return;
          window.push(norm(hyperObjective?.(solution().x).gradient ?? new Float64Array(1)));
          if (window.length > 10) window.shift();
          if (window.length === 10 && window.reduce((sum, value) => sum + value, 0) <= 10 * error) stop.abort();
        },
      });
      total += status === 'aborted' ? iterations : Infinity;
    }
    least = Math.min(least, total);
  }
  return least / seeds;
}

/** Iterations and oracle calls to a fixed error against I and against B: the theorem has m / (I √I) + m / (I √B) iterations. */
async function callsExperiment(error: number, seeds: number, context: ClaimContext): Promise<ClaimResult> {
  const count = (blocksPerIteration: number, batchSize: number) => {
    context.onProgress?.(`I = ${blocksPerIteration}, B = ${batchSize}`);
    return iterationsTo(error, { blocksPerIteration, batchSize }, seeds, context);
  };
  const [blocks, batches] = [
    [2, 8, 32],
    [1, 4, 16],
  ];
  const byBlocks = blocks.map((I) => count(I, 4));
  const byBatch = [count(8, 1), byBlocks[1], count(8, 16)];
  const slopes = { blocks: powerExponent(blocks, byBlocks), batch: powerExponent(batches, byBatch) };
  const theory = (I: number, B: number) => 1 / (I * Math.sqrt(I)) + 1 / (I * Math.sqrt(B));
  const expected = {
    blocks: powerExponent(
      blocks,
      blocks.map((I) => theory(I, 4)),
    ),
    batch: powerExponent(
      batches,
      batches.map((B) => theory(8, B)),
    ),
  };
  const told = (values: number[]) => values.map((value) => value.toFixed(0)).join(', ');
  return {
    measured: `iterations to a mean |∇F| of ${error}: ${told(byBlocks)} for I = 2, 8, 32 (B = 4), slope ${slopes.blocks.toFixed(2)}, of the theorem ${expected.blocks.toFixed(2)}; ${told(byBatch)} for B = 1, 4, 16 (I = 8), slope ${slopes.batch.toFixed(2)}, of the theorem ${expected.batch.toFixed(2)}`,
    verdict:
      Math.abs(slopes.blocks - expected.blocks) <= 0.2 && Math.abs(slopes.batch - expected.batch) <= 0.2
        ? 'reproduced'
        : 'not reproduced',
    figures: { ...slopes, I2: byBlocks[0], I8: byBlocks[1], I32: byBlocks[2], B1: byBatch[0], B16: byBatch[2] },
  };
}

/** The claims of the paper. */
export const blockClaims = [
  defineClaim({
    id: 'bilevel/bsvrb-speed-up',
    paper: blockPaper,
    statement: 'More blocks and more samples an iteration lower the error, the latter like B^(−1/2).',
    published: 'iterations m/(I √I) + m/(I √B), a theorem',
    budget: 60,
    run: (context) => speedUpExperiment(3, 2000, context),
  }),
  defineClaim({
    id: 'bilevel/bsvrb-calls',
    paper: blockPaper,
    statement: 'Iterations to a fixed error fall with blocks and samples like 1/(I √I) + 1/(I √B).',
    published: 'iterations m/(I √I) + m/(I √B), a theorem',
    budget: 120,
    run: (context) => callsExperiment(0.05, 2, context),
  }),
  defineClaim({
    id: 'bilevel/bsvrb-rate',
    paper: blockPaper,
    statement: 'A hyper-gradient of ε takes O(ε^−3) iterations.',
    published: 'O(ε^−3), a theorem: a mean of T^(−1/3)',
    budget: 60,
    run: (context) => blockRateExperiment([300, 3000, 20_000], 2, context),
  }),
];
