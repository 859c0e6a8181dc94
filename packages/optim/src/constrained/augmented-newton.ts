// The outer method of AdaSketch-Newton: Newton systems of the first-order conditions, solved to an adaptive accuracy, and a line
// search on the exact augmented Lagrangian L_η = f + λ'c + (η1/2)|c|² + (η2/2)|∇L|². Steps follow section 2 of arXiv 2305.18379.
import type { Iterate, ResolvedOptions, Steps } from '@infimum/core';
import { checkVector, converged, stalled } from '@infimum/core';
import { dot, norm } from '@infimum/linalg/numerics';
import type { EqualityProgram, EqualitySolution, ProgramPoint, Scales } from './equality-program.ts';
import {
  bounded,
  checkProgram,
  kktResidual,
  lagrangianGradient,
  pointOf,
  scaledMultipliers,
  scaledProgram,
  scalesAt,
  unitScales,
  unscaledMultipliers,
} from './equality-program.ts';
import type { InnerSolver } from './inner-solvers.ts';
import type { NewtonSystem } from './newton-system.ts';
import { gramRange, newtonSystem } from './newton-system.ts';

/** One iteration. */
export interface AugmentedIterate extends Iterate<EqualitySolution> {
  /** |(∇L, c)|, scaled. */
  readonly residual: number;
  /** Outer steps so far. */
  readonly outerIterations: number;
  /** Inner steps so far. */
  readonly innerIterations: number;
  /** The step length that led here; 0 at the start and inside of a step. */
  readonly stepLength: number;
  /** Penalty of |c|². */
  readonly eta1: number;
  /** Penalty of |∇L|². */
  readonly eta2: number;
  /** Accuracy of the bound of the paper. */
  readonly delta: number;
  /** Multiplications of the inner solver so far. */
  readonly flops: number;
}

/** What the outer method takes; see the options of `adaSketchNewton`. */
type AugmentedSettings = ResolvedOptions<Omit<typeof import('./newton-options.ts'), 'iterationLimit'>>;

/** Penalties beyond these are taken as they are: numbers end. */
const MOST_ETA1 = 1e8;
const LEAST_ETA2 = 1e-8;

/** Hessians below this, in scale, are none. */
const LEAST_FLATNESS = 1e-8;

/** Least accuracy of the paper's bound. */
const LEAST_DELTA = 1e-6;

/** The steps, with an inner solver of its own for every run. */
export function* augmentedNewtonSteps(
  original: EqualityProgram,
  initial: Float64Array,
  settings: AugmentedSettings,
  makeInner: () => InnerSolver,
): Steps<EqualitySolution, AugmentedIterate> {
  checkProgram(original, initial);
  const { variables: n, equalities: m } = original;
  const { tolerance, initialMultipliers } = settings;
  if (initialMultipliers) checkVector(initialMultipliers, 'initialMultipliers', m);
  const scales: Scales = settings.scaling === 'start' ? scalesAt(original, initial) : unitScales(m);
  const program = scaledProgram(original, scales);
  const inner = makeInner();
  const penalties: Penalties = {
    eta1: settings.constraintPenalty,
    eta2: settings.stationarityPenalty,
    delta: settings.initialAccuracy,
  };
  let x: Float64Array = Float64Array.from(initial);
  let multipliers: Float64Array = initialMultipliers ? scaledMultipliers(initialMultipliers, scales) : new Float64Array(m);
  let point = pointOf(program, x);
  const hessian = new Float64Array(n * n);
  let stepLength = 0;
  let outerIterations = 0;
  for (let iteration = 0; ; iteration++) {
    const stationarity = lagrangianGradient(point, multipliers);
    const b = new Float64Array(n + m);
    for (let i = 0; i < n; i++) b[i] = -stationarity[i];
    for (let j = 0; j < m; j++) b[n + j] = -point.constraints[j];
    const residual = Number.isNaN(point.value) ? Number.NaN : norm(b);
    const solution = (): EqualitySolution => ({
      x: x.slice(),
      multipliers: unscaledMultipliers(multipliers, scales),
      value: original.value(x),
      residual: bounded(residual),
      outerIterations,
      innerIterations: inner.steps,
    });
    const report = (): AugmentedIterate => ({
      iteration,
      residual,
      outerIterations,
      innerIterations: inner.steps,
      stepLength,
      ...penalties,
      flops: inner.flops,
      solution,
    });
    yield report();
    if (residual <= tolerance) {
      const again = kktResidual(program, x, scaledMultipliers(solution().multipliers, scales));
      if (again <= tolerance * (1 + 1e-9)) return converged(solution(), `|(∇L, c)| is ${residual.toExponential(1)}`);
      return stalled(solution(), 'the multipliers are not finite in the scale of the problem');
    }
    if (!(residual < Infinity)) {
      return stalled(solution(), 'a function or a derivative is not finite here: start elsewhere');
    }
    const [leastGram, mostGram] = gramRange(point.jacobian, m, n);
    if (!(leastGram > settings.singularity * mostGram)) return stalled(solution(), singularReason(point, m, n));
    program.hessian(x, multipliers, hessian);
    // What is steep at the start may be flat at the end: curvature counts beside the Hessian where that is small.
    const flatness = settings.accuracyRule === 'paper' ? 1 : Math.min(1, Math.max(LEAST_FLATNESS, norm(hessian)));
    const system = newtonSystem(hessian, point.jacobian, m, {
      curvature: settings.minCurvature * flatness,
      shift: settings.shift * flatness,
      leastGram,
    });
    if (!(system.size < Infinity)) return stalled(solution(), 'the Hessian is not finite');
    if (settings.meritHessian === 'objective') program.hessian(x, new Float64Array(m), hessian);
    const slopes = meritSlopes(hessian, point, stationarity, n, m);
    const within = (): AugmentedIterate => {
      iteration++;
      stepLength = 0;
      return report();
    };
    let direction: Direction;
    try {
      direction = yield* descentDirection(inner, system, b, slopes, penalties, residual, settings, within);
    } catch (error) {
      return stalled(solution(), `the Newton system ${error instanceof Error ? error.message : 'is singular'}`);
    }
    const step = lineSearch(program, { x, multipliers, point }, direction, penalties, settings.armijo);
    if (!step) return stalled(solution(), lineReason(point));
    ({ x, multipliers, point, stepLength } = step);
    outerIterations++;
  }
}

/** Of |c|² and |∇L|², and the accuracy of the bound of the paper. */
interface Penalties {
  eta1: number;
  eta2: number;
  delta: number;
}

/** A change of x and multipliers, and the derivative of the merit along it. */
interface Direction {
  readonly z: Float64Array;
  readonly slope: number;
}

/** The derivative of the merit along z, by the penalties. */
type MeritSlopes = (z: Float64Array, penalties: Penalties) => number;

/** Solves the Newton system as exactly as it takes for a descent of the merit, whose penalties change where accuracy is not enough. */
function* descentDirection(
  inner: InnerSolver,
  system: NewtonSystem,
  b: Float64Array,
  slopes: MeritSlopes,
  penalties: Penalties,
  residual: number,
  { armijo, penaltyGrowth, superlinear, accuracyRule }: AugmentedSettings,
  iterate: () => AugmentedIterate,
): Generator<AugmentedIterate, Direction> {
  const theta = superlinear ? Math.min(1, residual) : 1;
  const trial = (): number =>
    ((0.5 - armijo) * penalties.eta2) /
    ((1 + penalties.eta1 + penalties.eta2) * system.derivativeBound ** 2 * system.inverseBound ** 2);
  penalties.delta = Math.max(Math.min(penalties.delta, trial()), LEAST_DELTA);
  const firstKappa = superlinear ? Math.min(0.1, residual) : 0.1;
  let kappa = firstKappa;
  const z = new Float64Array(b.length);
  inner.begin(system.matrix, b);
  for (;;) {
    const target = (): number =>
      accuracyRule === 'paper' ? (theta * penalties.delta * residual) / (system.size * system.inverseBound) : kappa * residual;
    while (!inner.improve(z, target())) yield iterate();
    const slope = slopes(z, penalties);
    const { eta1, eta2 } = penalties;
    if (slope <= -(eta2 / 2) * residual * residual || eta1 > MOST_ETA1 || eta2 < LEAST_ETA2) return { z, slope };
    if (accuracyRule === 'practical' && kappa > 1e-3 * firstKappa) {
      kappa /= 4;
      continue;
    }
    penalties.eta1 *= penaltyGrowth * penaltyGrowth;
    penalties.eta2 /= penaltyGrowth;
    penalties.delta = Math.max(Math.min(penalties.delta / penaltyGrowth ** 4, trial()), LEAST_DELTA);
  }
}

function meritSlopes(
  hessian: Float64Array,
  { constraints, jacobian }: ProgramPoint,
  stationarity: Float64Array,
  n: number,
  m: number,
): MeritSlopes {
  const pulled = new Float64Array(n);
  const curved = new Float64Array(n);
  const along = new Float64Array(m);
  for (let j = 0; j < m; j++) {
    for (let i = 0; i < n; i++) {
      pulled[i] += jacobian[j * n + i] * constraints[j];
      along[j] += jacobian[j * n + i] * stationarity[i];
    }
  }
  for (let i = 0; i < n; i++) for (let k = 0; k < n; k++) curved[i] += hessian[i * n + k] * stationarity[k];
  return (z, { eta1, eta2 }) => {
    const [dx, dm] = [z.subarray(0, n), z.subarray(n)];
    return (
      dot(stationarity, dx) + eta1 * dot(pulled, dx) + eta2 * dot(curved, dx) + dot(constraints, dm) + eta2 * dot(along, dm)
    );
  };
}

/** L_η. */
export function exactAugmentedValue(point: ProgramPoint, multipliers: Float64Array, eta1: number, eta2: number): number {
  const stationarity = lagrangianGradient(point, multipliers);
  return (
    point.value +
    dot(multipliers, point.constraints) +
    (eta1 / 2) * dot(point.constraints, point.constraints) +
    (eta2 / 2) * dot(stationarity, stationarity)
  );
}

/** Armijo halving; undefined where no step of 1e-12 and more descends. NaN counts as no descent. */
function lineSearch(
  program: EqualityProgram,
  {
    x,
    multipliers,
    point: from,
  }: { readonly x: Float64Array; readonly multipliers: Float64Array; readonly point: ProgramPoint },
  { z, slope }: Direction,
  { eta1, eta2 }: Penalties,
  armijo: number,
): { x: Float64Array; multipliers: Float64Array; point: ProgramPoint; stepLength: number } | undefined {
  const n = x.length;
  const before = exactAugmentedValue(from, multipliers, eta1, eta2);
  const slack = 1e-14 * Math.abs(before);
  for (let stepLength = 1; stepLength >= 1e-12; stepLength /= 2) {
    const newX = x.map((value, i) => value + stepLength * z[i]);
    const newMultipliers = multipliers.map((value, j) => value + stepLength * z[n + j]);
    const point = pointOf(program, newX);
    const after = exactAugmentedValue(point, newMultipliers, eta1, eta2);
    if (after <= before + stepLength * armijo * slope + slack) {
      return { x: newX, multipliers: newMultipliers, point, stepLength };
    }
  }
  return undefined;
}

function isInfeasibleHere({ constraints, jacobian }: ProgramPoint, m: number, n: number): boolean {
  const pulled = new Float64Array(n);
  for (let j = 0; j < m; j++) for (let i = 0; i < n; i++) pulled[i] += jacobian[j * n + i] * constraints[j];
  const violation = norm(constraints);
  return violation > 1e-6 && norm(pulled) <= 1e-6 * violation * (1 + violation);
}

function singularReason(point: ProgramPoint, m: number, n: number): string {
  const why = 'the Jacobian of the equalities is singular here';
  if (!isInfeasibleHere(point, m, n)) return `${why}: remove redundant equalities, or start elsewhere`;
  return `${why}, and no direction reduces their violation: there may be no feasible point`;
}

function lineReason(point: ProgramPoint): string {
  const why = 'no step along the Newton direction reduces the merit';
  const violation = norm(point.constraints);
  if (!(violation > 1e-6)) return why;
  return `${why}, and the equalities are violated by ${violation.toExponential(1)}: start elsewhere, if they have a solution`;
}
