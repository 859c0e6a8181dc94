import { run } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { describe, expect, it } from 'vitest';
import { quickOrFull } from '../testing/quick-or-full.ts';
import { sortedRoute } from '../testing/sorted-routing.ts';
import { assignExperts } from './assign-experts.ts';
import type { ExpertAuxiliaryLossStepsOptions } from './expert-auxiliary-loss.ts';
import { expertAuxiliaryLossSteps } from './expert-auxiliary-loss.ts';
import { moeInstance } from './expert-instances.ts';

const logitsOf = (scores: DenseMatrix): DenseMatrix => ({
  ...scores,
  values: scores.values.map((score) => Math.log(score / (1 - score))),
});

/** The loss at biases of the logits, from its definition; shares of experts are those of `routing`, sequence by sequence. */
function lossOf(
  scores: DenseMatrix,
  bias: ArrayLike<number>,
  routing: number[][],
  { weight = 1, zLossWeight = 0, sequenceLength = scores.rows }: ExpertAuxiliaryLossStepsOptions,
): number {
  const { rows, cols, values } = scores;
  const logits = logitsOf(scores).values;
  const masses = Array.from(values, (_, at) => Math.exp(logits[at] + bias[at % cols]));
  let loss = 0;
  for (let from = 0; from < rows; from += sequenceLength) {
    const tokens = routing.slice(from, from + sequenceLength);
    const share = (k: number) => tokens.filter((experts) => experts.includes(k)).length / tokens.flat().length;
    for (let i = from; i < from + tokens.length; i++) {
      const row = masses.slice(i * cols, (i + 1) * cols);
      const sum = row.reduce((total, mass) => total + mass, 0);
      row.forEach((mass, k) => {
        loss += ((mass / sum) * (weight * cols * share(k) - values[i * cols + k])) / rows;
      });
      loss += (zLossWeight * Math.log(sum) ** 2) / rows;
    }
  }
  return loss;
}

/** The gradient of the loss by central differences; the shares of the routing count as constant. */
function differences(scores: DenseMatrix, bias: readonly number[], count: number, options: ExpertAuxiliaryLossStepsOptions) {
  const routing = sortedRoute(logitsOf(scores), count, bias);
  return bias.map((_, k) => {
    const at = (size: number) =>
      lossOf(
        scores,
        bias.map((value, j) => value + (j === k ? size : 0)),
        routing,
        options,
      );
    return (at(1e-5) - at(-1e-5)) / 2e-5;
  });
}

/** The sum of the scores that experts keep which take no more than equal loads. */
function keptAffinity({ rows, cols, values }: DenseMatrix, experts: Int32Array, count: number): number {
  let sum = 0;
  for (let k = 0; k < cols; k++) {
    const offered = Array.from({ length: rows }, (_, i) => i)
      .filter((i) => experts.subarray(i * count, (i + 1) * count).includes(k))
      .map((i) => values[i * cols + k])
      .sort((a, b) => b - a);
    for (const score of offered.slice(0, (rows * count) / cols)) sum += score;
  }
  return sum;
}

describe('the auxiliary loss', { timeout: 60_000 }, () => {
  it('balances the better the larger its weight, and loses affinity that prices do not lose', () => {
    const scores = moeInstance(512, 16, 1);
    const problem = { scores, expertsPerToken: 2 };
    const after = (weight: number) =>
      run(expertAuxiliaryLossSteps(problem, { weight, stepSize: 5 }), { maxIterations: quickOrFull(250, 400) });
    const [none, some, much] = [after(0), after(0.1), after(1)];
    expect(none.maxViolation).toBeGreaterThan(1.5);
    expect(some.maxViolation).toBeLessThan(none.maxViolation / 2);
    expect(much.maxViolation).toBeLessThan(some.maxViolation);
    // At equal loads, once experts have dropped what they have no room for, balancing by prices loses next to nothing.
    const optimum = 798.9944100052148;
    const prices = assignExperts(scores, 2, { method: 'alf-lb', maxIterations: 2000 });
    expect(keptAffinity(scores, prices.experts, 2)).toBeGreaterThan(0.995 * optimum);
    expect(keptAffinity(scores, some.experts, 2)).toBeLessThan(0.8 * optimum);
    expect(keptAffinity(scores, much.experts, 2)).toBeLessThan(0.97 * optimum);
    expect(keptAffinity(scores, much.experts, 2)).toBeGreaterThan(keptAffinity(scores, some.experts, 2));
  });

  it.each([
    { weight: 0 },
    { weight: 0.7 },
    { weight: 0.5, zLossWeight: 0.2 },
    { weight: 2, sequenceLength: 12 },
    { weight: 1, zLossWeight: 0.1, sequenceLength: 7 },
  ])('descends along the gradient of the loss with %j', (options) => {
    const scores = moeInstance(40, 5, 2);
    const stepSize = 0.5;
    const steps = expertAuxiliaryLossSteps({ scores, expertsPerToken: 2 }, { ...options, stepSize });
    let bias = new Array<number>(5).fill(0);
    for (let iteration = 0; iteration < 4; iteration++) {
      const gradient = differences(scores, bias, 2, options);
      const step = steps.next();
      if (step.done) throw new Error('ended early');
      expect(step.value.gradientNorm).toBeCloseTo(Math.hypot(...gradient), 8);
      expect(Array.from(step.value.solution().experts)).toEqual(sortedRoute(logitsOf(scores), 2, bias).flat());
      bias = bias.map((value, k) => value - stepSize * gradient[k]);
    }
    steps.return(undefined as never);
    expect(Math.hypot(...bias)).toBeGreaterThan(0.01);
  });

  it('moves selection biases by signs beside the loss', () => {
    const scores = moeInstance(60, 6, 4);
    const [biasStepSize, weight] = [0.05, 0];
    // So slow that the learned biases stay where they are.
    const steps = expertAuxiliaryLossSteps({ scores, expertsPerToken: 2 }, { weight, biasStepSize, stepSize: 1e-300 });
    let bias = new Array<number>(6).fill(0);
    for (let iteration = 0; iteration < 12; iteration++) {
      const routing = sortedRoute(logitsOf(scores), 2, bias);
      const step = steps.next();
      if (step.done) throw new Error('ended early');
      expect(Array.from(step.value.solution().experts)).toEqual(routing.flat());
      const moved = bias.map((value, k) => {
        const load = routing.filter((experts) => experts.includes(k)).length;
        return value + biasStepSize * Math.sign(20 - load);
      });
      const mean = moved.reduce((total, value) => total + value / 6, 0);
      bias = moved.map((value) => value - mean);
    }
    steps.return(undefined as never);
  });

  it('wants scores between 0 and 1 for the auxiliary loss', () => {
    const scores = { rows: 1, cols: 2, values: Float64Array.of(1, 0.5) };
    expect(() => run(expertAuxiliaryLossSteps({ scores, expertsPerToken: 1 }))).toThrow('scores: is 1 at index 0');
  });
});

it('says so where the descent leaves the range of numbers, and routes to experts that there are', () => {
  const scores = moeInstance(16, 4, 3);
  const outcome = run(expertAuxiliaryLossSteps({ scores, expertsPerToken: 1 }, { zLossWeight: 100, stepSize: 10 }), {
    maxIterations: 5000,
  });
  expect(outcome.experts.every((expert) => expert >= 0 && expert < 4)).toBe(true);
  expect(outcome.status).toBe('stalled');
  expect(outcome.reason).toContain('stepSize');
});
