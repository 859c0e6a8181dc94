// A point of the primal-dual barrier method with its multipliers, the weight of the barrier and the filter: Newton steps, the search
// along them, and the update of the multipliers.
//
// A. Wächter, L. Biegler: On the implementation of an interior-point filter line-search algorithm for large-scale nonlinear
// programming (2006). Numbers in comments are its equations.
import { absoluteSum, largestMagnitude } from '@infimum/linalg/numerics';
import type { BarrierPoint, BarrierProblem } from './barrier-problem.ts';
import { pushInside, StepSystem } from './barrier-problem.ts';

/** Its options. */
export interface BarrierSettings {
  /** Error (5) at which to stop. */
  readonly tolerance: number;
  /** The first weight of the barrier. */
  readonly firstMu: number;
  /** Ends as `accepted` at the first point that is. */
  readonly accepts?: (w: Float64Array) => boolean;
  /** Multipliers to begin with. */
  readonly multipliers?: Omit<BarrierPoint, 'w'>;
}

/** Weight of the violations in restoring: (29). */
export const RHO = 1000;
/** Error at which restoring ends, a ten-millionth of its weights ρ: rounding of slacks that multipliers of ρ hold leaves as much. */
export const RESTORED = 1e-4;
const KAPPA_SIGMA = 1e10; // (16)
const [GAMMA_THETA, GAMMA_PHI, ETA, S_THETA, S_PHI] = [1e-5, 1e-8, 1e-8, 1.1, 2.3]; // (18) to (20)
const GAMMA_ALPHA = 0.05; // (23)
const MOST_CORRECTIONS = 4;
/** Values and points beyond this have no bound. */
const UNBOUNDED = 1e15;
/** Multipliers of least squares beyond this are no estimates. */
const MOST_MULTIPLIER = 1e3;

/** f and c at a point. */
interface Values {
  readonly value: number;
  readonly constraints: Float64Array;
}

/** A point that a step leads to. */
interface Landing {
  readonly w: Float64Array;
  readonly values: Values;
  readonly stepLength: number;
}

/** The Newton step of the barrier problem at a point. */
interface NewtonStep {
  /** dw, then dy. */
  readonly direction: Float64Array;
  /** The right-hand side. */
  readonly right: Float64Array;
  /** The derivative of the barrier function along dw. */
  readonly descent: number;
  /** The longest step within the bounds. */
  readonly longest: number;
  /** τ: what part of the distances to bounds a step may take. */
  readonly tau: number;
}

/** The point with its multipliers, the weight of the barrier, and the filter. */
export class BarrierState {
  w: Float64Array;
  mu: number;
  stepLength = 0;
  readonly #problem: BarrierProblem;
  readonly #tolerance: number;
  readonly #system: StepSystem;
  readonly #isLower: boolean[];
  readonly #isUpper: boolean[];
  readonly #bounds: number;
  readonly #gradient: Float64Array;
  readonly #jacobian: Float64Array;
  readonly #hessian: Float64Array;
  readonly #mostTheta: number;
  readonly #smallTheta: number;
  #values: Values;
  #y: Float64Array;
  #zl: Float64Array;
  #zu: Float64Array;
  #filter: [theta: number, phi: number][] = [];
  #tiny = 0;

  constructor(problem: BarrierProblem, start: Float64Array, { tolerance, firstMu, accepts, multipliers }: BarrierSettings) {
    const { variables: n, equalities: m, lower, upper } = problem;
    this.#problem = problem;
    this.#tolerance = tolerance;
    this.#system = new StepSystem(n, m);
    this.#isLower = Array.from(lower, (bound) => bound > -Infinity);
    this.#isUpper = Array.from(upper, (bound) => bound < Infinity);
    this.#bounds = this.#isLower.filter(Boolean).length + this.#isUpper.filter(Boolean).length;
    this.#gradient = new Float64Array(n);
    this.#jacobian = new Float64Array(m * n);
    this.#hessian = new Float64Array(n * n);
    this.mu = firstMu;
    this.w = accepts ? start.slice() : pushInside(problem, start);
    this.#values = this.#evaluate(this.w);
    this.#differentiate();
    this.#zl = multipliers?.lowerMultipliers.slice() ?? this.#firstLower();
    this.#zu = multipliers?.upperMultipliers.slice() ?? this.#firstUpper();
    this.#y = multipliers?.y.slice() ?? this.#leastSquares();
    const theta = Math.max(1, this.#theta);
    [this.#mostTheta, this.#smallTheta] = [1e4 * theta, 1e-4 * theta];
  }

  get shift(): number {
    return this.#system.shift;
  }

  get constraints(): Float64Array {
    return this.#values.constraints;
  }

  get #theta(): number {
    return absoluteSum(this.#values.constraints);
  }

  get #phi(): number {
    return this.#barrier(this.w, this.#values.value);
  }

  /** Where there is nothing to be restored. */
  get cannotRestore(): boolean {
    return this.#problem.equalities === 0 || this.#theta <= 1e-2 * this.#tolerance;
  }

  point(): BarrierPoint {
    return { w: this.w.slice(), y: this.#y.slice(), lowerMultipliers: this.#zl.slice(), upperMultipliers: this.#zu.slice() };
  }

  /** How it ends here, if it does. */
  end(): 'optimal' | 'not-finite' | 'unbounded' | undefined {
    const gap = this.#error(0);
    if (gap <= this.#tolerance) return 'optimal';
    const { value } = this.#values;
    if (!Number.isFinite(value) || Number.isNaN(gap)) return 'not-finite';
    return value < -UNBOUNDED || largestMagnitude(this.w) > UNBOUNDED ? 'unbounded' : undefined;
  }

  /** Lowers μ while its problem is solved well enough: (7). */
  lowerBarrier(): void {
    const leastMu = this.#tolerance / 10;
    while (this.#error(this.mu) <= 10 * this.mu && this.mu > leastMu) {
      this.mu = Math.max(leastMu, Math.min(0.2 * this.mu, this.mu ** 1.5));
      this.#filter = [];
      this.#tiny = 0;
    }
  }

  /** The direction of (11); undefined where no shift makes the matrix right. */
  newtonStep(): NewtonStep | undefined {
    const { variables: n, equalities: m, lower, upper } = this.#problem;
    const { w, mu } = this;
    const [gradient, jacobian, y] = [this.#gradient, this.#jacobian, this.#y];
    this.#problem.hessian(w, y, 1, this.#hessian);
    const sigma = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      if (this.#isLower[i]) sigma[i] += this.#zl[i] / this.#below(w, i);
      if (this.#isUpper[i]) sigma[i] += this.#zu[i] / this.#above(w, i);
    }
    const slope = gradient.slice(); // of the barrier function
    for (let i = 0; i < n; i++) {
      if (this.#isLower[i]) slope[i] -= mu / this.#below(w, i);
      if (this.#isUpper[i]) slope[i] += mu / this.#above(w, i);
    }
    const right = new Float64Array(n + m);
    for (let i = 0; i < n; i++) right[i] = -slope[i];
    for (let j = 0; j < m; j++) {
      for (let i = 0; i < n; i++) right[i] -= y[j] * jacobian[j * n + i];
      right[n + j] = -this.constraints[j];
    }
    const isFactored = this.#system.factor(this.#hessian, sigma, jacobian, mu);
    const direction = isFactored ? this.#system.solve(right) : undefined;
    if (!direction) return undefined;
    const dw = direction.subarray(0, n);
    let descent = 0;
    for (let i = 0; i < n; i++) descent += slope[i] * dw[i];
    const tau = Math.max(0.99, 1 - mu);
    return { direction, right, descent, longest: toBoundary(w, dw, lower, upper, tau), tau };
  }

  /** Where the step leads; undefined where no part of it is taken, `stuck` where rounding leaves no step. */
  search(step: NewtonStep): Landing | 'stuck' | undefined {
    const { w } = this;
    const dw = step.direction.subarray(0, w.length);
    const isTiny = dw.every((d, i) => Math.abs(d) <= 10 * Number.EPSILON * (1 + Math.abs(w[i])));
    if (isTiny && this.#theta <= this.#tolerance) return this.#tinyStep(dw, step.longest);
    this.#tiny = 0;
    const { descent, longest } = step;
    const leastStep = this.#leastStep(descent);
    for (let length = longest; length >= Math.min(leastStep, longest) && length > 1e-16; length /= 2) {
      const trial = w.map((value, i) => value + length * dw[i]);
      const values = this.#judge(trial, length, descent);
      if (values) return { w: trial, values, stepLength: length };
      const corrected = length === longest && this.#problem.equalities > 0 && this.#correct(step, trial);
      if (corrected) return corrected;
    }
    return undefined;
  }

  /** Takes a step, with multipliers of bounds by (12), kept near μ over the distances by (16). */
  take({ direction, tau }: NewtonStep, { w: moved, values, stepLength }: Landing): void {
    const { variables: n, equalities: m } = this.#problem;
    const { w, mu } = this;
    const dw = direction.subarray(0, n);
    const dzl = this.#zl.map((z, i) => (this.#isLower[i] ? (mu - z * dw[i]) / this.#below(w, i) - z : 0));
    const dzu = this.#zu.map((z, i) => (this.#isUpper[i] ? (mu + z * dw[i]) / this.#above(w, i) - z : 0));
    const dualStep = Math.min(positiveStep(this.#zl, dzl, tau), positiveStep(this.#zu, dzu, tau));
    for (let j = 0; j < m; j++) this.#y[j] += stepLength * direction[n + j];
    const kept = (z: number, slack: number) => Math.max(Math.min(z, (KAPPA_SIGMA * mu) / slack), mu / KAPPA_SIGMA / slack);
    this.#zl = this.#zl.map((z, i) => (this.#isLower[i] ? kept(z + dualStep * dzl[i], this.#below(moved, i)) : 0));
    this.#zu = this.#zu.map((z, i) => (this.#isUpper[i] ? kept(z + dualStep * dzu[i], this.#above(moved, i)) : 0));
    this.stepLength = stepLength;
    this.w = moved;
    this.#values = values;
    this.#differentiate();
  }

  /** Adds this point to the filter. */
  refuseHere(): void {
    this.#filter.push([(1 - GAMMA_THETA) * this.#theta, this.#phi - GAMMA_PHI * this.#theta]);
  }

  clearFilter(): void {
    this.#filter = [];
  }

  /** Whether a restored point is better than this one, and not refused. */
  improvement(): (trial: Float64Array) => boolean {
    const theta = this.#theta;
    return (trial) => {
      const { value, constraints } = this.#evaluate(trial);
      const trialTheta = absoluteSum(constraints);
      return trialTheta <= 0.9 * theta && !this.#refused(trialTheta, this.#barrier(trial, value));
    };
  }

  isNearlyFeasible(w: Float64Array): boolean {
    const left = absoluteSum(this.#evaluate(w).constraints);
    return left <= Math.max(this.#tolerance, (10 * this.#problem.equalities * RESTORED) / RHO);
  }

  /** Goes on from a restored point with first multipliers. */
  restartAt(w: Float64Array): void {
    this.w = w;
    this.#values = this.#evaluate(w);
    this.#zl = this.#firstLower();
    this.#zu = this.#firstUpper();
    this.#differentiate();
    this.#y = this.#leastSquares();
  }

  #evaluate(w: Float64Array): Values {
    const constraints = new Float64Array(this.#problem.equalities);
    const value = this.#problem.value(w);
    this.#problem.constraints(w, constraints);
    return { value, constraints };
  }

  #differentiate(): void {
    this.#problem.gradient(this.w, this.#gradient);
    this.#problem.jacobian(this.w, this.#jacobian);
  }

  #below(w: Float64Array, i: number): number {
    const bound = this.#problem.lower[i];
    return Math.max(w[i] - bound, 1e-16 * Math.max(1, Math.abs(bound)));
  }

  #above(w: Float64Array, i: number): number {
    const bound = this.#problem.upper[i];
    return Math.max(bound - w[i], 1e-16 * Math.max(1, Math.abs(bound)));
  }

  #firstLower(): Float64Array {
    return this.w.map((_, i) => (this.#isLower[i] ? this.mu / this.#below(this.w, i) : 0));
  }

  #firstUpper(): Float64Array {
    return this.w.map((_, i) => (this.#isUpper[i] ? this.mu / this.#above(this.w, i) : 0));
  }

  #leastSquares(): Float64Array {
    const { variables: n, equalities: m } = this.#problem;
    return leastSquaresMultipliers(n, m, this.#gradient, this.#jacobian, this.#zl, this.#zu);
  }

  /** The barrier function. */
  #barrier(w: Float64Array, value: number): number {
    let sum = 0;
    for (let i = 0; i < w.length; i++) {
      if (this.#isLower[i]) sum -= Math.log(this.#below(w, i));
      if (this.#isUpper[i]) sum -= Math.log(this.#above(w, i));
    }
    return value + this.mu * sum;
  }

  #refused(theta: number, phi: number): boolean {
    return !(theta <= this.#mostTheta) || this.#filter.some(([t, p]) => theta >= t && phi >= p);
  }

  /** The gradient of the Lagrangian. */
  #dual(): Float64Array {
    const { variables: n, equalities: m } = this.#problem;
    const out = this.#gradient.slice();
    for (let j = 0; j < m; j++) for (let i = 0; i < n; i++) out[i] += this.#y[j] * this.#jacobian[j * n + i];
    for (let i = 0; i < n; i++) out[i] += this.#zu[i] - this.#zl[i];
    return out;
  }

  /** The error (5). */
  #error(weight: number): number {
    const { equalities: m, lower, upper } = this.#problem;
    const { w } = this;
    const [zl, zu, bounds] = [this.#zl, this.#zu, this.#bounds];
    const multipliers = absoluteSum(this.#y) + absoluteSum(zl) + absoluteSum(zu);
    const scaleDual = Math.max(100, multipliers / Math.max(1, m + bounds)) / 100;
    const scaleBounds = Math.max(100, (absoluteSum(zl) + absoluteSum(zu)) / Math.max(1, bounds)) / 100;
    let complementarity = 0;
    for (let i = 0; i < w.length; i++) {
      if (this.#isLower[i]) complementarity = Math.max(complementarity, Math.abs((w[i] - lower[i]) * zl[i] - weight));
      if (this.#isUpper[i]) complementarity = Math.max(complementarity, Math.abs((upper[i] - w[i]) * zu[i] - weight));
    }
    const parts = [
      largestMagnitude(this.#dual()) / scaleDual,
      largestMagnitude(this.constraints),
      complementarity / scaleBounds,
    ];
    return parts.some(Number.isNaN) ? Number.NaN : Math.max(...parts);
  }

  /** Takes steps within rounding as they are; the second one lowers μ, and there is none after the last. */
  #tinyStep(dw: Float64Array, longest: number): Landing | 'stuck' {
    const leastMu = this.#tolerance / 10;
    if (++this.#tiny > 1 && this.mu <= leastMu) return 'stuck';
    if (this.#tiny > 1) this.mu = Math.max(leastMu, 0.2 * this.mu);
    const moved = this.w.map((value, i) => value + longest * dw[i]);
    return { w: moved, values: this.#evaluate(moved), stepLength: longest };
  }

  /** The step below which feasibility is restored: (23). */
  #leastStep(descent: number): number {
    if (!(descent < 0)) return GAMMA_ALPHA * GAMMA_THETA;
    const theta = this.#theta;
    const switched = theta <= this.#smallTheta ? theta ** S_THETA / (-descent) ** S_PHI : Infinity;
    return GAMMA_ALPHA * Math.min(GAMMA_THETA, (GAMMA_PHI * theta) / -descent, switched);
  }

  /** The values at a trial that lessens the barrier function or the violation enough; undefined for others. */
  #judge(trial: Float64Array, step: number, descent: number): Values | undefined {
    const values = this.#evaluate(trial);
    const [theta, phi] = [this.#theta, this.#phi];
    const rounding = 10 * Number.EPSILON * Math.abs(phi);
    const trialTheta = absoluteSum(values.constraints);
    const trialPhi = this.#barrier(trial, values.value);
    if (!Number.isFinite(trialTheta) || !Number.isFinite(trialPhi)) return undefined;
    if (this.#refused(trialTheta, trialPhi)) return undefined;
    const switches = descent < 0 && step * (-descent) ** S_PHI > theta ** S_THETA; // (19)
    const falls = trialPhi <= phi + ETA * step * descent + rounding; // (20)
    if (theta <= this.#smallTheta && switches) return falls ? values : undefined;
    const improves = trialTheta <= (1 - GAMMA_THETA) * theta || trialPhi - rounding <= phi - GAMMA_PHI * theta; // (18)
    if (!improves) return undefined;
    if (!switches || !falls) this.refuseHere(); // (22)
    return values;
  }

  /** Second-order corrections of the first trial, where it has raised the violation: (27). */
  #correct({ right, descent, longest, tau }: NewtonStep, trial: Float64Array): Landing | undefined {
    const { variables: n, equalities: m, lower, upper } = this.#problem;
    const { w } = this;
    let constraints = this.constraints.slice();
    let at = this.#evaluate(trial).constraints;
    let last = absoluteSum(at);
    if (!(last >= this.#theta) || !Number.isFinite(last)) return undefined;
    for (let round = 0; round < MOST_CORRECTIONS; round++) {
      constraints = constraints.map((c, j) => longest * c + at[j]);
      const again = right.slice();
      for (let j = 0; j < m; j++) again[n + j] = -constraints[j];
      const solved = this.#system.solve(again);
      if (!solved) return undefined;
      const d = solved.subarray(0, n);
      const length = toBoundary(w, d, lower, upper, tau);
      const moved = w.map((value, i) => value + length * d[i]);
      const values = this.#judge(moved, longest, descent);
      if (values) return { w: moved, values, stepLength: longest };
      at = this.#evaluate(moved).constraints;
      const now = absoluteSum(at);
      if (!(now <= 0.99 * last)) return undefined;
      last = now;
    }
    return undefined;
  }
}

/** The longest step, at most 1, that keeps 1 - τ of the distances to bounds: (15). */
function toBoundary(w: Float64Array, dw: Float64Array, lower: Float64Array, upper: Float64Array, tau: number): number {
  let step = 1;
  for (let i = 0; i < w.length; i++) {
    if (dw[i] < 0 && lower[i] > -Infinity) step = Math.min(step, (-tau * (w[i] - lower[i])) / dw[i]);
    if (dw[i] > 0 && upper[i] < Infinity) step = Math.min(step, (tau * (upper[i] - w[i])) / dw[i]);
  }
  return step;
}

function positiveStep(z: Float64Array, dz: Float64Array, tau: number): number {
  let step = 1;
  for (let i = 0; i < z.length; i++) if (dz[i] < 0) step = Math.min(step, (-tau * z[i]) / dz[i]);
  return step;
}

/** y that makes |∇f + A'y - z_l + z_u| least, as (36); zero where that is far off. */
function leastSquaresMultipliers(
  n: number,
  m: number,
  gradient: Float64Array,
  jacobian: Float64Array,
  zl: Float64Array,
  zu: Float64Array,
): Float64Array {
  const none = new Float64Array(m);
  if (m === 0 || !gradient.every(Number.isFinite)) return none;
  const system = new StepSystem(n, m);
  const right = new Float64Array(n + m);
  for (let i = 0; i < n; i++) right[i] = zl[i] - zu[i] - gradient[i];
  if (!system.factor(new Float64Array(n * n), new Float64Array(n).fill(1), jacobian, 1)) return none;
  const y = system.solve(right)?.slice(n);
  return y && largestMagnitude(y) <= MOST_MULTIPLIER ? y : none;
}
