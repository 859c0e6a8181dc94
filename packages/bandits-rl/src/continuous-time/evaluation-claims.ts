// The claims of the paper on policy evaluation in continuous time, and the experiments that check them.
import { defineClaim } from '@infimum/core';
import { powerExponent } from '@infimum/core/claim';
import { continuousLstd, martingalePaper as paper } from './continuous-lstd.ts';
import { europeanCall, ornsteinUhlenbeck } from './evaluation-problem.ts';
import { martingaleLoss } from './martingale-loss.ts';

/** The claims of the paper. */
export const evaluationClaims = [
  defineClaim({
    id: 'bandits-rl/martingale-mesh',
    paper,
    statement: 'What is learnt on a mesh tends to the truth as O(Δ).',
    published: 'first order',
    budget: 30,
    null: 'the mean-square TD error on the same paths',
    bars: [
      {
        figure: 'exponent in Δ of the error',
        atLeast: 0.75,
        source: 'theorem: 1; the next that could be is 1/2, and the bar is half-way',
      },
    ],
    measure: (seed) => {
      const meshes = [0.4, 0.2, 0.1];
      const paths = meshes.map((mesh) => ornsteinUhlenbeck(Math.round(40_000 / mesh), mesh, seed));
      const figures = (learn: (path: (typeof paths)[number]) => ArrayLike<number>) => {
        const errors = paths.map((path) => Math.abs(learn(path)[0] - 0.4));
        return {
          'exponent in Δ of the error': powerExponent(meshes, errors),
          ...Object.fromEntries(meshes.map((mesh, k) => [`error@${mesh}`, errors[k]])),
        };
      };
      return {
        ours: figures((path) => continuousLstd(path).parameters),
        null: figures((path) => martingaleLoss(path, { loss: 'mean-square' }).parameters),
      };
    },
  }),
  defineClaim({
    id: 'bandits-rl/mean-square-td-fails',
    paper,
    statement:
      'Minimising the mean-square TD error does not approximate the value of a stochastic system; the martingale loss does.',
    published: 'none published as a number',
    budget: 60,
    null: 'both losses exchanged',
    bars: [
      {
        figure: 'error of the volatility by the martingale loss, over it',
        atMost: 0.1,
        source: 'to approximate is to be within a tenth',
      },
      { figure: 'error by the mean-square TD error, over it', atLeast: 0.1, source: 'not to approximate is to be beyond it' },
    ],
    measure: (seed) => {
      const instance = europeanCall(2000, 50, seed);
      const [right, wrong] = [{}, { loss: 'mean-square' as const }].map((options) =>
        Math.abs(martingaleLoss(instance, options).parameters[0] / 0.3 - 1),
      );
      const figures = (martingale: number, meanSquare: number) => ({
        'error of the volatility by the martingale loss, over it': martingale,
        'error by the mean-square TD error, over it': meanSquare,
      });
      return { ours: figures(right, wrong), null: figures(wrong, right) };
    },
  }),
];
