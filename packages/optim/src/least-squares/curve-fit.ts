// Curves through points: least squares with the errors of the points, and standard errors of the parameters.
import type { MatrixLike, OptionSpecs, OptionsOf, Outcome, RunOptions, VectorLike } from '@infimum/core';
import { asMatrix, asVector, fault, resolveOptions, runWith } from '@infimum/core';
import type { LeastSquaresIterate, LeastSquaresSolution, Residuals } from './least-squares.ts';
import { leastSquaresOptions, leastSquaresSteps } from './least-squares.ts';

const curveFitOptions = {
  sigma: {
    type: 'value',
    check: checkSigma,
    description: 'Standard deviations of the points’ errors, above 0; residuals are divided by them',
  },
  absoluteSigma: {
    type: 'boolean',
    default: false,
    description:
      'Whether sigma is absolute; otherwise only its proportions matter, and the scale of errors is estimated from the residuals',
  },
  tolerance: leastSquaresOptions.tolerance,
  method: leastSquaresOptions.method,
  lower: leastSquaresOptions.lower,
  upper: leastSquaresOptions.upper,
  loss: leastSquaresOptions.loss,
  lossScale: leastSquaresOptions.lossScale,
  differences: leastSquaresOptions.differences,
  initialRadius: leastSquaresOptions.initialRadius,
  maxIterations: leastSquaresOptions.maxIterations,
} as const satisfies OptionSpecs;

/** Options of a fit. */
export type CurveFitOptions = OptionsOf<typeof curveFitOptions> & RunOptions<LeastSquaresIterate>;

/** A fit. */
export interface CurveFit extends LeastSquaresSolution {
  /** Square roots of the covariance's diagonal; absent where there is none. */
  readonly standardErrors?: Float64Array;
}

/**
 * Fits the parameters p of a curve y = model(t, p) to points, by nonlinear least squares: minimises
 * (1/2) sum_i ((model(t_i, p) - y_i) / sigma_i)². See `leastSquares` for method, bounds, robust losses, cost and status.
 *
 * @param model - the curve: of a number, or of a row of t where that is a matrix
 * @param t - the arguments of the points: numbers, or a row of a matrix each
 * @param y - their values
 * @param initial - the initial parameters
 * @throws {InvalidInputError} for points that do not fit or are not finite, and for options out of range
 *
 * @example
 * ```ts
 * import { curveFit } from '@infimum/optim';
 *
 * const t = [0, 1, 2, 3, 4];
 * const y = [2.9, 1.9, 1.2, 0.75, 0.4];
 * const { x, standardErrors, status } = curveFit((time, [a = 0, k = 0]) => a * Math.exp(-k * time), t, y, [1, 1]);
 * console.log(status, x.map((entry) => Math.round(100 * entry) / 100).join(' ')); // converged 2.93 0.45
 * console.log(standardErrors?.map((entry) => Math.round(1000 * entry) / 1000).join(' ')); // 0.05 0.015
 * ```
 */
export function curveFit(
  model: (t: number, parameters: Float64Array) => number,
  t: VectorLike,
  y: VectorLike,
  initial: VectorLike,
  options?: CurveFitOptions,
): Outcome<CurveFit, LeastSquaresIterate>;
export function curveFit(
  model: (t: Float64Array, parameters: Float64Array) => number,
  t: MatrixLike,
  y: VectorLike,
  initial: VectorLike,
  options?: CurveFitOptions,
): Outcome<CurveFit, LeastSquaresIterate>;
export function curveFit(
  model: (t: never, parameters: Float64Array) => number,
  t: VectorLike | MatrixLike,
  y: VectorLike,
  initial: VectorLike,
  options: CurveFitOptions = {},
): Outcome<CurveFit, LeastSquaresIterate> {
  const { sigma, absoluteSigma, ...rest } = resolveOptions(curveFitOptions, options);
  if (typeof model !== 'function') throw fault('expected a function of t and parameters', 'model', 'type');
  const place = places(t);
  const values = asVector(y, 'y', place.count);
  const start = asVector(initial, 'initial');
  if (sigma) asVector(sigma, 'sigma', place.count);
  const residuals: Residuals = {
    dimension: start.length,
    count: place.count,
    residuals: (p, out) => {
      for (let i = 0; i < out.length; i++) out[i] = (model(place.at(i) as never, p) - values[i]) / (sigma?.[i] ?? 1);
    },
  };
  const found = runWith(curveFitOptions, options, leastSquaresSteps(residuals, start, rest));
  return withErrors(found, absoluteSigma);
}

function places(t: VectorLike | MatrixLike): { count: number; at(i: number): number | Float64Array } {
  if (ArrayBuffer.isView(t) || (Array.isArray(t) && typeof t[0] !== 'object')) {
    const numbers = asVector(t as VectorLike, 't');
    return { count: numbers.length, at: (i) => numbers[i] };
  }
  const { rows: count, cols, values } = asMatrix(t as MatrixLike, 't');
  const rows = Array.from({ length: count }, (_, i) => values.slice(i * cols, (i + 1) * cols));
  return { count, at: (i) => rows[i] };
}

/** The covariance of least squares takes errors of one unknown size; known ones need no estimate. */
function withErrors(
  found: Outcome<LeastSquaresSolution, LeastSquaresIterate>,
  absoluteSigma: boolean,
): Outcome<CurveFit, LeastSquaresIterate> {
  const { covariance } = found;
  if (!covariance) return found;
  const { rows } = covariance;
  const variance = (2 * found.value) / (found.residuals.length - found.rank);
  const factor = absoluteSigma && variance > 0 ? 1 / variance : 1;
  const values = covariance.values.map((entry) => factor * entry) as Float64Array;
  const standardErrors = Float64Array.from({ length: rows }, (_, i) => Math.sqrt(values[i * (rows + 1)]));
  return { ...found, covariance: { ...covariance, values }, standardErrors };
}

function checkSigma(value: unknown, argument: string): asserts value is VectorLike {
  const deviations = asVector(value as VectorLike, argument);
  const index = deviations.findIndex((entry) => !(entry > 0));
  if (index < 0) return;
  throw fault(`must be above 0, is ${deviations[index]}`, argument, 'out-of-range', index);
}
