// The family of methods with momentum and look-ahead, which includes gradient descent, heavy ball, Nesterov's methods and
// triple momentum.
import type { ObjectiveLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { checkNumber, checkObject, resolveOptions, runWith } from '@infimum/core';
import { addScaled, dot } from '@infimum/linalg/numerics';
import type { Curvature } from '../smooth/lipschitz-constant.ts';
import type { CountedObjective, SmoothSolution } from '../smooth-minimization.ts';
import { smoothStart, tolerance } from '../smooth-minimization.ts';
import type { GradientIterate, GradientMethod } from './gradient-method.ts';
import { gradientMethodSteps } from './gradient-method.ts';

/** The four numbers that make a method of the family. */
export interface Momentum {
  /** h², the factor of the gradient, above 0. */
  readonly stepSize: number;
  /** b, the share of the last displacement that is kept, at least 0. */
  readonly momentum: number;
  /** g, how far ahead the gradient is taken, in displacements; 0 by default. */
  readonly lookAhead?: number;
  /** d, how far ahead the output lies, in displacements; 0 by default. */
  readonly outputAhead?: number;
}

const momentumFamilyOptions = {
  tolerance,
  maxIterations: { type: 'integer', min: 0, default: 10_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of a member of the family of momentum. */
export type MomentumFamilyOptions = OptionsOf<typeof momentumFamilyOptions> & RunOptions<GradientIterate>;

/** When momentum is dropped: never, when it points uphill, or when the value rises. */
export type Restart = 'none' | 'gradient' | 'function';

/** Momentum that changes from step to step. */
export interface MomentumSchedule {
  /** The numbers of the step that is due, if L is the Lipschitz constant. */
  at(lipschitz: number): Momentum;
  /** Goes on to the next step. */
  advance?(): void;
  /** Begins anew. */
  restart?(): void;
}

/**
 * Minimises f by the look-ahead symplectic Euler method: with the displacement p, zero at first,
 *
 * y = x + g p, p <- b p - h² grad f(y), x <- x + p, output x + d p.
 *
 * Gradient descent is b = g = d = 0, heavy ball g = d = 0, Nesterov's methods g = b, d = 0; triple momentum uses all four.
 * In time steps of length h the velocity is p / h. `gradientDescentMomentum` and its siblings give the numbers of the
 * known methods, `betweenMomenta` those between two of them. There is no safeguard: with parameters for which the method
 * diverges, the run diverges.
 *
 * O(d) and one gradient an iteration, three vectors of memory. `converged` when |grad f(y)| <= tolerance
 * min(1, |grad f(x_0)|), with y as the solution; `stalled` when the gradient grew by 1e100. Outcomes at a limit have the
 * output.
 *
 * L. Lessard, B. Recht, A. Packard: Analysis and design of optimization algorithms via integral quadratic constraints
 * (2016), arXiv:1408.3595.
 *
 * @param objective - f with its gradient
 * @param initial - where to start, d numbers
 * @param momentum - the four numbers
 * @param options - tolerance and limits; `maxIterations` is 10 000 by default
 * @throws {InvalidInputError} for a starting point that does not fit or is not finite, and for numbers out of range
 *
 * @example
 * ```ts
 * import { quadraticForm } from '@infimum/optim';
 * import { heavyBallMomentum, momentumFamily } from '@infimum/optim/acceleration';
 *
 * const bowl = quadraticForm(Float64Array.of(1, 25));
 * const { status, iterations } = momentumFamily(bowl, Float64Array.of(1, 1), heavyBallMomentum(25, 1));
 * console.log(status, iterations < 80); // converged true
 * ```
 */
export function momentumFamily(
  objective: ObjectiveLike,
  initial: VectorLike,
  momentum: Momentum,
  options: MomentumFamilyOptions = {},
): Outcome<SmoothSolution, GradientIterate> {
  return runWith(momentumFamilyOptions, options, momentumFamilySteps(objective, initial, momentum, options));
}

/** The steps of `momentumFamily`, to be driven by `run` or by your own loop. */
export function momentumFamilySteps(
  objective: ObjectiveLike,
  initial: VectorLike,
  momentum: Momentum,
  options: MomentumFamilyOptions = {},
): Steps<SmoothSolution, GradientIterate> {
  const { tolerance } = resolveOptions(momentumFamilyOptions, options);
  checkNumber(momentum?.stepSize, 'momentum.stepSize', { above: 0 });
  checkNumber(momentum.momentum, 'momentum.momentum', { min: 0 });
  checkNumber(momentum.lookAhead ?? 0, 'momentum.lookAhead');
  checkNumber(momentum.outputAhead ?? 0, 'momentum.outputAhead');
  const known = { tolerance, lipschitz: 1 / momentum.stepSize };
  return scheduledMomentumSteps(objective, initial, { at: () => momentum }, known);
}

/**
 * Between two members of the family, (1 - theta) a + theta b in step, momentum and look-ahead.
 *
 * @throws {InvalidInputError} for a theta outside of 0 to 1
 */
export function betweenMomenta(a: Momentum, b: Momentum, theta: number): Momentum {
  checkObject(a, 'a');
  checkObject(b, 'b');
  for (const [name, momentum] of Object.entries({ a, b })) {
    const { stepSize, momentum: b, lookAhead = 0, outputAhead = 0 } = momentum;
    const numbers = { stepSize, momentum: b, lookAhead, outputAhead };
    for (const [field, value] of Object.entries(numbers)) checkNumber(value, `${name}.${field}`);
  }
  checkNumber(theta, 'theta', { min: 0, max: 1 });
  const between = (from = 0, to = 0) => (1 - theta) * from + theta * to;
  return {
    stepSize: between(a.stepSize, b.stepSize),
    momentum: between(a.momentum, b.momentum),
    lookAhead: between(a.lookAhead, b.lookAhead),
    outputAhead: between(a.outputAhead, b.outputAhead),
  };
}

/** The steps of a member whose numbers may change, with a Lipschitz constant that may have to be found. */
export function scheduledMomentumSteps(
  objective: ObjectiveLike,
  initial: VectorLike,
  schedule: MomentumSchedule,
  { restart = 'none', ...options }: { readonly tolerance: number } & Curvature & { readonly restart?: Restart },
): Steps<SmoothSolution, GradientIterate> {
  const [oracle, start] = smoothStart(objective, initial);
  return gradientMethodSteps(oracle, start, options, (f, start) => createMomentumMethod(f, start, schedule, restart));
}

function createMomentumMethod(
  f: CountedObjective,
  initial: Float64Array,
  schedule: MomentumSchedule,
  restart: Restart,
): GradientMethod {
  const x = Float64Array.from(initial);
  const displacement = new Float64Array(x.length);
  let outputAhead = 0;
  let lastValue = restart === 'function' ? f.value(x) : 0;
  const mustRestart = (gradient: Float64Array) => {
    if (restart === 'gradient') return dot(gradient, displacement) > 0;
    if (restart === 'none') return false;
    const value = f.value(x);
    const rises = value > lastValue;
    lastValue = value;
    return rises;
  };
  return {
    step(_, gradient, lipschitz, next) {
      const { stepSize, momentum } = schedule.at(lipschitz);
      schedule.advance?.();
      const { lookAhead = 0, outputAhead: ahead = 0 } = schedule.at(lipschitz);
      outputAhead = ahead;
      for (let i = 0; i < x.length; i++) {
        const move = momentum * displacement[i] - stepSize * gradient[i];
        const position = x[i] + move;
        displacement[i] = move;
        x[i] = position;
        next[i] = position + lookAhead * move;
      }
      if (!mustRestart(gradient)) return;
      schedule.restart?.();
      // A run that begins does not look ahead.
      next.set(x);
    },
    output() {
      const output = x.slice();
      addScaled(output, outputAhead, displacement);
      return output;
    },
  };
}
