// The claims of the paper on variance-reduced Halpern iterations, by counted evaluations.
import { defineClaim } from '@infimum/core';
import { powerExponent } from '@infimum/core/claim';
import { extraAnchoredGradient } from './extra-anchored-gradient.ts';
import { halpern } from './halpern.ts';
import { policemanAndBurglar, scaledBilinear, scaledQuadratics } from './inclusion-families.ts';
import { inclusion } from './inclusion-problem.ts';
import { halpernPaper as paper } from './papers.ts';
import { svrgExtragradient } from './svrg-extragradient.ts';
import { vrHalpern } from './vr-halpern.ts';
import { vrHalpernInexact } from './vr-halpern-inexact.ts';

const SIZES = [1000, 10_000, 100_000];
const EPSILONS = [1e-1, 1e-2, 1e-3];

/** Evaluations on a cocoercive sum to a residual. */
export function cocoerciveEvaluations(n: number, absoluteTolerance: number, seed: number) {
  const problem = scaledQuadratics(n, 20, seed);
  const goal = { tolerance: 0, absoluteTolerance };
  return { reduced: vrHalpern(problem, { ...goal, seed }).evaluations.value, plain: halpern(problem, goal).evaluations.value };
}

/** The paper's claims. */
export const inclusionClaims = [
  defineClaim({
    id: 'games/halpern-cocoercive',
    paper,
    statement:
      'Variance reduction brings the last iterate’s residual to epsilon in n + sqrt(n) L / epsilon evaluations instead of n L / epsilon.',
    published: 'the rates, and curves without numbers',
    budget: 60,
    null: 'Halpern’s iteration without variance reduction',
    bars: [
      {
        figure: 'exponent in n of evaluations beyond n',
        atMost: 0.61,
        source: 'theorem: 1/2, and 0.11 for a logarithm from n = 1e3 to 1e5 (ln of 11.5 / 6.9 over ln 100)',
      },
      {
        figure: 'exponent in 1 / epsilon of evaluations beyond n',
        atMost: 1.24,
        source: 'theorem: 1, and 0.24 for a logarithm from 10 to 1000 (ln 3 over ln 100)',
      },
      { figure: 'times fewer evaluations at n = 1e5, epsilon = 1e-3', atLeast: 1, scale: 'log', source: 'the statement' },
    ],
    measure: (seed) => {
      const table = SIZES.map((n) => EPSILONS.map((epsilon) => cocoerciveEvaluations(n, epsilon, seed)));
      const figures = (name: 'reduced' | 'plain') => {
        const beyond = (i: number, k: number) => table[i][k][name] - SIZES[i];
        const inEpsilon = SIZES.map(
          (_, i) =>
            -powerExponent(
              EPSILONS,
              EPSILONS.map((_, k) => beyond(i, k)),
            ),
        );
        return {
          'exponent in n of evaluations beyond n': powerExponent(
            SIZES,
            SIZES.map((_, i) => beyond(i, 2)),
          ),
          'exponent in 1 / epsilon of evaluations beyond n': Math.max(...inEpsilon),
          'times fewer evaluations at n = 1e5, epsilon = 1e-3': table[2][2].plain / table[2][2][name],
        };
      };
      const curves = EPSILONS.flatMap((epsilon, k) => [
        [`evaluations, variance reduced@${1 / epsilon}`, table[2][k].reduced],
        [`evaluations, Halpern@${1 / epsilon}`, table[2][k].plain],
        [`times fewer@${1 / epsilon}`, table[2][k].plain / table[2][k].reduced],
      ]);
      return { ours: { ...figures('reduced'), ...Object.fromEntries(curves) }, null: figures('plain') };
    },
  }),
  defineClaim({
    id: 'games/halpern-monotone',
    paper,
    statement: 'For monotone Lipschitz sums the inexact iteration needs sqrt(n) times fewer evaluations, up to logarithms.',
    published: 'the rates, and curves without numbers',
    budget: 30,
    null: 'the extra-anchored gradient',
    bars: [
      {
        figure: 'exponent in n of the gain',
        atLeast: 0.34,
        source: 'theorem: 1/2, less 0.16 for a logarithm from n = 100 to 10 000 (ln 2 over ln 100)',
      },
    ],
    measure: (seed) => {
      const sizes = [100, 1000, 10_000];
      const goal = { tolerance: 0, absoluteTolerance: 1e-2 };
      const runs = sizes.map((n) => {
        const problem = scaledBilinear(n, 10, seed);
        const count = (method: typeof extraAnchoredGradient, more = {}) => {
          const { status, evaluations } = method(problem, { ...goal, ...more });
          return status === 'converged' ? evaluations.value : Number.NaN;
        };
        const anchored = count(extraAnchoredGradient);
        return { anchored, gain: anchored / count(vrHalpernInexact as typeof extraAnchoredGradient, { seed, restart: false }) };
      });
      return {
        ours: {
          'exponent in n of the gain': powerExponent(
            sizes,
            runs.map(({ gain }) => gain),
          ),
          ...Object.fromEntries(sizes.map((n, i) => [`times fewer evaluations@${n}`, runs[i].gain])),
        },
        null: {
          'exponent in n of the gain': powerExponent(
            sizes,
            runs.map(() => 1),
          ),
        },
      };
    },
  }),
  defineClaim({
    id: 'games/halpern-matrix-game',
    paper,
    statement: 'On the policeman and burglar game the direct method ends lowest, although its theorem does not cover it.',
    published: 'curves without numbers',
    budget: 30,
    seeds: 40,
    null: 'Halpern’s iteration without variance reduction',
    bars: [
      { figure: 'residual over the extra-anchored gradient’s', atMost: 1, scale: 'log', source: 'the statement' },
      { figure: 'residual over variance-reduced extragradient’s', atMost: 1, scale: 'log', source: 'the statement' },
    ],
    measure: (seed) => {
      const problem = policemanAndBurglar(100, 0.8, seed);
      const budget = { tolerance: 0, absoluteTolerance: 0, maxEpochs: 300 };
      // By the problem's measure: what methods report is |F(u) + g| for some and the natural residual, which is less, for others.
      const [direct, plain, anchored, reduced] = [vrHalpern, halpern, extraAnchoredGradient, svrgExtragradient].map((method) =>
        inclusion.metrics['residual'].compute(problem, method(problem, budget)),
      );
      const figures = (own: number) => ({
        'residual over the extra-anchored gradient’s': own / anchored,
        'residual over variance-reduced extragradient’s': own / reduced,
      });
      return { ours: figures(direct), null: figures(plain) };
    },
  }),
];
