// The classical augmented Lagrangian method: unconstrained minimisation of f + λ'c + (μ/2)|c|² by modified Newton steps, then
// λ <- λ + μ c.
//
// M. Hestenes: Multiplier and gradient methods (1969); M. Powell: A method for nonlinear constraints in minimization problems (1969).
import type { Iterate, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { asVector, checkObject, converged, defineSolver, resolveOptions, runWith, stalled } from '@infimum/core';
import { ldl, solveLdl } from '@infimum/linalg';
import { dot, norm } from '@infimum/linalg/numerics';
import { equalityConstrained } from './equality-problem.ts';
import type { EqualityProgram, EqualitySolution, ProgramPoint } from './equality-program.ts';
import {
  bounded,
  checkProgram,
  kktResidual,
  lagrangianGradient,
  pointOf,
  scaledMultipliers,
  scaledProgram,
  scalesAt,
  unscaledMultipliers,
} from './equality-program.ts';
import { startOf } from './equality-source.ts';
import { iterationLimit, shift, tolerance } from './newton-options.ts';
import { isPositive } from './newton-system.ts';
import { multiplierMethod as paper } from './papers.ts';

const augmentedLagrangianOptions = {
  penalty: { type: 'number', above: 0, default: 1, description: 'Initial penalty μ' },
  penaltyGrowth: { type: 'number', min: 1, default: 1.5, description: 'Factor of μ after every update of the multipliers' },
  shift,
  tolerance,
  maxIterations: iterationLimit,
} as const satisfies OptionSpecs;

/** Options of `augmentedLagrangian`. */
export type AugmentedLagrangianOptions = OptionsOf<typeof augmentedLagrangianOptions> & RunOptions<MultiplierIterate>;

/** One iteration of a method with a penalty. */
export interface MultiplierIterate extends Iterate<EqualitySolution> {
  /** |(∇L, c)|, scaled. */
  readonly residual: number;
  /** The penalty. */
  readonly penalty: number;
  /** Inner steps so far. */
  readonly innerIterations: number;
}

/** Penalties end here. */
const MOST_PENALTY = 1e10;

/**
 * Finds a stationary point of f under c(x) = 0 by minimising f + λ'c + (μ/2)|c|² to a falling tolerance, 0.1 · 0.1^k, and
 * λ <- λ + μ c. Linear convergence, whose ratio falls as μ grows. An iteration is a Newton step, O(n³).
 *
 * @throws {InvalidInputError} naming `program`, `initial` or the option at fault
 *
 * @example
 * ```ts
 * import { augmentedLagrangian, testProgram, testPrograms } from '@infimum/optim/constrained';
 *
 * const { status } = augmentedLagrangian(testProgram('HS28'), Float64Array.from(testPrograms.HS28.start));
 * console.log(status); // converged
 * ```
 */
export function augmentedLagrangian(
  program: EqualityProgram,
  initial: VectorLike,
  options: AugmentedLagrangianOptions = {},
): Outcome<EqualitySolution, MultiplierIterate> {
  checkObject(program, 'program');
  return runWith(augmentedLagrangianOptions, options, augmentedLagrangianSteps(program, asVector(initial, 'initial'), options));
}

/** The steps of `augmentedLagrangian`. */
export function* augmentedLagrangianSteps(
  original: EqualityProgram,
  initial: Float64Array,
  options: AugmentedLagrangianOptions = {},
): Steps<EqualitySolution, MultiplierIterate> {
  const settings = resolveOptions(augmentedLagrangianOptions, options);
  const { penaltyGrowth, shift, tolerance } = settings;
  checkProgram(original, initial);
  const { variables: n, equalities: m } = original;
  const scales = scalesAt(original, initial);
  const program = scaledProgram(original, scales);
  let { penalty } = settings;
  let x: Float64Array = Float64Array.from(initial);
  let multipliers: Float64Array = new Float64Array(m);
  let point = pointOf(program, x);
  let accuracy = 0.1;
  let updates = 0;
  const hessian = new Float64Array(n * n);
  for (let iteration = 0; ; iteration++) {
    // The multipliers that the next update would give make ∇L the gradient of the augmented Lagrangian.
    const updated = multipliers.map((value, j) => value + penalty * point.constraints[j]);
    const gradient = lagrangianGradient(point, updated);
    const size = Number.isNaN(point.value) ? Number.NaN : norm(gradient);
    const residual = Math.hypot(size, norm(point.constraints));
    const solution = (): EqualitySolution => ({
      x: x.slice(),
      multipliers: unscaledMultipliers(updated, scales),
      value: original.value(x),
      residual: bounded(residual),
      outerIterations: updates,
      innerIterations: iteration,
    });
    yield { iteration, residual, penalty, innerIterations: iteration, solution };
    if (residual <= tolerance) {
      const again = kktResidual(program, x, scaledMultipliers(solution().multipliers, scales));
      if (again <= tolerance * (1 + 1e-9)) return converged(solution(), `|(∇L, c)| is ${residual.toExponential(1)}`);
      return stalled(solution(), 'the multipliers are not finite in the scale of the problem');
    }
    if (!(residual < Infinity)) return stalled(solution(), 'a function or a derivative is not finite here');
    if (size <= Math.max(accuracy, tolerance / 4)) {
      if (penalty >= MOST_PENALTY) return stalled(solution(), 'the penalty grew to 1e10 and equalities are still violated');
      multipliers = updated;
      accuracy = Math.max(accuracy / 10, tolerance / 4);
      penalty = Math.min(MOST_PENALTY, penalty * penaltyGrowth);
      updates++;
      continue;
    }
    program.hessian(x, updated, hessian);
    for (let j = 0; j < m; j++) {
      for (let i = 0; i < n; i++) {
        const factor = penalty * point.jacobian[j * n + i];
        for (let k = 0; k < n; k++) hessian[i * n + k] += factor * point.jacobian[j * n + k];
      }
    }
    const direction = newtonDirection(hessian, gradient, shift);
    if (!direction) return stalled(solution(), 'the Hessian is not finite');
    const next = descend(program, x, point, direction, multipliers, penalty, dot(direction, gradient));
    if (!next) return stalled(solution(), 'no step reduces the augmented Lagrangian: rounding, or wrong derivatives');
    ({ x, point } = next);
  }
}

/** -(H + tI)⁻¹ g, with the least t of a ladder that makes the matrix positive definite. */
function newtonDirection(hessian: Float64Array, gradient: Float64Array, shift: number): Float64Array | undefined {
  const n = gradient.length;
  const size = norm(hessian);
  if (!(size < Infinity)) return undefined;
  for (let added = 0; ; added = added === 0 ? 1e-3 * (shift + size) : added * 10) {
    const values = hessian.slice();
    for (let i = 0; i < n; i++) values[i * n + i] += added;
    if (!isPositive(values, new Float64Array(0), 0, n, 1e-12 * size)) continue;
    return solveLdl(ldl({ rows: n, cols: n, values }), gradient).map((value) => -value);
  }
}

/** Armijo halving on the augmented Lagrangian. */
function descend(
  program: EqualityProgram,
  x: Float64Array,
  point: ProgramPoint,
  direction: Float64Array,
  multipliers: Float64Array,
  penalty: number,
  slope: number,
): { readonly x: Float64Array; readonly point: ProgramPoint } | undefined {
  const merit = ({ value, constraints }: ProgramPoint): number =>
    value + dot(multipliers, constraints) + (penalty / 2) * dot(constraints, constraints);
  const before = merit(point);
  for (let length = 1; length >= 1e-14; length /= 2) {
    const trial = x.map((value, i) => value + length * direction[i]);
    const there = pointOf(program, trial);
    if (merit(there) <= before + 1e-4 * length * slope + 1e-14 * Math.abs(before)) return { x: trial, point: there };
  }
  return undefined;
}

export const augmentedLagrangianSolver = /* @__PURE__ */ defineSolver({
  id: 'optim/augmented-lagrangian',
  title: 'Augmented Lagrangian',
  summary: 'Minimises f + λ’c + (μ/2)|c|² and updates the multipliers: robust, linear convergence.',
  problem: equalityConstrained,
  role: 'baseline',
  paper,
  cost: 'O(n^3) \\text{ per step}',
  options: augmentedLagrangianOptions,
  steps: (instance, options) => {
    const { program, initial } = startOf(instance);
    return augmentedLagrangianSteps(program, initial, options);
  },
});
