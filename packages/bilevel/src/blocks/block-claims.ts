// The claims about methods for many lower levels: speed-up by blocks and samples, the rate, and the benefit of trackers.
import { defineClaim } from '@infimum/core';
import { powerExponent } from '@infimum/core/claim';
import { norm } from '@infimum/linalg/numerics';
import { quadraticBlockInstance } from '../block-problems/multi-block-families.ts';
import { blockModelOf } from '../block-problems/multi-block-instance.ts';
import { blockPaper } from '../papers.ts';
import { bsvrb } from './bsvrb.ts';
import type { BsvrbOptions } from './bsvrb-options.ts';

/** |∇F| in closed form, averaged over the last part of a run on drawn quadratics. */
export function meanGradient(
  sizes: { blocks: number; noise: number },
  options: BsvrbOptions,
  { iterations: maxIterations, from, seed }: { iterations: number; from: number; seed: number },
): number {
  const instance = quadraticBlockInstance({ dimX: 8, dimY: 5, ...sizes }, seed);
  const { problem, hyperObjective } = blockModelOf(instance);
  let [sum, count] = [0, 0];
  bsvrb(problem, instance.initial, {
    tolerance: 0,
    ...options,
    seed,
    maxIterations,
    onIteration: ({ iteration, solution }) => {
      if (iteration < from || iteration % 5 > 0) return;
      const { x } = solution();
      sum += norm(hyperObjective?.(x).gradient ?? x);
      count++;
    },
  });
  return sum / count;
}

/** The mean of the second half of a run with I blocks and B samples an iteration. */
export function tailOf(blocksPerIteration: number, batchSize: number, iterations: number, seed: number): number {
  const steps = { stepSize: 0.05, lowerStepSize: 0.2, trackerWeight: 0.1, hypergradientWeight: 0.01 };
  const options = { blocksPerIteration, batchSize, ...steps };
  return meanGradient({ blocks: 64, noise: 0.5 }, options, { iterations, from: iterations / 2, seed });
}

/** The mean of a whole run by the theory's schedule for so many iterations. */
export function scheduledMean(plannedIterations: number, seed: number, iterations = plannedIterations): number {
  const options = { schedule: 'theory', plannedIterations, blocksPerIteration: 4, batchSize: 4 } as const;
  return meanGradient({ blocks: 20, noise: 0.5 }, options, { iterations, from: 0, seed });
}

/** Steps, over those of the other experiments, of which the one that needs the fewest calls is taken. */
const STEPS = [0.25, 0.5, 1, 2];

/** Iterations until the mean |∇F| over a window is at most `error`, by the best of some steps; infinite past a limit. */
function iterationsTo(error: number, blocksPerIteration: number, batchSize: number, seed: number): number {
  let least = Infinity;
  for (const step of STEPS) {
    const instance = quadraticBlockInstance({ dimX: 8, dimY: 5, blocks: 64, noise: 0.5 }, seed);
    const { problem, hyperObjective } = blockModelOf(instance);
    const window: number[] = [];
    const stop = new AbortController();
    const { status, iterations } = bsvrb(problem, instance.initial, {
      blocksPerIteration,
      batchSize,
      stepSize: 0.05 * step,
      lowerStepSize: 0.2 * step,
      trackerWeight: 0.1 * step,
      hypergradientWeight: Math.min(1, 0.01 * step),
      tolerance: 0,
      seed,
      maxIterations: Math.min(20_000, least),
      signal: stop.signal,
      onIteration: ({ iteration, solution }) => {
        if (iteration % 10 > 0) return;
        window.push(norm(hyperObjective?.(solution().x).gradient ?? new Float64Array(1)));
        if (window.length > 10) window.shift();
        if (window.length === 10 && window.reduce((sum, value) => sum + value, 0) <= 10 * error) stop.abort();
      },
    });
    if (status === 'aborted') least = Math.min(least, iterations);
  }
  return least;
}

const [BLOCKS, BATCHES] = [
  [2, 8, 32],
  [1, 4, 16],
];

/** Iterations by the theorem. */
const theory = (I: number, B: number) => 1 / (I * Math.sqrt(I)) + 1 / (I * Math.sqrt(B));

/** The claims of the paper. */
export const blockClaims = [
  defineClaim({
    id: 'bilevel/bsvrb-speed-up',
    paper: blockPaper,
    statement: 'More blocks and more samples an iteration lower the error, the latter like B^(−1/2).',
    published: 'iterations m/(I √I) + m/(I √B), a theorem',
    budget: 120,
    null: 'eight blocks of four samples drawn anew in the place of more',
    bars: [
      { figure: 'error by 32 blocks over that by 2', atMost: 1, scale: 'log', source: 'the statement: they lower it' },
      { figure: 'exponent of the error in the samples', atMost: -0.5, source: 'the statement: B^(−1/2)' },
    ],
    measure: (seed) => {
      const figures = (byBlocks: readonly number[], byBatch: readonly number[]) => ({
        'error by 32 blocks over that by 2': byBlocks[2] / byBlocks[0],
        'exponent of the error in the samples': powerExponent(BATCHES, byBatch),
      });
      const again = [0, 1, 2].map((k) => tailOf(8, 4, 2000, 10_000 * k + seed));
      const byBlocks = [tailOf(2, 4, 2000, seed), again[0], tailOf(32, 4, 2000, seed)];
      const byBatch = [tailOf(8, 1, 2000, seed), again[0], tailOf(8, 16, 2000, seed)];
      const curve = Object.fromEntries(BATCHES.map((B, k) => [`error@${B}`, byBatch[k]]));
      return { ours: { ...figures(byBlocks, byBatch), ...curve }, null: figures(again, again) };
    },
  }),
  defineClaim({
    id: 'bilevel/bsvrb-calls',
    paper: blockPaper,
    statement: 'Iterations to a fixed error fall with blocks and samples like 1/(I √I) + 1/(I √B).',
    published: 'iterations m/(I √I) + m/(I √B), a theorem',
    budget: 240,
    null: 'eight blocks of four samples drawn anew in the place of more',
    bars: [
      {
        figure: 'exponent of the iterations in the blocks',
        atMost: powerExponent(
          BLOCKS,
          BLOCKS.map((I) => theory(I, 4)),
        ),
        source: 'theorem: its own exponent over these numbers',
      },
      {
        figure: 'exponent of the iterations in the samples',
        atMost: powerExponent(
          BATCHES,
          BATCHES.map((B) => theory(8, B)),
        ),
        source: 'theorem: its own exponent over these numbers',
      },
    ],
    measure: (seed) => {
      const figures = (byBlocks: readonly number[], byBatch: readonly number[]) => ({
        'exponent of the iterations in the blocks': powerExponent(BLOCKS, byBlocks),
        'exponent of the iterations in the samples': powerExponent(BATCHES, byBatch),
      });
      const count = (I: number, B: number, drawn = seed) => iterationsTo(0.05, I, B, drawn);
      const again = [0, 1, 2].map((k) => count(8, 4, 10_000 * k + seed));
      const ours = figures([count(2, 4), again[0], count(32, 4)], [count(8, 1), again[0], count(8, 16)]);
      return { ours, null: figures(again, again) };
    },
  }),
  defineClaim({
    id: 'bilevel/bsvrb-rate',
    paper: blockPaper,
    statement: 'A hyper-gradient of ε takes O(ε^−3) iterations.',
    published: 'O(ε^−3), a theorem: a mean of T^(−1/3)',
    budget: 150,
    seeds: 40,
    null: 'the schedule of the shortest run, gone on with',
    bars: [{ figure: 'exponent of the mean in the iterations', atMost: -1 / 3, source: 'theorem: −1/3' }],
    measure: (seed) => {
      const lengths = [300, 2000, 10_000];
      const figure = (means: number[]) => ({ 'exponent of the mean in the iterations': powerExponent(lengths, means) });
      const means = lengths.map((length) => scheduledMean(length, seed));
      const kept = lengths.map((length) => scheduledMean(lengths[0], seed, length));
      return {
        ours: { ...figure(means), ...Object.fromEntries(lengths.map((T, k) => [`mean@${T}`, means[k]])) },
        null: figure(kept),
      };
    },
  }),
];
