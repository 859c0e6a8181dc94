// Sequential quadratic programming: a damped quasi-Newton matrix of the Lagrangian, steps by the dual active-set method, and a line search
// on the exact penalty function.
//
// M. Powell: A fast algorithm for nonlinearly constrained optimization calculations (1978). K. Schittkowski: NLPQL (1986).
import type { Iterate, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { asVector, converged, defineSolver, resolveOptions, runWith, stalled } from '@infimum/core';
import { absoluteSum, dot, largestMagnitude } from '@infimum/linalg/numerics';
import type { StepSolution } from './active-set-quadratic.ts';
import { solveActiveSet } from './active-set-quadratic.ts';
import { constrained, startOf } from './constrained-problem.ts';
import type { ConstrainedProgram, ConstrainedSolution, ProgramScales } from './constrained-program.ts';
import { checkProgramFunctions, conditionsAt, conditionsTolerance, programScales, residualOf } from './constrained-program.ts';
import { DampedBfgs } from './damped-bfgs.ts';
import { bounded } from './equality-program.ts';
import { sequentialQuadratic as paper } from './papers.ts';

const sqpOptions = {
  tolerance: conditionsTolerance,
  maxIterations: { type: 'integer', min: 0, default: 1000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `sqp`. */
export type SqpOptions = OptionsOf<typeof sqpOptions> & RunOptions<SqpIterate>;

/** One iteration. */
export interface SqpIterate extends Iterate<ConstrainedSolution> {
  /** f(x). */
  readonly value: number;
  /** Residuals of the first-order conditions, in scale. */
  readonly residual: number;
  /** The length of the last step. */
  readonly stepLength: number;
}

/** Shares of the promised descent that a step must bring, and of a step that interpolation must leave. */
const [ARMIJO, LEAST_SHARE] = [1e-4, 0.1];
/** Steps below this part are none. */
const LEAST_STEP = 1e-8;
/** Matrices that are begun anew. */
const MOST_RESETS = 5;
/** Values and points beyond this have no bound. */
const UNBOUNDED = 1e15;
/** Weights of the relaxation of linearized constraints that contradict each other. */
const RELAXATIONS = [1e2, 1e4, 1e6, 1e8];
/** Mean multipliers beyond this, in scale, belong to no solution. */
const MOST_MULTIPLIER = 1e6;
/** Violations may grow at most by this factor in a step, so that an f that is unbounded outside is not followed there. */
const MOST_GROWTH = 3;
/** Iterations without progress of residual and merit. */
const MOST_IDLE = 30;

/** What is known at a point, in scale. */
interface Place {
  readonly x: Float64Array;
  readonly value: number;
  readonly constraints: Float64Array;
}

/**
 * Minimises f, convex or not, under low <= g(x) <= high and lower <= x <= upper from first derivatives: steps minimise a quadratic model of
 * the Lagrangian, whose matrix is learned from steps, under linearized constraints, and are shortened until f + Σ μ_j |violation_j| falls.
 * Linearized constraints that contradict each other are relaxed. All points are within the bounds of x. A step costs one gradient and one
 * Jacobian, a value or a few, and O(n³ + n m) operations; superlinear convergence.
 *
 * `converged` as `interiorPoint`, with the same answers at a fraction of the calls; `stalled` if no step reduces the penalty function,
 * which is more frequent than with `interiorPoint`: `minimize` then continues with `interiorPoint`.
 *
 * @param program - f and g with first derivatives, and bounds
 * @param initial - the start, n numbers; is moved into the bounds, need not be feasible
 * @throws {InvalidInputError} naming `program`, `initial` or the option at fault
 *
 * @example
 * ```ts
 * import { sqp } from '@infimum/optim/constrained';
 *
 * // The point of the disc of radius 1 nearest to (2, 1).
 * const disc = {
 *   variables: 2, constraints: 1,
 *   lower: Float64Array.of(-Infinity, -Infinity), upper: Float64Array.of(Infinity, Infinity),
 *   low: Float64Array.of(-Infinity), high: Float64Array.of(1),
 *   value: ([x, y]: Float64Array) => (x - 2) ** 2 + (y - 1) ** 2,
 *   gradient: ([x, y]: Float64Array, out: Float64Array) => out.set([2 * (x - 2), 2 * (y - 1)]),
 *   values: ([x, y]: Float64Array, out: Float64Array) => out.set([x * x + y * y]),
 *   jacobian: ([x, y]: Float64Array, out: Float64Array) => out.set([2 * x, 2 * y]),
 * };
 * const { x, multipliers, status } = sqp(disc, Float64Array.of(0, 0));
 * console.log(status, x.map((v) => Math.round(1e5 * v) / 1e5).join(' '), multipliers[0].toFixed(3)); // converged 0.89443 0.44721 1.236
 * ```
 */
export function sqp(
  program: ConstrainedProgram,
  initial: VectorLike,
  options: SqpOptions = {},
): Outcome<ConstrainedSolution, SqpIterate> {
  const start = asVector(initial, 'initial');
  checkProgramFunctions(program, start);
  return runWith(sqpOptions, options, sqpSteps(program, start, undefined, options));
}

/**
 * The steps of `sqp`.
 *
 * @param refined - the same program with better derivatives, taken from where the first ones are no longer good enough
 */
export function* sqpSteps(
  program: ConstrainedProgram,
  initial: Float64Array,
  refined: ConstrainedProgram | undefined,
  options: SqpOptions = {},
): Steps<ConstrainedSolution, SqpIterate> {
  const { tolerance } = resolveOptions(sqpOptions, options);
  const { variables: n, constraints: m } = program;
  let derivatives = program;
  let isFine = refined === undefined;
  const known = { gradient: new Float64Array(n), jacobian: new Float64Array(m * n) };
  const differentiate = ({ x }: Place): void => {
    derivatives.gradient(x, known.gradient);
    derivatives.jacobian(x, known.jacobian);
    isFine = refined === undefined || derivatives === refined;
  };
  let here = placeAt(program, clip(program, initial));
  differentiate(here);
  /** The program as it is known at x: nothing is called. */
  const seen = ({ value, constraints }: Place): ConstrainedProgram => ({
    ...program,
    value: () => value,
    gradient: (_, out) => out.set(known.gradient),
    values: (_, out) => out.set(constraints),
    jacobian: (_, out) => out.set(known.jacobian),
  });
  let scales = programScales(seen(here), here.x);
  if (largestMagnitude(known.gradient) === 0 || scales.objective < 1 || scales.constraints.some((scale) => scale < 1)) {
    // What looks flat may be nothing but rounding: a second look, by better differences.
    scales = programScales(refined ?? program, here.x);
  }
  const { objective: s, constraints: t, variables: d } = scales;
  const scaled = new ScaledProgram(program, scales);
  // Differences of values tell too little of the curvature along one step.
  const bfgs = new DampedBfgs(n, refined === undefined);
  const model: Model = {
    gradient: new Float64Array(n),
    jacobian: new Float64Array(m * n),
    hessian: new Float64Array(n * n),
    root: bfgs.root,
  };
  let penalties: Float64Array = new Float64Array(m);
  let multipliers: Float64Array = new Float64Array(m);
  let boundMultipliers: Float64Array = new Float64Array(n);
  let [stepLength, resets, idle, best] = [0, 0, 0, Infinity];

  for (let iteration = 0; ; iteration++) {
    const { x, value } = here;
    for (let i = 0; i < n; i++) {
      model.gradient[i] = (known.gradient[i] / s) * d[i];
      for (let j = 0; j < m; j++) model.jacobian[j * n + i] = (known.jacobian[j * n + i] / t[j]) * d[i];
    }
    bfgs.write(over(x, d), model.gradient, model.jacobian, multipliers, 1, model.hessian);
    const values = over(here.constraints, t);
    const solved = stepOf(model, values, scaled, scaled.box(x));
    if (solved) ({ multipliers, boundMultipliers } = solved);
    const unscaled = {
      multipliers: multipliers.map((y, j) => (y / t[j]) * s),
      boundMultipliers: boundMultipliers.map((z, i) => (z / d[i]) * s),
    };
    const conditions = conditionsAt(seen(here), x, unscaled.multipliers, unscaled.boundMultipliers, scales);
    const residual = residualOf(conditions);
    const solution = (): ConstrainedSolution => ({
      x: x.slice(),
      value,
      multipliers: unscaled.multipliers.slice(),
      boundMultipliers: unscaled.boundMultipliers.slice(),
      violation: bounded(conditions.violation),
      stationarity: bounded(conditions.stationarity),
      complementarity: bounded(conditions.complementarity),
    });
    yield { iteration, value, residual: bounded(residual), stepLength, solution };
    if (!Number.isFinite(here.value) || !model.gradient.every(Number.isFinite) || !model.jacobian.every(Number.isFinite)) {
      return stalled(solution(), 'a function or a derivative is not finite here: start elsewhere');
    }
    const refine = (): boolean => {
      if (!refined || isFine) return false;
      derivatives = refined;
      differentiate(here);
      return true;
    };
    const doubt = isFine ? 0 : forwardError(over(x, d), model.hessian, here.value / s, multipliers, values);
    if (solved?.slack === 0 && residual <= tolerance && conditions.size <= MOST_MULTIPLIER) {
      if (residual + doubt > tolerance && refine()) continue;
      const { scaledViolation, stationarity, complementarity } = conditions;
      const parts = `violation ${scaledViolation.toExponential(1)}, stationarity ${stationarity.toExponential(1)}, complementarity ${complementarity.toExponential(1)}`;
      return converged(solution(), parts);
    }
    if (here.value / s < -UNBOUNDED || largestMagnitude(over(x, d)) > UNBOUNDED) {
      return stalled(solution(), 'f, or x, has no bound: constraints are missing');
    }
    idle = residual < 0.9 * best ? 0 : idle + 1;
    best = Math.min(best, residual);
    // Better derivatives where the step ends: they are needed there, to tell whether it is the last.
    if (refined && residual <= 2 * doubt) derivatives = refined;
    if (solved && idle < MOST_IDLE) {
      const sizes = solved.multipliers.map(Math.abs);
      penalties = penalties.map((mu, j) => Math.max(sizes[j], (mu + sizes[j]) / 2));
      const next = search(scaled, here, model, solved, penalties);
      if (next) {
        ({ place: here, stepLength } = next);
        differentiate(here);
        continue;
      }
    }
    if (refine()) continue;
    if (bfgs.isFresh || resets++ >= MOST_RESETS || idle >= MOST_IDLE) {
      return stalled(
        solution(),
        `no step reduces the penalty function: violation ${conditions.violation.toExponential(1)}, stationarity ${conditions.stationarity.toExponential(1)}`,
      );
    }
    bfgs.reset();
  }
}

const over = (list: Float64Array, by: Float64Array) => list.map((entry, i) => entry / by[i]);

const clip = ({ lower, upper }: ConstrainedProgram, x: Float64Array) =>
  x.map((value, i) => Math.min(Math.max(value, lower[i]), upper[i]));

function placeAt(program: ConstrainedProgram, x: Float64Array): Place {
  const constraints = new Float64Array(program.constraints);
  const value = program.value(x);
  program.values(x, constraints);
  return { x, value, constraints };
}

/** f/s, g_j/t_j and x_i/d_i for s, t, d of the scales. */
class ScaledProgram {
  readonly program: ConstrainedProgram;
  readonly scales: ProgramScales;
  readonly least: Float64Array;
  readonly most: Float64Array;

  constructor(program: ConstrainedProgram, scales: ProgramScales) {
    this.program = program;
    this.scales = scales;
    this.least = over(program.low, scales.constraints);
    this.most = over(program.high, scales.constraints);
  }

  violations({ constraints }: Place): Float64Array {
    return over(constraints, this.scales.constraints).map(
      (g, j) => Math.max(0, this.least[j] - g, g - this.most[j]) || (Number.isNaN(g) ? Number.NaN : 0),
    );
  }

  /** The exact penalty function. */
  merit(place: Place, penalties: Float64Array): number {
    return place.value / this.scales.objective + dot(penalties, this.violations(place));
  }

  /** The place at the end of a step, in the bounds. */
  moved({ x }: Place, length: number, step: Float64Array): Place {
    const { variables: d } = this.scales;
    return placeAt(
      this.program,
      clip(
        this.program,
        x.map((value, i) => value + length * step[i] * d[i]),
      ),
    );
  }

  /** The bounds of a step from x. */
  box(x: Float64Array): Box {
    const { variables: d } = this.scales;
    const from = (bounds: Float64Array) => bounds.map((bound, i) => (bound - x[i]) / d[i]);
    return { lower: from(this.program.lower), upper: from(this.program.upper) };
  }
}

interface Box {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** The derivatives at a place, in scale, and the matrix with a root of it. */
interface Model {
  readonly gradient: Float64Array;
  readonly jacobian: Float64Array;
  readonly hessian: Float64Array;
  readonly root: Float64Array;
}

/** The point along a step where the penalty function falls; undefined where it does not. */
function search(
  scaled: ScaledProgram,
  from: Place,
  model: Model,
  { step, slack }: Relaxed,
  penalties: Float64Array,
): { readonly place: Place; readonly stepLength: number } | undefined {
  const broken = scaled.violations(from);
  const before = scaled.merit(from, penalties);
  let slope = dot(model.gradient, step) - (1 - slack) * dot(penalties, broken);
  if (!(slope < 0)) return undefined;
  slope = Math.min(slope, -1e-12 * quadratic(model.hessian, step));
  const rounding = 10 * Number.EPSILON * Math.abs(before);
  const farthest = MOST_GROWTH * Math.max(1, absoluteSum(broken));
  for (let length = 1; length > LEAST_STEP; ) {
    const trial = scaled.moved(from, length, step);
    const now = scaled.merit(trial, penalties);
    const worse = absoluteSum(scaled.violations(trial));
    const isFar = worse > farthest;
    if (!isFar && now <= before + ARMIJO * length * slope + rounding) return { place: trial, stepLength: length };
    if (length === 1 && broken.length > 0 && slack === 0 && worse > absoluteSum(broken)) {
      const place = corrected(scaled, from, trial, model, step);
      if (place && scaled.merit(place, penalties) <= before + ARMIJO * slope + rounding) return { place, stepLength: 1 };
    }
    const rise = now - before - length * slope;
    const share = Number.isFinite(rise) && !isFar ? (-slope * length) / (2 * rise) : LEAST_SHARE;
    length *= Math.min(0.5, Math.max(LEAST_SHARE, share));
  }
  return undefined;
}

/** The place after a step for constraints as they are at its end: the second-order correction. */
function corrected(scaled: ScaledProgram, from: Place, trial: Place, model: Model, step: Float64Array): Place | undefined {
  const n = step.length;
  const there = over(trial.constraints, scaled.scales.constraints).map(
    (value, j) => value - dot(model.jacobian.subarray(j * n, (j + 1) * n), step),
  );
  const again = stepOf(model, there, scaled, scaled.box(from.x), false);
  return again && scaled.moved(from, 1, again.step);
}

/** A step, and the part of the violations that its linearized constraints leave. */
interface Relaxed extends StepSolution {
  readonly slack: number;
}

/** The step under linearized constraints; where they contradict each other, under ones that leave a part of the violations. */
function stepOf(
  { root, gradient: linear, jacobian }: Model,
  values: Float64Array,
  { least, most }: ScaledProgram,
  box: Box,
  relaxes = true,
): Relaxed | undefined {
  const [n, m] = [linear.length, values.length];
  const [low, high] = [least.map((bound, j) => bound - values[j]), most.map((bound, j) => bound - values[j])];
  const found = solveActiveSet({ root: root.slice(), linear, rows: jacobian, low, high, ...box });
  if (found) return { ...found, slack: 0 };
  if (!relaxes) return undefined;
  const size = n + 1;
  const [wide, rows] = [new Float64Array(size * size), new Float64Array(m * size)];
  for (let i = 0; i < n; i++) wide.set(root.subarray(i * n, (i + 1) * n), i * size);
  for (let j = 0; j < m; j++) {
    for (let i = 0; i < n; i++) rows[j * size + i] = jacobian[j * n + i];
    rows[j * size + n] = Math.max(0, low[j]) - Math.max(0, -high[j]);
  }
  const append = (list: Float64Array, last: number) => Float64Array.from([...list, last]);
  for (const weight of RELAXATIONS) {
    wide[size * size - 1] = 1 / Math.sqrt(weight);
    const relaxed = solveActiveSet({
      root: wide.slice(),
      linear: append(linear, 0),
      rows,
      low,
      high,
      lower: append(box.lower, 0),
      upper: append(box.upper, 1),
    });
    if (!relaxed) return undefined;
    const slack = relaxed.step[n];
    if (slack > 0.9 && weight !== RELAXATIONS.at(-1)) continue;
    if (slack > 1 - 1e-6) return undefined;
    const { multipliers } = relaxed;
    return { step: relaxed.step.slice(0, n), multipliers, boundMultipliers: relaxed.boundMultipliers.slice(0, n), slack };
  }
  return undefined;
}

/** About how far forward differences are off, in scale: truncation by the curvature that was learned, and rounding. */
function forwardError(
  w: Float64Array,
  hessian: Float64Array,
  value: number,
  multipliers: Float64Array,
  constraints: Float64Array,
): number {
  const n = w.length;
  const terms = constraints.reduce((sum, g, j) => sum + Math.abs(multipliers[j] * g), Math.abs(value));
  let most = 0;
  for (let i = 0; i < n; i++) {
    const step = Math.sqrt(Number.EPSILON) * Math.max(1, Math.abs(w[i]));
    most = Math.max(most, (step * hessian[i * n + i]) / 2 + (Number.EPSILON * terms) / step);
  }
  return most;
}

/** v'Bv. */
function quadratic(matrix: Float64Array, v: Float64Array): number {
  const n = v.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += v[i] * dot(matrix.subarray(i * n, (i + 1) * n), v);
  return sum;
}

export const sqpSolver = /* @__PURE__ */ defineSolver({
  id: 'optim/sqp',
  title: 'Sequential quadratic programming',
  summary: 'Quadratic models of the Lagrangian under linearized constraints, with a line search on the exact penalty function.',
  problem: constrained,
  role: 'baseline',
  paper,
  cost: 'O(n^3 + n m) \\text{ per step}',
  options: sqpOptions,
  steps: (instance, options) => {
    const { program, initial } = startOf(instance);
    return sqpSteps(program, initial, undefined, options);
  },
});
