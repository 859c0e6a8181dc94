// Auxiliary-loss-free load balancing (ALF-LB): one primal-dual step of the assignment problem an iteration.
//
// X. Y. Han, Y. Zhong: A theoretical framework for auxiliary-loss-free load balancing of sparse mixture-of-experts in
// large-scale AI models (2025), arXiv 2512.03915.
import {
  checkChoice,
  checkInteger,
  checkNumber,
  checkVector,
  converged,
  type Iterate,
  type Steps,
  stalled,
} from '@infimum/core';
import {
  capacitiesOf,
  center,
  checkExpertAssignment,
  type ExpertAssignment,
  type ExpertRouting,
  maxViolationOf,
  priceOfCapacities,
  targetLoads,
} from './expert-assignment.ts';
import { BiasUpdate, type BiasUpdateOptions, checkBiasUpdate, schedules } from './expert-bias-update.ts';
import { coordinateDualSteps } from './expert-coordinate-dual.ts';
import { Router, withValues } from './expert-routing.ts';

/** One routing. */
export interface AlfLbIterate extends Iterate<ExpertRouting> {
  /** d(p). */
  readonly dualValue: number;
  /** Largest load divided by its target, minus one. */
  readonly maxViolation: number;
}

/** Options of `alfLbSteps`. */
export interface AlfLbOptions extends Omit<BiasUpdateOptions, 'schedule'> {
  /**
   * How steps shrink with the iteration: `constant` (the default), `square-root`, `harmonic`; or Polyak's
   * (d(p) - optimum) / |differences|², for which the optimum is computed first and `update` is proportional.
   */
  readonly schedule?: BiasUpdateOptions['schedule'] | 'polyak';
  /** Violation at which the run ends, at least 0; 0.01 by default. Loads less than one off their targets also do. */
  readonly tolerance?: number;
  /** Iterations without a smaller violation or dual value after which the run counts as stalled; 1000 by default. */
  readonly patience?: number;
  /** Biases to start from, E of them; zero by default. */
  readonly initialBias?: Float64Array;
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
export function* alfLbSteps(
  problem: ExpertAssignment,
  options: AlfLbOptions = {},
): Steps<ExpertRouting, AlfLbIterate> {
  const { schedule, tolerance = 0.01, patience = 1000, initialBias, ...rest } = options;
  checkExpertAssignment(problem);
  if (schedule !== undefined) checkChoice(schedule, 'schedule', [...schedules, 'polyak']);
  const polyak = schedule === 'polyak';
  const updating = polyak ? { ...rest, update: 'proportional' as const } : { ...rest, schedule };
  checkBiasUpdate(updating);
  checkNumber(tolerance, 'tolerance', { min: 0 });
  checkInteger(patience, 'patience', { min: 1 });
  const { scores, expertsPerToken } = problem;
  if (initialBias !== undefined) checkVector(initialBias, 'initialBias', scores.cols);
  const bias = Float64Array.from(initialBias ?? new Float64Array(scores.cols));
  const optimum = polyak ? optimalValue(problem) : 0;
  const update = new BiasUpdate(scores.cols, updating);
  const targets = targetLoads(problem);
  const capacities = capacitiesOf(problem);
  using router = new Router(scores.cols, expertsPerToken);
  let leastViolation = Infinity;
  let leastDual = Infinity;
  let lastGain = 0;
  for (let iteration = 0; ; iteration++) {
    const routing = router.route(scores, bias);
    const dualValue =
      routing.biasedAffinity - priceOfCapacities(capacities, scores.rows * expertsPerToken, bias);
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
      return stalled(
        solution(),
        `loads oscillate at a violation of ${maxViolation.toPrecision(2)}; let steps shrink`,
      );
    }
    update.observe(routing, targets, iteration + 1);
    if (polyak) polyakStep(bias, update.differences, dualValue - optimum);
    else update.apply(bias, targets, iteration + 1);
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
