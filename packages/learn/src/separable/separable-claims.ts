// The claims of the paper on large steps, by counted iterations.
import type { ClaimResult } from '@infimum/core';
import { defineClaim } from '@infimum/core';
import { batchPerceptron } from './batch-perceptron.ts';
import { logisticGradientDescent } from './lr-gd.ts';
import { normalizedBatchPerceptron, normalizedLogisticDescent } from './normalized-lr-gd.ts';
import { largeStepPaper as paper } from './papers.ts';
import { digitPair, hardSeparable } from './separable-families.ts';

/** Fitted exponent of y in x on logarithmic scales. */
function exponentOf(x: readonly number[], y: readonly number[]): number {
  const [u, v] = [x.map(Math.log), y.map(Math.log)];
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [a, b] = [mean(u), mean(v)];
  const above = u.reduce((sum, value, i) => sum + (value - a) * (v[i] - b), 0);
  return above / u.reduce((sum, value) => sum + (value - a) ** 2, 0);
}

function growthInPoints(): ClaimResult {
  const sizes = [1000, 3000, 10_000, 30_000];
  const plain = sizes.map((n) => batchPerceptron(hardSeparable(n, 0.1)).iterations);
  const normalized = sizes.map((n) => normalizedBatchPerceptron(hardSeparable(n, 0.1)).iterations);
  const [slow, fast] = [exponentOf(sizes, plain), exponentOf(sizes, normalized)];
  const ratio = plain[3] / normalized[3];
  return {
    measured: `iterations grow as n^${slow.toFixed(2)} for gradient descent with infinite steps and as n^${fast.toFixed(2)} for the normalised one; ${ratio.toFixed(0)} times fewer at n = ${sizes[3]}`,
    verdict: Math.abs(slow - 1) <= 0.05 && fast <= 0.05 ? 'reproduced' : 'not reproduced',
    figures: { plainExponent: slow, normalizedExponent: fast, ratioAtLargest: ratio },
  };
}

async function stepsOnDigits(): Promise<ClaimResult> {
  const instance = await digitPair(3, 8);
  const sizes = [1, 10, 100, 1e4, 1e6];
  const runs = sizes.map((stepSize) => {
    let mostLoss = 0;
    const { iterations, status } = logisticGradientDescent(instance, {
      stepSize,
      onIteration: ({ loss }) => {
        mostLoss = Math.max(mostLoss, loss);
      },
    });
    return { iterations, status, mostLoss };
  });
  const limit = batchPerceptron(instance).iterations;
  const last = runs[runs.length - 1];
  const levelsOff = Math.abs(last.iterations - limit) <= 0.1 * limit;
  const lossGrowth = Math.log10(last.mostLoss / runs[2].mostLoss) / 4;
  const isRight = runs[0].iterations > 2 * limit && levelsOff && Math.abs(lossGrowth - 1) < 0.05;
  return {
    measured: `${runs.map(({ iterations }, k) => `${iterations} iterations at gamma = ${sizes[k]}`).join(', ')}; ${limit} for the perceptron; the largest loss grows as gamma^${lossGrowth.toFixed(2)}`,
    verdict: isRight ? 'reproduced' : 'not reproduced',
    figures: { smallest: runs[0].iterations, largest: last.iterations, perceptron: limit, lossExponent: lossGrowth },
  };
}

async function normalizedOnDigits(): Promise<ClaimResult> {
  const instance = await digitPair(1, 8);
  const plain = logisticGradientDescent(instance, { stepSize: 1 }).iterations;
  const normalized = normalizedLogisticDescent(instance, { stepSize: 1 }).iterations;
  return {
    measured: `${plain} iterations of gradient descent and ${normalized} of the normalised one at gamma = 1`,
    verdict: normalized * 2 <= plain ? 'reproduced' : 'not reproduced',
    figures: { plain, normalized },
  };
}

/** The paper's claims. */
export const separableClaims = [
  defineClaim({
    id: 'learn/large-steps-number-of-points',
    paper,
    statement:
      'Gradient descent on the logistic loss pays a factor n for averaging over rows that are right already; normalised, it has the perceptron’s rate.',
    published: 'a factor n in the iterations, from the theorems',
    budget: 20,
    run: async () => growthInPoints(),
  }),
  defineClaim({
    id: 'learn/large-steps-digits',
    paper,
    statement:
      'The iterations until no error is left fall as the step grows and level off at the perceptron’s, while the loss on the way rises in proportion to the step.',
    published: 'curves without numbers',
    budget: 10,
    run: async () => stepsOnDigits(),
  }),
  defineClaim({
    id: 'learn/normalized-digits',
    paper,
    statement: 'Normalised gradient descent separates real data in far fewer iterations at moderate steps.',
    published: 'curves without numbers',
    budget: 10,
    run: async () => normalizedOnDigits(),
  }),
];
