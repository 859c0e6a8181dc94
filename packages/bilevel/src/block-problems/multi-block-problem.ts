// The oracles that methods for many lower levels need, of block i at (x, y_i); gradients that are sparse in x are added, not written.
import type { VectorLike } from '@infimum/core';
import { asVector, checkInteger, fault } from '@infimum/core';
import { allFinite } from '@infimum/linalg/numerics';
import type { OracleCalls } from '../oracles/bilevel-problem.ts';
import { NotFinite } from '../oracles/bilevel-problem.ts';

/** Writes a gradient of block i in y at (x, y) into `out`, q numbers, of all samples or of some. */
export type BlockGradient = (i: number, x: Float64Array, y: Float64Array, out: Float64Array, indices?: Int32Array) => void;

/** The problem min over x of (1/m) Σ f_i(x, y_i(x)), y_i(x) the minimiser of g_i(x, ·), all y_i of the same length. */
export interface MultiBlockProblem {
  /** Number m of blocks. */
  readonly blocks: number;
  /** Number p of upper variables. */
  readonly dimX: number;
  /** Number q of lower variables of a block. */
  readonly dimY: number;
  /** Number of samples of g_i, where it is a mean. */
  samplesG?(i: number): number;
  /** Number of samples of f_i, where it is a mean. */
  samplesF?(i: number): number;
  /** f_i. */
  f?(i: number, x: Float64Array, y: Float64Array): number;
  /** The gradient of g_i in y. */
  readonly gradGy: BlockGradient;
  /** The gradient of f_i in y. */
  readonly gradFy: BlockGradient;
  /** The Hessian of g_i in y times v, q numbers. */
  hvpGyy(i: number, x: Float64Array, y: Float64Array, v: Float64Array, out: Float64Array, indices?: Int32Array): void;
  /** Writes the Hessian of g_i in y, q x q numbers; methods that track Hessians need it. */
  hessGyy?(i: number, x: Float64Array, y: Float64Array, out: Float64Array, indices?: Int32Array): void;
  /** Adds `weight` times the gradient in x of the inner product of ∇_y g_i with v to `out`, p numbers. */
  addJvpGxy(
    i: number,
    x: Float64Array,
    y: Float64Array,
    v: Float64Array,
    weight: number,
    out: Float64Array,
    indices?: Int32Array,
  ): void;
  /** Adds `weight` times the gradient of g_i in x to `out`: for methods that adapt x for each block. */
  addGradGx?(i: number, x: Float64Array, y: Float64Array, weight: number, out: Float64Array, indices?: Int32Array): void;
  /** Adds `weight` times the gradient of f_i in x to `out`; where it is missing it is zero. */
  addGradFx?(i: number, x: Float64Array, y: Float64Array, weight: number, out: Float64Array, indices?: Int32Array): void;
}

/**
 * Checks the shape of a problem, not its mathematics.
 *
 * @throws {InvalidInputError} naming `problem.FIELD`
 */
export function checkMultiBlockProblem(problem: unknown): asserts problem is MultiBlockProblem {
  if (typeof problem !== 'object' || problem === null) throw fault('expected an object of oracles', 'problem', 'type');
  const fields = problem as Record<string, unknown>;
  for (const name of ['blocks', 'dimX', 'dimY']) checkInteger(fields[name], `problem.${name}`, { min: 1, max: 2 ** 28 });
  for (const name of ['gradGy', 'gradFy', 'hvpGyy', 'addJvpGxy', ...OPTIONAL]) {
    if (typeof fields[name] === 'function') continue;
    if (fields[name] === undefined && OPTIONAL.includes(name)) continue;
    const code = fields[name] === undefined ? 'missing' : 'type';
    throw fault('expected a function', `problem.${name}`, code);
  }
}

/** A problem that counts, and names the block and the oracle of an answer that is not a number. */
export type CountedBlocks = MultiBlockProblem & { readonly calls: OracleCalls };

/** Wraps the oracles. */
export function countedBlocks(problem: MultiBlockProblem): CountedBlocks {
  const calls: OracleCalls = { fx: 0, fy: 0, gx: 0, gy: 0, hvp: 0, jvp: 0 };
  const verify = (out: Float64Array, name: string, i: number) => {
    if (!allFinite(out)) throw new NotFinite(`${name} of block ${i} gave a number that is not finite`);
  };
  const { hessGyy, addGradFx, addGradGx, f } = problem;
  return {
    blocks: problem.blocks,
    dimX: problem.dimX,
    dimY: problem.dimY,
    calls,
    ...(f && { f: (i, x, y) => f.call(problem, i, x, y) }),
    samplesG: (i) => problem.samplesG?.(i) ?? 0,
    samplesF: (i) => problem.samplesF?.(i) ?? 0,
    gradGy: (i, x, y, out, indices) => {
      calls.gy++;
      problem.gradGy(i, x, y, out, indices);
      verify(out, 'gradGy', i);
    },
    gradFy: (i, x, y, out, indices) => {
      calls.fy++;
      problem.gradFy(i, x, y, out, indices);
      verify(out, 'gradFy', i);
    },
    hvpGyy: (i, x, y, v, out, indices) => {
      calls.hvp++;
      problem.hvpGyy(i, x, y, v, out, indices);
      verify(out, 'hvpGyy', i);
    },
    ...(hessGyy && {
      hessGyy: (i, x, y, out, indices) => {
        calls.hvp += problem.dimY;
        hessGyy.call(problem, i, x, y, out, indices);
        verify(out, 'hessGyy', i);
      },
    }),
    addJvpGxy: (i, x, y, v, weight, out, indices) => {
      calls.jvp++;
      problem.addJvpGxy(i, x, y, v, weight, out, indices);
    },
    ...(addGradGx && {
      addGradGx: (i, x, y, weight, out, indices) => {
        calls.gx++;
        addGradGx.call(problem, i, x, y, weight, out, indices);
      },
    }),
    ...(addGradFx && {
      addGradFx: (i, x, y, weight, out, indices) => {
        calls.fx++;
        addGradFx.call(problem, i, x, y, weight, out, indices);
      },
    }),
  };
}

/** Checks problem and start; a copy of the start. */
export function blockStart(problem: MultiBlockProblem, initial: VectorLike): Float64Array {
  checkMultiBlockProblem(problem);
  return asVector(initial, 'initial', problem.dimX).slice();
}

/** Functions that a problem may have. */
const OPTIONAL: readonly string[] = ['samplesG', 'samplesF', 'f', 'hessGyy', 'addGradGx', 'addGradFx'];
