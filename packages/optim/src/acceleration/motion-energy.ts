// Lyapunov functions of the motions that methods of acceleration discretise.
import type { Dynamics, SecondOrderOde } from './acceleration-odes.ts';

/** A motion, as far as its energy depends on it. */
export type Motion =
  | { readonly ode: 'gradient-flow' }
  | { readonly ode: 'coupled'; weight(time: number): number }
  | { readonly ode: SecondOrderOde; readonly dynamics: Dynamics; readonly strongConvexity?: number };

/** A moment of a motion. */
interface Moment {
  readonly time: number;
  readonly x: Float64Array;
  readonly velocity: Float64Array;
  readonly gradient: Float64Array;
  readonly gap: number;
  readonly minimizer: Float64Array;
}

/** The energy at a moment; `simulateAcceleration` says which. */
export function energyOf(motion: Motion, moment: Moment): number {
  const { time, gap } = moment;
  if (motion.ode === 'gradient-flow') return gap;
  // The leading point of the coupled motion is x + x'.
  if (motion.ode === 'coupled') return gap + (motion.weight(time) / 2) * square(moment, 1, 1, 0);
  const { dynamics, strongConvexity = 0 } = motion;
  const root = Math.sqrt(strongConvexity);
  const beta = dynamics.curvatureDamping;
  switch (motion.ode) {
    case 'heavy-ball':
      return gap + square(moment, root, 1, 0) / 2;
    case 'nesterov-convex':
      return time ** 2 * gap + 2 * square(moment, 1, time / 2, 0);
    case 'nesterov-strongly-convex':
      return dynamics.forcing(time) * gap + square(moment, 0, 1, 0) / 4 + square(moment, 2 * root, 1, beta) / 4;
    case 'manifold':
      return square(moment, 0, 1, beta) / 2;
    default:
      return dynamics.forcing(time) * gap + square(moment, 0, 1, 0) / 2;
  }
}

/** |a (x - x*) + b x' + c grad f|² */
function square({ x, velocity, gradient, minimizer }: Moment, a: number, b: number, c: number): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    sum += (a * (x[i] - minimizer[i]) + b * velocity[i] + c * gradient[i]) ** 2;
  }
  return sum;
}
