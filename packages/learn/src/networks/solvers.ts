// The solvers of `learn/two-layer-relu`.
import { adamReluSolver, adversarialAdamSolver } from './adam-relu.ts';
import { convexReluAdmmSolver } from './convex-relu-admm.ts';
import { convexReluColumnGenerationSolver } from './convex-relu-column-generation.ts';
import { convexReluInteriorSolver } from './convex-relu-interior.ts';
import { convexReluRbcdSolver } from './convex-relu-rbcd.ts';
import { gatedReluSolver } from './gated-relu.ts';
import { robustReluSolver } from './robust-relu.ts';
import { sampledConvexReluSolver } from './sampled-convex.ts';

/** All of them. */
export const networkSolvers = [
  convexReluAdmmSolver,
  convexReluRbcdSolver,
  convexReluInteriorSolver,
  convexReluColumnGenerationSolver,
  gatedReluSolver,
  sampledConvexReluSolver,
  robustReluSolver,
  adamReluSolver,
  adversarialAdamSolver,
];
