// Sequential quadratic programming with the merit f + μ|c|_1, its Newton systems solved exactly or inexactly by GMRES: the
// baseline of the paper, in the plain and in the adaptive variant.
//
// R. Byrd, F. Curtis, J. Nocedal: An inexact SQP method for equality constrained optimization (2008).
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { asVector, checkObject, converged, defineSolver, resolveOptions, runWith, stalled } from '@infimum/core';
import { absoluteSum, dot, norm } from '@infimum/linalg/numerics';
import { equalityConstrained } from './equality-problem.ts';
import type { EqualityProgram, EqualitySolution } from './equality-program.ts';
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
import { deterministicSolver } from './inner-solvers.ts';
import type { MultiplierIterate } from './multiplier-method.ts';
import { iterationLimit, minCurvature, shift, tolerance } from './newton-options.ts';
import { newtonSystem } from './newton-system.ts';
import { inexactSqp as paper } from './papers.ts';

const l1SqpOptions = {
  solver: { type: 'choice', choices: ['gmres', 'ldl'], default: 'gmres', description: 'Solver for the Newton systems' },
  adaptive: {
    type: 'boolean',
    default: false,
    description: 'Raise penalty and accuracy until the model decreases, instead of the two tests',
  },
  shift,
  minCurvature,
  tolerance,
  maxIterations: iterationLimit,
} as const satisfies OptionSpecs;

/** Options of `l1Sqp`. */
export type L1SqpOptions = OptionsOf<typeof l1SqpOptions> & RunOptions<MultiplierIterate>;

const ARMIJO = 1e-8;
const TAU = 0.1;
const EPSILON = 0.1;
const BETA = 0.1;
const NU = 1.5;

/**
 * Finds a stationary point of f under c(x) = 0 with the merit f + μ|c|_1. A step is taken if its residual is small and the model
 * of the merit falls enough, or if its residual is small beside |c| and μ grows; `adaptive` raises μ and the accuracy until the
 * model falls. O((n + m)² products) a step.
 *
 * @throws {InvalidInputError} naming `program`, `initial` or the option at fault
 *
 * @example
 * ```ts
 * import { l1Sqp, testProgram, testPrograms } from '@infimum/optim/constrained';
 *
 * const { status } = l1Sqp(testProgram('HS78'), Float64Array.from(testPrograms.HS78.start), { solver: 'ldl' });
 * console.log(status); // converged
 * ```
 */
export function l1Sqp(
  program: EqualityProgram,
  initial: VectorLike,
  options: L1SqpOptions = {},
): Outcome<EqualitySolution, MultiplierIterate> {
  checkObject(program, 'program');
  return runWith(l1SqpOptions, options, l1SqpSteps(program, asVector(initial, 'initial'), options));
}

/** The steps of `l1Sqp`. */
export function* l1SqpSteps(
  original: EqualityProgram,
  initial: Float64Array,
  options: L1SqpOptions = {},
): Steps<EqualitySolution, MultiplierIterate> {
  const { solver, adaptive, shift, minCurvature, tolerance } = resolveOptions(l1SqpOptions, options);
  checkProgram(original, initial);
  const { variables: n, equalities: m } = original;
  const scales = scalesAt(original, initial);
  const program = scaledProgram(original, scales);
  const inner = deterministicSolver(solver);
  const hessian = new Float64Array(n * n);
  let x: Float64Array = Float64Array.from(initial);
  let multipliers: Float64Array = new Float64Array(m);
  let point = pointOf(program, x);
  let penalty = 1;
  for (let iteration = 0; ; iteration++) {
    const stationarity = lagrangianGradient(point, multipliers);
    const b = Float64Array.from([...stationarity, ...point.constraints], (value) => -value);
    const residual = Number.isNaN(point.value) ? Number.NaN : norm(b);
    const solution = (): EqualitySolution => ({
      x: x.slice(),
      multipliers: unscaledMultipliers(multipliers, scales),
      value: original.value(x),
      residual: bounded(residual),
      outerIterations: iteration,
      innerIterations: inner.steps,
    });
    yield { iteration, residual, penalty, innerIterations: inner.steps, solution };
    if (residual <= tolerance) {
      const again = kktResidual(program, x, scaledMultipliers(solution().multipliers, scales));
      if (again <= tolerance * (1 + 1e-9)) return converged(solution(), `|(∇L, c)| is ${residual.toExponential(1)}`);
      return stalled(solution(), 'the multipliers are not finite in the scale of the problem');
    }
    if (!(residual < Infinity)) return stalled(solution(), 'a function or a derivative is not finite here');
    program.hessian(x, multipliers, hessian);
    const system = newtonSystem(hessian, point.jacobian, m, { curvature: minCurvature, shift, leastGram: 1 });
    if (!(system.size < Infinity)) return stalled(solution(), 'the Hessian is not finite');
    const violation = absoluteSum(point.constraints);
    const size = absoluteSum(b);
    const z = new Float64Array(n + m);
    let kappa = adaptive ? 0.1 : 1;
    let slope = Number.NaN;
    try {
      inner.begin(system.matrix, b);
      for (; kappa > 1e-14; kappa /= adaptive ? NU * NU : 10) {
        inner.improve(z, (kappa * norm(b)) / Math.sqrt(n + m));
        const rest = product(system.matrix.values, z).map((value, i) => value - b[i]);
        const dx = z.subarray(0, n);
        const left = absoluteSum(rest.subarray(n));
        const along = dot(point.gradient, dx);
        const curved = Math.max(dot(dx, product(system.matrix.values, padded(dx, m)).subarray(0, n)) / 2, 0);
        const fall = (): number => -along - curved + penalty * (violation - left);
        const enough = (): boolean => fall() >= TAU * (1 - EPSILON) * penalty * Math.max(violation, left - violation);
        if (adaptive) {
          if (absoluteSum(rest) > kappa * size) continue;
          if (!enough()) {
            penalty *= NU;
            continue;
          }
        } else if (!(absoluteSum(rest) <= kappa * size && enough())) {
          const isNear = absoluteSum(rest.subarray(0, n)) <= EPSILON * violation && left <= BETA * violation;
          if (!isNear && !(kappa < 1e-10 && violation > left)) continue;
          penalty = Math.max(penalty, (along + curved) / ((1 - TAU) * (violation - left))) + 1e-4;
        }
        slope = along - penalty * (violation - left);
        break;
      }
    } catch (error) {
      return stalled(solution(), `the Newton system ${error instanceof Error ? error.message : 'is singular'}`);
    }
    if (!(slope < 0)) return stalled(solution(), 'no accuracy of the step makes the model of the merit decrease');
    const before = point.value + penalty * violation;
    let next: { x: Float64Array; point: typeof point; length: number } | undefined;
    for (let length = 1; length >= 1e-12 && !next; length /= 2) {
      const trial = x.map((value, i) => value + length * z[i]);
      const there = pointOf(program, trial);
      const after = there.value + penalty * absoluteSum(there.constraints);
      if (after <= before + ARMIJO * length * slope + 1e-14 * Math.abs(before)) next = { x: trial, point: there, length };
    }
    if (!next) return stalled(solution(), 'no step along the direction reduces the merit');
    const { length } = next;
    multipliers = multipliers.map((value, j) => value + length * z[n + j]);
    ({ x, point } = next);
  }
}

function product(matrix: Float64Array, z: Float64Array): Float64Array {
  const size = z.length;
  return z.map((_, i) => dot(matrix.subarray(i * size, (i + 1) * size), z));
}

function padded(values: Float64Array, zeros: number): Float64Array {
  const out = new Float64Array(values.length + zeros);
  out.set(values);
  return out;
}

export const l1SqpSolver = /* @__PURE__ */ defineSolver({
  id: 'optim/l1-sqp',
  title: 'SQP with the l1 merit',
  summary: 'Inexact Newton steps by GMRES, or exact ones, with the merit f + μ|c|_1.',
  problem: equalityConstrained,
  role: 'baseline',
  paper,
  cost: 'O((n + m)^2) \\text{ per product}',
  options: l1SqpOptions,
  steps: (instance, options) => {
    const { program, initial } = startOf(instance);
    return l1SqpSteps(program, initial, options);
  },
});
