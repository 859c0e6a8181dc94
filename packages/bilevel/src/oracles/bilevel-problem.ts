// The interface of a bilevel problem: min over x of f(x, y) where y minimises g(x, ·), with gradients of both and, for some methods,
// products with second derivatives of g.
import type { VectorLike } from '@infimum/core';
import { asVector, checkInteger, checkObject, fault } from '@infimum/core';
import { allFinite } from '@infimum/linalg/numerics';
import type { ConvexSet } from '@infimum/optim/proximal';

/** Writes a gradient at (x, y) into `out`. `indices` choose samples, with repetitions counted; without them, all samples are used. */
export type PairGradient = (x: Float64Array, y: Float64Array, out: Float64Array, indices?: Int32Array) => void;

/** Writes the product of a matrix of second derivatives at (x, y) with v into `out`. */
export type PairProduct = (x: Float64Array, y: Float64Array, v: Float64Array, out: Float64Array, indices?: Int32Array) => void;

/** The value at (x, y), of all samples or of some. */
type PairValue = (x: Float64Array, y: Float64Array, indices?: Int32Array) => number;

/**
 * The bilevel problem min over x in X of f(x, y(x)), where y(x) minimises g(x, y) over y in Y. X and Y are fixed sets: a set Y
 * that depends on x is another problem. Oracles write only to `out` and keep no references.
 */
export interface BilevelProblem {
  /** Number p of upper variables x. */
  readonly dimX: number;
  /** Number q of lower variables y. */
  readonly dimY: number;
  /** f, the upper function. */
  readonly f?: PairValue;
  /** g, the lower function. */
  readonly g?: PairValue;
  /** The gradient of f in x, p numbers. */
  readonly gradFx: PairGradient;
  /** The gradient of f in y, q numbers. */
  readonly gradFy: PairGradient;
  /** The gradient of g in x, p numbers. */
  readonly gradGx: PairGradient;
  /** The gradient of g in y, q numbers. */
  readonly gradGy: PairGradient;
  /** The Hessian of g in y times v, q numbers. */
  readonly hvpGyy?: PairProduct;
  /** The Hessian of g in y, q x q numbers: optional, and useful in addition to `hvpGyy` if q is at most 300. */
  readonly hessGyy?: PairGradient;
  /** The gradient in x of the inner product of the gradient of g in y with v (q numbers): p numbers. */
  readonly jvpGxy?: PairProduct;
  /** X; everything by default. */
  readonly setX?: ConvexSet;
  /** Y; everything by default. */
  readonly setY?: ConvexSet;
  /**
   * y <- prox of step h(x, ·) in place, where g = smooth + h with an h that is convex in y but not smooth, such as e^x |y|₁: `gradGy` is
   * then that of the smooth part, `g` and `gradGx` are of both. Instead of `setY`, for `minimizeBilevel` only; the step may be 0.
   */
  readonly proxY?: (x: Float64Array, y: Float64Array, step: number) => void;
  /** Number of samples of f, where it is a mean. */
  readonly samplesF?: number;
  /** Number of samples of g, where it is a mean. */
  readonly samplesG?: number;
}

/** Where methods start: x and y, or x alone, y then at 0. */
export type BilevelStart =
  | VectorLike
  | {
      /** Upper variables, p numbers. */
      readonly x: VectorLike;
      /** Lower variables, q numbers; 0 by default. */
      readonly y?: VectorLike;
    };

/** A problem with products of second derivatives. */
export type SecondOrderProblem = BilevelProblem & Required<Pick<BilevelProblem, 'hvpGyy' | 'jvpGxy'>>;

/** Calls of the oracles; a call with a batch counts as one. */
export interface OracleCalls {
  /** Gradients of f in x. */
  fx: number;
  /** Gradients of f in y. */
  fy: number;
  /** Gradients of g in x. */
  gx: number;
  /** Gradients of g in y. */
  gy: number;
  /** Products with the Hessian of g in y; the Hessian counts as q of them. */
  hvp: number;
  /** Products with the mixed derivatives of g. */
  jvp: number;
}

/** No calls. */
function noCalls(): OracleCalls {
  return { fx: 0, fy: 0, gx: 0, gy: 0, hvp: 0, jvp: 0 };
}

/** Thrown inside the methods when an oracle returns a value that is not a number; ends a run as stalled. */
export class NotFinite extends Error {}

/** A problem that counts its calls and refuses answers that are not finite. */
export interface CountedProblem extends BilevelProblem {
  /** The calls so far. */
  readonly calls: OracleCalls;
}

/**
 * Wraps the oracles so that calls are counted and answers checked: O(length of the answer) a call. Missing products stay missing, in spite
 * of the type: methods that need them check this before.
 */
export function counted(problem: BilevelProblem): CountedProblem & SecondOrderProblem {
  const calls = noCalls();
  const { hvpGyy, hessGyy, jvpGxy } = problem;
  // Each oracle has its own wrapper: for small problems a call costs as much as the oracle, and more through a shared wrapper.
  return {
    ...problem,
    calls,
    gradFx: (x, y, out, indices) => {
      calls.fx++;
      problem.gradFx(x, y, out, indices);
      if (!allFinite(out)) refuse('gradFx');
    },
    gradFy: (x, y, out, indices) => {
      calls.fy++;
      problem.gradFy(x, y, out, indices);
      if (!allFinite(out)) refuse('gradFy');
    },
    gradGx: (x, y, out, indices) => {
      calls.gx++;
      problem.gradGx(x, y, out, indices);
      if (!allFinite(out)) refuse('gradGx');
    },
    gradGy: (x, y, out, indices) => {
      calls.gy++;
      problem.gradGy(x, y, out, indices);
      if (!allFinite(out)) refuse('gradGy');
    },
    ...(hvpGyy && {
      hvpGyy: (x, y, v, out, indices) => {
        calls.hvp++;
        problem.hvpGyy?.(x, y, v, out, indices);
        if (!allFinite(out)) refuse('hvpGyy');
      },
    }),
    ...(hessGyy && {
      hessGyy: (x, y, out, indices) => {
        calls.hvp += problem.dimY;
        hessGyy(x, y, out, indices);
        if (!allFinite(out)) refuse('hessGyy');
      },
    }),
    ...(jvpGxy && {
      jvpGxy: (x, y, v, out, indices) => {
        calls.jvp++;
        problem.jvpGxy?.(x, y, v, out, indices);
        if (!allFinite(out)) refuse('jvpGxy');
      },
    }),
  } as CountedProblem & SecondOrderProblem;
}

function refuse(name: string): never {
  throw new NotFinite(`${name} gave a number that is not finite`);
}

/** Whether the problem has products with second derivatives. */
export function isSecondOrder(problem: BilevelProblem): problem is SecondOrderProblem {
  return problem.hvpGyy !== undefined && problem.jvpGxy !== undefined;
}

/**
 * Checks the shape of a problem, not its mathematics.
 *
 * @throws {InvalidInputError} naming `problem.FIELD`
 */
export function checkBilevelProblem(problem: unknown): asserts problem is BilevelProblem {
  if (typeof problem !== 'object' || problem === null) throw fault('expected an object of oracles', 'problem', 'type');
  const fields = problem as Record<string, unknown>;
  checkInteger(fields['dimX'], 'problem.dimX', { min: 1, max: 2 ** 28 });
  checkInteger(fields['dimY'], 'problem.dimY', { min: 1, max: 2 ** 28 });
  for (const name of ['gradFx', 'gradFy', 'gradGx', 'gradGy']) checkFunction(fields[name], `problem.${name}`);
  for (const name of ['f', 'g', 'hvpGyy', 'hessGyy', 'jvpGxy', 'proxY']) {
    if (fields[name] !== undefined) checkFunction(fields[name], `problem.${name}`);
  }
  for (const name of ['samplesF', 'samplesG']) {
    if (fields[name] !== undefined) checkInteger(fields[name], `problem.${name}`, { min: 1, max: 2 ** 31 - 1 });
  }
  for (const name of ['setX', 'setY']) {
    if (fields[name] === undefined) continue;
    if (typeof fields[name] === 'function') {
      const complaint = 'must be a fixed set; sets that depend on the other variable are not supported';
      throw fault(complaint, `problem.${name}`, 'unsupported');
    }
    checkFunction((fields[name] as Partial<ConvexSet> | null)?.project, `problem.${name}.project`);
  }
}

/** Refuses a lower level that is not smooth. */
export function checkSmooth({ proxY }: BilevelProblem): void {
  if (!proxY) return;
  throw fault('this method needs a smooth lower level; `minimizeBilevel` does not', 'problem.proxY', 'unsupported');
}

/** Checks a problem for a method with second derivatives. */
export function checkSecondOrder(problem: BilevelProblem): asserts problem is SecondOrderProblem {
  checkSmooth(problem);
  for (const name of ['hvpGyy', 'jvpGxy'] as const) {
    if (problem[name] !== undefined) continue;
    throw fault('is needed by this method; `withDifferences` makes one from gradients', `problem.${name}`, 'missing');
  }
}

/** Checks problem and start; the copies of the start, in X and Y. */
export function startOf(problem: BilevelProblem, initial: BilevelStart): { x: Float64Array; y: Float64Array } {
  checkBilevelProblem(problem);
  checkObject(initial, 'initial');
  const pair = 'x' in initial ? initial : { x: initial };
  const name = 'x' in initial ? 'initial.x' : 'initial';
  const x = asVector(pair.x, name, problem.dimX).slice();
  const y = pair.y ? asVector(pair.y, 'initial.y', problem.dimY).slice() : new Float64Array(problem.dimY);
  problem.setX?.project(x, x);
  problem.setY?.project(y, y);
  return { x, y };
}

/** y <- prox of a step times the non-smooth part of g(x, ·): the projection onto Y where there is a set. */
export function lowerProx({ setY, proxY }: BilevelProblem, x: Float64Array) {
  if (proxY) return (y: Float64Array, step: number) => proxY(x, y, step);
  return setY && ((y: Float64Array) => setY.project(y, y));
}

function checkFunction(value: unknown, argument: string): void {
  if (typeof value === 'function') return;
  throw fault('expected a function', argument, value === undefined ? 'missing' : 'type');
}
