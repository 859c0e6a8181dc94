// Minimisation under bounds, equalities and inequalities by a primal-dual barrier method.
//
// A. Wächter, L. Biegler: On the implementation of an interior-point filter line-search algorithm for large-scale nonlinear
// programming (2006).
import type { Iterate, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { asVector, converged, defineSolver, resolveOptions, runWith, stalled } from '@infimum/core';
import { barrierSteps } from './barrier-method.ts';
import type { BarrierPoint, BarrierProblem } from './barrier-problem.ts';
import { constrained, startOf } from './constrained-problem.ts';
import type { ConstrainedProgram, ConstrainedSolution, ProgramScales } from './constrained-program.ts';
import { checkProgramFunctions, conditionsAt, conditionsTolerance, programScales, residualOf } from './constrained-program.ts';
import { DampedBfgs } from './damped-bfgs.ts';
import { bounded } from './equality-program.ts';
import { interiorPointMethod as paper } from './papers.ts';

const interiorPointOptions = {
  tolerance: conditionsTolerance,
  initialBarrier: {
    type: 'number',
    was: 'firstBarrier',
    above: 0,
    default: 0.1,
    description: 'Initial weight of the barrier; use less for starts near a solution',
  },
  maxIterations: { type: 'integer', min: 0, default: 3000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `interiorPoint`. */
export type InteriorPointOptions = OptionsOf<typeof interiorPointOptions> & RunOptions<InteriorPointIterate>;

/** One iteration. */
export interface InteriorPointIterate extends Iterate<ConstrainedSolution> {
  /** f(x). */
  readonly value: number;
  /** Weight of the barrier. */
  readonly barrier: number;
  /** The length of the last step. */
  readonly stepLength: number;
  /** Curvature that was added to the Hessian in the last step. */
  readonly shift: number;
  /** 1 while feasibility is being restored, else 0. */
  readonly restoring: number;
}

/**
 * Minimises f, convex or not, under low <= g(x) <= high and lower <= x <= upper: Newton steps on the first-order conditions of
 * barrier problems f - μ Σ log(distances to bounds), inequalities with slacks, μ → 0. A filter accepts steps that reduce the violation
 * or the barrier function; the Hessian is shifted where it is not positive on the null space of the Jacobian, and so is the block of
 * the equalities where they depend on each other; if no step is accepted, a restoration reduces the sum of violations. f and g are
 * evaluated only within the bounds, and NaN shortens the step. O((n + 2m)³) a step, in dense matrices.
 *
 * `converged` means that violation, stationarity and complementarity were computed anew at x and are at most `tolerance`. `stalled`
 * says why: no feasible point nearby (x has the least sum of violations then, a stationary point of it), f without a lower bound, a
 * function that is NaN at the start, or no progress.
 *
 * @param program - f and g with derivatives, and bounds
 * @param initial - the start, n numbers; is moved inside the bounds, need not be feasible
 * @throws {InvalidInputError} naming `program`, `initial` or the option at fault
 *
 * @example
 * ```ts
 * import { interiorPoint } from '@infimum/optim/constrained';
 *
 * // The point of the disc of radius 1 nearest to (2, 1), with x at least 0.9.
 * const disc = {
 *   variables: 2, constraints: 1,
 *   lower: Float64Array.of(0.9, -Infinity), upper: Float64Array.of(Infinity, Infinity),
 *   low: Float64Array.of(-Infinity), high: Float64Array.of(1),
 *   value: ([x, y]: Float64Array) => (x - 2) ** 2 + (y - 1) ** 2,
 *   gradient: ([x, y]: Float64Array, out: Float64Array) => out.set([2 * (x - 2), 2 * (y - 1)]),
 *   values: ([x, y]: Float64Array, out: Float64Array) => out.set([x * x + y * y]),
 *   jacobian: ([x, y]: Float64Array, out: Float64Array) => out.set([2 * x, 2 * y]),
 * };
 * const { x, multipliers, boundMultipliers, status } = interiorPoint(disc, Float64Array.of(0, 0));
 * console.log(status, x.map((v) => Math.round(1e5 * v) / 1e5).join(' ')); // converged 0.9 0.43589
 * console.log(multipliers[0].toFixed(3), boundMultipliers[0].toFixed(3)); // 1.294 -0.129
 * ```
 */
export function interiorPoint(
  program: ConstrainedProgram,
  initial: VectorLike,
  options: InteriorPointOptions = {},
): Outcome<ConstrainedSolution, InteriorPointIterate> {
  const start = asVector(initial, 'initial');
  checkProgramFunctions(program, start);
  return runWith(interiorPointOptions, options, interiorPointSteps(program, start, options));
}

/** The steps of `interiorPoint`. */
export function* interiorPointSteps(
  program: ConstrainedProgram,
  initial: Float64Array,
  options: InteriorPointOptions = {},
): Steps<ConstrainedSolution, InteriorPointIterate> {
  const { tolerance, initialBarrier } = resolveOptions(interiorPointOptions, options);
  const { lower, upper } = program;
  const start = initial.map((value, i) => Math.min(Math.max(value, lower[i]), upper[i]));
  const scales = programScales(program, start);
  let form = barrierForm(program, start, scales, 0);
  const solutionOf = (point: BarrierPoint): ConstrainedSolution => {
    const found = form.unscaled(point);
    const { violation, stationarity, complementarity } = conditionsAt(
      program,
      found.x,
      found.multipliers,
      found.boundMultipliers,
      scales,
    );
    return {
      ...found,
      value: program.value(found.x),
      violation: bounded(violation),
      stationarity: bounded(stationarity),
      complementarity: bounded(complementarity),
    };
  };
  let core = barrierSteps(form.problem, form.start, { tolerance, firstMu: initialBarrier });
  let hasRoom = false;
  let last: BarrierPoint | undefined;
  for (let iteration = 0; ; iteration++) {
    const { value: report, done } = core.next();
    if (!done) {
      const point = report.isRestoring ? { ...(last as BarrierPoint), w: report.w } : report;
      last = report.isRestoring ? last : report;
      yield {
        iteration,
        value: program.value(form.unscaled(point).x),
        barrier: report.mu,
        stepLength: report.stepLength,
        shift: report.shift,
        restoring: report.isRestoring ? 1 : 0,
        solution: () => solutionOf(point),
      };
      continue;
    }
    const solution = solutionOf(report);
    if (report.end === 'stuck' && !hasRoom) {
      // Inequalities that leave a point alone have no inside: a little room, within the tolerance, gives them one.
      hasRoom = true;
      form = barrierForm(program, solution.x, scales, tolerance / 10);
      core = barrierSteps(form.problem, form.start, { tolerance, firstMu: initialBarrier });
      iteration--;
      continue;
    }
    switch (report.end) {
      case 'optimal': {
        const { x, multipliers, boundMultipliers } = solution;
        const conditions = conditionsAt(program, x, multipliers, boundMultipliers, scales);
        const { scaledViolation, stationarity, complementarity } = conditions;
        const most = residualOf(conditions);
        // Slacks are variables of their own: what they hide shows here, up to a few times.
        if (most <= 10 * tolerance) {
          const parts = `violation ${scaledViolation.toExponential(1)}, stationarity ${stationarity.toExponential(1)}, complementarity ${complementarity.toExponential(1)}`;
          return converged(solution, parts);
        }
        return stalled(solution, `recomputed, the conditions hold only to ${most.toExponential(1)}`);
      }
      case 'infeasible':
        return stalled(
          solution,
          `no feasible point nearby: the sum of violations is stationary here, the largest is ${solution.violation.toExponential(1)}`,
        );
      case 'unbounded':
        return stalled(solution, 'f, or x, has no bound: constraints are missing');
      case 'not-finite':
        return stalled(solution, 'a function or a derivative is not finite here: start elsewhere');
      default:
        return stalled(
          solution,
          `no step makes progress: violation ${solution.violation.toExponential(1)}, stationarity ${solution.stationarity.toExponential(1)}`,
        );
    }
  }
}

/** What is this large is scaled down for the matrix that is learned. */
const HUGE = 1e6;

/** The program with slacks, without variables that are fixed and constraints that bound nothing, in scale. */
interface BarrierForm {
  readonly problem: BarrierProblem;
  readonly start: Float64Array;
  unscaled(point: BarrierPoint): { x: Float64Array; multipliers: Float64Array; boundMultipliers: Float64Array };
}

function barrierForm(program: ConstrainedProgram, initial: Float64Array, scales: ProgramScales, margin: number): BarrierForm {
  const { variables: n, constraints: m, lower, upper, low, high } = program;
  const { objective: s, constraints: t, variables: d } = scales;
  const free = Int32Array.from(lower.keys()).filter((i) => lower[i] < upper[i]);
  const rows = Int32Array.from(low.keys()).filter((j) => low[j] > -Infinity || high[j] < Infinity);
  const slacked = rows.filter((j) => low[j] < high[j]);
  const slackOf = new Int32Array(m).fill(-1);
  slacked.forEach((j, k) => {
    slackOf[j] = free.length + k;
  });
  const [size, count] = [free.length + slacked.length, rows.length];
  const x = initial.slice();
  const place = (w: Float64Array): Float64Array => {
    for (let k = 0; k < free.length; k++) {
      const i = free[k];
      x[i] = Math.min(Math.max(w[k] * d[i], lower[i]), upper[i]);
    }
    return x;
  };
  const g = new Float64Array(m);
  const gradient = new Float64Array(n);
  const jacobian = new Float64Array(m * n);
  const hessian = new Float64Array(n * n);
  const full = new Float64Array(m);
  const bfgs = program.hessian ? undefined : new DampedBfgs(n);
  // What is learned begins at the identity: f and variables that are tiny or huge are in scale there.
  const inScale = (size: number) => (bfgs && (size < 1 || size > HUGE) ? size : 1);
  const [unit, units] = [inScale(s), d.map(inScale)];
  program.values(initial, g);
  const start = new Float64Array(size);
  free.forEach((i, k) => {
    start[k] = initial[i] / d[i];
  });
  slacked.forEach((j) => {
    start[slackOf[j]] = g[j] / t[j];
  });
  const spread = (y: Float64Array) => {
    full.fill(0);
    for (let r = 0; r < count; r++) full[rows[r]] = (y[r] / t[rows[r]]) * s;
    return full;
  };
  const problem: BarrierProblem = {
    variables: size,
    equalities: count,
    lower: new Float64Array(size),
    upper: new Float64Array(size),
    value: (w) => program.value(place(w)) / s,
    gradient: (w, out) => {
      program.gradient(place(w), gradient);
      out.fill(0);
      for (let k = 0; k < free.length; k++) out[k] = (gradient[free[k]] / s) * d[free[k]];
    },
    constraints: (w, out) => {
      program.values(place(w), g);
      for (let r = 0; r < count; r++) {
        const j = rows[r];
        out[r] = slackOf[j] < 0 ? (g[j] - low[j]) / t[j] : g[j] / t[j] - w[slackOf[j]];
      }
    },
    jacobian: (w, out) => {
      program.jacobian(place(w), jacobian);
      out.fill(0);
      for (let r = 0; r < count; r++) {
        const j = rows[r];
        for (let k = 0; k < free.length; k++) out[r * size + k] = (jacobian[j * n + free[k]] / t[j]) * d[free[k]];
        if (slackOf[j] >= 0) out[r * size + slackOf[j]] = -1;
      }
    },
    hessian: (w, y, sigma, out) => {
      const multipliers = spread(y);
      place(w);
      if (program.hessian) {
        program.hessian(x, multipliers, sigma, hessian);
      } else {
        program.gradient(x, gradient);
        program.jacobian(x, jacobian);
        for (let i = 0; i < n; i++) {
          gradient[i] = (gradient[i] / unit) * units[i];
          for (let j = 0; j < m; j++) jacobian[j * n + i] *= units[i];
        }
        const place = x.map((value, i) => value / units[i]);
        bfgs?.write(
          place,
          gradient,
          jacobian,
          multipliers.map((multiplier) => multiplier / unit),
          sigma,
          hessian,
        );
      }
      out.fill(0);
      for (let k = 0; k < free.length; k++) {
        for (let l = 0; l < free.length; l++) {
          const [i, j] = [free[k], free[l]];
          out[k * size + l] = (hessian[i * n + j] / (s / unit)) * (d[i] / units[i]) * (d[j] / units[j]);
        }
      }
    },
  };
  free.forEach((i, k) => {
    problem.lower[k] = lower[i] / d[i];
    problem.upper[k] = upper[i] / d[i];
  });
  slacked.forEach((j) => {
    problem.lower[slackOf[j]] = low[j] / t[j] - margin;
    problem.upper[slackOf[j]] = high[j] / t[j] + margin;
  });
  return {
    problem,
    start,
    unscaled: ({ w, y, lowerMultipliers, upperMultipliers }) => {
      const point = place(w).slice();
      const boundMultipliers = new Float64Array(n);
      free.forEach((i, k) => {
        boundMultipliers[i] = ((upperMultipliers[k] - lowerMultipliers[k]) * s) / d[i];
      });
      const multipliers = spread(y).slice();
      // What holds a fixed variable is what is left.
      if (free.length < n) {
        program.gradient(point, gradient);
        program.jacobian(point, jacobian);
        for (let i = 0; i < n; i++) {
          if (lower[i] < upper[i]) continue;
          let left = gradient[i];
          for (let j = 0; j < m; j++) left += multipliers[j] * jacobian[j * n + i];
          boundMultipliers[i] = -left;
        }
      }
      return { x: point, multipliers, boundMultipliers };
    },
  };
}

export const interiorPointSolver = /* @__PURE__ */ defineSolver({
  id: 'optim/interior-point',
  title: 'Interior point',
  summary: 'Newton steps on barrier problems, with a filter and a restoration of feasibility.',
  problem: constrained,
  role: 'baseline',
  paper,
  cost: 'O((n + 2m)^3) \\text{ per step}',
  options: interiorPointOptions,
  steps: (instance, options) => {
    const { program, initial } = startOf(instance);
    return interiorPointSteps(program, initial, options);
  },
});
