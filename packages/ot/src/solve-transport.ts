// The main function of optimal transport: chooses the method and says why.
import type { Iterate, LimitOptions, MatrixLike, OptionSpecs, OptionsOf, Outcome, VectorLike } from '@infimum/core';
import { fault, resolveOptions, run } from '@infimum/core';
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
import { csrToDense } from '@infimum/linalg';
import type { ExactChoice } from './assignment/assignment-or-simplex.ts';
import { assignmentOrSimplexSteps } from './assignment/assignment-or-simplex.ts';
import { reasonToDecline } from './assignment/assignment-transport.ts';
import { LARGEST_ASSIGNMENT_COST } from './assignment/linear-assignment.ts';
import { costMatrix, exponentOnLine } from './cost-matrix.ts';
import type { MethodChoice } from './entropic/sweeps-or-newton.ts';
import { sweepsOrNewton } from './entropic/sweeps-or-newton.ts';
import { largestOf } from './exact/arc-costs.ts';
import { emdPointCloud } from './exact/emd-point-cloud.ts';
import { emd } from './exact/network-simplex.ts';
import { BYTES_PER_PAIR, pointCloudSinkhorn } from './geometry/point-cloud-sinkhorn.ts';
import { wasserstein1d } from './one-dimension/wasserstein-1d.ts';
import { a, b, initial, maxBytes, metric } from './options.ts';
import { sparsePlan } from './plan-entries.ts';
import type { PointClouds } from './point-clouds.ts';
import { asPointClouds } from './point-clouds.ts';
import { runAdvised } from './progress.ts';
import type { Transport } from './transport.ts';
import { asTransport, total } from './transport.ts';
import { entropicPartialTransport, partialTransport } from './unbalanced/partial-transport.ts';
import { unbalancedMm } from './unbalanced/unbalanced-mm.ts';
import { unbalancedSinkhorn } from './unbalanced/unbalanced-sinkhorn.ts';

const epsilon = {
  type: 'number',
  above: 0,
  max: 1e300,
  unit: 'cost',
  description: 'Entropic regularisation; without it the optimum is exact',
} as const;
const mass = { type: 'number', min: 0, unit: 'mass', description: 'Mass to move, for partial transport' } as const;
const marginalPenalty = {
  type: 'number',
  above: 0,
  unit: 'cost',
  description: 'Penalty on the marginals, for unbalanced transport',
} as const;
const tolerance = {
  type: 'number',
  min: 0,
  description:
    "l1 error of the marginals over the mass, 1e-9 by default; for partial and unbalanced transport the change of the scalings, with each method's own default",
} as const;
const plan = {
  type: 'choice',
  choices: ['dense', 'sparse', 'none'],
  description:
    'Form of the plan; by default the method’s own. Entries left out of a sparse plan sum to at most the tolerance, relative to its mass; cost and marginal error are those of the complete plan',
} as const;
const threads = { type: 'integer', min: 1, max: 64, default: 1, description: 'Threads, where a method uses them' } as const;

const solveTransportOptions = {
  epsilon,
  mass,
  marginalPenalty,
  tolerance,
  initial,
  plan,
  threads,
} as const satisfies OptionSpecs;

/** Options of `solveTransport`. */
export type SolveTransportOptions = OptionsOf<typeof solveTransportOptions> & LimitOptions<Iterate<object>>;

const solvePointTransportOptions = {
  a,
  b,
  metric,
  epsilon,
  mass,
  marginalPenalty,
  tolerance,
  initial,
  plan,
  threads,
  maxBytes,
} as const satisfies OptionSpecs;

/** Options of `solvePointTransport`. */
export type SolvePointTransportOptions = OptionsOf<typeof solvePointTransportOptions> & LimitOptions<Iterate<object>>;

/** The functions that `solveTransport` chooses from. */
export type TransportMethod =
  | 'wasserstein1d'
  | 'linearAssignment'
  | 'emd'
  | 'emdPointCloud'
  | 'partialTransport'
  | 'unbalancedMm'
  | 'andersonSinkhorn'
  | 'sinkhornNewtonSparse'
  | 'pointCloudSinkhorn'
  | 'entropicPartialTransport'
  | 'unbalancedSinkhorn';

/** An answer of whichever method was chosen. */
export interface SolvedTransport {
  /** The function that was called. */
  readonly method: TransportMethod;
  /** Transport cost, the sum of plan times cost. */
  readonly cost: number;
  /** The plan, n x m; absent where it would not fit into memory. */
  readonly plan?: DenseMatrix | CsrMatrix;
  /** Dual potentials of the sources, of unbalanced plans the objective's derivatives; absent where the method has none. */
  readonly sourcePotential?: Float64Array;
  /** Dual potentials of the targets. */
  readonly targetPotential?: Float64Array;
  /** How far the plan's marginals are from the weights; absent for partial and unbalanced transport. */
  readonly marginalError?: number;
  /** Value of the regularised objective, of entropic plans. */
  readonly regularizedCost?: number;
  /** Value of the dual, where the method knows it. */
  readonly dualValue?: number;
  /** Mass that moves, of partial and unbalanced transport. */
  readonly mass?: number;
  /** The regularisation of the plan, where it is entropic. */
  readonly epsilon?: number;
}

/** An answer with its plan in the form that was asked for, all of the mass moved. */
export interface SolvedPlan<Plan extends DenseMatrix | CsrMatrix> extends SolvedTransport {
  readonly plan: Plan;
  readonly sourcePotential: Float64Array;
  readonly targetPotential: Float64Array;
  readonly marginalError: number;
}

/** Options for a plan of all of the mass. */
type PlanOptions<Form> = { readonly plan: Form; readonly mass?: undefined; readonly marginalPenalty?: undefined };

/** Limit of sweeps and Newton steps together. */
const MOST_ITERATIONS = 5000;

/** l1 error of the marginals that is promised. */
const PROMISED_ERROR = 1e-9;

/**
 * Optimal transport by the method that suits the problem.
 *
 * Without `epsilon` the optimum is exact: by assignment or by the network simplex. With `epsilon` it is entropic: by
 * Sinkhorn's sweeps with Anderson's extrapolation where those are quick for the tolerance, else by the robust sparse
 * Newton method. `mass` selects partial, `marginalPenalty` unbalanced transport. `reason` says which method was chosen,
 * why, and how it ended. For points use `solvePointTransport`, for images `gridSinkhorn`.
 *
 * @param a - source weights, length n, non-negative
 * @param b - target weights, length m, of the same total (relative 1e-9; 1e-5 for a `Float32Array`, which gets the mass
 *   of the other side)
 * @param cost - costs, n x m, finite
 * @throws {InvalidInputError} naming the argument and the first place at fault; `unsupported` for `mass` together with
 *   `marginalPenalty`
 *
 * Cost: that of the method, one of those of `TransportMethod`.
 *
 * @example
 * ```ts
 * import { solveTransport } from '@infimum/ot';
 *
 * const exact = solveTransport([0.5, 0.5], [0.25, 0.75], [[0, 1], [1, 0]]);
 * console.log(exact.method, exact.cost); // emd 0.25
 * const entropic = solveTransport([0.5, 0.5], [0.25, 0.75], [[0, 1], [1, 0]], { epsilon: 0.01 });
 * console.log(entropic.method, entropic.cost.toFixed(6)); // andersonSinkhorn 0.250000
 * ```
 */
export function solveTransport(
  a: VectorLike,
  b: VectorLike,
  cost: MatrixLike,
  options: SolveTransportOptions & PlanOptions<'dense'>,
): Outcome<SolvedPlan<DenseMatrix>>;
export function solveTransport(
  a: VectorLike,
  b: VectorLike,
  cost: MatrixLike,
  options: SolveTransportOptions & PlanOptions<'sparse'>,
): Outcome<SolvedPlan<CsrMatrix>>;
export function solveTransport(
  a: VectorLike,
  b: VectorLike,
  cost: MatrixLike,
  options?: SolveTransportOptions,
): Outcome<SolvedTransport>;
export function solveTransport(
  a: VectorLike,
  b: VectorLike,
  cost: MatrixLike,
  options: SolveTransportOptions = {},
): Outcome<SolvedTransport> {
  checkOptions(resolveOptions(solveTransportOptions, options));
  return inForm(options, solveStored(asTransport({ a, b, cost }), options));
}

/**
 * Optimal transport between two clouds of points by the method that suits them.
 *
 * As `solveTransport`, for costs c(x_i, y_j) of a `metric`. Points on the line are sorted; costs and plan that would take
 * more than `maxBytes` are never stored, unless a plan is requested.
 *
 * @param x - source points, n x d
 * @param y - target points, m x d
 * @param options - weights, uniform by default, metric, squared distances by default, what is wanted, and limits
 * @throws {InvalidInputError} naming the argument and the first place at fault; `unsupported` for `mass` together with
 *   `marginalPenalty`, and for either of them where costs would be too many to store
 *
 * @example
 * ```ts
 * import { solvePointTransport } from '@infimum/ot';
 *
 * const exact = solvePointTransport([[0], [1]], [[2], [3]]);
 * console.log(exact.method, exact.cost); // wasserstein1d 4
 * const entropic = solvePointTransport([[0], [1]], [[2], [3]], { epsilon: 0.01 });
 * console.log(entropic.method, entropic.cost.toFixed(6)); // andersonSinkhorn 4.000000
 * ```
 */
export function solvePointTransport(
  x: MatrixLike,
  y: MatrixLike,
  options: SolvePointTransportOptions & PlanOptions<'dense'>,
): Outcome<SolvedPlan<DenseMatrix>>;
export function solvePointTransport(
  x: MatrixLike,
  y: MatrixLike,
  options: SolvePointTransportOptions & PlanOptions<'sparse'>,
): Outcome<SolvedPlan<CsrMatrix>>;
export function solvePointTransport(
  x: MatrixLike,
  y: MatrixLike,
  options?: SolvePointTransportOptions,
): Outcome<SolvedTransport>;
export function solvePointTransport(
  x: MatrixLike,
  y: MatrixLike,
  options: SolvePointTransportOptions = {},
): Outcome<SolvedTransport> {
  const settings = resolveOptions(solvePointTransportOptions, options);
  checkOptions(settings);
  const clouds = asPointClouds(x, y, settings);
  return inForm(options, solvePoints(clouds, settings.maxBytes, options));
}

function solvePoints(clouds: PointClouds, maxBytes: number, options: SolveTransportOptions): Outcome<SolvedTransport> {
  const { x, y, a, b, metric } = clouds;
  const { epsilon, mass, marginalPenalty, tolerance = PROMISED_ERROR, threads, initial, plan } = options;
  const isPartial = mass !== undefined || marginalPenalty !== undefined;
  const p = x.cols === 1 ? exponentOnLine(metric) : undefined;
  if (p !== undefined && epsilon === undefined && !isPartial) return solveSorted(clouds, p);
  const wantsPlan = plan === 'dense' || plan === 'sparse';
  const isStored = BYTES_PER_PAIR * x.rows * y.rows <= maxBytes || (epsilon !== undefined && wantsPlan);
  if (isStored) return solveStored({ a, b, cost: costMatrix(x, y, metric) }, options);
  const tooMany = `${x.rows} x ${y.rows} costs are too many to store`;
  if (isPartial) {
    throw fault(
      `needs stored costs, but ${tooMany}; use fewer points, or raise maxBytes`,
      mass === undefined ? 'marginalPenalty' : 'mass',
      'unsupported',
    );
  }
  const given = { a, b, metric, initial, ...limitsOf(options) };
  return epsilon === undefined
    ? chosen('emdPointCloud', tooMany, emdPointCloud(x, y, given))
    : chosen('pointCloudSinkhorn', tooMany, pointCloudSinkhorn(x, y, { ...given, epsilon, tolerance, threads, maxBytes }));
}

function solveStored(problem: Transport, options: SolveTransportOptions): Outcome<SolvedTransport> {
  const { epsilon, mass, marginalPenalty } = options;
  if (mass !== undefined) return solvePartial(problem, mass, options);
  if (marginalPenalty !== undefined) return solveUnbalanced(problem, marginalPenalty, options);
  return epsilon === undefined ? solveExact(problem, options) : solveEntropic(problem, epsilon, options);
}

function solveSorted({ x, y, a, b }: PointClouds, p: number): Outcome<SolvedTransport> {
  const start = performance.now();
  const { distance: _, ...solved } = wasserstein1d(x.values, y.values, { a, b, p });
  return {
    method: 'wasserstein1d',
    ...solved,
    status: 'converged',
    reason: 'wasserstein1d, because points on a line only need to be sorted; the plan is exact',
    iterations: 0,
    seconds: (performance.now() - start) / 1000,
  };
}

function solveExact(problem: Transport, options: SolveTransportOptions): Outcome<SolvedTransport> {
  const { a, b, cost } = problem;
  const { initial } = options;
  if (initial === undefined && isAssignment(problem)) {
    const choice: ExactChoice = { method: 'emd', why: '' };
    const outcome = run(assignmentOrSimplexSteps(problem, choice), limitsOf(options));
    return chosen(choice.method, choice.why, outcome);
  }
  const why = 'given weights make it a flow problem, and no regularisation was requested';
  return chosen('emd', why, emd(a, b, cost, { initial, ...limitsOf(options) }));
}

function solveEntropic(problem: Transport, epsilon: number, options: SolveTransportOptions): Outcome<SolvedTransport> {
  const { tolerance = PROMISED_ERROR, threads, initial } = options;
  const plan = options.plan === 'none' ? 'none' : 'dense';
  const choice: MethodChoice = { method: 'andersonSinkhorn', seen: 'a few sweeps are enough' };
  const steps = sweepsOrNewton(problem, { epsilon, tolerance, threads, initial, plan }, choice);
  const outcome = runAdvised({}, { maxIterations: MOST_ITERATIONS, ...limitsOf(options) }, steps);
  const size = `the costs span ${choice.span?.toPrecision(2)} epsilons and the tolerance is ${tolerance}`;
  return chosen(choice.method, `${size}: ${choice.seen}`, outcome);
}

function solvePartial({ a, b, cost }: Transport, mass: number, options: SolveTransportOptions): Outcome<SolvedTransport> {
  const { epsilon, tolerance } = options;
  if (epsilon === undefined) {
    const why = 'only part of the mass should move, without regularisation';
    return chosen('partialTransport', why, partialTransport(a, b, cost, { mass, ...limitsOf(options) }));
  }
  const outcome = entropicPartialTransport(a, b, cost, { mass, epsilon, tolerance, ...limitsOf(options) });
  return chosen('entropicPartialTransport', 'only part of the mass should move, with regularisation', outcome);
}

function solveUnbalanced(
  { a, b, cost }: Transport,
  marginalPenalty: number,
  options: SolveTransportOptions,
): Outcome<SolvedTransport> {
  const { epsilon, tolerance } = options;
  if (epsilon === undefined) {
    const outcome = unbalancedMm(a, b, cost, { marginalPenalty, tolerance, ...limitsOf(options) });
    return chosen('unbalancedMm', 'marginals are penalised, without regularisation', outcome);
  }
  const outcome = unbalancedSinkhorn(a, b, cost, { marginalPenalty, epsilon, tolerance, ...limitsOf(options) });
  return chosen('unbalancedSinkhorn', 'marginals are penalised, with regularisation', outcome);
}

/** The answer with its plan in another form. */
function inForm(
  { plan: form, tolerance = PROMISED_ERROR }: SolveTransportOptions,
  { plan, ...rest }: Outcome<SolvedTransport>,
): Outcome<SolvedTransport> {
  if (plan === undefined || form === 'none') return rest;
  const isSparse = 'rowPointers' in plan;
  if (form === 'dense') return { ...rest, plan: isSparse ? csrToDense(plan) : plan };
  if (form === undefined || isSparse) return { ...rest, plan };
  const threshold = (tolerance * total(plan.values)) / plan.values.length;
  return { ...rest, plan: sparsePlan(plan, threshold) };
}

/** The outcome of a method under its name, with the reason for the choice before that for the end. */
function chosen<Solved extends Omit<SolvedTransport, 'method'>>(
  method: TransportMethod,
  why: string,
  outcome: Outcome<Solved>,
): Outcome<SolvedTransport> {
  const { plan, cost, sourcePotential, targetPotential, marginalError } = outcome;
  const { regularizedCost, dualValue, mass, epsilon } = outcome;
  const { status, reason, iterations, seconds, trace } = outcome;
  return {
    method,
    cost,
    ...(plan && { plan }),
    ...(sourcePotential && { sourcePotential, targetPotential }),
    ...(marginalError !== undefined && { marginalError }),
    ...(regularizedCost !== undefined && { regularizedCost }),
    ...(dualValue !== undefined && { dualValue }),
    ...(mass !== undefined && { mass }),
    ...(epsilon !== undefined && { epsilon }),
    status,
    reason: `${method}, because ${why}; ${reason}`,
    iterations,
    seconds,
    ...(trace && { trace }),
  };
}

function limitsOf({ signal, onIteration, maxSeconds, maxIterations, trace }: SolveTransportOptions) {
  return {
    ...(signal && { signal }),
    ...(onIteration && { onIteration }),
    ...(maxSeconds !== undefined && { maxSeconds }),
    ...(maxIterations !== undefined && { maxIterations }),
    ...(trace && { trace }),
  };
}

function isAssignment(problem: Transport): boolean {
  return reasonToDecline(problem) === undefined && largestOf(problem.cost.values) <= LARGEST_ASSIGNMENT_COST;
}

function checkOptions({ mass, marginalPenalty }: SolveTransportOptions): void {
  if (mass === undefined || marginalPenalty === undefined) return;
  throw fault('cannot be combined with mass', 'marginalPenalty', 'unsupported');
}
