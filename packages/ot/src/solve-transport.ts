// One front door to optimal transport: picks the method and says why.
import type { Iterate, LimitOptions, OptionSpecs, OptionsOf, Outcome, RunOptions } from '@infimum/core';
import { InvalidInputError, resolveOptions } from '@infimum/core';
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
import { csrFromTriplets, csrToDense } from '@infimum/linalg';
import { linearAssignment } from './assignment/linear-assignment.ts';
import type { MethodChoice } from './entropic/sweeps-or-newton.ts';
import { sweepsOrNewton } from './entropic/sweeps-or-newton.ts';
import { emdPointCloud } from './exact/emd-point-cloud.ts';
import { emd } from './exact/network-simplex.ts';
import { gridSinkhorn } from './geometry/grid-sinkhorn.ts';
import { pointCloudSinkhorn } from './geometry/point-cloud-sinkhorn.ts';
import { wasserstein1d } from './one-dimension/wasserstein-1d.ts';
import { initial } from './options.ts';
import { sparsePlan } from './plan-entries.ts';
import { marginalErrorOf } from './plan-metrics.ts';
import { runAdvised } from './progress.ts';
import type { Transport } from './transport.ts';
import { checkTransport, total } from './transport.ts';
import type { AnyWeights, CostQuery, ImageQuery, PointQuery } from './transport-query.ts';
import {
  checkQuery,
  exponentOnLine,
  inDoublePrecision,
  isTooLarge,
  problemOf,
  tooMany,
  withoutImages,
} from './transport-query.ts';
import { entropicPartialTransport, partialTransport } from './unbalanced/partial-transport.ts';
import { unbalancedMm } from './unbalanced/unbalanced-mm.ts';
import { unbalancedSinkhorn } from './unbalanced/unbalanced-sinkhorn.ts';

const solveTransportOptions = {
  epsilon: {
    type: 'number',
    above: 0,
    max: 1e300,
    unit: 'cost',
    description: 'Strength of the entropic regularisation; without it the exact optimum is found',
  },
  mass: { type: 'number', min: 0, unit: 'mass', description: 'Move only so much mass: partial transport' },
  marginalPenalty: { type: 'number', above: 0, unit: 'cost', description: 'Price of missing a marginal' },
  tolerance: {
    type: 'number',
    min: 0,
    description:
      "l1 error of the marginals, relative to the mass, at which iterations end, 1e-9 by default; of partial and unbalanced transport the change of the scalings, by default each method's own",
  },
  initial,
  plan: {
    type: 'choice',
    choices: ['dense', 'sparse', 'none'],
    description:
      'How the plan is returned; none is for who wants costs or potentials only; by default as the method has it. Entries that are left out of a sparse plan sum to at most the tolerance, as a share of its mass; cost and marginal error are those of the whole plan',
  },
  threads: { type: 'integer', min: 1, max: 64, default: 1, description: 'Threads, where a method uses them' },
} as const satisfies OptionSpecs;

/** Options of `solveTransport`. */
export type SolveTransportOptions = OptionsOf<typeof solveTransportOptions> & LimitOptions<Iterate<object>>;

/** Options that have been checked, with the limits of the run. */
type Settings = SolveTransportOptions;

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
  | 'gridSinkhorn'
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
  /** Dual potentials of the sources; absent for partial and unbalanced transport. */
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

/** The answer to a problem given by its costs, all of whose mass moves, with its plan in a form that was asked for. */
export interface SolvedPlan<Plan extends DenseMatrix | CsrMatrix> extends SolvedTransport {
  readonly plan: Plan;
  readonly sourcePotential: Float64Array;
  readonly targetPotential: Float64Array;
  readonly marginalError: number;
}

/** Options that ask for a plan of all of the mass. */
type PlanOptions<Form> = SolveTransportOptions &
  RunOptions<Iterate<object>> & {
    readonly plan: Form;
    readonly mass?: undefined;
    readonly marginalPenalty?: undefined;
  };

/** Limit of sweeps and Newton steps together. */
const MOST_ITERATIONS = 5000;

/** l1 error of the marginals that is promised. */
const PROMISED_ERROR = 1e-9;

/** Costs that `linearAssignment` accepts. */
const LARGEST_ASSIGNMENT_COST = 2 ** 500;

/**
 * Optimal transport by the method that suits the problem.
 *
 * Without `epsilon` the optimum is exact: by sorting for points on the line, by assignment for equal weights on equally
 * many points, by the network simplex otherwise. With `epsilon` it is entropic: by Sinkhorn's sweeps with Anderson's extrapolation where those are
 * quick for the tolerance, else by the robust sparse Newton method; axis by axis between images; without storing costs
 * where they would be too many. `mass` asks for partial, `marginalPenalty` for unbalanced transport. `reason` says what
 * was chosen, why, and how it ended.
 *
 * @param query - costs, points or images, and weights; a `Float32Array` of weights gets the mass of the other side, or
 *   one, where they differ by 1e-5 of it at most
 * @param options - what is wanted, and limits
 * @throws {InvalidInputError} naming the argument and the first place at fault; `unsupported` for `mass` together with
 *   `marginalPenalty`, and for either of them where costs would be too many to store
 *
 * @example
 * ```ts
 * import { solveTransport } from '@infimum/ot';
 *
 * const x = { rows: 2, cols: 1, values: Float64Array.of(0, 1) };
 * const y = { rows: 2, cols: 1, values: Float64Array.of(2, 3) };
 * const exact = solveTransport({ x, y });
 * console.log(exact.method, exact.cost); // wasserstein1d 4
 * const entropic = solveTransport({ x, y }, { epsilon: 0.01 });
 * console.log(entropic.method, entropic.cost.toFixed(6)); // andersonSinkhorn 4.000000
 * ```
 */
export function solveTransport(
  query: CostQuery<AnyWeights>,
  options: PlanOptions<'dense'>,
): Outcome<SolvedPlan<DenseMatrix>>;
export function solveTransport(
  query: CostQuery<AnyWeights>,
  options: PlanOptions<'sparse'>,
): Outcome<SolvedPlan<CsrMatrix>>;
export function solveTransport(
  query: CostQuery<AnyWeights> | PointQuery<AnyWeights> | ImageQuery,
  options?: SolveTransportOptions,
): Outcome<SolvedTransport>;
export function solveTransport(
  query: CostQuery<AnyWeights> | PointQuery<AnyWeights> | ImageQuery,
  options: SolveTransportOptions = {},
): Outcome<SolvedTransport> {
  checkQuery(query);
  const given = options ?? {};
  checkOptions(resolveOptions(solveTransportOptions, given));
  return withPlanAs(given.plan, given.tolerance ?? PROMISED_ERROR, solve(inDoublePrecision(query), given));
}

/** The answer with its plan in another form. */
function withPlanAs(
  form: SolveTransportOptions['plan'],
  tolerance: number,
  { plan, ...rest }: Outcome<SolvedTransport>,
): Outcome<SolvedTransport> {
  if (plan === undefined || form === 'none') return rest;
  const isSparse = 'rowPointers' in plan;
  if (form === 'dense') return { ...rest, plan: isSparse ? csrToDense(plan) : plan };
  if (form === undefined || isSparse) return { ...rest, plan };
  const threshold = (tolerance * total(plan.values)) / plan.values.length;
  return { ...rest, plan: sparsePlan(plan, threshold) };
}

function solve(query: CostQuery | PointQuery | ImageQuery, options: Settings): Outcome<SolvedTransport> {
  const { epsilon, mass, marginalPenalty } = options;
  if (mass !== undefined) return solvePartial(storedProblem(query, 'mass'), mass, options);
  if (marginalPenalty !== undefined) {
    return solveUnbalanced(storedProblem(query, 'marginalPenalty'), marginalPenalty, options);
  }
  if (epsilon === undefined) return solveExact(withoutImages(query), options);
  return 'images' in query ? solveImages(query, epsilon, options) : solveEntropic(query, epsilon, options);
}

/** The problem with its costs, for methods that must store them. */
function storedProblem(
  query: CostQuery | PointQuery | ImageQuery,
  argument: 'mass' | 'marginalPenalty',
): Transport {
  const plain = withoutImages(query);
  if (!('x' in plain) || !isTooLarge(plain)) return problemOf(plain);
  const advice = 'take fewer points, or move all of the mass';
  throw new InvalidInputError(`needs stored costs, but ${tooMany(plain)}; ${advice}`, {
    argument,
    code: 'unsupported',
  });
}

function solveImages(
  { images: [a, b] }: ImageQuery,
  epsilon: number,
  options: Settings,
): Outcome<SolvedTransport> {
  const { tolerance = PROMISED_ERROR, initial } = options;
  const outcome = gridSinkhorn(a, b, { epsilon, tolerance, initial, ...limitsOf(options) });
  return chosen('gridSinkhorn', 'the kernel of a grid works on one axis after the other', outcome);
}

function solveExact(query: CostQuery | PointQuery, options: Settings): Outcome<SolvedTransport> {
  const p =
    'x' in query && query.x.cols === 1 && query.y.cols === 1 ? exponentOnLine(query.metric) : undefined;
  if ('x' in query && p !== undefined) {
    const start = performance.now();
    const { plan, cost, sourcePotential, targetPotential, marginalError } = wasserstein1d(
      query.x.values,
      query.y.values,
      { a: query.a, b: query.b, p },
    );
    return {
      method: 'wasserstein1d',
      plan,
      cost,
      sourcePotential,
      targetPotential,
      marginalError,
      status: 'converged',
      reason: 'wasserstein1d, because points on the line need only be sorted; the plan is exact',
      iterations: 0,
      seconds: (performance.now() - start) / 1000,
    };
  }
  if ('x' in query && isTooLarge(query)) {
    const { x, y, a, b, metric } = query;
    const outcome = emdPointCloud(x, y, { a, b, metric, initial: options.initial, ...limitsOf(options) });
    return chosen('emdPointCloud', tooMany(query), outcome);
  }
  const problem = problemOf(query);
  checkTransport(problem);
  const { a, b, cost } = problem;
  if (isAssignment(problem)) {
    const outcome = linearAssignment(cost, limitsOf(options));
    const plan = assignmentPlan(outcome.columnOfRow, a[0]);
    const solved = {
      ...outcome,
      plan,
      cost: a[0] * outcome.cost,
      marginalError: marginalErrorOf(plan, a, b),
    };
    return chosen(
      'linearAssignment',
      'equal weights on as many sources as targets make it an assignment',
      solved,
    );
  }
  const why = 'weights of their own make it a flow problem, and no regularisation was asked for';
  return chosen('emd', why, emd(a, b, cost, { initial: options.initial, ...limitsOf(options) }));
}

function solveEntropic(
  query: CostQuery | PointQuery,
  epsilon: number,
  options: Settings,
): Outcome<SolvedTransport> {
  const { tolerance = PROMISED_ERROR, threads, initial } = options;
  const iterative = { epsilon, tolerance, threads, initial };
  const plan = options.plan === 'none' ? 'none' : 'dense';
  if ('x' in query && isTooLarge(query)) {
    const { x, y, a, b, metric } = query;
    const outcome = pointCloudSinkhorn(x, y, { ...iterative, ...limitsOf(options), a, b, metric });
    return chosen('pointCloudSinkhorn', tooMany(query), outcome);
  }
  const problem = problemOf(query);
  const choice: MethodChoice = { method: 'andersonSinkhorn', seen: 'a few sweeps do' };
  const steps = sweepsOrNewton(problem, { ...iterative, plan }, choice);
  const outcome = runAdvised(steps, { maxIterations: MOST_ITERATIONS, ...limitsOf(options) });
  const size = `the costs span ${choice.span?.toPrecision(2)} epsilons and ${tolerance} is wanted`;
  return chosen(choice.method, `${size}: ${choice.seen}`, outcome);
}

function solvePartial({ a, b, cost }: Transport, mass: number, options: Settings): Outcome<SolvedTransport> {
  const { epsilon, tolerance } = options;
  if (epsilon === undefined) {
    const why = 'only part of the mass is to move, exactly';
    return chosen('partialTransport', why, partialTransport(a, b, cost, { mass, ...limitsOf(options) }));
  }
  const outcome = entropicPartialTransport(a, b, cost, { mass, epsilon, tolerance, ...limitsOf(options) });
  return chosen('entropicPartialTransport', 'only part of the mass is to move, with regularisation', outcome);
}

function solveUnbalanced(
  { a, b, cost }: Transport,
  marginalPenalty: number,
  options: Settings,
): Outcome<SolvedTransport> {
  const { epsilon, tolerance } = options;
  if (epsilon === undefined) {
    const outcome = unbalancedMm(a, b, cost, { marginalPenalty, tolerance, ...limitsOf(options) });
    return chosen('unbalancedMm', 'marginals may be missed, and no regularisation was asked for', outcome);
  }
  const outcome = unbalancedSinkhorn(a, b, cost, {
    marginalPenalty,
    epsilon,
    tolerance,
    ...limitsOf(options),
  });
  return chosen('unbalancedSinkhorn', 'marginals may be missed, with regularisation', outcome);
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

function limitsOf({ signal, onIteration, maxSeconds, maxIterations, trace }: Settings) {
  return {
    ...(signal && { signal }),
    ...(onIteration && { onIteration }),
    ...(maxSeconds !== undefined && { maxSeconds }),
    ...(maxIterations !== undefined && { maxIterations }),
    ...(trace && { trace }),
  };
}

function isAssignment({ a, b, cost }: Transport): boolean {
  return (
    cost.rows === cost.cols &&
    a.every((weight) => weight === a[0]) &&
    b.every((weight) => weight === a[0]) &&
    cost.values.every((c) => Math.abs(c) <= LARGEST_ASSIGNMENT_COST)
  );
}

function assignmentPlan(columnOfRow: Int32Array, weight: number): CsrMatrix {
  const rowIndices = Int32Array.from(columnOfRow.keys()).filter((i) => columnOfRow[i] >= 0);
  return csrFromTriplets({
    rows: columnOfRow.length,
    cols: columnOfRow.length,
    rowIndices,
    columnIndices: rowIndices.map((i) => columnOfRow[i]),
    values: new Float64Array(rowIndices.length).fill(weight),
  });
}

function checkOptions({ mass, marginalPenalty }: SolveTransportOptions): void {
  if (mass !== undefined && marginalPenalty !== undefined) {
    throw new InvalidInputError('cannot be combined with mass', {
      argument: 'marginalPenalty',
      code: 'unsupported',
    });
  }
}
