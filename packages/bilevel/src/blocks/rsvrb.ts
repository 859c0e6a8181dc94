// RSVRB: randomised stochastic variance reduction for many lower levels.
//
// Z. Guo, Q. Hu, L. Zhang, T. Yang: Randomized Stochastic Variance-Reduced Methods for Multi-Task Stochastic Bilevel
// Optimization (2021).
import type { OptionSpecs, OptionsOf, RunOptions, VectorLike } from '@infimum/core';
import { defineSolver, fault, resolveOptions, runWith } from '@infimum/core';
import type { MultiBlockInstance } from '../block-problems/multi-block-instance.ts';
import { blockModelOf } from '../block-problems/multi-block-instance.ts';
import type { BlockOutcome, BlockSteps, MultiBlockIterate } from '../block-problems/multi-block-optimization.ts';
import { multiBlockOptimization } from '../block-problems/multi-block-optimization.ts';
import type { MultiBlockProblem } from '../block-problems/multi-block-problem.ts';
import { blockOptions } from '../single/options.ts';
import { BlockSampler } from './block-sampler.ts';
import { blockCount, blockCurvature, blockSteps } from './block-state.ts';
import { solved } from './block-visit.ts';
import { clampEigenvalues } from './clamp-eigenvalues.ts';

const rsvrbOptions = {
  blocksPerIteration: blockOptions.blocksPerIteration,
  batchSize: blockOptions.batchSize,
  stepSize: blockOptions.stepSize,
  lowerStepSize: blockOptions.lowerStepSize,
  trackerWeight: { type: 'number', was: 'beta', above: 0, max: 1, default: 0.1, description: 'β, forgetting of trackers' },
  minCurvature: { type: 'number', was: 'lowerBound', above: 0, description: 'Least tracked eigenvalue; L_g/1000 by default' },
  maxCurvature: { type: 'number', was: 'upperBound', above: 0, description: 'Largest; 10 L_g by default' },
  tolerance: blockOptions.tolerance,
  seed: blockOptions.seed,
  maxIterations: { type: 'integer', min: 0, default: 20_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `rsvrb`. */
export type RsvrbOptions = OptionsOf<typeof rsvrbOptions> & RunOptions<MultiBlockIterate>;

/**
 * Trackers of ∇_y g, ∇_y f, the Hessian and all mixed derivatives of every block, unbiased for a random choice of blocks: visited blocks
 * have weight m/I, all others decay by 1 − β; a second choice of blocks for the hyper-gradient. Every iteration touches all blocks: time
 * and memory O(m p q).
 *
 * @param problem - m blocks, with `hessGyy`
 * @param initial - start, p numbers; lower levels start at zero
 * @throws {InvalidInputError} for a problem without `hessGyy` or with more than 1e7 tracked numbers, and options out of range
 */
export function rsvrb(problem: MultiBlockProblem, initial: VectorLike, options: RsvrbOptions = {}): BlockOutcome {
  return runWith(rsvrbOptions, options, rsvrbSteps(problem, initial, options));
}

/** The steps of `rsvrb`. */
export function rsvrbSteps(problem: MultiBlockProblem, initial: VectorLike, options: RsvrbOptions = {}): BlockSteps {
  const { batchSize, stepSize, lowerStepSize, trackerWeight, minCurvature, maxCurvature, tolerance, seed, ...rest } =
    resolveOptions(rsvrbOptions, options);
  return blockSteps(problem, initial, tolerance, (state) => {
    const { problem: oracles, x } = state;
    const count = blockCount(problem, rest.blocksPerIteration);
    if (!problem.hessGyy) throw fault('is needed', 'problem.hessGyy', 'missing');
    if (tooLarge(problem)) throw fault('is too large: the method keeps p x q numbers per block', 'problem', 'too-large');
    const { blocks, dimX: p, dimY: q } = oracles;
    const sampler = new BlockSampler(oracles, seed);
    const second = new BlockSampler(oracles, seed + 1);
    // Of every block: ∇_y g, ∇_y f, the Hessian and the mixed derivatives, q rows of p.
    const trackers = [q, q, q * q, p * q].map((size) => new Float64Array(blocks * size));
    const [s, fy, hessians, mixed] = trackers;
    const before = { x: x.slice(), y: state.y.slice(), fy: fy.slice(), hessians: hessians.slice(), mixed: mixed.slice() };
    const z = new Float64Array(p);
    let curvature = 0;
    function row(all: Float64Array, i: number): Float64Array {
      return all.subarray(i * q, (i + 1) * q);
    }

    /** Adds `weight` times the samples' derivatives at a point to the trackers of a block. */
    function refresh(
      i: number,
      at: Float64Array,
      y: Float64Array,
      weight: number,
      lower: Int32Array | undefined,
      upper: Int32Array | undefined,
    ): void {
      const out = new Float64Array(q);
      oracles.gradGy(i, at, y, out, lower);
      for (let j = 0; j < q; j++) s[i * q + j] += weight * out[j];
      oracles.gradFy(i, at, y, out, upper);
      for (let j = 0; j < q; j++) fy[i * q + j] += weight * out[j];
      const square = new Float64Array(q * q);
      oracles.hessGyy?.(i, at, y, square, lower);
      for (let k = 0; k < q * q; k++) hessians[i * q * q + k] += weight * square[k];
      const unit = out.fill(0);
      for (let j = 0; j < q; j++) {
        unit[j] = 1;
        oracles.addJvpGxy(i, at, y, unit, weight, mixed.subarray((i * q + j) * p, (i * q + j + 1) * p), lower);
        unit[j] = 0;
      }
    }

    /** Adds a block's hyper-gradient by its trackers. */
    function part(
      i: number,
      at: Float64Array,
      y: Float64Array,
      kept: { fy: Float64Array; hessians: Float64Array; mixed: Float64Array },
      out: Float64Array,
      upper: Int32Array | undefined,
      among: number,
      [low, high]: readonly [number, number],
    ): void {
      const h = kept.hessians.slice(i * q * q, (i + 1) * q * q);
      clampEigenvalues(h, q, low, high);
      const v = kept.fy.slice(i * q, (i + 1) * q);
      solved(h, q, v);
      for (let j = 0; j < q; j++) {
        const scale = -v[j] / among;
        for (let k = 0; k < p; k++) out[k] += scale * kept.mixed[(i * q + j) * p + k];
      }
      oracles.addGradFx?.(i, at, y, 1 / among, out, upper);
    }
    return (iteration) => {
      curvature ||= blockCurvature(state);
      const [low, high] = [minCurvature ?? curvature / 1000, maxCurvature ?? 10 * curvature];
      before.fy.set(fy);
      before.hessians.set(hessians);
      before.mixed.set(mixed);
      // Unbiased for a random block: visited ones have weight m/I, others decay.
      const keep = iteration === 0 ? 0 : 1 - trackerWeight;
      for (const tracker of trackers) for (let k = 0; k < tracker.length; k++) tracker[k] *= keep;
      const chosen = iteration === 0 ? Int32Array.from({ length: blocks }, (_, i) => i) : sampler.blocks(count).slice();
      const weight = blocks / chosen.length;
      for (const i of chosen) {
        const [lower, upper] = [sampler.lower(i, batchSize), sampler.upper(i, batchSize)];
        refresh(i, x, row(state.y, i), weight, lower, upper);
        if (keep > 0) refresh(i, before.x, row(before.y, i), -keep * weight, lower, upper);
      }
      const [now, past] = [new Float64Array(p), new Float64Array(p)];
      const judged = second.blocks(count);
      for (const i of judged) {
        const upper = second.upper(i, batchSize);
        part(i, x, row(state.y, i), { fy, hessians, mixed }, now, upper, judged.length, [low, high]);
        part(i, before.x, row(before.y, i), iteration === 0 ? { fy, hessians, mixed } : before, past, upper, judged.length, [
          low,
          high,
        ]);
      }
      for (let k = 0; k < p; k++) z[k] = iteration === 0 ? now[k] : (1 - trackerWeight) * (z[k] - past[k]) + now[k];
      before.x.set(x);
      before.y.set(state.y);
      const step = lowerStepSize ?? 0.2 / curvature;
      for (let j = 0; j < s.length; j++) state.y[j] -= step * s[j];
      state.step(z, stepSize);
    };
  });
}

/** Whether the trackers are more than 160 MB. */
function tooLarge({ blocks, dimX, dimY }: MultiBlockProblem): boolean {
  return blocks * dimY * (dimX + dimY) > 1e7;
}

export const rsvrbSolver = /* @__PURE__ */ defineSolver({
  id: 'bilevel/rsvrb',
  title: 'RSVRB',
  summary: 'Variance reduction with unbiased trackers of every derivative of every block, all updated in each iteration.',
  problem: multiBlockOptimization,
  role: 'baseline',
  paper: {
    title: 'Randomized Stochastic Variance-Reduced Methods for Multi-Task Stochastic Bilevel Optimization',
    arxiv: '2105.02266',
    year: 2021,
  },
  cost: 'O(m p q) \\text{ per iteration}',
  options: rsvrbOptions,
  declines: (instance: MultiBlockInstance) =>
    tooLarge(blockModelOf(instance).problem) ? 'it would keep more than 1e7 numbers' : undefined,
  steps: (instance: MultiBlockInstance, options) => rsvrbSteps(blockModelOf(instance).problem, instance.initial, options),
});
