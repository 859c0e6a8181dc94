// Auxiliary-loss-free load balancing (ALF-LB): one primal-dual step of the assignment problem an iteration.
//
// X. Y. Han, Y. Zhong: A theoretical framework for auxiliary-loss-free load balancing of sparse mixture-of-experts in
// large-scale AI models (2025), arXiv 2512.03915.
import type { Iterate, OptionSpecs, OptionsOf, Paper, Steps } from '@infimum/core';
import { converged, defineSolver, resolveOptions, stalled } from '@infimum/core';
import { checkIsVector } from '../options.ts';
import type { ExpertAssignment, ExpertAssignmentLike, ExpertRouting } from './expert-assignment.ts';
import {
  asExpertAssignment,
  biasOf,
  capacitiesOf,
  center,
  maxViolationOf,
  priceOfCapacities,
  targetLoads,
} from './expert-assignment.ts';
import { BiasUpdate, centered, checkBiasUpdate, momentum, sequenceLength, stepSize, update } from './expert-bias-update.ts';
import { coordinateDualSteps } from './expert-coordinate-dual.ts';
import { expertAssignment } from './expert-problem.ts';
import { Router, withValues } from './expert-routing.ts';

const alfLbOptions = {
  update,
  schedule: {
    type: 'choice',
    choices: ['constant', 'square-root', 'harmonic', 'polyak'],
    default: 'constant',
    description:
      "How steps shrink with the iteration n: not at all, as 1 / sqrt(n), as 1 / n; or Polyak's step, for which the optimum is computed first and updates are proportional",
  },
  stepSize,
  momentum,
  sequenceLength,
  center: centered,
  tolerance: {
    type: 'number',
    min: 0,
    default: 0.01,
    description: 'Violation at which the run ends, at least 0; 0.01 by default. Loads less than one off their targets also do',
  },
  patience: {
    type: 'integer',
    min: 1,
    default: 1000,
    description: 'Iterations without a smaller violation or dual value after which the run counts as stalled',
  },
  initialBias: { type: 'value', check: checkIsVector, description: 'Initial biases, length E' },
} as const satisfies OptionSpecs;

/** Options of `alfLb`. */
export type AlfLbStepsOptions = OptionsOf<typeof alfLbOptions>;

/** One routing. */
export interface AlfLbIterate extends Iterate<ExpertRouting> {
  /** d(p). */
  readonly dualValue: number;
  /** Largest load divided by its target, minus one. */
  readonly maxViolation: number;
}

/**
 * The steps of auxiliary-loss-free balancing on one batch: routings by biased scores, the biases moved after each
 * by the loads. With fixed scores this is subgradient descent on the dual function.
 *
 * O(T E) an iteration, O(E) memory beside scores and routing. With constant steps loads end up oscillating; decaying
 * steps settle.
 *
 * Source: X. Y. Han and Y. Zhong (arXiv 2512.03915); the sign update is L. Wang's and others' of DeepSeek (2024).
 *
 * @throws {InvalidInputError} naming the argument or option at fault
 */
export function* alfLbSteps(given: ExpertAssignmentLike, options: AlfLbStepsOptions = {}): Steps<ExpertRouting, AlfLbIterate> {
  const problem = asExpertAssignment(given);
  const settings = resolveOptions(alfLbOptions, options);
  const { schedule, tolerance, patience, initialBias, ...rest } = settings;
  const polyak = schedule === 'polyak';
  const updating = schedule === 'polyak' ? { ...rest, update: 'proportional' as const } : { ...rest, schedule };
  checkBiasUpdate(updating);
  const { scores, expertsPerToken } = problem;
  const bias = biasOf(initialBias, scores.cols);
  const optimum = polyak ? optimalValue(problem) : 0;
  const follower = new BiasUpdate(scores.cols, updating);
  const targets = targetLoads(problem);
  const capacities = capacitiesOf(problem);
  using router = new Router(scores.cols, expertsPerToken);
  let leastViolation = Infinity;
  let leastDual = Infinity;
  let lastGain = 0;
  for (let iteration = 0; ; iteration++) {
    const routing = router.route(scores, bias);
    const dualValue = routing.biasedAffinity - priceOfCapacities(capacities, scores.rows * expertsPerToken, bias);
    const maxViolation = maxViolationOf(routing.loads, targets);
    const solution = () => withValues(problem, routing, bias);
    yield { iteration, dualValue, maxViolation, solution };
    if (maxViolation <= tolerance) return converged(solution(), 'the violation is within the tolerance');
    if (routing.loads.every((load, k) => Math.abs(load - targets[k]) < 1)) {
      return converged(solution(), 'every load is less than one token off its target');
    }
    if (maxViolation < leastViolation || dualValue < leastDual - 1e-9 * Math.abs(leastDual)) {
      leastViolation = Math.min(leastViolation, maxViolation);
      leastDual = Math.min(leastDual, dualValue);
      lastGain = iteration;
    } else if (iteration - lastGain >= patience) {
      return stalled(solution(), `loads oscillate at a violation of ${maxViolation.toPrecision(2)}; let steps shrink`);
    }
    follower.observe(routing, targets, iteration + 1);
    if (polyak) polyakStep(bias, follower.differences, dualValue - optimum);
    else follower.apply(bias, targets, iteration + 1);
  }
}

/** B. Polyak's step (1969) along the differences. */
function polyakStep(bias: Float64Array, differences: Float64Array, gap: number): void {
  let squares = 0;
  for (const difference of differences) squares += difference * difference;
  if (squares === 0) return;
  for (let k = 0; k < bias.length; k++) bias[k] += (Math.max(0, gap) / squares) * differences[k];
  center(bias);
}

function optimalValue(problem: ExpertAssignment): number {
  const steps = coordinateDualSteps(problem);
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value.solution.affinity;
}

/** The paper. */
export const alfLbPaper: Paper = {
  title: 'A theoretical framework for auxiliary-loss-free load balancing of sparse mixture-of-experts in large-scale AI models',
  arxiv: '2512.03915',
  year: 2025,
};

export const alfLbSolver = /* @__PURE__ */ defineSolver({
  id: 'ot/alf-lb',
  title: 'Auxiliary-loss-free load balancing',
  summary: 'Routes by biased scores and moves each bias by the load of its expert: one cheap step per batch.',
  problem: expertAssignment,
  role: 'paper',
  paper: alfLbPaper,
  cost: 'O(TE) \\text{ per iteration}',
  options: alfLbOptions,
  steps: (problem, options) => alfLbSteps(problem, options),
});
