// The optimiser M-FAC: natural gradient steps with the empirical Fisher matrix of the latest gradients.
//
// E. Frantar, E. Kurtic, D. Alistarh: M-FAC: efficient matrix-free approximations of second-order information
// (arXiv 2107.03356).
import type { OptionSpecs, OptionsOf, Paper } from '@infimum/core';
import { resolveOptions } from '@infimum/core';
import type { ParameterShapes, StochasticOptimizer } from '../training/optimizer.ts';
import { defineOptimizer, dimensionOf } from '../training/optimizer.ts';
import { weightDecay } from '../training/optimizer-options.ts';
import { trainingSolver } from '../training/training-solver.ts';
import { activeIndices, checkMask } from './parameter-mask.ts';
import { createWindow, damping, factorization, precision, skipNonFinite } from './window-inverse-fisher.ts';

const mfacOptions = {
  window: {
    type: 'integer',
    min: 1,
    max: 100_000,
    default: 1024,
    description: 'Number of stored gradients, m; larger windows need smaller steps',
  },
  learningRate: { type: 'number', min: 0, default: 1e-3, description: 'Factor of the steps' },
  momentum: { type: 'number', min: 0, below: 1, default: 0, description: 'Weight of the last steps in the next' },
  weightDecay,
  damping,
  factorization,
  precision,
  skipNonFinite,
  mask: {
    type: 'value',
    check: checkMask,
    description: '1 for active parameters, 0 for fixed ones such as pruned weights; all active by default',
  },
} as const satisfies OptionSpecs;

/** Options of M-FAC. */
export type MfacOptions = OptionsOf<typeof mfacOptions>;

/**
 * M-FAC: u = F^-1 g with F = damping I + (1/window) sum g g' over the last gradients, the newest included;
 * v <- momentum v + (1 - momentum) u, x <- x - learningRate v. Until the window is full its rest counts as zeros.
 *
 * O(window d + window²) a step and window d numbers. arXiv 2107.03356.
 *
 * @param parameters - how many, or their shapes
 * @throws {InvalidInputError} for options out of range and a mask of another length
 *
 * @example
 * ```ts
 * import { mfac } from '@infimum/optim';
 *
 * // The first step: g / (damping + |g|² / window).
 * const optimizer = mfac(2, { window: 2, damping: 0.5, learningRate: 0.5 });
 * const x = Float64Array.of(1, 1);
 * optimizer.step(x, Float64Array.of(1, -2));
 * console.log(x.map((value) => Math.round(1e6 * value) / 1e6).join(' ')); // 0.833333 1.333333
 * ```
 */
export function mfac(parameters: ParameterShapes, options: MfacOptions = {}): StochasticOptimizer {
  const settings = resolveOptions(mfacOptions, options);
  const { learningRate, momentum, weightDecay, mask } = settings;
  const active = activeIndices(dimensionOf(parameters), mask, 'mask');
  const [fisher, memory] = createWindow(active.length, { ...settings, divisor: 'window' });
  const gradient = new Float64Array(active.length);
  const direction = new Float64Array(active.length);
  const velocity = new Float64Array(active.length);
  const numbers = { next: 0, changes: 0, shift: memory.engine.shift };
  return defineOptimizer(parameters, {
    method: 'mfac',
    learningRate,
    numbers,
    vectors: [],
    arrays: { ...memory.arrays, occupied: memory.occupied, velocity },
    restored: () => {
      memory.next = numbers.next;
      memory.engine.changes = numbers.changes;
      memory.engine.shift = numbers.shift;
      memory.restored();
    },
    update: (x, g, rate) => {
      for (let i = 0; i < active.length; i++) gradient[i] = g[active[i]] + weightDecay * x[active[i]];
      fisher.replaceMultiply(gradient, direction);
      for (let i = 0; i < active.length; i++) {
        velocity[i] = momentum * velocity[i] + (1 - momentum) * direction[i];
        x[active[i]] -= rate * velocity[i];
      }
      numbers.next = memory.next;
      numbers.changes = memory.engine.changes;
    },
  });
}

/** The paper of M-FAC. */
export const mfacPaper: Paper = {
  title: 'M-FAC: efficient matrix-free approximations of second-order information',
  arxiv: '2107.03356',
  year: 2021,
};

/** M-FAC for the registry. */
export const mfacSolver = /* @__PURE__ */ trainingSolver({
  id: 'optim/mfac',
  title: 'M-FAC',
  summary: 'Natural gradient steps: the inverse of the empirical Fisher matrix of the latest gradients, never formed.',
  role: 'paper',
  paper: mfacPaper,
  cost: 'O(m d + m^2) \\text{ per step, and a gradient}',
  options: mfacOptions,
  create: mfac,
});
