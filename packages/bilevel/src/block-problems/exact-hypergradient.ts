// The hyper-gradient of a problem with many lower levels with every block solved: the reference for sampled estimates.
import type { OptionSpecs, OptionsOf, VectorLike } from '@infimum/core';
import {
  asVector,
  checkInteger,
  checkList,
  checkNumber,
  checkNumbers,
  checkObject,
  checkText,
  checkVector,
  fault,
  resolveOptions,
} from '@infimum/core';
import { norm } from '@infimum/linalg/numerics';
import { conjugateGradients } from '../oracles/adjoint.ts';
import { finish, minimiseByGradients } from '../oracles/minimize-by-gradients.ts';
import type { MultiBlockProblem } from './multi-block-problem.ts';
import { checkMultiBlockProblem } from './multi-block-problem.ts';

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
  /** (1/m) Σ (|∇_x f_i| + |∇²_xy g_i v_i|): the size of the terms of which the gradient is the sum. */
  readonly size: number;
  /** Whether every block was solved to the tolerance. */
  readonly status: 'converged' | 'stalled';
}

const exactHypergradientOptions = {
  initial: { type: 'value', check: checkInitial, description: 'Initial lower levels, m x q numbers; zeros by default' },
  tolerance: { type: 'number', min: 0, default: 1e-12, description: 'Residuals of lower levels and linear systems, relative' },
} as const satisfies OptionSpecs;

/** Options of `exactHypergradient` and of `hypergradientPart`. */
export type ExactHypergradientOptions = OptionsOf<typeof exactHypergradientOptions>;

function checkInitial(value: unknown, argument: string): asserts value is VectorLike {
  checkNumbers(value, argument);
}

/**
 * `∇F = (1/m) Σ [∇_x f_i − ∇²_xy g_i H_i⁻¹ ∇_y f_i]` with every lower level solved by truncated Newton and every linear system by
 * conjugate gradients. Time proportional to the number of blocks; `hypergradientPart` and `joinHypergradients` for several threads.
 *
 * @param problem - m blocks
 * @param x - p numbers
 * @throws {InvalidInputError} for shapes that do not fit
 */
export function exactHypergradient(
  problem: MultiBlockProblem,
  x: VectorLike,
  options: ExactHypergradientOptions = {},
): ExactHypergradient {
  return finish(exactHypergradientInTurns(problem, x, options));
}

/** As `exactHypergradient`, with pauses. */
export function exactHypergradientInTurns(
  problem: MultiBlockProblem,
  x: VectorLike,
  options: ExactHypergradientOptions = {},
): Generator<undefined, ExactHypergradient> {
  checkMultiBlockProblem(problem);
  return partInTurns(problem, x, 0, problem.blocks, options);
}

/** Numbers passed to the oracles of the lower levels between two pauses; each may involve many samples. */
const TURN = 2 ** 16;

/**
 * The contribution of the blocks from `from` to before `to` to `exactHypergradient`: plain data, computed by a worker from the data of its
 * blocks, and combined by `joinHypergradients`. Closures cannot be sent to workers: a module creates the problem there.
 *
 * @param problem - m blocks
 * @param x - p numbers
 * @param from - first block
 * @param to - end of the range, exclusive
 * @throws {InvalidInputError} for shapes that do not fit and blocks that do not exist
 *
 * @example
 * ```ts
 * import { exactHypergradient, hypergradientPart, joinHypergradients } from '@infimum/bilevel';
 *
 * // y_i follows (i + 1) x; f wants every y at 1. A worker would do one of the parts: `executor.map({ module, name }, ranges)`.
 * const problem = {
 *   blocks: 4,
 *   dimX: 1,
 *   dimY: 1,
 *   gradGy: (i: number, [x]: Float64Array, [y]: Float64Array, out: Float64Array) => out.fill(y - (i + 1) * x),
 *   gradFy: (_i: number, _x: Float64Array, [y]: Float64Array, out: Float64Array) => out.fill(y - 1),
 *   hvpGyy: (_i: number, _x: Float64Array, _y: Float64Array, v: Float64Array, out: Float64Array) => out.set(v),
 *   addJvpGxy: (i: number, _x: Float64Array, _y: Float64Array, [v]: Float64Array, weight: number, out: Float64Array) => {
 *     out[0] -= weight * (i + 1) * v;
 *   },
 * };
 * const x = [0.5];
 * const parts = [[0, 2], [2, 4]].map(([from, to]) => hypergradientPart(problem, x, from, to));
 * console.log(joinHypergradients(parts).gradient[0], exactHypergradient(problem, x).gradient[0]); // 1.25 1.25
 * ```
 */
export function hypergradientPart(
  problem: MultiBlockProblem,
  x: VectorLike,
  from: number,
  to: number,
  options: ExactHypergradientOptions = {},
): ExactHypergradient {
  return finish(partInTurns(problem, x, from, to, options));
}

function* partInTurns(
  problem: MultiBlockProblem,
  point: VectorLike,
  from: number,
  to: number,
  options: ExactHypergradientOptions,
): Generator<undefined, ExactHypergradient> {
  const { initial, tolerance } = resolveOptions(exactHypergradientOptions, options);
  checkMultiBlockProblem(problem);
  const x = asVector(point, 'x', problem.dimX);
  const { blocks, dimY } = problem;
  checkInteger(from, 'from', { min: 0, max: blocks });
  checkInteger(to, 'to', { min: from, max: blocks });
  const all = initial
    ? asVector(initial, 'initial', blocks * dimY).slice(from * dimY, to * dimY)
    : new Float64Array((to - from) * dimY);
  const adjoints = new Float64Array(all.length);
  const gradient = new Float64Array(x.length);
  const [slope, fy] = [new Float64Array(dimY), new Float64Array(dimY)];
  const part = new Float64Array(x.length);
  let [value, size, numbers] = [0, 0, 0];
  let solved = true;
  for (let i = from; i < to; i++) {
    const y = all.subarray((i - from) * dimY, (i - from + 1) * dimY);
    const v = adjoints.subarray((i - from) * dimY, (i - from + 1) * dimY);
    const zero = new Float64Array(dimY);
    problem.gradGy(i, x, zero, slope);
    const oracle = {
      gradient: (at: Float64Array, out: Float64Array) => {
        numbers += x.length + dimY;
        problem.gradGy(i, x, at, out);
      },
      product: (at: Float64Array, w: Float64Array, out: Float64Array) => {
        numbers += x.length + dimY;
        problem.hvpGyy(i, x, at, w, out);
      },
    };
    const goal = tolerance * (norm(slope) || 1);
    const { residual } = finish(minimiseByGradients(oracle, y, { tolerance: goal, maxIterations: 200 }));
    problem.gradFy(i, x, y, fy);
    const product = (w: Float64Array, out: Float64Array) => oracle.product(y, w, out);
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
    if (numbers < TURN) continue;
    numbers = 0;
    yield;
  }
  return { value, gradient, y: all, v: adjoints, size, status: solved ? 'converged' : 'stalled' };
}

/**
 * Combines consecutive parts: sums, and lower solutions concatenated. The same parts give the same bits, wherever they were computed.
 *
 * @throws {InvalidInputError} if there is no part, or an invalid one
 */
export function joinHypergradients(parts: readonly ExactHypergradient[]): ExactHypergradient {
  checkList(parts, 'parts');
  if (parts.length === 0) throw fault('is empty', 'parts', 'empty');
  for (const [k, part] of parts.entries()) {
    checkObject(part, `parts[${k}]`);
    checkVector(part.gradient, `parts[${k}].gradient`, k > 0 ? parts[0].gradient.length : undefined);
    checkVector(part.y, `parts[${k}].y`);
    checkVector(part.v, `parts[${k}].v`, part.y.length);
    checkNumber(part.value, `parts[${k}].value`);
    checkNumber(part.size, `parts[${k}].size`, { min: 0 });
    checkText(part.status, `parts[${k}].status`);
  }
  const gradient = new Float64Array(parts[0].gradient.length);
  for (const part of parts) for (let k = 0; k < gradient.length; k++) gradient[k] += part.gradient[k];
  const joined = (pick: (part: ExactHypergradient) => Float64Array): Float64Array => {
    const out = new Float64Array(parts.reduce((sum, part) => sum + pick(part).length, 0));
    let at = 0;
    for (const part of parts) {
      out.set(pick(part), at);
      at += pick(part).length;
    }
    return out;
  };
  return {
    value: parts.reduce((sum, { value }) => sum + value, 0),
    gradient,
    y: joined(({ y }) => y),
    v: joined(({ v }) => v),
    size: parts.reduce((sum, { size }) => sum + size, 0),
    status: parts.every(({ status }) => status === 'converged') ? 'converged' : 'stalled',
  };
}
