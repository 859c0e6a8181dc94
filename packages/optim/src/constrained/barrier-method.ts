// The primal-dual barrier method with a filter: Newton steps on the conditions of barrier problems whose weight falls, a line search
// that accepts steps which reduce the violation or the barrier function, second-order corrections, and a restoration of feasibility
// if no step is accepted.
//
// A. Wächter, L. Biegler: On the implementation of an interior-point filter line-search algorithm for large-scale nonlinear
// programming (2006). Numbers in comments are its equations.
import { largestMagnitude } from '@infimum/linalg/numerics';
import type { BarrierPoint, BarrierProblem } from './barrier-problem.ts';
import type { BarrierSettings } from './barrier-state.ts';
import { BarrierState, RESTORED, RHO } from './barrier-state.ts';

/** One iteration. */
export interface BarrierReport extends BarrierPoint {
  /** Weight of the barrier. */
  readonly mu: number;
  /** Length of the last step. */
  readonly stepLength: number;
  /** Curvature that was added to the last system. */
  readonly shift: number;
  /** Whether feasibility is being restored: w has more entries then. */
  readonly isRestoring: boolean;
}

/** How it ended. */
export interface BarrierEnd extends BarrierPoint {
  readonly end: 'optimal' | 'accepted' | 'infeasible' | 'unbounded' | 'not-finite' | 'stuck';
}

/** The steps of the method: yields before every step. */
export function* barrierSteps(
  problem: BarrierProblem,
  start: Float64Array,
  settings: BarrierSettings,
): Generator<BarrierReport, BarrierEnd, void> {
  const { tolerance, accepts } = settings;
  const here = new BarrierState(problem, start, settings);
  let isFeasibleRestart = false;
  for (;;) {
    yield { ...here.point(), mu: here.mu, stepLength: here.stepLength, shift: here.shift, isRestoring: accepts !== undefined };
    const end = here.end();
    if (end) return { ...here.point(), end };
    here.lowerBarrier();
    const step = here.newtonStep();
    const landing = step && here.search(step);
    if (landing === 'stuck') return { ...here.point(), end: 'stuck' };
    if (step && landing) here.take(step, landing);
    else {
      if (accepts || here.cannotRestore) return { ...here.point(), end: 'stuck' };
      here.refuseHere();
      const restored: BarrierEnd = yield* restore(
        problem,
        here.point(),
        here.constraints,
        here.mu,
        tolerance,
        here.improvement(),
      );
      const point = partOf(restored, problem.variables);
      if (restored.end !== 'accepted') {
        const isFeasible = here.isNearlyFeasible(point.w);
        if (!isFeasible || isFeasibleRestart) {
          return { ...point, end: restored.end === 'optimal' && !isFeasible ? 'infeasible' : 'stuck' };
        }
        isFeasibleRestart = true;
        here.clearFilter();
      }
      here.restartAt(point.w);
    }
    if (accepts?.(here.w)) return { ...here.point(), end: 'accepted' };
  }
}

/** The first variables of a point, with their multipliers. */
function partOf({ w, y, lowerMultipliers, upperMultipliers }: BarrierPoint, n: number): BarrierPoint {
  return {
    w: w.slice(0, n),
    y,
    lowerMultipliers: lowerMultipliers.slice(0, n),
    upperMultipliers: upperMultipliers.slice(0, n),
  };
}

/**
 * Lessens |c|_1, staying near: min ρ Σ (p + q) + (ζ/2) |D (w - w_R)|² subject to c(w) - p + q = 0, p, q >= 0, as (30), until a point
 * is accepted.
 */
function restore(
  problem: BarrierProblem,
  from: BarrierPoint,
  constraints: Float64Array,
  mu: number,
  tolerance: number,
  accepts: (w: Float64Array) => boolean,
): Generator<BarrierReport, BarrierEnd, void> {
  const { variables: n, equalities: m } = problem;
  const size = n + 2 * m;
  const weight = Math.max(mu, largestMagnitude(constraints));
  const zeta = Math.sqrt(mu);
  const reference = from.w.slice();
  const near = reference.map((value) => Math.min(1, 1 / Math.abs(value)) ** 2);
  const part = (w: Float64Array) => w.subarray(0, n);
  const small = new Float64Array(n * n);
  const rows = new Float64Array(m * n);
  const elastic: BarrierProblem = {
    variables: size,
    equalities: m,
    lower: filledBounds(problem.lower, size, 0),
    upper: filledBounds(problem.upper, size, Infinity),
    value: (w) => {
      let sum = 0;
      for (let k = n; k < size; k++) sum += RHO * w[k];
      for (let i = 0; i < n; i++) sum += (zeta / 2) * near[i] * (w[i] - reference[i]) ** 2;
      return sum;
    },
    gradient: (w, out) => {
      for (let i = 0; i < n; i++) out[i] = zeta * near[i] * (w[i] - reference[i]);
      out.fill(RHO, n);
    },
    constraints: (w, out) => {
      problem.constraints(part(w), out);
      for (let j = 0; j < m; j++) out[j] += w[n + m + j] - w[n + j];
    },
    jacobian: (w, out) => {
      problem.jacobian(part(w), rows);
      out.fill(0);
      for (let j = 0; j < m; j++) {
        for (let i = 0; i < n; i++) out[j * size + i] = rows[j * n + i];
        out[j * size + n + j] = -1;
        out[j * size + n + m + j] = 1;
      }
    },
    hessian: (w, y, _, out) => {
      problem.hessian(part(w), y, 0, small);
      out.fill(0);
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) out[i * size + j] = small[i * n + j];
        out[i * size + i] += zeta * near[i];
      }
    },
  };
  const start = new Float64Array(size);
  const [lowerMultipliers, upperMultipliers] = [new Float64Array(size), new Float64Array(size)];
  start.set(reference);
  for (let i = 0; i < n; i++) {
    lowerMultipliers[i] = Math.min(RHO, from.lowerMultipliers[i]);
    upperMultipliers[i] = Math.min(RHO, from.upperMultipliers[i]);
  }
  for (let j = 0; j < m; j++) {
    const half = (weight - RHO * constraints[j]) / (2 * RHO);
    const q = half + Math.sqrt(half * half + (weight * constraints[j]) / (2 * RHO)); // (33)
    start[n + m + j] = q;
    start[n + j] = constraints[j] + q;
    lowerMultipliers[n + j] = weight / start[n + j];
    lowerMultipliers[n + m + j] = weight / q;
  }
  return barrierSteps(elastic, start, {
    tolerance: Math.max(tolerance, RESTORED),
    firstMu: weight,
    accepts: (w) => accepts(part(w)),
    multipliers: { y: new Float64Array(m), lowerMultipliers, upperMultipliers },
  });
}

function filledBounds(bounds: Float64Array, size: number, rest: number): Float64Array {
  const out = new Float64Array(size).fill(rest);
  out.set(bounds);
  return out;
}
