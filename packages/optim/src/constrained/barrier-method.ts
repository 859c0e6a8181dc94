// The primal-dual barrier method with a filter: Newton steps on the conditions of barrier problems whose weight falls, a line search
// that takes what lessens the violation or the barrier function, second-order corrections, and a restoration of feasibility
// where no step is taken.
//
// A. Wächter, L. Biegler: On the implementation of an interior-point filter line-search algorithm for large-scale nonlinear
// programming (2006). Numbers in comments are its equations.
import {
  type BarrierPoint,
  type BarrierProblem,
  largest,
  pushInside,
  StepSystem,
  sumOfSizes,
} from './barrier-problem.ts';

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

/** What it is told. */
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

const KAPPA_SIGMA = 1e10; // (16)
const [GAMMA_THETA, GAMMA_PHI, ETA, S_THETA, S_PHI] = [1e-5, 1e-8, 1e-8, 1.1, 2.3]; // (18) to (20)
const GAMMA_ALPHA = 0.05; // (23)
const RHO = 1000; // (29)
const MOST_CORRECTIONS = 4;
/** Values and points beyond this have no bound. */
const UNBOUNDED = 1e15;
/** Error at which restoring ends, a ten-millionth of its weights ρ: rounding of slacks that multipliers of ρ hold leaves as much. */
const RESTORED = 1e-4;
/** Multipliers of least squares beyond this are no estimates. */
const MOST_MULTIPLIER = 1e3;

/** f, c and derivatives at a point. */
interface Values {
  readonly value: number;
  readonly constraints: Float64Array;
}

/** The steps of the method: yields before every step. */
export function* barrierSteps(
  problem: BarrierProblem,
  start: Float64Array,
  settings: BarrierSettings,
): Generator<BarrierReport, BarrierEnd, void> {
  const { variables: n, equalities: m, lower, upper } = problem;
  const { tolerance, accepts } = settings;
  const system = new StepSystem(n, m);
  const isLower = Array.from(lower, (bound) => bound > -Infinity);
  const isUpper = Array.from(upper, (bound) => bound < Infinity);
  const bounds = isLower.filter(Boolean).length + isUpper.filter(Boolean).length;

  const evaluate = (w: Float64Array): Values => {
    const constraints = new Float64Array(m);
    const value = problem.value(w);
    problem.constraints(w, constraints);
    return { value, constraints };
  };
  const slackBelow = (w: Float64Array, i: number) =>
    Math.max(w[i] - lower[i], 1e-16 * Math.max(1, Math.abs(lower[i])));
  const slackAbove = (w: Float64Array, i: number) =>
    Math.max(upper[i] - w[i], 1e-16 * Math.max(1, Math.abs(upper[i])));
  const barrier = (w: Float64Array, value: number, mu: number): number => {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      if (isLower[i]) sum -= Math.log(slackBelow(w, i));
      if (isUpper[i]) sum -= Math.log(slackAbove(w, i));
    }
    return value + mu * sum;
  };

  let w = accepts ? start.slice() : pushInside(problem, start);
  let mu = settings.firstMu;
  let here = evaluate(w);
  const gradient = new Float64Array(n);
  const jacobian = new Float64Array(m * n);
  const hessian = new Float64Array(n * n);
  problem.gradient(w, gradient);
  problem.jacobian(w, jacobian);
  let zl =
    settings.multipliers?.lowerMultipliers.slice() ??
    w.map((_, i) => (isLower[i] ? mu / slackBelow(w, i) : 0));
  let zu =
    settings.multipliers?.upperMultipliers.slice() ??
    w.map((_, i) => (isUpper[i] ? mu / slackAbove(w, i) : 0));
  let y = settings.multipliers?.y.slice() ?? leastSquaresMultipliers(n, m, gradient, jacobian, zl, zu);
  const firstTheta = sumOfSizes(here.constraints);
  const [mostTheta, smallTheta] = [1e4 * Math.max(1, firstTheta), 1e-4 * Math.max(1, firstTheta)];
  let filter: [theta: number, phi: number][] = [];
  const refused = (theta: number, phi: number) =>
    !(theta <= mostTheta) || filter.some(([t, p]) => theta >= t && phi >= p);

  /** The gradient of the Lagrangian. */
  const dual = (): Float64Array => {
    const out = gradient.slice();
    for (let j = 0; j < m; j++) for (let i = 0; i < n; i++) out[i] += y[j] * jacobian[j * n + i];
    for (let i = 0; i < n; i++) out[i] += zu[i] - zl[i];
    return out;
  };
  /** The error (5). */
  const error = (weight: number): number => {
    const multipliers = sumOfSizes(y) + sumOfSizes(zl) + sumOfSizes(zu);
    const scaleDual = Math.max(100, multipliers / Math.max(1, m + bounds)) / 100;
    const scaleBounds = Math.max(100, (sumOfSizes(zl) + sumOfSizes(zu)) / Math.max(1, bounds)) / 100;
    let complementarity = 0;
    for (let i = 0; i < n; i++) {
      if (isLower[i])
        complementarity = Math.max(complementarity, Math.abs((w[i] - lower[i]) * zl[i] - weight));
      if (isUpper[i])
        complementarity = Math.max(complementarity, Math.abs((upper[i] - w[i]) * zu[i] - weight));
    }
    const parts = [largest(dual()) / scaleDual, largest(here.constraints), complementarity / scaleBounds];
    return parts.some(Number.isNaN) ? Number.NaN : Math.max(...parts);
  };
  const point = (): BarrierPoint => ({
    w: w.slice(),
    y: y.slice(),
    lowerMultipliers: zl.slice(),
    upperMultipliers: zu.slice(),
  });
  const leastMu = tolerance / 10;
  let [stepLength, tiny] = [0, 0];
  let isFeasibleRestart = false;
  for (;;) {
    yield { ...point(), mu, stepLength, shift: system.shift, isRestoring: accepts !== undefined };
    const gap = error(0);
    if (gap <= tolerance) return { ...point(), end: 'optimal' };
    if (!Number.isFinite(here.value) || Number.isNaN(gap)) return { ...point(), end: 'not-finite' };
    if (here.value < -UNBOUNDED || largest(w) > UNBOUNDED) return { ...point(), end: 'unbounded' };
    while (error(mu) <= 10 * mu && mu > leastMu) {
      mu = Math.max(leastMu, Math.min(0.2 * mu, mu ** 1.5)); // (7)
      filter = [];
      tiny = 0;
    }

    problem.hessian(w, y, 1, hessian);
    const sigma = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      if (isLower[i]) sigma[i] += zl[i] / slackBelow(w, i);
      if (isUpper[i]) sigma[i] += zu[i] / slackAbove(w, i);
    }
    const slope = gradient.slice(); // of the barrier function
    for (let i = 0; i < n; i++) {
      if (isLower[i]) slope[i] -= mu / slackBelow(w, i);
      if (isUpper[i]) slope[i] += mu / slackAbove(w, i);
    }
    const right = new Float64Array(n + m);
    for (let i = 0; i < n; i++) right[i] = -slope[i];
    for (let j = 0; j < m; j++) {
      for (let i = 0; i < n; i++) right[i] -= y[j] * jacobian[j * n + i];
      right[n + j] = -here.constraints[j];
    }
    const isFactored = system.factor(hessian, sigma, jacobian, mu);
    const direction = isFactored ? system.solve(right) : undefined;
    const theta = sumOfSizes(here.constraints);
    const phi = barrier(w, here.value, mu);
    let next: { w: Float64Array; values: Values } | undefined;
    const tau = Math.max(0.99, 1 - mu);
    if (direction) {
      const dw = direction.subarray(0, n);
      let descent = 0;
      for (let i = 0; i < n; i++) descent += slope[i] * dw[i];
      const longest = toBoundary(w, dw, lower, upper, tau);
      const isTiny = dw.every((d, i) => Math.abs(d) <= 10 * Number.EPSILON * (1 + Math.abs(w[i])));
      if (isTiny && theta <= tolerance) {
        if (++tiny > 1 && mu <= leastMu) return { ...point(), end: 'stuck' };
        if (tiny > 1) mu = Math.max(leastMu, 0.2 * mu);
        const moved = w.map((value, i) => value + longest * dw[i]);
        next = { w: moved, values: evaluate(moved) };
        stepLength = longest;
      } else {
        tiny = 0;
        const leastStep =
          GAMMA_ALPHA *
          (descent < 0
            ? Math.min(
                GAMMA_THETA,
                (GAMMA_PHI * theta) / -descent,
                theta <= smallTheta ? theta ** S_THETA / (-descent) ** S_PHI : Infinity,
              )
            : GAMMA_THETA);
        const rounding = 10 * Number.EPSILON * Math.abs(phi);
        const judge = (trial: Float64Array, step: number): Values | undefined => {
          const values = evaluate(trial);
          const trialTheta = sumOfSizes(values.constraints);
          const trialPhi = barrier(trial, values.value, mu);
          if (!Number.isFinite(trialTheta) || !Number.isFinite(trialPhi)) return undefined;
          if (refused(trialTheta, trialPhi)) return undefined;
          const switches = descent < 0 && step * (-descent) ** S_PHI > theta ** S_THETA; // (19)
          const falls = trialPhi <= phi + ETA * step * descent + rounding; // (20)
          if (theta <= smallTheta && switches) return falls ? values : undefined;
          const improves =
            trialTheta <= (1 - GAMMA_THETA) * theta || trialPhi - rounding <= phi - GAMMA_PHI * theta; // (18)
          if (!improves) return undefined;
          if (!switches || !falls) filter.push([(1 - GAMMA_THETA) * theta, phi - GAMMA_PHI * theta]); // (22)
          return values;
        };
        for (let step = longest; step >= Math.min(leastStep, longest) && step > 1e-16; step /= 2) {
          const trial = w.map((value, i) => value + step * dw[i]);
          const values = judge(trial, step);
          if (values) {
            next = { w: trial, values };
            stepLength = step;
            break;
          }
          if (step !== longest || m === 0) continue;
          const corrected = correct(trial, step);
          if (corrected) {
            next = corrected;
            stepLength = step;
            break;
          }
        }

        /** Second-order corrections of the first trial, where it has raised the violation. */
        function correct(trial: Float64Array, step: number) {
          let constraints = here.constraints.slice();
          let at = evaluate(trial).constraints;
          let last = sumOfSizes(at);
          if (!(last >= theta) || !Number.isFinite(last)) return undefined;
          for (let round = 0; round < MOST_CORRECTIONS; round++) {
            constraints = constraints.map((c, j) => step * c + at[j]); // (27)
            const again = right.slice();
            for (let j = 0; j < m; j++) again[n + j] = -constraints[j];
            const solved = system.solve(again);
            if (!solved) return undefined;
            const d = solved.subarray(0, n);
            const length = toBoundary(w, d, lower, upper, tau);
            const moved = w.map((value, i) => value + length * d[i]);
            const values = judge(moved, step);
            if (values) return { w: moved, values };
            at = evaluate(moved).constraints;
            const now = sumOfSizes(at);
            if (!(now <= 0.99 * last)) return undefined;
            last = now;
          }
          return undefined;
        }
      }
      if (next) {
        const dzl = zl.map((z, i) => (isLower[i] ? (mu - z * dw[i]) / slackBelow(w, i) - z : 0)); // (12)
        const dzu = zu.map((z, i) => (isUpper[i] ? (mu + z * dw[i]) / slackAbove(w, i) - z : 0));
        const dualStep = Math.min(positiveStep(zl, dzl, tau), positiveStep(zu, dzu, tau));
        for (let j = 0; j < m; j++) y[j] += stepLength * direction[n + j];
        const moved = next.w;
        const kept = (z: number, slack: number) =>
          Math.max(Math.min(z, (KAPPA_SIGMA * mu) / slack), mu / KAPPA_SIGMA / slack);
        zl = zl.map((z, i) => (isLower[i] ? kept(z + dualStep * dzl[i], slackBelow(moved, i)) : 0));
        zu = zu.map((z, i) => (isUpper[i] ? kept(z + dualStep * dzu[i], slackAbove(moved, i)) : 0));
      }
    }
    if (!next) {
      if (accepts || m === 0 || theta <= 1e-2 * tolerance) return { ...point(), end: 'stuck' };
      filter.push([(1 - GAMMA_THETA) * theta, phi - GAMMA_PHI * theta]);
      const restored: BarrierEnd = yield* restore(
        problem,
        point(),
        here.constraints,
        mu,
        tolerance,
        (trial) => {
          const values = evaluate(trial);
          const trialTheta = sumOfSizes(values.constraints);
          return trialTheta <= 0.9 * theta && !refused(trialTheta, barrier(trial, values.value, mu));
        },
      );
      const left = sumOfSizes(evaluate(restored.w.subarray(0, n)).constraints);
      if (restored.end !== 'accepted') {
        const isFeasible = left <= Math.max(tolerance, (10 * m * RESTORED) / RHO);
        if (!isFeasible || isFeasibleRestart) {
          const end = restored.end === 'optimal' && !isFeasible ? 'infeasible' : 'stuck';
          return {
            w: restored.w.slice(0, n),
            y: restored.y,
            lowerMultipliers: restored.lowerMultipliers.slice(0, n),
            upperMultipliers: restored.upperMultipliers.slice(0, n),
            end,
          };
        }
        isFeasibleRestart = true;
        filter = [];
      }
      const moved = restored.w.slice(0, n);
      next = { w: moved, values: evaluate(moved) };
      zl = zl.map((_, i) => (isLower[i] ? mu / slackBelow(moved, i) : 0));
      zu = zu.map((_, i) => (isUpper[i] ? mu / slackAbove(moved, i) : 0));
      problem.gradient(moved, gradient);
      problem.jacobian(moved, jacobian);
      y = leastSquaresMultipliers(n, m, gradient, jacobian, zl, zu);
    }
    w = next.w;
    here = next.values;
    problem.gradient(w, gradient);
    problem.jacobian(w, jacobian);
    if (accepts?.(w)) return { ...point(), end: 'accepted' };
  }
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
  const weight = Math.max(mu, largest(constraints));
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

/** The longest step, at most 1, that keeps 1 - τ of the distances to bounds: (15). */
function toBoundary(
  w: Float64Array,
  dw: Float64Array,
  lower: Float64Array,
  upper: Float64Array,
  tau: number,
): number {
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
  return y && largest(y) <= MOST_MULTIPLIER ? y : none;
}
