// The claims of the paper on large steps, by counted iterations.
import { defineClaim, Random } from '@infimum/core';
import { powerExponent } from '@infimum/core/claim';
import { batchPerceptron } from './batch-perceptron.ts';
import { logisticGradientDescent } from './lr-gd.ts';
import { normalizedBatchPerceptron, normalizedLogisticDescent } from './normalized-lr-gd.ts';
import { largeStepPaper as paper } from './papers.ts';
import { digitPair, hardSeparable } from './separable-families.ts';

/** Two different digits. */
async function drawnPair(seed: number) {
  const [a, b] = new Random(seed).permutation(10);
  return digitPair(a, b);
}

/** The paper's claims. */
export const separableClaims = [
  defineClaim({
    id: 'learn/large-steps-number-of-points',
    paper,
    statement:
      'Gradient descent on the logistic loss pays a factor n for averaging over correctly classified rows; normalised, it has the perceptron’s rate.',
    published: 'a factor n in the iterations, from the theorems',
    budget: 40,
    null: 'the two methods in each other’s place',
    bars: [
      { figure: 'exponent in n of gradient descent', atLeast: 0.9, atMost: 1.1, source: 'theorem: a factor n, to a tenth' },
      { figure: 'exponent in n of the normalised one', atMost: 0.1, source: 'theorem: no factor n, to a tenth' },
    ],
    measure: (seed) => {
      const [sizes, margin] = [[300, 1000, 3000, 10_000], 0.08 + 0.04 * new Random(seed).uniform()];
      const [plain, normalized] = [batchPerceptron, normalizedBatchPerceptron].map((method) =>
        sizes.map((n) => Math.max(1, method(hardSeparable(n, margin)).iterations)),
      );
      const figures = (a: number[], b: number[]) => ({
        'exponent in n of gradient descent': powerExponent(sizes, a),
        'exponent in n of the normalised one': powerExponent(sizes, b),
      });
      const curves = sizes.flatMap((n, k) => [
        [`gradient descent@${n}`, plain[k]],
        [`normalised@${n}`, normalized[k]],
      ]);
      return { ours: { ...figures(plain, normalized), ...Object.fromEntries(curves) }, null: figures(normalized, plain) };
    },
  }),
  defineClaim({
    id: 'learn/large-steps-digits',
    paper,
    statement:
      'The iterations to zero errors fall as the step grows and level off at the perceptron’s, while the intermediate loss rises in proportion to the step.',
    published: 'curves without numbers',
    budget: 20,
    null: 'small steps of 1 and 2 in the place of 100 and 1e6',
    bars: [
      { figure: 'iterations at step 1 over those at 1e6', atLeast: 1, scale: 'log', source: 'the statement: they fall' },
      {
        figure: 'iterations at step 1e6 over the perceptron’s',
        atLeast: 0.9,
        atMost: 1.1,
        scale: 'log',
        source: 'the statement: they level off there, to a tenth',
      },
      {
        figure: 'exponent in the step of the largest loss',
        atLeast: 0.9,
        atMost: 1.1,
        source: 'the statement: in proportion, to a tenth',
      },
    ],
    measure: async (seed) => {
      const instance = await drawnPair(seed);
      const descend = (stepSize: number) => {
        let loss = 0;
        const { iterations } = logisticGradientDescent(instance, {
          stepSize,
          onIteration: (news) => {
            loss = Math.max(loss, news.loss);
          },
        });
        return { iterations: Math.max(1, iterations), loss };
      };
      const limit = Math.max(1, batchPerceptron(instance).iterations);
      const [one, two, hundred, million] = [1, 2, 100, 1e6].map(descend);
      const figures = (middle: typeof one, large: typeof one, ratio: number) => ({
        'iterations at step 1 over those at 1e6': one.iterations / large.iterations,
        'iterations at step 1e6 over the perceptron’s': large.iterations / limit,
        'exponent in the step of the largest loss': Math.log(large.loss / middle.loss) / Math.log(ratio),
      });
      return { ours: figures(hundred, million, 1e4), null: figures(one, two, 2) };
    },
  }),
  defineClaim({
    id: 'learn/normalized-digits',
    paper,
    statement: 'Normalised gradient descent separates real data in far fewer iterations at moderate steps.',
    published: 'curves without numbers',
    budget: 20,
    null: 'plain gradient descent with a step of 1.5',
    bars: [{ figure: 'times fewer iterations at step 1', atLeast: 2, scale: 'log', source: 'far fewer are less than half' }],
    measure: async (seed) => {
      const instance = await drawnPair(seed);
      const plain = (stepSize: number) => Math.max(1, logisticGradientDescent(instance, { stepSize }).iterations);
      const normalized = Math.max(1, normalizedLogisticDescent(instance, { stepSize: 1 }).iterations);
      const figure = (iterations: number) => ({ 'times fewer iterations at step 1': plain(1) / iterations });
      return { ours: figure(normalized), null: figure(plain(1.5)) };
    },
  }),
];
