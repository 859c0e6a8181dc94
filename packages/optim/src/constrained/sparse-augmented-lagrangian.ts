// The method of AdaSketch-Newton for large programs under equalities with sparse derivatives: Newton systems by a sparse L D L'
// factorisation, the exact augmented Lagrangian as merit.
//
// I. Hong, S. Na, M. Mahoney, M. Kolar: Constrained optimization via exact augmented Lagrangian and randomized iterative
// sketching (2023, arXiv 2305.18379); R. Vanderbei: Symmetric quasidefinite matrices (1995), for the factors.
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import {
  asVector,
  checkInteger,
  checkMethods,
  checkVector,
  converged,
  fault,
  resolveOptions,
  runWith,
  stalled,
} from '@infimum/core';
import type { CsrMatrix, SparseLdl } from '@infimum/linalg';
import { checkCsr, csrFromTriplets, solveSparseLdl } from '@infimum/linalg';
import { dot, largestMagnitude, norm } from '@infimum/linalg/numerics';
import { sparseLdlInTurns } from '@infimum/linalg/steps';
import type { AugmentedIterate } from './augmented-newton.ts';
import type { EqualityProgram, EqualitySolution } from './equality-program.ts';
import { bounded } from './equality-program.ts';
import {
  armijo,
  constraintPenalty,
  initialMultipliers,
  iterationLimit,
  penaltyGrowth,
  stationarityPenalty,
  tolerance,
} from './newton-options.ts';

/** min f(x) subject to c(x) = 0 with sparse second derivatives, L = f + λ'c; functions with `out` write the result there. */
export interface SparseEqualityProgram extends Omit<EqualityProgram, 'jacobian' | 'hessian'> {
  /** The Jacobian of c, m x n. */
  jacobian(x: Float64Array): CsrMatrix;
  /** The Hessian of f + λ'c in x, n x n, both triangles. */
  hessian(x: Float64Array, multipliers: Float64Array): CsrMatrix;
}

const sparseAugmentedLagrangianOptions = {
  constraintPenalty,
  stationarityPenalty,
  armijo,
  penaltyGrowth,
  tolerance,
  initialMultipliers,
  maxIterations: iterationLimit,
} as const satisfies OptionSpecs;

/** Options of `sparseAugmentedLagrangian`. */
export type SparseAugmentedLagrangianOptions = OptionsOf<typeof sparseAugmentedLagrangianOptions> &
  RunOptions<AugmentedIterate>;

/** What the lower right block is, over the largest entry of K, so that factors exist in every order; refinement takes it out. */
const SOFTENING = 1e-10;

/** Curvature that is added first, over the largest entry of K, and the factor from one to the next. */
const [FIRST_SHIFT, SHIFT_GROWTH, MOST_SHIFTS] = [1e-4, 10, 14];

/** Rounds of refinement of a step, and the residual at which it is good enough. */
const [REFINEMENTS, ACCURATE] = [30, 1e-12];

/** Penalties beyond these are taken as they are. */
const [MOST_ETA1, LEAST_ETA2] = [1e8, 1e-8];

/**
 * Finds a stationary point of f under c(x) = 0 where the matrices of derivatives are sparse: `exactAugmentedLagrangian` with K =
 * [[W + tI, G'], [G, 0]] as L D L' without exchanges of rows. t > 0 where the pivots do not have the signs of a W that is positive on
 * the null space of G. The residual of every step is computed with K itself, and refined. The factors dominate the time of a step:
 * about half a minute for a grid problem with 10⁶ unknowns and multipliers.
 *
 * `converged` after |(∇L, c)| was computed anew; `stalled` where no shift gives factors, a function is NaN, or no step descends.
 *
 * @param program - f and c with derivatives, n variables and m <= n equalities
 * @param initial - the start, n numbers
 * @throws {InvalidInputError} naming `program`, `initial` or the option at fault
 *
 * @example
 * ```ts
 * import { sparseAugmentedLagrangian, sparseGridProgram } from '@infimum/optim/constrained';
 *
 * // Control of a Poisson equation on a grid of 16 x 16 points: 512 variables, 256 equalities.
 * const { status, value, outerIterations } = sparseAugmentedLagrangian(sparseGridProgram(16), new Float64Array(512).fill(1));
 * console.log(status, value.toFixed(6), outerIterations); // converged 301.800365 1
 * ```
 */
export function sparseAugmentedLagrangian(
  program: SparseEqualityProgram,
  initial: VectorLike,
  options: SparseAugmentedLagrangianOptions = {},
): Outcome<EqualitySolution, AugmentedIterate> {
  const methods = ['value', 'gradient', 'constraints', 'jacobian', 'hessian'] as const;
  checkMethods(program, 'program', methods);
  checkInteger(program.variables, 'program.variables', { min: 1 });
  checkInteger(program.equalities, 'program.equalities', { min: 0, max: program.variables });
  const start = asVector(initial, 'initial', program.variables);
  return runWith(sparseAugmentedLagrangianOptions, options, sparseAugmentedLagrangianSteps(program, start, options));
}

/** f, c and first derivatives at a point, in scale. */
interface SparsePoint {
  readonly value: number;
  readonly gradient: Float64Array;
  readonly constraints: Float64Array;
  readonly jacobian: CsrMatrix;
}

/** The steps of `sparseAugmentedLagrangian`. */
export function* sparseAugmentedLagrangianSteps(
  program: SparseEqualityProgram,
  initial: Float64Array,
  options: SparseAugmentedLagrangianOptions,
): Steps<EqualitySolution, AugmentedIterate> {
  const settings = resolveOptions(sparseAugmentedLagrangianOptions, options);
  const { armijo, penaltyGrowth, tolerance, initialMultipliers } = settings;
  const { variables: n, equalities: m } = program;
  if (initialMultipliers) checkVector(initialMultipliers, 'initialMultipliers', m);
  const scaled = scaledAt(program, initial);
  let { constraintPenalty, stationarityPenalty } = settings;
  let x: Float64Array = Float64Array.from(initial);
  let multipliers: Float64Array = initialMultipliers ? scaled.multipliersIn(initialMultipliers) : new Float64Array(m);
  let point = scaled.pointAt(x);
  let [stepLength, factors, outerIterations] = [0, 0, 0];
  for (let iteration = 0; ; iteration++) {
    const stationarity = stationarityOf(point, multipliers);
    const residual = Number.isNaN(point.value) ? Number.NaN : Math.hypot(norm(stationarity), norm(point.constraints));
    const solution = (): EqualitySolution => ({
      x: x.slice(),
      multipliers: scaled.multipliersOut(multipliers),
      value: program.value(x),
      residual: bounded(residual),
      outerIterations,
      innerIterations: factors,
    });
    const report = (): AugmentedIterate => {
      return {
        iteration,
        residual,
        outerIterations,
        innerIterations: factors,
        stepLength,
        eta1: constraintPenalty,
        eta2: stationarityPenalty,
        delta: 0,
        flops: 0,
        solution,
      };
    };
    yield report();
    if (residual <= tolerance) {
      const again = scaled.pointAt(x);
      const anew = Math.hypot(norm(stationarityOf(again, multipliers)), norm(again.constraints));
      if (anew <= tolerance) return converged(solution(), `|(∇L, c)| is ${anew.toExponential(1)}`);
    }
    if (!(residual < Infinity)) {
      return stalled(solution(), 'a function or a derivative is not finite here: start elsewhere');
    }
    const hessian = scaled.hessianAt(x, multipliers);
    const b = new Float64Array(n + m);
    for (let i = 0; i < n; i++) b[i] = -stationarity[i];
    for (let j = 0; j < m; j++) b[n + j] = -point.constraints[j];
    const size = Math.max(largestMagnitude(hessian.values), largestMagnitude(point.jacobian.values));
    let z: Float64Array | undefined;
    for (let attempt = 0; attempt <= MOST_SHIFTS && !z; attempt++) {
      const shift = attempt === 0 ? 0 : FIRST_SHIFT * size * SHIFT_GROWTH ** (attempt - 1);
      const turns = stepOf(hessian, point.jacobian, shift, b);
      let turn = turns.next();
      for (; !turn.done; turn = turns.next()) {
        iteration++;
        stepLength = 0;
        yield report();
      }
      factors++;
      z = turn.value;
    }
    if (!z) return stalled(solution(), 'the Newton system is singular here, or too ill-conditioned without row exchanges');
    const pulled = transposedTimes(point.jacobian, point.constraints);
    const curved = times(hessian, stationarity);
    const along = times(point.jacobian, stationarity);
    const [dx, dm] = [z.subarray(0, n), z.subarray(n)];
    const slopeOf = () =>
      dot(stationarity, dx) +
      constraintPenalty * dot(pulled, dx) +
      stationarityPenalty * dot(curved, dx) +
      dot(point.constraints, dm) +
      stationarityPenalty * dot(along, dm);
    while (
      !(slopeOf() <= (-stationarityPenalty / 2) * residual ** 2) &&
      constraintPenalty <= MOST_ETA1 &&
      stationarityPenalty >= LEAST_ETA2
    ) {
      constraintPenalty *= penaltyGrowth * penaltyGrowth;
      stationarityPenalty /= penaltyGrowth;
    }
    const slope = slopeOf();
    const before = meritOf(point, multipliers, constraintPenalty, stationarityPenalty);
    const slack = 1e-14 * Math.abs(before);
    let next: { x: Float64Array; multipliers: Float64Array; point: SparsePoint } | undefined;
    for (stepLength = 1; stepLength >= 1e-12; stepLength /= 2) {
      const length = stepLength;
      const newX = x.map((value, i) => value + length * dx[i]);
      const newMultipliers = multipliers.map((value, j) => value + length * dm[j]);
      const trial = scaled.pointAt(newX);
      if (!(meritOf(trial, newMultipliers, constraintPenalty, stationarityPenalty) <= before + length * armijo * slope + slack))
        continue;
      next = { x: newX, multipliers: newMultipliers, point: trial };
      break;
    }
    if (!next) return stalled(solution(), 'no step along the Newton direction reduces the merit');
    ({ x, multipliers, point } = next);
    outerIterations++;
  }
}

/** The program with f and every equality over the size of its derivative at the start, a power of two. */
function scaledAt(program: SparseEqualityProgram, initial: Float64Array) {
  const { variables: n, equalities: m } = program;
  const jacobianAt = (x: Float64Array): CsrMatrix => shaped(program.jacobian(x), 'program.jacobian', m, n);
  const first = jacobianAt(initial);
  const gradient = new Float64Array(n);
  program.gradient(initial, gradient);
  const s = powerOfTwo(largestMagnitude(gradient));
  const t = Float64Array.from({ length: m }, (_, j) =>
    powerOfTwo(largestMagnitude(first.values.subarray(first.rowPointers[j], first.rowPointers[j + 1]))),
  );
  const multipliersOut = (multipliers: Float64Array) => multipliers.map((value, j) => (value / t[j]) * s);
  return {
    multipliersOut,
    multipliersIn: (multipliers: Float64Array) => multipliers.map((value, j) => (value / s) * t[j]),
    pointAt: (x: Float64Array): SparsePoint => {
      const gradient = new Float64Array(n);
      const constraints = new Float64Array(m);
      program.gradient(x, gradient);
      program.constraints(x, constraints);
      const jacobian = jacobianAt(x);
      const values = jacobian.values.slice();
      for (let j = 0; j < m; j++) {
        constraints[j] /= t[j];
        for (let k = jacobian.rowPointers[j]; k < jacobian.rowPointers[j + 1]; k++) values[k] /= t[j];
      }
      for (let i = 0; i < n; i++) gradient[i] /= s;
      return { value: program.value(x) / s, gradient, constraints, jacobian: { ...jacobian, values } };
    },
    hessianAt: (x: Float64Array, multipliers: Float64Array): CsrMatrix => {
      const hessian = shaped(program.hessian(x, multipliersOut(multipliers)), 'program.hessian', n, n);
      return { ...hessian, values: hessian.values.map((value) => value / s) };
    },
  };
}

function shaped(matrix: CsrMatrix, argument: string, rows: number, cols: number): CsrMatrix {
  checkCsr(matrix, argument);
  if (matrix.rows === rows && matrix.cols === cols) return matrix;
  throw fault(`expected ${rows} x ${cols}, got ${matrix.rows} x ${matrix.cols}`, argument, 'shape');
}

/** Solves K z = b with W + shift I in K; undefined where the signs of pivots are wrong or the residual stays large. */
function* stepOf(
  hessian: CsrMatrix,
  jacobian: CsrMatrix,
  shift: number,
  b: Float64Array,
): Generator<undefined, Float64Array | undefined> {
  const [n, m] = [hessian.rows, jacobian.rows];
  const largest = Math.max(largestMagnitude(hessian.values), largestMagnitude(jacobian.values));
  if (!(largest > 0 && largest < Infinity)) return undefined;
  const softened = systemOf(hessian, jacobian, shift, SOFTENING * largest);
  let factor: SparseLdl | undefined;
  try {
    factor = yield* sparseLdlInTurns(softened, Infinity);
  } catch {
    return undefined; // a pivot is zero
  }
  if (!factor || factor.inertia.negative !== m || factor.inertia.positive !== n) return undefined;
  const z = new Float64Array(n + m);
  let rest: Float64Array = b;
  let last = Infinity;
  for (let round = 0; round < REFINEMENTS; round++) {
    yield;
    const { x: correction } = solveSparseLdl(factor, rest);
    for (let i = 0; i < z.length; i++) z[i] += correction[i];
    // The residual of K itself: without the softening.
    const product = times(softened, z);
    rest = b.map((value, i) => value - product[i] - (i < n ? 0 : SOFTENING * largest * z[i]));
    const size = norm(rest);
    if (size <= ACCURATE * norm(b)) return z;
    if (!(size < 0.9 * last)) break;
    last = size;
  }
  return norm(rest) <= 1e-3 * norm(b) ? z : undefined;
}

/** [[W + shift I, G'], [G, -softening I]]. */
function systemOf(hessian: CsrMatrix, jacobian: CsrMatrix, shift: number, softening: number): CsrMatrix {
  const [n, m] = [hessian.rows, jacobian.rows];
  const size = hessian.values.length + 2 * jacobian.values.length + n + m;
  const rowIndices = new Int32Array(size);
  const columnIndices = new Int32Array(size);
  const values = new Float64Array(size);
  let at = 0;
  const put = (row: number, column: number, value: number): void => {
    rowIndices[at] = row;
    columnIndices[at] = column;
    values[at++] = value;
  };
  for (let i = 0; i < n; i++) {
    for (let k = hessian.rowPointers[i]; k < hessian.rowPointers[i + 1]; k++)
      put(i, hessian.columnIndices[k], hessian.values[k]);
    put(i, i, shift);
  }
  for (let j = 0; j < m; j++) {
    for (let k = jacobian.rowPointers[j]; k < jacobian.rowPointers[j + 1]; k++) {
      put(n + j, jacobian.columnIndices[k], jacobian.values[k]);
      put(jacobian.columnIndices[k], n + j, jacobian.values[k]);
    }
    put(n + j, n + j, -softening);
  }
  return csrFromTriplets({ rows: n + m, cols: n + m, rowIndices, columnIndices, values });
}

/** ∇f + G'λ. */
function stationarityOf({ gradient, jacobian }: SparsePoint, multipliers: Float64Array): Float64Array {
  const pulled = transposedTimes(jacobian, multipliers);
  return gradient.map((value, i) => value + pulled[i]);
}

/** f + λ'c + (η1/2)|c|² + (η2/2)|∇L|². */
function meritOf(point: SparsePoint, multipliers: Float64Array, eta1: number, eta2: number): number {
  const stationarity = stationarityOf(point, multipliers);
  const { value, constraints } = point;
  return (
    value +
    dot(multipliers, constraints) +
    (eta1 / 2) * dot(constraints, constraints) +
    (eta2 / 2) * dot(stationarity, stationarity)
  );
}

function times({ rows, rowPointers, columnIndices, values }: CsrMatrix, v: Float64Array): Float64Array {
  const out = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) sum += values[k] * v[columnIndices[k]];
    out[i] = sum;
  }
  return out;
}

function transposedTimes({ rows, cols, rowPointers, columnIndices, values }: CsrMatrix, v: Float64Array): Float64Array {
  const out = new Float64Array(cols);
  for (let i = 0; i < rows; i++) {
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) out[columnIndices[k]] += values[k] * v[i];
  }
  return out;
}

function powerOfTwo(size: number): number {
  if (!(size > 0 && size < Infinity)) return 1;
  return 2 ** Math.max(-1022, Math.min(1022, Math.round(Math.log2(size))));
}
