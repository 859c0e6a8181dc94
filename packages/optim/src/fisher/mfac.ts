// The optimiser M-FAC: natural gradient steps with the empirical Fisher matrix of the latest gradients.
//
// E. Frantar, E. Kurtic, D. Alistarh: M-FAC: efficient matrix-free approximations of second-order information
// (arXiv 2107.03356).
import { checkNumber, InvalidInputError } from '@infimum/core';
import {
  checkAveraging,
  defineOptimizer,
  dimensionOf,
  type ParameterShapes,
  type StochasticOptimizer,
} from '../training/optimizer.ts';
import { createWindow, type WindowOptions } from './window-inverse-fisher.ts';

/** Options of M-FAC. */
export interface MfacOptions extends Omit<WindowOptions, 'divisor'> {
  /** Gradients that are kept; 1024 by default. */
  readonly window?: number;
  /** Factor of the steps; 1e-3 by default. Larger windows want smaller ones: a step is about window / |g| long. */
  readonly learningRate?: number;
  /** Weight of the last steps in the next, in [0, 1); 0 by default. */
  readonly momentum?: number;
  /** Factor of the pull x towards zero that is added to the gradient; 0 by default. */
  readonly weightDecay?: number;
  /** 1 for the parameters to work on, 0 for those to leave alone, such as weights that were pruned; all by default. */
  readonly mask?: Uint8Array;
}

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
  const { window = 1024, learningRate = 1e-3, momentum = 0, weightDecay = 0, mask } = options;
  checkAveraging(momentum, 'momentum');
  checkNumber(weightDecay, 'weightDecay', { min: 0 });
  const active = activeIndices(dimensionOf(parameters), mask);
  const [fisher, memory] = createWindow(active.length, { ...options, window, divisor: 'window' });
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

/** Where the mask is 1. */
function activeIndices(dimension: number, mask: Uint8Array | undefined): Int32Array {
  const all = Int32Array.from({ length: dimension }, (_, i) => i);
  if (!mask) return all;
  if (mask.length !== dimension || mask.indexOf(1) < 0) {
    const problem = `expected ${dimension} entries, one of them 1`;
    throw new InvalidInputError(problem, { argument: 'mask', code: 'shape' });
  }
  return all.filter((i) => mask[i] === 1);
}
