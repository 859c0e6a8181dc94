// Gradients of the values of transport problems: by the envelope theorem they follow from plans and potentials.
import type { MatrixLike } from '@infimum/core';
import { asMatrix, checkChoice, describeValue, fault } from '@infimum/core';
import { portableLog } from '@infimum/core/portable-math';
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
import { csrToDense } from '@infimum/linalg';
import type { SmoothMetric } from './entropic/location-gradient.ts';
import { locationGradient } from './entropic/location-gradient.ts';
import { emd } from './exact/network-simplex.ts';
import { GromovObjective } from './gromov/gromov-objective.ts';
import type { GromovLoss } from './gromov/gromov-terms.ts';
import type { LocationGradient } from './plan-entries.ts';
import { marginalsOf } from './unbalanced/unbalanced-plan.ts';

/** The fields of solutions from which gradients are computed. */
interface SolvedTransportLike<Plan> {
  readonly plan?: Plan;
  readonly sourcePotential?: Float64Array;
  readonly targetPotential?: Float64Array;
  readonly locations?: LocationGradient;
}

/** A solution with gradients of its own, as `sinkhornDivergence` has. */
interface WithGradients {
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly locations: LocationGradient;
}

/** Clouds between which a plan was found. */
interface PlanPoints {
  readonly x: MatrixLike;
  readonly y: MatrixLike;
  readonly metric?: SmoothMetric;
}

/** Spaces between which a plan was found, with the options of `gromovWasserstein` that it was found with. */
interface PlanSpaces {
  readonly first: MatrixLike;
  readonly second: MatrixLike;
  readonly loss?: GromovLoss;
  readonly cost?: MatrixLike;
  readonly alpha?: number;
}

/** Gradients with respect to weights and costs. */
export interface TransportGradient<Plan = DenseMatrix | CsrMatrix> {
  /** With respect to the source weights, length n. */
  readonly a: Float64Array;
  /** With respect to the target weights, length m. */
  readonly b: Float64Array;
  /** With respect to the costs, n x m. */
  readonly cost: Plan;
}

/** Gradients of a Gromov-Wasserstein value. */
interface GromovGradient extends TransportGradient<DenseMatrix> {
  /** With respect to the distances within the first space, n x n. */
  readonly first: DenseMatrix;
  /** With respect to the distances within the second space, m x m. */
  readonly second: DenseMatrix;
}

type Weights = Omit<TransportGradient, 'cost'>;

/**
 * The gradient of the value of a transport problem with respect to weights, costs and points.
 *
 * The value is `regularizedCost` of an entropic plan, `cost` of an exact one, `dualValue` of clouds, the objective of an
 * unbalanced one, `divergence`, `distance` (sliced, found with `gradient: true`) or `distortion`. Its derivative with respect
 * to C_ij is P_ij; for changes of the weights that keep both totals it is sum x_i da_i + sum y_j db_j with the dual
 * potentials x and y, which are given up to a shift (x + t, y - t); those of unbalanced plans are derivatives for any change.
 * For exact plans these are subgradients: the value is piecewise linear. The potential of a zero weight of an entropic plan is
 * -Infinity, and so is the derivative. With the points, the derivative in those is found from the plan, as by
 * `locationGradient`; clouds, divergences and sliced distances have it already. With both spaces, of a plan between their
 * distances, it is that in all of the distances; its part for weights assumes that the plan is optimal. O(1), O(nm d)
 * with points, O(nm (n + m)) and one `emd` with spaces.
 *
 * @param solution - what a solver of this package returned, converged
 * @param problem - points `x` and `y` with their `metric`, or spaces `first` and `second` with `loss`, `cost` and `alpha`
 * @throws {InvalidInputError} naming `solution`, `problem`, or what of them is missing or does not fit
 *
 * @example
 * ```ts
 * import { pointCloudSinkhorn, sinkhorn, transportGradient } from '@infimum/ot';
 *
 * const cost = { rows: 2, cols: 2, values: Float64Array.of(0, 1, 1, 0) };
 * const gradient = transportGradient(sinkhorn([0.5, 0.5], [0.5, 0.5], cost, { epsilon: 1 }));
 * console.log(gradient.cost.values[0].toFixed(6)); // 0.365529
 * console.log(transportGradient(pointCloudSinkhorn([[0]], [[3]], { epsilon: 1 })).x?.values[0]); // -6
 * ```
 */
export function transportGradient<Plan extends DenseMatrix | CsrMatrix>(
  solution: SolvedTransportLike<Plan> & { readonly plan: Plan },
): TransportGradient<Plan>;
export function transportGradient<Plan extends DenseMatrix | CsrMatrix>(
  solution: SolvedTransportLike<Plan> & { readonly plan: Plan },
  problem: PlanPoints,
): TransportGradient<Plan> & LocationGradient;
export function transportGradient(
  solution: { readonly plan: DenseMatrix; readonly distortion: number },
  problem: PlanSpaces,
): GromovGradient;
export function transportGradient(solution: WithGradients): Weights & LocationGradient;
export function transportGradient(
  solution: SolvedTransportLike<DenseMatrix | CsrMatrix>,
): Weights & Partial<TransportGradient & LocationGradient>;
export function transportGradient(
  solution: SolvedTransportLike<DenseMatrix | CsrMatrix> | WithGradients,
  problem?: PlanPoints | PlanSpaces,
): Partial<GromovGradient | (TransportGradient & LocationGradient)> {
  if (typeof solution !== 'object' || solution === null) {
    throw fault('expected a solution with its potentials', 'solution', 'type');
  }
  if (problem !== undefined && (typeof problem !== 'object' || problem === null)) {
    throw fault('expected points or spaces', 'problem', 'type');
  }
  if ('a' in solution) return { a: solution.a, b: solution.b, ...solution.locations };
  const { plan, sourcePotential, targetPotential, locations } = solution;
  if (problem && 'first' in problem) {
    if (plan) return gromovGradient('rowPointers' in plan ? csrToDense(plan) : plan, problem);
    throw fault('is missing', 'plan', 'type');
  }
  const a = asPotential(sourcePotential, 'sourcePotential', plan?.rows);
  const b = asPotential(targetPotential, 'targetPotential', plan?.cols);
  const inPoints = problem && plan ? locationGradient(plan, problem.x, problem.y, problem.metric) : locations;
  return { a, b, ...(plan && { cost: plan }), ...inPoints };
}

/**
 * With T the plan and r, c its marginals: 2 (C_ik r_i r_k - (T D T')_ik) and its like for the square loss; weights by the
 * potentials of the linearised problem, of which an optimal plan is optimal.
 */
function gromovGradient(plan: DenseMatrix, problem: PlanSpaces): GromovGradient {
  const { loss = 'square', cost, alpha = cost ? 0.5 : 1 } = problem;
  checkChoice(loss, 'loss', ['square', 'kl']);
  const [first, second] = [asMatrix(problem.first, 'first'), asMatrix(problem.second, 'second')];
  const [r, c] = marginalsOf(plan);
  const objective = new GromovObjective(first, second, { a: r, b: c, cost, alpha, loss, tolerance: 0 });
  try {
    objective.at(plan);
    const linear = emd(r, c, objective.gradient);
    const isSquare = loss === 'square';
    const [inner, outer] = isSquare ? [second, first] : [{ ...second, values: second.values.map(portableLog) }, first];
    const moved = { first: sandwiched(plan, inner, false), second: sandwiched(plan, outer, true) };
    const ofFirst = (value: number, weight: number, other: number) =>
      alpha * (isSquare ? 2 * (value * weight - other) : weight * portableLog(value) - other);
    const ofSecond = (value: number, weight: number, other: number) =>
      alpha * (isSquare ? 2 * (value * weight - other) : weight - other / value);
    const through = (
      { rows, cols, values }: DenseMatrix,
      weights: Float64Array,
      others: Float64Array,
      form: typeof ofFirst,
    ) => ({
      rows,
      cols,
      values: values.map((value, k) => form(value, weights[Math.floor(k / cols)] * weights[k % cols], others[k])),
    });
    return {
      a: linear.sourcePotential,
      b: linear.targetPotential,
      cost: { ...plan, values: plan.values.map((mass) => (1 - alpha) * mass) },
      first: through(first, r, moved.first, ofFirst),
      second: through(second, c, moved.second, ofSecond),
    };
  } finally {
    objective.release();
  }
}

/** T D T', or T' C T. */
function sandwiched({ rows, cols, values }: DenseMatrix, inner: DenseMatrix, isTransposed: boolean): Float64Array {
  const [n, m] = isTransposed ? [cols, rows] : [rows, cols];
  const at = (i: number, j: number) => (isTransposed ? values[j * cols + i] : values[i * cols + j]);
  const out = new Float64Array(n * n);
  const half = new Float64Array(m);
  for (let i = 0; i < n; i++) {
    half.fill(0);
    for (let j = 0; j < m; j++) {
      const mass = at(i, j);
      if (mass !== 0) for (let l = 0; l < m; l++) half[l] += mass * inner.values[j * m + l];
    }
    for (let k = 0; k < n; k++) for (let l = 0; l < m; l++) out[i * n + k] += half[l] * at(k, l);
  }
  return out;
}

function asPotential(potential: unknown, argument: string, length?: number): Float64Array {
  if (!(potential instanceof Float64Array)) throw fault('expected a Float64Array', argument, 'type');
  if (length === undefined || potential.length === length) return potential;
  throw fault(`expected ${describeValue(length)} entries, got ${potential.length}`, argument, 'shape');
}
