// The registered methods of acceleration.
import { controlledAccelerationSolver } from './controlled-acceleration.ts';
import { gradientDescentSolver } from './gradient-descent.ts';
import { heavyBallSolver } from './heavy-ball.ts';
import { itemSolver } from './item.ts';
import { nesterovConvexSolver } from './nesterov-convex.ts';
import { nesterovStronglyConvexSolver } from './nesterov-strongly-convex.ts';
import { ogmSolver } from './ogm.ts';
import { tripleMomentumSolver } from './triple-momentum.ts';

/** Gradient descent, momentum and its optimal forms. */
export const accelerationSolvers = [
  gradientDescentSolver,
  heavyBallSolver,
  nesterovStronglyConvexSolver,
  nesterovConvexSolver,
  controlledAccelerationSolver,
  tripleMomentumSolver,
  itemSolver,
  ogmSolver,
];
