// Routing by entropic transport: the balanced assignment of S-BASE layers, and its version with capped entries.
//
// A. Clark et al.: Unified scaling laws for routed language models (2022), arXiv 2202.01169, for Sinkhorn routing. The
// capped version keeps every token from going to the same expert more than once: x_ik is then the Fermi function
// 1 / (1 + exp((lambda_i - gamma_ik - p_k) / temperature)) instead of an exponential.
import type { DenseLike, Iterate, OptionSpecs, OptionsOf, Steps } from '@infimum/core';
import { converged, defineSolver, resolveOptions, stalled } from '@infimum/core';
import { portableExp, portableLog } from '@infimum/core/portable-math';
import { sinkhornSteps } from '../entropic/sinkhorn.ts';
import type { ExpertAssignment, ExpertAssignmentLike, ExpertRouting } from './expert-assignment.ts';
import { asExpertAssignment, center, targetLoads } from './expert-assignment.ts';
import { expertAssignment } from './expert-problem.ts';
import { solutionOf } from './expert-routing.ts';
import { routeCopies } from './split-copies.ts';

const expertSinkhornOptions = {
  temperature: {
    type: 'number',
    above: 0,
    default: 0.01,
    unit: 'score',
    description: 'Entropic regularisation in units of the score, positive',
  },
  capped: { type: 'boolean', default: true, description: 'No entry above one, for several experts per token' },
  tolerance: { type: 'number', min: 0, default: 1e-6, description: 'Load error at which the run ends' },
} as const satisfies OptionSpecs;

/** Options of `expertSinkhorn`. */
export type ExpertSinkhornStepsOptions = OptionsOf<typeof expertSinkhornOptions>;

/** One sweep over tokens and experts. */
export interface ExpertSinkhornIterate extends Iterate<ExpertRouting> {
  /** Fractional tokens that experts have above or below their targets, divided by all slots. */
  readonly loadError: number;
}

/**
 * The steps of entropic routing: zero biases first, then one sweep an iterate. The routing is by the K largest
 * scores plus biases, copies of one token split as the plan splits them; loads fit the better the lower the temperature.
 *
 * O(T E) exponentials a sweep, capped about ten times as many. Memory O(T E).
 *
 * @throws {InvalidInputError} naming the argument or option at fault
 */
export function* expertSinkhornSteps(
  given: ExpertAssignmentLike,
  options: ExpertSinkhornStepsOptions = {},
): Steps<ExpertRouting, ExpertSinkhornIterate> {
  const { temperature, capped, tolerance } = resolveOptions(expertSinkhornOptions, options);
  const problem = asExpertAssignment(given);
  return yield* capped ? cappedSweeps(problem, temperature, tolerance) : uncappedSweeps(problem, temperature, tolerance);
}

/** The routing by biases, copies of a token split as the fractional plan with these biases splits them. */
function routed(problem: ExpertAssignment, bias: Float64Array, temperature: number): ExpertRouting {
  const { cols, values } = problem.scores;
  const line = new FermiLine(cols, temperature);
  const shares = new Float64Array(cols);
  const sharesOf = (token: number) => {
    for (let k = 0; k < cols; k++) line.energies[k] = -values[token * cols + k] - bias[k];
    const level = line.fit(cols, problem.expertsPerToken, 0);
    for (let k = 0; k < cols; k++) shares[k] = 1 / (1 + portableExp((line.energies[k] - level) / temperature));
    return shares;
  };
  return solutionOf(problem, routeCopies(problem, bias, sharesOf), bias);
}

/** Why a run with fractional loads ends well, and how far the loads of whole tokens are from them. */
function fitted(solution: ExpertRouting) {
  const off = solution.maxViolation.toFixed(3);
  return converged(
    solution,
    `the fractional loads are within the tolerance; rounded to whole tokens they are violated by ${off}`,
  );
}

/** Ordinary Sinkhorn: costs are minus the scores, tokens have mass K, experts their targets. */
function* uncappedSweeps(
  problem: ExpertAssignment,
  temperature: number,
  tolerance: number,
): Steps<ExpertRouting, ExpertSinkhornIterate> {
  const { scores, expertsPerToken } = problem;
  const slots = scores.rows * expertsPerToken;
  const a = new Float64Array(scores.rows).fill(expertsPerToken / slots);
  const b = targetLoads(problem).map((target) => target / slots);
  const cost = { rows: scores.rows, cols: scores.cols, values: Float64Array.from(scores.values, (score) => -score) };
  const steps = sinkhornSteps({ a, b, cost }, { epsilon: temperature, tolerance });
  try {
    for (;;) {
      const step = steps.next();
      const { solution: plan } = step.value;
      const solution = () => {
        const { targetPotential } = typeof plan === 'function' ? plan() : plan;
        return routed(problem, finiteBias(targetPotential), temperature);
      };
      if (step.done) {
        const { status, reason } = step.value;
        return status === 'converged' ? fitted(solution()) : stalled(solution(), reason);
      }
      const { iteration, marginalError } = step.value;
      yield { iteration, loadError: marginalError, solution };
    }
  } finally {
    steps.return(undefined as never);
  }
}

/** Potentials as biases; experts without room have none, and get one below all others. */
function finiteBias(potential: Float64Array): Float64Array {
  const least = potential.reduce((low, value) => (value > -Infinity ? Math.min(low, value) : low), Infinity);
  const bias = potential.map((value) => (value > -Infinity ? value : least - 1));
  center(bias);
  return bias;
}

/** Alternating fits of the two sets of constraints on Fermi functions. */
function* cappedSweeps(
  problem: ExpertAssignment,
  temperature: number,
  tolerance: number,
): Steps<ExpertRouting, ExpertSinkhornIterate> {
  const { rows, cols } = problem.scores;
  const targets = targetLoads(problem);
  const slots = rows * problem.expertsPerToken;
  const levels = new Float64Array(rows);
  const bias = new Float64Array(cols);
  const scores = problem.scores;
  const solution = () => {
    const centered = bias.slice();
    center(centered);
    return routed(problem, centered, temperature);
  };
  const line = new FermiLine(Math.max(rows, cols), temperature);
  for (let iteration = 0; ; iteration++) {
    fitLevels(line, scores, bias, levels, problem.expertsPerToken);
    const loadError = errorOfLoads(scores, bias, levels, temperature, targets) / slots;
    yield { iteration, loadError, solution };
    if (loadError <= tolerance) return fitted(solution());
    for (let k = 0; k < cols; k++) {
      for (let i = 0; i < rows; i++) line.energies[i] = levels[i] - scores.values[i * cols + k];
      bias[k] = line.fit(rows, targets[k], bias[k]);
    }
  }
}

/** Sets lambda_i so that every token has K experts. */
function fitLevels(
  line: FermiLine,
  { rows, cols, values }: DenseLike,
  bias: Float64Array,
  levels: Float64Array,
  expertsPerToken: number,
): void {
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < cols; k++) line.energies[k] = -values[i * cols + k] - bias[k];
    levels[i] = -line.fit(cols, expertsPerToken, -levels[i]);
  }
}

function errorOfLoads(
  { rows, cols, values }: DenseLike,
  bias: Float64Array,
  levels: Float64Array,
  temperature: number,
  targets: Float64Array,
): number {
  const missing = targets.slice();
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < cols; k++) {
      missing[k] -= 1 / (1 + portableExp((levels[i] - values[i * cols + k] - bias[k]) / temperature));
    }
  }
  return missing.reduce((sum, value) => sum + Math.abs(value), 0);
}

/** Solves sum_j 1 / (1 + exp((energy_j - x) / temperature)) = target by Newton steps kept inside a bracket. */
class FermiLine {
  readonly energies: Float64Array;
  readonly #temperature: number;

  constructor(length: number, temperature: number) {
    this.energies = new Float64Array(length);
    this.#temperature = temperature;
  }

  fit(length: number, target: number, start: number): number {
    const { energies } = this;
    const temperature = this.#temperature;
    let low = Infinity;
    let high = -Infinity;
    for (let j = 0; j < length; j++) {
      low = Math.min(low, energies[j]);
      high = Math.max(high, energies[j]);
    }
    // Beyond these the sum is below or above every target that is not zero or all.
    const reach = temperature * (portableLog(length) + 40);
    low -= reach;
    high += reach;
    let x = Math.min(high, Math.max(low, start));
    for (let step = 0; step < 60; step++) {
      let sum = 0;
      let slope = 0;
      for (let j = 0; j < length; j++) {
        const filled = 1 / (1 + portableExp((energies[j] - x) / temperature));
        sum += filled;
        slope += filled * (1 - filled);
      }
      const error = sum - target;
      if (Math.abs(error) <= 1e-12 * length) break;
      if (error > 0) high = x;
      else low = x;
      const next = x - (error * temperature) / slope;
      x = next > low && next < high ? next : low + (high - low) / 2;
    }
    return x;
  }
}

export const expertSinkhornSolver = /* @__PURE__ */ defineSolver({
  id: 'ot/expert-sinkhorn',
  title: 'Sinkhorn routing',
  summary: 'Entropic transport of tokens to experts, with or without a cap of one on its entries.',
  problem: expertAssignment,
  role: 'baseline',
  paper: { title: 'Unified scaling laws for routed language models', arxiv: '2202.01169', year: 2022 },
  cost: 'O(TE) \\text{ exponentials per sweep}',
  options: expertSinkhornOptions,
  steps: (problem, options) => expertSinkhornSteps(problem, options),
});
