// The hyper-gradient of a problem with many lower levels with every block solved: the truth that samples are measured by.
import { checkVector, type OptionSpecs, type OptionsOf, resolveOptions } from '@infimum/core';
import { norm } from '@infimum/linalg/numerics';
import { conjugateGradients } from '../oracles/adjoint.ts';
import { finish, minimiseByGradients } from '../oracles/minimise-by-gradients.ts';
import { checkMultiBlockProblem, type MultiBlockProblem } from './multi-block-problem.ts';

/** F and its gradient, with the lower solutions. */
export interface ExactHypergradient {
  /** (1/m) Σ f_i; 0 where the problem has no values. */
  readonly value: number;
  /** ∇F, p numbers. */
  readonly gradient: Float64Array;
  /** The lower solutions, m x q numbers. */
  readonly y: Float64Array;
  /** The solutions of H_i v_i = ∇_y f_i, m x q numbers. */
  readonly v: Float64Array;
  /** (1/m) Σ (|∇_x f_i| + |∇²_xy g_i v_i|): the size of what the gradient is the sum of. */
  readonly size: number;
  /** Whether every block was solved to the tolerance. */
  readonly status: 'solved' | 'not-solved';
}

/** Options of `exactHypergradient`. */
export const exactHypergradientOptions = {
  initial: {
    type: 'value',
    check: checkInitial,
    description: 'Where the lower levels start, m x q numbers; zeros by default',
  },
  tolerance: {
    type: 'number',
    min: 0,
    default: 1e-12,
    description: 'Residuals of lower levels and linear systems, relative',
  },
} as const satisfies OptionSpecs;

function checkInitial(value: unknown, argument: string): asserts value is Float64Array {
  checkVector(value, argument);
}

/**
 * `∇F = (1/m) Σ [∇_x f_i − ∇²_xy g_i H_i⁻¹ ∇_y f_i]` with every lower level solved by truncated Newton and every linear system by
 * conjugate gradients. Time proportional to the number of blocks.
 *
 * @param problem - m blocks
 * @param x - p numbers
 * @throws {InvalidInputError} for shapes that do not fit
 */
export function exactHypergradient(
  problem: MultiBlockProblem,
  x: Float64Array,
  options: OptionsOf<typeof exactHypergradientOptions> = {},
): ExactHypergradient {
  const { initial, tolerance } = resolveOptions(exactHypergradientOptions, options);
  checkMultiBlockProblem(problem);
  checkVector(x, 'x', problem.dimX);
  const { blocks, dimY } = problem;
  if (initial) checkVector(initial, 'initial', blocks * dimY);
  const all = initial ? Float64Array.from(initial) : new Float64Array(blocks * dimY);
  const adjoints = new Float64Array(blocks * dimY);
  const gradient = new Float64Array(x.length);
  const [slope, fy] = [new Float64Array(dimY), new Float64Array(dimY)];
  const part = new Float64Array(x.length);
  let [value, size] = [0, 0];
  let solved = true;
  for (let i = 0; i < blocks; i++) {
    const y = all.subarray(i * dimY, (i + 1) * dimY);
    const v = adjoints.subarray(i * dimY, (i + 1) * dimY);
    const zero = new Float64Array(dimY);
    problem.gradGy(i, x, zero, slope);
    const oracle = {
      gradient: (at: Float64Array, out: Float64Array) => problem.gradGy(i, x, at, out),
      product: (at: Float64Array, w: Float64Array, out: Float64Array) => problem.hvpGyy(i, x, at, w, out),
    };
    const goal = tolerance * (norm(slope) || 1);
    const { residual } = finish(minimiseByGradients(oracle, y, { tolerance: goal, maxIterations: 200 }));
    problem.gradFy(i, x, y, fy);
    const product = (w: Float64Array, out: Float64Array) => problem.hvpGyy(i, x, y, w, out);
    const linear = conjugateGradients(product, fy, v, { tolerance, maxIterations: 20 * dimY + 20 });
    if (!(residual <= 1e3 * goal) || !(linear.residual <= 1e3 * tolerance)) solved = false;
    for (const add of [
      () => problem.addJvpGxy(i, x, y, v, -1 / blocks, part),
      () => problem.addGradFx?.(i, x, y, 1 / blocks, part),
    ]) {
      part.fill(0);
      add();
      size += norm(part);
      for (let k = 0; k < part.length; k++) gradient[k] += part[k];
    }
    value += (problem.f?.(i, x, y) ?? 0) / blocks;
  }
  return { value, gradient, y: all, v: adjoints, size, status: solved ? 'solved' : 'not-solved' };
}
