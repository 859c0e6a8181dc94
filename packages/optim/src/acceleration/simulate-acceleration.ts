// Simulation of the motions that accelerated methods discretise.
import type { Iterate, LimitOptions, Objective, ObjectiveLike, Outcome, Steps, VectorLike } from '@infimum/core';
import { checkChoice, checkVector, fault, run } from '@infimum/core';
import { portableExp } from '@infimum/core/portable-math';
import type { DenseMatrix } from '@infimum/linalg';
import { checkCurvature } from '../smooth/lipschitz-constant.ts';
import type { CountedObjective, OracleCalls } from '../smooth-minimization.ts';
import { counted, smoothStart } from '../smooth-minimization.ts';
import type { Dynamics, OdeConstants, SecondOrderOde } from './acceleration-odes.ts';
import { accelerationDynamics, SECOND_ORDER_ODES } from './acceleration-odes.ts';
import { dopri5Steps } from './dopri5.ts';
import type { Motion } from './motion-energy.ts';
import { energyOf } from './motion-energy.ts';
import type { Integration, IntegrationIterate, Stepper, VectorField } from './ode-integrators.ts';
import { explicitEulerSteps, fixedSteps, rk4Steps } from './ode-integrators.ts';

/** A motion: those of second order, the gradient flow, and one for all mu at once. */
export type AccelerationOde = SecondOrderOde | 'gradient-flow' | 'coupled';

const ODES: readonly AccelerationOde[] = ['gradient-flow', ...SECOND_ORDER_ODES, 'coupled'];

/** How it is integrated. */
export type OdeIntegrator = 'dopri5' | 'rk4' | 'explicit-euler' | 'semi-implicit-euler' | 'split-cayley';

const INTEGRATORS: readonly OdeIntegrator[] = ['dopri5', 'rk4', 'explicit-euler', 'semi-implicit-euler', 'split-cayley'];

/** Options of `simulateAcceleration`. */
export interface SimulateAccelerationOptions extends OdeConstants, LimitOptions<AccelerationIterate> {
  /** Which motion. */
  readonly ode: AccelerationOde;
  /** Where time begins; where the equation says, by default. */
  readonly from?: number;
  /** Where it ends. */
  readonly to: number;
  /** How it is integrated; `dopri5` by default. */
  readonly integrator?: OdeIntegrator;
  /** Steps of integrators other than `dopri5`; 1000 by default. */
  readonly steps?: number;
  /** Relative tolerance of `dopri5`; 1e-8 by default. */
  readonly relativeTolerance?: number;
  /** Absolute tolerance of `dopri5`; 1e-10 by default. */
  readonly absoluteTolerance?: number;
  /** Times of which `dopri5` gives the states; those of its steps by default. */
  readonly times?: Float64Array;
  /** The velocity at the beginning, d numbers; what the equation says, by default. */
  readonly initialVelocity?: Float64Array;
  /** Where `split-cayley` takes the gradient: `ahead`, which is Nesterov's method, or `here`; `ahead` by default. */
  readonly kickAt?: 'ahead' | 'here';
  /** x*, if energies are wanted. */
  readonly minimizer?: Float64Array;
}

/** A simulated motion. */
export interface AccelerationTrajectory {
  /** Times, rising. */
  readonly times: Float64Array;
  /** x, a row a time. */
  readonly positions: DenseMatrix;
  /** x', a row a time. */
  readonly velocities: DenseMatrix;
  /** The Lyapunov function of the motion, where the minimiser was given. */
  readonly energies?: Float64Array;
  /** Counts of function calls. */
  readonly evaluations: OracleCalls;
}

/** One step of a simulation. */
export interface AccelerationIterate extends Iterate<AccelerationTrajectory> {
  /** The time that was reached. */
  readonly time: number;
}

/**
 * Simulates the motion of a particle x(t) of which a method of acceleration is the discretisation: `gradient-flow`,
 * x' = -grad f; x'' + (k + beta H(x)) x' + c grad f(x) = 0 with the coefficients of `accelerationDynamics`; or `coupled`,
 * x' = v - x, gamma v' = mu (x - v) - grad f, gamma = mu + (L - mu) e^{-t}, which serves mu = 0 and mu > 0 alike.
 *
 * No Hessian is needed: in the variable w = x' + beta grad f the equation reads x' = w - beta grad f,
 * w' = -k x' - c grad f. An evaluation costs one gradient and O(d). `semi-implicit-euler` updates w first and moves x with
 * the new one; `split-cayley`, for beta = 0, damps by (1 - kh/2) / (1 + kh/2), kicks and drifts, and is Nesterov's method
 * for strongly convex functions when h = 1/sqrt L. Energies, which never rise along the motion:
 *
 * - `heavy-ball`: f - f* + |x' + sqrt mu (x - x*)|²/2, falls as e^{-sqrt mu t}
 * - `nesterov-strongly-convex`: (1 + sqrt(mu s)) (f - f*) + |x'|²/4 + |x' + 2 sqrt mu (x - x*) + sqrt s grad f|²/4, at least as
 *   e^{-sqrt mu t / 4}
 * - `nesterov-convex`: t² (f - f*) + 2 |x + t x'/2 - x*|²
 * - `manifold`: |x' + beta grad f|²/2, for c = k beta exactly as e^{-2kt}
 * - `coupled`: f - f* + (gamma/2) |v - x*|², at least as e^{-t}
 * - `gradient-flow`: f - f*; the others: c (f - f*) + |x'|²/2
 *
 * @param objective - f with its gradient
 * @param initial - the start, d numbers
 * @throws {InvalidInputError} for vectors that do not fit, constants that are missing or out of range, and an integrator that
 *   does not serve the motion
 *
 * @example
 * ```ts
 * import { quadraticForm } from '@infimum/optim';
 * import { simulateAcceleration } from '@infimum/optim/acceleration';
 *
 * const { positions, evaluations } = simulateAcceleration(quadraticForm(Float64Array.of(25)), Float64Array.of(1), {
 *   ode: 'heavy-ball',
 *   strongConvexity: 1,
 *   to: 1.7,
 * });
 * console.log(positions.values[positions.rows - 1].toFixed(6), evaluations.gradient < 700); // -0.050258 true
 * ```
 */
export function simulateAcceleration(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: SimulateAccelerationOptions,
): Outcome<AccelerationTrajectory, AccelerationIterate> {
  return run(simulateAccelerationSteps(objective, initial, options), options);
}

/** The steps of `simulateAcceleration`, to be driven by `run` or by your own loop. */
export function* simulateAccelerationSteps(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: SimulateAccelerationOptions,
): Steps<AccelerationTrajectory, AccelerationIterate> {
  const [oracle, start] = smoothStart(objective, initial);
  checkChoice(options?.ode, 'ode', ODES);
  const { integrator = 'dopri5', kickAt = 'ahead', minimizer, initialVelocity } = options;
  checkChoice(integrator, 'integrator', INTEGRATORS);
  checkChoice(kickAt, 'kickAt', ['ahead', 'here'] as const);
  if (minimizer) checkVector(minimizer, 'minimizer', start.length);
  if (initialVelocity) checkVector(initialVelocity, 'initialVelocity', start.length);
  const f = counted(oracle);
  const system = systemOf(f, options);
  const trajectory = (integration: Integration) => trajectoryOf(oracle, f, system, integration, options);
  const steps = integratorSteps(system, system.begin(start, initialVelocity), { ...options, integrator, kickAt });
  for (;;) {
    const { done, value } = steps.next(undefined);
    if (done) return { ...value, solution: trajectory(value.solution) };
    const { iteration, time, solution } = value;
    yield { iteration, time, solution: () => trajectory(solution()) };
  }
}

/** A motion as a system of first order. */
interface MotionSystem {
  readonly start: number;
  readonly field: VectorField;
  readonly motion: Motion;
  /** The state at the beginning. */
  begin(initial: Float64Array, velocity: Float64Array | undefined): Float64Array;
  /** Writes x' for a state whose gradient is known. */
  velocity(state: Float64Array, gradient: Float64Array, out: Float64Array): void;
  /** Coefficients and f, for the integrators that split. */
  readonly dynamics?: Dynamics;
  readonly objective: CountedObjective;
}

function systemOf(f: CountedObjective, options: SimulateAccelerationOptions): MotionSystem {
  if (options.ode === 'gradient-flow') return gradientFlow(f);
  if (options.ode === 'coupled') return coupled(f, options);
  return secondOrder(f, options.ode, options);
}

function gradientFlow(f: CountedObjective): MotionSystem {
  return {
    start: 0,
    objective: f,
    motion: { ode: 'gradient-flow' },
    field: (_, x, out) => {
      f.gradient(x, out);
      for (let i = 0; i < out.length; i++) out[i] = -out[i];
    },
    begin: (initial, velocity) => {
      if (velocity) throw fault('the gradient flow has no separate velocity', 'initialVelocity', 'unsupported');
      return initial.slice();
    },
    velocity: (_, gradient, out) => {
      for (let i = 0; i < out.length; i++) out[i] = -gradient[i];
    },
  };
}

/** The state is (x, w) with w = x' + beta grad f. */
function secondOrder(f: CountedObjective, ode: SecondOrderOde, constants: OdeConstants): MotionSystem {
  const size = f.dimension;
  const dynamics = accelerationDynamics(ode, constants);
  const { friction, curvatureDamping, forcing, start } = dynamics;
  const gradient = new Float64Array(size);
  return {
    start,
    dynamics,
    objective: f,
    motion: { ode, dynamics, strongConvexity: constants.strongConvexity },
    field: (time, state, out) => {
      f.gradient(state.subarray(0, size), gradient);
      const [k, c] = [friction(time), forcing(time)];
      for (let i = 0; i < size; i++) {
        const velocity = state[size + i] - curvatureDamping * gradient[i];
        out[i] = velocity;
        out[size + i] = -k * velocity - c * gradient[i];
      }
    },
    begin: (initial, velocity) => {
      const state = new Float64Array(2 * size);
      state.set(initial);
      f.gradient(initial, gradient);
      for (let i = 0; i < size; i++) {
        const speed = velocity ? velocity[i] : dynamics.initialVelocity * gradient[i];
        state[size + i] = speed + curvatureDamping * gradient[i];
      }
      return state;
    },
    velocity: (state, gradientThere, out) => {
      for (let i = 0; i < size; i++) out[i] = state[size + i] - curvatureDamping * gradientThere[i];
    },
  };
}

/** The state is (x, v); gamma is known in closed form. */
function coupled(f: CountedObjective, { lipschitz, strongConvexity = 0 }: OdeConstants): MotionSystem {
  const size = f.dimension;
  checkCurvature({ lipschitz, strongConvexity });
  if (lipschitz === undefined) throw fault('is needed', 'lipschitz', 'type');
  const weight = (time: number) => strongConvexity + (lipschitz - strongConvexity) * portableExp(-time);
  const gradient = new Float64Array(size);
  return {
    start: 0,
    objective: f,
    motion: { ode: 'coupled', weight },
    field: (time, state, out) => {
      f.gradient(state.subarray(0, size), gradient);
      const gamma = weight(time);
      for (let i = 0; i < size; i++) {
        const lead = state[size + i] - state[i];
        out[i] = lead;
        out[size + i] = -(strongConvexity * lead + gradient[i]) / gamma;
      }
    },
    begin: (initial, velocity) => {
      const state = new Float64Array(2 * size);
      state.set(initial);
      for (let i = 0; i < size; i++) state[size + i] = initial[i] + (velocity ? velocity[i] : 0);
      return state;
    },
    velocity: (state, _, out) => {
      for (let i = 0; i < size; i++) out[i] = state[size + i] - state[i];
    },
  };
}

function integratorSteps(
  system: MotionSystem,
  state: Float64Array,
  options: SimulateAccelerationOptions & Required<Pick<SimulateAccelerationOptions, 'integrator' | 'kickAt'>>,
): Steps<Integration, IntegrationIterate> {
  const { to, from = system.start, steps = 1000, integrator } = options;
  switch (integrator) {
    case 'dopri5': {
      const { relativeTolerance, absoluteTolerance, times } = options;
      return dopri5Steps(system.field, state, { from, to, relativeTolerance, absoluteTolerance, times });
    }
    case 'rk4':
      return rk4Steps(system.field, state, { from, to, steps });
    case 'explicit-euler':
      return explicitEulerSteps(system.field, state, { from, to, steps });
    case 'semi-implicit-euler':
      return fixedSteps(semiImplicitEuler(system), state, { from, to, steps }, 1);
    case 'split-cayley':
      return fixedSteps(splitCayley(system, options.kickAt), state, { from, to, steps }, 1);
  }
}

/** w first, then x with the new w. */
function semiImplicitEuler({ dynamics, objective }: MotionSystem): Stepper {
  if (!dynamics) throw fault('semi-implicit-euler needs a second-order equation', 'integrator', 'unsupported');
  const { friction, curvatureDamping, forcing } = dynamics;
  const size = objective.dimension;
  const gradient = new Float64Array(size);
  return (time, length, state, next) => {
    objective.gradient(state.subarray(0, size), gradient);
    const [k, c] = [friction(time), forcing(time)];
    for (let i = 0; i < size; i++) {
      const velocity = state[size + i] - curvatureDamping * gradient[i];
      next[size + i] = state[size + i] - length * (k * velocity + c * gradient[i]);
      next[i] = state[i] + length * (next[size + i] - curvatureDamping * gradient[i]);
    }
  };
}

/** Damping by the Cayley transform of w' = -k w, a kick, a drift. */
function splitCayley({ dynamics, objective }: MotionSystem, kickAt: 'ahead' | 'here'): Stepper {
  if (dynamics?.curvatureDamping !== 0) {
    throw fault('split-cayley needs a second-order equation without curvature damping', 'integrator', 'unsupported');
  }
  const { friction, forcing } = dynamics;
  const size = objective.dimension;
  const [point, gradient] = [new Float64Array(size), new Float64Array(size)];
  return (time, length, state, next) => {
    const half = (friction(time + length / 2) * length) / 2;
    const kept = (1 - half) / (1 + half);
    const ahead = kickAt === 'ahead' ? length * kept : 0;
    for (let i = 0; i < size; i++) point[i] = state[i] + ahead * state[size + i];
    objective.gradient(point, gradient);
    const kick = length * forcing(time);
    for (let i = 0; i < size; i++) {
      const velocity = kept * state[size + i] - kick * gradient[i];
      next[size + i] = velocity;
      next[i] = state[i] + length * velocity;
    }
  };
}

/** The energies of a trajectory are computed from its states; these evaluations are not counted. */
function trajectoryOf(
  objective: Objective,
  f: CountedObjective,
  { motion, velocity }: MotionSystem,
  { times, states }: Integration,
  { minimizer }: SimulateAccelerationOptions,
): AccelerationTrajectory {
  const size = objective.dimension;
  const rows = times.length;
  const positions = new Float64Array(rows * size);
  const velocities = new Float64Array(rows * size);
  const energies = minimizer && new Float64Array(rows);
  const gradient = new Float64Array(size);
  for (let row = 0; row < rows; row++) {
    const state = states.values.subarray(row * states.cols, (row + 1) * states.cols);
    const x = positions.subarray(row * size, (row + 1) * size);
    x.set(state.subarray(0, size));
    objective.gradient(x, gradient);
    const speed = velocities.subarray(row * size, (row + 1) * size);
    velocity(state, gradient, speed);
    if (energies && minimizer) {
      const gap = objective.value(x) - objective.value(minimizer);
      energies[row] = energyOf(motion, { time: times[row], x, velocity: speed, gradient, gap, minimizer });
    }
  }
  return {
    times,
    positions: { rows, cols: size, values: positions },
    velocities: { rows, cols: size, values: velocities },
    ...(energies && { energies }),
    evaluations: { ...f.calls },
  };
}
