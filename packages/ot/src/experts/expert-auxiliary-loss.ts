// Balancing by an auxiliary loss: gradient descent on expert biases of the logits, in a simulation without network.
//
// W. Fedus, B. Zoph, N. Shazeer: Switch transformers (2022), arXiv 2101.03961; the z-loss is B. Zoph's and others'
// (ST-MoE, 2022), the loss a sequence DeepSeek-V3's (2024), arXiv 2412.19437.
import type { DenseLike, Iterate, OptionSpecs, OptionsOf, ResolvedOptions, Steps } from '@infimum/core';
import { converged, defineSolver, InvalidInputError, resolveOptions, stalled } from '@infimum/core';
import { portableExp, portableLog } from '@infimum/core/portable-math';
import { allFinite } from '@infimum/linalg/numerics';
import type { ExpertAssignment, ExpertAssignmentLike, ExpertRouting } from './expert-assignment.ts';
import { asExpertAssignment, maxViolationOf, targetLoads } from './expert-assignment.ts';
import { BiasUpdate } from './expert-bias-update.ts';
import { expertAssignment } from './expert-problem.ts';
import { Router, solutionOf } from './expert-routing.ts';

const expertAuxiliaryLossOptions = {
  weight: {
    type: 'number',
    min: 0,
    default: 1,
    description: 'Weight of the auxiliary loss, at least 0; 1 by default, which is needed to balance here',
  },
  zLossWeight: { type: 'number', min: 0, default: 0, description: 'Weight of the mean squared log sum exp' },
  stepSize: { type: 'number', was: 'learningRate', above: 0, default: 0.1, description: 'Descent step' },
  sequenceLength: {
    type: 'integer',
    min: 1,
    description: 'Tokens per sequence: the auxiliary loss is then a mean over sequences; by default it is over the batch',
  },
  biasStepSize: {
    type: 'number',
    was: 'biasStep',
    min: 0,
    default: 0,
    unit: 'score',
    description: 'Step of an additional sign update of selection biases, as in DeepSeek-V3; 0, the default, for none',
  },
  tolerance: { type: 'number', min: 0, default: 1e-6, description: 'Length of the gradient' },
  patience: {
    type: 'integer',
    min: 1,
    default: 1000,
    description: 'Iterations without a smaller violation or gradient after which the run counts as stalled',
  },
} as const satisfies OptionSpecs;

/** Options of `expertAuxiliaryLoss`. */
export type ExpertAuxiliaryLossStepsOptions = OptionsOf<typeof expertAuxiliaryLossOptions>;

/** One step of gradient descent. */
export interface AuxiliaryLossIterate extends Iterate<ExpertRouting> {
  /** Largest load divided by its target, minus one. */
  readonly maxViolation: number;
  /** Length of the gradient. */
  readonly gradientNorm: number;
}

/**
 * The steps of balancing by an auxiliary loss.
 *
 * Logits are z_ik = logit(gamma_ik) + b_k, P their softmax, F_k the share of slots that expert k has. Gradient descent
 * on b minimises - mean_i sum_k P_ik gamma_ik + weight * E sum_k F_k mean_i P_ik, in which F counts as constant.
 * Tokens go to the K largest logits, plus selection biases if `biasStep` is positive. There is no dual price: the
 * solution's bias is zero.
 *
 * O(T E) exponentials an iteration; memory O(T E).
 *
 * @throws {InvalidInputError} naming the argument or option at fault; scores must lie in (0, 1)
 */
export function* expertAuxiliaryLossSteps(
  given: ExpertAssignmentLike,
  options: ExpertAuxiliaryLossStepsOptions = {},
): Steps<ExpertRouting, AuxiliaryLossIterate> {
  const problem = asExpertAssignment(given);
  checkShares(problem);
  const settings = resolveOptions(expertAuxiliaryLossOptions, options);
  const { stepSize, biasStepSize, tolerance, patience } = settings;
  const { rows, cols, values } = problem.scores;
  const logits = { rows, cols, values: Float64Array.from(values, (score) => portableLog(score / (1 - score))) };
  const targets = targetLoads(problem);
  const noPrices = new Float64Array(cols);
  const learned = new Float64Array(cols);
  const selection = new Float64Array(cols);
  const biasUpdate = new BiasUpdate(cols, { stepSize: biasStepSize });
  using router = new Router(cols, problem.expertsPerToken);
  let leastViolation = Infinity;
  let leastGradient = Infinity;
  let lastGain = 0;
  for (let iteration = 0; ; iteration++) {
    const routing = router.route(
      logits,
      learned.map((bias, k) => bias + selection[k]),
    );
    const gradient = gradientOf(problem, logits, learned, routing.experts, settings);
    const gradientNorm = lengthOf(gradient);
    const maxViolation = maxViolationOf(routing.loads, targets);
    const solution = () => solutionOf(problem, routing, noPrices);
    yield { iteration, maxViolation, gradientNorm, solution };
    if (gradientNorm <= tolerance) return converged(solution(), 'the gradient is within the tolerance');
    if (maxViolation < leastViolation || gradientNorm < 0.99 * leastGradient) {
      leastViolation = Math.min(leastViolation, maxViolation);
      leastGradient = Math.min(leastGradient, gradientNorm);
      lastGain = iteration;
    } else if (iteration - lastGain >= patience) {
      return stalled(solution(), 'neither violation nor gradient falls any more: loads jump as experts trade tokens');
    }
    for (let k = 0; k < cols; k++) learned[k] -= stepSize * gradient[k];
    if (!allFinite(learned)) return stalled(solution(), DIVERGED);
    if (biasStepSize > 0) {
      biasUpdate.observe(routing, targets, iteration + 1);
      biasUpdate.apply(selection, targets, iteration + 1);
    }
  }
}

function checkShares({ scores }: ExpertAssignment): void {
  const index = scores.values.findIndex((score) => !(score > 0 && score < 1));
  if (index >= 0) {
    throw new InvalidInputError(`is ${scores.values[index]} at index ${index}, not between 0 and 1`, {
      argument: 'scores',
      code: 'out-of-range',
      index,
    });
  }
}

/** Euclidean length; `Math.hypot` does not give the same bits everywhere. */
function lengthOf(vector: Float64Array): number {
  let squares = 0;
  for (const value of vector) squares += value * value;
  return Math.sqrt(squares);
}

/** The gradient in the learned biases, sequence by sequence. */
function gradientOf(
  { scores, expertsPerToken }: ExpertAssignment,
  logits: DenseLike,
  bias: Float64Array,
  experts: Int32Array,
  { weight, zLossWeight, sequenceLength = scores.rows }: ResolvedOptions<typeof expertAuxiliaryLossOptions>,
): Float64Array {
  const { rows, cols, values } = scores;
  const gradient = new Float64Array(cols);
  const shares = new Float64Array(cols);
  const softmax = new Float64Array(cols);
  for (let from = 0; from < rows; from += sequenceLength) {
    const to = Math.min(rows, from + sequenceLength);
    shares.fill(0);
    for (let at = from * expertsPerToken; at < to * expertsPerToken; at++) {
      shares[experts[at]] += 1 / ((to - from) * expertsPerToken);
    }
    for (let i = from; i < to; i++) {
      const logSum = softmaxOf(logits, i, bias, softmax);
      let meanScore = 0;
      let meanShare = 0;
      for (let k = 0; k < cols; k++) {
        meanScore += softmax[k] * values[i * cols + k];
        meanShare += softmax[k] * shares[k];
      }
      for (let k = 0; k < cols; k++) {
        const task = meanScore - values[i * cols + k];
        const balance = weight * cols * (shares[k] - meanShare);
        gradient[k] += (softmax[k] * (task + balance + 2 * zLossWeight * logSum)) / rows;
      }
    }
  }
  return gradient;
}

const DIVERGED = 'the descent has overflowed; lower stepSize, weight or zLossWeight';

/** Writes the softmax of a token's logits; returns log sum exp. */
function softmaxOf({ cols, values }: DenseLike, token: number, bias: Float64Array, out: Float64Array): number {
  let most = -Infinity;
  for (let k = 0; k < cols; k++) most = Math.max(most, values[token * cols + k] + bias[k]);
  let sum = 0;
  for (let k = 0; k < cols; k++) {
    out[k] = portableExp(values[token * cols + k] + bias[k] - most);
    sum += out[k];
  }
  for (let k = 0; k < cols; k++) out[k] /= sum;
  return most + portableLog(sum);
}

export const expertAuxiliaryLossSolver = /* @__PURE__ */ defineSolver({
  id: 'ot/expert-auxiliary-loss',
  title: 'Auxiliary loss',
  summary: 'Gradient descent on a loss that penalises unequal loads, which auxiliary-loss-free balancing replaces.',
  problem: expertAssignment,
  role: 'baseline',
  paper: {
    title: 'Switch transformers: scaling to trillion parameter models with simple and efficient sparsity',
    arxiv: '2101.03961',
    year: 2022,
  },
  cost: 'O(TE) \\text{ exponentials per iteration}',
  options: expertAuxiliaryLossOptions,
  declines: ({ scores }) =>
    scores.values.every((score) => score > 0 && score < 1) ? undefined : 'scores must lie between 0 and 1',
  steps: (problem, options) => expertAuxiliaryLossSteps(problem, options),
});
