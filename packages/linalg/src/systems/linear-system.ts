// A linear system A x = b for iterative solvers: inputs, results, and stopping rules.
import type { Iterate, LimitOptions, OptionSpecs, Outcome, Steps, VectorLike } from '@infimum/core';
import { asVector, checkNumbers, checkObject, fault, run, runOptionsOf, stalled } from '@infimum/core';
import { asEntries, asStored, checkSquareShape, isSparse } from '../inputs.ts';
import type { LinearMap, LinearOperator, ProductOperator } from '../linear-operator.ts';
import { checkFits, checkLinearMap, checkProductOperator, isLinearMap } from '../linear-operator.ts';
import type { AnyMatrix, CsrMatrix, DenseMatrix } from '../matrices.ts';
import { uncheckedMatvec } from '../matvec.ts';
import { allFinite, distance, norm } from '../numerics/vectors.ts';
import { powerOfTwoNear } from '../power-of-two.ts';
import { csrFromDense } from '../sparse/csr-matrix.ts';

/** What is known of a matrix: it decides which methods may be used. */
export type SystemStructure = 'positive-definite' | 'symmetric' | 'general' | 'least-squares';

/** A linear system, or a least-squares problem. */
export interface LinearSystem {
  /** The matrix A. */
  readonly a: DenseMatrix | CsrMatrix;
  /** The right-hand side. */
  readonly b: Float64Array;
  /** Symmetric positive definite, symmetric, only square, or of any shape with a residual that need not vanish. */
  readonly structure: SystemStructure;
}

/** The solution of a linear system. */
export interface LinearSolution {
  /** The vector x. */
  readonly x: Float64Array;
  /** The norm of b - A x over the norm of b. */
  readonly relativeResidual: number;
}

/** One iteration of a solver of linear systems. */
export interface LinearIterate extends Iterate<LinearSolution> {
  /** The norm of the residual over the norm of b, as the method knows it. */
  readonly relativeResidual: number;
}

/** Where to stop. */
export const tolerance = {
  type: 'number',
  min: 0,
  default: 1e-10,
  description: "Stop when the residual's norm is at most this times the norm of b",
} as const;

export const initial = {
  type: 'value',
  was: 'initialSolution',
  check: checkNumbers,
  description: 'Initial point; zero by default',
} as const;

/** Runs steps with ten times the size as iteration limit where none is given. */
export function runBySize<I extends LinearIterate>(
  specs: OptionSpecs,
  options: LimitOptions<I> | undefined,
  steps: Steps<LinearSolution, I>,
  size: number | undefined,
): Outcome<LinearSolution, I> {
  const limits = runOptionsOf(specs, options);
  // Of what is no system, the steps say so.
  return run(steps, { ...limits, maxIterations: limits.maxIterations ?? (size ? 10 * size : undefined) });
}

/** What solvers of square systems take that need no more than products: a matrix, or what multiplies by one. */
export type SquareMatrix = AnyMatrix | LinearOperator | ProductOperator;

/** A system as methods see it. */
export interface CheckedSystem<A> {
  readonly a: A;
  readonly b: Float64Array;
  readonly start: Float64Array | undefined;
}

type Shape = { readonly rows: number; readonly cols: number };
type Start = VectorLike | undefined;

/** A square system, by whose matrix vectors are multiplied. */
export type SquareSystem = CheckedSystem<DenseMatrix | CsrMatrix | LinearOperator>;

/** A square system and a start. @throws {InvalidInputError} naming what does not fit */
export function squareSystem(a: SquareMatrix, b: VectorLike, start: Start): SquareSystem {
  if (typeof a === 'function') {
    const right = asEntries(b, 'b');
    return { a, b: right, start: start && asEntries(start, 'initial', right.length) };
  }
  asEntries(b, 'b');
  if (!isLinearMap(a)) {
    const matrix = asStored(a);
    return { a: matrix, ...squareSides(matrix, b, start) };
  }
  checkProductOperator(a);
  return { a: (x, out) => a.apply(x, out), ...squareSides(a, b, start) };
}

/** The sides of a square system whose matrix has been checked, and a start. */
export function squareSides(a: Shape, b: VectorLike, start: Start): Omit<CheckedSystem<never>, 'a'> {
  // Of a matrix with rows, an empty b is what is wrong.
  const right = a.rows === 0 ? asEntries(b, 'b') : asVector(b, 'b');
  checkFits(a, right.length);
  return { b: right, start: start && asEntries(start, 'initial', right.length) };
}

/** The longer side of a matrix, or of what has products. */
export function longestSide(a: AnyMatrix | LinearMap): number {
  checkObject(a, 'a');
  const shape = 'rows' in a ? a : { rows: a.length, cols: a[0]?.length };
  checkNumbers([shape.rows, shape.cols], 'a');
  return Math.max(shape.rows, shape.cols);
}

/** The sides of a system of any shape whose matrix has been checked, and a start. */
export function sides(a: Shape, b: VectorLike, start: Start): Omit<CheckedSystem<never>, 'a'> {
  return { b: asEntries(b, 'b', a.rows), start: start && asEntries(start, 'initial', a.cols) };
}

/** A system of any shape, for least squares, and a start. */
export function rectangularSystem(
  a: AnyMatrix | LinearMap,
  b: VectorLike,
  start: Start,
): CheckedSystem<DenseMatrix | CsrMatrix | LinearMap> {
  if (isLinearMap(a)) checkLinearMap(a);
  const matrix = isLinearMap(a) ? a : asStored(a);
  return { a: matrix, ...sides(matrix, b, start) };
}

/** Entries beyond these are scaled before squares and products of them are taken. */
const LEAST = 2 ** -200;
const MOST = 2 ** 200;

/** A power of two that brings extreme entries near one; 1 for all others. */
export function safeScale(values: Float64Array): number {
  return safe(powerOfTwoNear(values));
}

function safe(scale: number): number {
  return scale < LEAST || scale > MOST ? scale : 1;
}

/** A matrix that is not stored, but that can be scaled. */
interface Scalable {
  /** A power of two near its largest entry. */
  readonly scale: number;
  /** out <- A x */
  apply(x: Float64Array, out: Float64Array): void;
  /** The same over a power of two. */
  over(scale: number): Scalable;
}

type System = DenseMatrix | CsrMatrix | LinearOperator | LinearMap | Scalable;

function isScalable(a: System): a is Scalable {
  return typeof a === 'object' && 'over' in a;
}

/** |A (x - y)|; 0 where they are the same. */
function imageOfDifference(a: System, x: Float64Array, y: Float64Array, rows: number): number {
  const difference = x.map((value, i) => value - y[i]);
  if (difference.every((value) => value === 0)) return 0;
  const image = new Float64Array(rows);
  if (typeof a === 'function') a(difference, image);
  else if ('apply' in a) a.apply(difference, image);
  else image.set(uncheckedMatvec(a, difference));
  return norm(image);
}

/**
 * The steps of a method on a system whose extreme entries have been divided by powers of two, which is exact, with iterates and
 * solution of the original system. A success counts only if x is still within the tolerance after scaling back and rounding.
 */
export function* scaledSteps<A extends System, I extends LinearIterate>(
  { a, b, start }: CheckedSystem<A>,
  tolerance: number,
  steps: (a: A, b: Float64Array, start: Float64Array | undefined, scale: number) => Steps<LinearSolution, I>,
): Steps<LinearSolution, I> {
  const [scale, size] = [scaleOfSystem(a), safeScale(b)];
  if (scale === 1 && size === 1) return yield* steps(a, b, start, 1);
  const factor = size / scale;
  if (!(factor > 0 && factor < Infinity)) {
    throw fault('is so large relative to the entries of a that solutions overflow', 'b', 'out-of-range');
  }
  const divided = (values: Float64Array, by: number) => values.map((value) => value / by);
  const matrix = scale === 1 ? a : (over(a, scale) as A);
  const target = divided(b, size);
  const begin = start && divided(start, factor);
  if (begin && !allFinite(begin)) throw fault('overflows relative to the solutions of the system', 'initial', 'out-of-range');
  const restored = ({ x, relativeResidual }: LinearSolution): LinearSolution => ({
    x: x.map((value) => Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value * factor))),
    relativeResidual,
  });
  const inner = steps(matrix, target, begin, scale);
  try {
    for (;;) {
      const next = inner.next(undefined);
      if (!next.done) {
        const { solution } = next.value;
        yield { ...next.value, solution: () => restored(solution()) };
        continue;
      }
      const { status, reason, solution } = next.value;
      const found = restored(solution);
      const rounded = divided(found.x, factor);
      const isKept =
        distance(rounded, solution.x) <= tolerance * norm(solution.x) &&
        imageOfDifference(matrix, rounded, solution.x, target.length) <= tolerance * norm(target);
      if (status === 'stalled' || isKept) return { status, reason, solution: found };
      return stalled(found, 'the solution is beyond the range or the precision of the smallest numbers');
    }
  } finally {
    inner.return(undefined as never);
  }
}

/** What a system's entries are divided by: 1 where nothing is known of them. */
function scaleOfSystem(a: System): number {
  if (isScalable(a)) return safe(a.scale);
  return typeof a === 'function' || 'apply' in a ? 1 : safeScale(a.values);
}

function over(a: System, scale: number): System {
  if (isScalable(a)) return a.over(scale);
  if (typeof a === 'function' || 'apply' in a) return a;
  return { ...a, values: a.values.map((value) => value / scale) };
}

/** Checks that a preconditioner is a function. */
export function checkOperator(value: unknown, argument: string): asserts value is LinearOperator {
  if (typeof value === 'function') return;
  throw fault('expected a function (x, out) => void', argument, 'type');
}

/** An approximation of the inverse of A, as one of the inverse of A / scale. */
export function scaledOperator(operator: LinearOperator | undefined, scale: number): LinearOperator | undefined {
  if (operator === undefined || scale === 1) return operator;
  return (x, out) => {
    operator(x, out);
    for (let i = 0; i < out.length; i++) out[i] *= scale;
  };
}

/** The matrix row by row without its zeros. */
export function toCsr(a: DenseMatrix | CsrMatrix): CsrMatrix {
  return isSparse(a) ? a : csrFromDense(a);
}

/** A square matrix row by row without its zeros. @throws {InvalidInputError} naming what is wrong with it */
export function squareCsr(a: AnyMatrix): CsrMatrix {
  const matrix = asStored(a);
  checkSquareShape(matrix);
  return toCsr(matrix);
}

/** The Euclidean norm, or one for a vector of zeros: what residuals are divided by. */
export function scaleOf(b: Float64Array): number {
  return norm(b) || 1;
}
