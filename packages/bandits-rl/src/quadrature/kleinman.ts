// Newton's method on the Riccati equation: evaluate a feedback by Lyapunov's equation, improve it, repeat.
//
// D. Kleinman: On an iterative technique for Riccati equation computations (IEEE Transactions on Automatic Control 13, 1968).
import type { OptionSpecs, OptionsOf, Steps } from '@infimum/core';
import { converged, defineSolver, InvalidInputError, resolveOptions, stalled } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { eigen, transpose } from '@infimum/linalg';
import { added, norm, product } from '../regulators/matrices.ts';
import { readPlant } from '../regulators/plant.ts';
import { newtonStep } from '../regulators/riccati.ts';
import type { ControlInstance, ControlIterate, ControlSolution } from './control-instance.ts';
import { controlProblem, hamiltonJacobiResidual } from './control-problem.ts';
import { matrixOf, weightsOf } from './monomials.ts';

const kleinmanOptions = {
  tolerance: {
    type: 'number',
    min: 0,
    default: 1e-9,
    description: 'Relative residual of the Hamilton-Jacobi equation at which to stop',
  },
  maxIterations: { type: 'integer', min: 0, default: 100, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `kleinman`. */
export type KleinmanOptions = OptionsOf<typeof kleinmanOptions>;

/** P_{i+1} from AᵢᵀP + PAᵢ + Q + PᵢGPᵢ = 0, Aᵢ = A - GPᵢ: falls monotonically to the optimum, quadratically in the end. */
export function* kleinmanSteps(
  instance: ControlInstance,
  options: KleinmanOptions = {},
): Steps<ControlSolution, ControlIterate> {
  const { tolerance } = resolveOptions(kleinmanOptions, options);
  const { linear, initialWeights } = instance;
  if (!linear) throw new InvalidInputError('is not linear', { argument: 'system', code: 'unsupported' });
  const { a, f, q } = readPlant(linear.a, linear.b, linear.q, linear.r);
  let p: DenseMatrix = matrixOf(initialWeights, a.rows);
  const solution = () => ({ weights: weightsOf(p) });
  yield { iteration: 0, change: 1, solution };
  if (!isStable(added(a, product(f, transpose(f), p), -1))) {
    return stalled(solution(), 'the initial feedback does not stabilize');
  }
  let best = Infinity;
  for (let iteration = 1; ; iteration++) {
    const next = newtonStep(a, f, q, p);
    if (!next) return stalled(solution(), 'Lyapunov’s equation has no finite solution');
    const size = norm(next);
    const change = size === 0 ? norm(p) : norm(added(next, p, -1)) / size;
    p = next;
    yield { iteration, change, solution };
    const residual = hamiltonJacobiResidual(instance, weightsOf(p));
    const told = `the residual is ${residual.toExponential(1)}`;
    if (residual <= tolerance) return converged(solution(), told);
    if (!(change > 1e-13) || (change < 1e-6 && !(residual < best))) {
      return stalled(solution(), `${told} and does not fall further`);
    }
    best = Math.min(best, residual);
  }
}

function isStable(closed: DenseMatrix): boolean {
  return closed.values.every(Number.isFinite) && eigen(closed).real.every((part) => part < 0);
}

export const kleinmanSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/kleinman',
  title: 'Kleinman’s iteration',
  summary: 'Policy iteration with known matrices: Newton’s method on the Riccati equation.',
  problem: controlProblem,
  role: 'baseline',
  paper: { title: 'On an iterative technique for Riccati equation computations', year: 1968 },
  cost: 'O(n^3) \\text{ per iteration}',
  options: kleinmanOptions,
  declines: ({ linear }) => (linear ? undefined : 'the system is not linear'),
  steps: kleinmanSteps,
});
