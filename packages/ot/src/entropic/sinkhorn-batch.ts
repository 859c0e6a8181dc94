// Sinkhorn's iteration on many small problems of one shape: one workspace for all of them, one problem after the other,
// so that a problem stays in the first-level cache from its first sweep to its last.
//
// M. Cuturi: Sinkhorn distances: lightspeed computation of optimal transport (2013), arXiv 1306.0895.
import type { Iterate, LimitOptions, MatrixLike, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { asMatrix, converged, fault, InvalidInputError, resolveOptions, runWith, stalled } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import type { MatrixBatchLike } from '../matrix-batch.ts';
import { asMatrixBatch } from '../matrix-batch.ts';
import { epsilon } from '../options.ts';
import { asMarginals } from '../transport.ts';
import type { TransportBatch, TransportBatchSolution } from './batch-sweeps.ts';
import { BatchSweeps } from './batch-sweeps.ts';

const sinkhornBatchOptions = {
  epsilon,
  tolerance: { type: 'number', min: 0, default: 1e-9, description: 'l1 error of the marginals of a problem' },
  maxSweeps: { type: 'integer', min: 1, max: 2147483647, default: 10_000, description: 'Sweeps per problem' },
  plans: { type: 'boolean', default: true, description: 'Keep the plans; otherwise memory is O(count (n + m))' },
} as const satisfies OptionSpecs;

/** Options of `sinkhornBatch`. */
export type SinkhornBatchOptions = OptionsOf<typeof sinkhornBatchOptions> & LimitOptions<SinkhornBatchIterate>;

/** Problems of one shape as they may be given. */
export interface TransportBatchLike {
  /** Source weights, a row a problem, count x n; uniform, of total one, by default. */
  readonly a?: MatrixLike | undefined;
  /** Target weights, a row a problem, count x m. */
  readonly b?: MatrixLike | undefined;
  /** Costs, count x n x m. */
  readonly cost: MatrixBatchLike;
}

/** News of a problem that has been solved. */
export interface SinkhornBatchIterate extends Iterate<TransportBatchSolution> {
  /** l1 error of its marginals; of the starting point 0. */
  readonly marginalError: number;
}

/**
 * Entropic optimal transport for many small problems of one shape, by Sinkhorn's iteration.
 *
 * Solves for each problem k what `sinkhorn` solves: minimise
 * `sum_ij P_ij C_ij + epsilon * sum_ij P_ij log P_ij` over plans P with the row sums `a_k` and the column sums `b_k`. The
 * costs of all problems are in one array, and so are the answers; no memory is allocated from one problem to the next. Each
 * problem ends separately, when its marginal error is small enough; scalings are absorbed into potentials where they grow
 * large, and a sweep in the log domain replaces them where the kernel underflows, so that every epsilon is safe. An
 * iteration of the run is a problem: signal and time limit are checked between two problems.
 *
 * @param problems - the costs, count x n x m, and the weights, a row a problem
 * @param options - `epsilon`, in units of the cost, is required
 * @returns plans, costs, potentials and errors of all problems, and how the run ended; `stalled` names the first problem
 *   that did not reach the tolerance
 * @throws {InvalidInputError} naming `cost`, `a`, `b` or the option at fault, for weights with the number of the problem
 *
 * Cost: O(nm) a sweep of a problem; O(nm) memory beside the answer.
 *
 * Source: M. Cuturi, Sinkhorn distances (arXiv 1306.0895); absorption after B. Schmitzer (arXiv 1610.06519).
 *
 * @example
 * ```ts
 * import { sinkhornBatch } from '@infimum/ot';
 *
 * // Two problems of two points each, with equal weights.
 * const cost = { count: 2, rows: 2, cols: 2, values: Float64Array.of(0, 1, 1, 0, 0, 3, 3, 0) };
 * const { status, costs } = sinkhornBatch({ cost }, { epsilon: 1 });
 * console.log(status, costs[0].toFixed(6), costs[1].toFixed(6)); // converged 0.268941 0.142278
 * ```
 */
export function sinkhornBatch(
  problems: TransportBatchLike,
  options: SinkhornBatchOptions,
): Outcome<TransportBatchSolution, SinkhornBatchIterate> {
  return runWith(sinkhornBatchOptions, options, sinkhornBatchSteps(problems, options));
}

/** The batch as steps, one problem each. */
export function* sinkhornBatchSteps(
  given: TransportBatchLike,
  options: SinkhornBatchOptions,
): Steps<TransportBatchSolution, SinkhornBatchIterate> {
  const { epsilon, tolerance, maxSweeps, plans } = resolveOptions(sinkhornBatchOptions, options);
  const problems = asBatch(given);
  const { count } = problems.cost;
  const answers = emptyAnswers(problems, plans);
  const sweeps = new BatchSweeps(problems, epsilon, tolerance);
  const solution = () => answers;
  let missed = 0;
  let first = 0;
  try {
    yield { iteration: 0, marginalError: 0, solution };
    for (let k = 0; k < count; k++) {
      sweeps.load(k);
      answers.sweeps[k] = sweeps.fit(maxSweeps);
      sweeps.write(k, answers);
      if (!sweeps.isSolved && missed++ === 0) first = k;
      yield { iteration: k + 1, marginalError: answers.marginalErrors[k], solution };
    }
  } finally {
    sweeps.release();
  }
  if (missed === 0) return converged(answers, `the marginal errors of all ${count} problems are within the tolerance`);
  return stalled(answers, missReason(missed, first, answers, maxSweeps));
}

function missReason(
  missed: number,
  first: number,
  { sweeps, marginalErrors }: TransportBatchSolution,
  maxSweeps: number,
): string {
  const cause =
    sweeps[first] < maxSweeps
      ? 'where rounding of cost / epsilon limits it; raise the tolerance or epsilon'
      : 'at maxSweeps; raise it or epsilon, or use sinkhornNewtonSparse';
  return `problems that miss the tolerance: ${missed}, the first of them ${first}, with a marginal error of ${marginalErrors[
    first
  ].toExponential(1)} ${cause}`;
}

function asBatch(given: TransportBatchLike): TransportBatch {
  if (typeof given !== 'object' || given === null) throw fault('expected { cost }', 'problems', 'type');
  const cost = asMatrixBatch(given.cost, 'cost');
  const a = given.a && asRows(given.a, 'a', cost.count, cost.rows);
  const b = given.b && asRows(given.b, 'b', cost.count, cost.cols);
  for (let k = 0; (a || b) && k < cost.count; k++) {
    const source = a?.values.subarray(k * cost.rows, (k + 1) * cost.rows);
    const target = b?.values.subarray(k * cost.cols, (k + 1) * cost.cols);
    atProblem(k, () => asMarginals({ a: source, b: target }, cost.rows, cost.cols));
  }
  return { cost, ...(a && { a }), ...(b && { b }) };
}

function asRows(given: MatrixLike, argument: string, count: number, length: number): DenseMatrix {
  const weights = asMatrix(given, argument);
  if (weights.rows === count && weights.cols === length) return weights;
  const expected = `expected ${count} rows of ${length} weights`;
  throw fault(`${expected}, got ${weights.rows} of ${weights.cols}`, argument, 'shape');
}

/** Runs a check of one problem; its error says which. */
function atProblem(k: number, check: () => unknown): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof InvalidInputError) || error.code === 'too-large') throw error;
    const { argument, code, index } = error;
    throw fault(`of problem ${k}: ${error.message}`, argument, code, index);
  }
}

/** Answers of problems that have not been reached: no plan has mass, so that errors are the masses of both sides. */
function emptyAnswers({ a, b, cost }: TransportBatch, plans: boolean): TransportBatchSolution {
  const { count, rows, cols } = cost;
  const marginalErrors = new Float64Array(count);
  for (let k = 0; k < count; k++) marginalErrors[k] = massOf(a, k) + massOf(b, k);
  return {
    ...(plans && { plans: { count, rows, cols, values: new Float64Array(count * rows * cols) } }),
    costs: new Float64Array(count),
    dualValues: new Float64Array(count),
    sourcePotentials: { rows: count, cols: rows, values: new Float64Array(count * rows) },
    targetPotentials: { rows: count, cols, values: new Float64Array(count * cols) },
    marginalErrors,
    sweeps: new Int32Array(count),
  };
}

function massOf(weights: DenseMatrix | undefined, k: number): number {
  if (!weights) return 1;
  let mass = 0;
  for (let i = k * weights.cols; i < (k + 1) * weights.cols; i++) mass += weights.values[i];
  return mass;
}
