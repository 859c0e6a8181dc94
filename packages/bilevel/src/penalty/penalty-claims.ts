// The claims about penalty methods: the error of the penalised problem, and the effect of noise.
import { defineClaim, Random, run } from '@infimum/core';
import { powerExponent } from '@infimum/core/claim';
import { toyInstance } from '../models/bilevel-optimization.ts';
import { modelOf } from '../models/instance.ts';
import type { ToyName } from '../models/toys.ts';
import { toy } from '../models/toys.ts';
import { penaltyPaper } from '../papers.ts';
import { penalizedValue } from './penalized-value.ts';
import { penaltyBilevelSingleLoop, penaltyBilevelSingleLoopSteps } from './penalty-bilevel-single-loop.ts';

/** How |ψ_σ − ψ| and |∇ψ_σ − ∇ψ| at x fall with σ: their exponents, for falling σ or for a constant one. */
export function closeness(
  name: ToyName,
  x: Float64Array,
  sigmas = [1e-2, 3e-3, 1e-3, 3e-4],
): [value: number, gradient: number] {
  const { problem, hyperObjective, initial } = toy(name);
  const exact = hyperObjective?.(x) ?? { value: 0, gradient: new Float64Array(1) };
  const found = sigmas.map((sigma) => penalizedValue(problem, x, sigma, { initial: initial.y, tolerance: 1e-13 }));
  const exponent = (differences: readonly number[]) => powerExponent([1e-2, 3e-3, 1e-3, 3e-4], differences.map(Math.abs));
  return [
    exponent(found.map(({ value }) => value - exact.value)),
    exponent(found.map(({ gradient }) => gradient[0] - exact.gradient[0])),
  ];
}

/** |∇ψ_σ(x)| at the end of the single-loop method with one sample an iteration, by the theory’s schedule or with constant steps. */
export function singleLoopError(schedule: 'theory' | 'constant', length: number, seed: number): number {
  const { source, initial } = toyInstance('follow', { noise: 0.1, noiseSeed: seed });
  const { problem } = modelOf({ source, initial });
  const options = { schedule, sigma: 1, stepSize: 0.1, lipschitz: 1, upperLipschitz: 1, seed };
  const { x, sigma } = run(penaltyBilevelSingleLoopSteps(problem, initial, options), { maxIterations: length });
  return Math.abs(x[0] - 1 + (2 * (2 * x[0] - 3)) / (1 + sigma));
}

const EXACT = 'exponent of the hyper-gradient in the gradients';

/** The claims of the paper. */
export const penaltyClaims = [
  defineClaim({
    id: 'bilevel/penalty-closeness',
    paper: penaltyPaper,
    statement: 'Value and gradient of the penalised hyper-objective are within O(σ) of those of the hyper-objective.',
    published: 'O(σ), a theorem',
    budget: 10,
    null: 'one σ for all',
    bars: [
      { figure: 'least exponent of the value in σ', atLeast: 0.95, source: 'theorem: 1, less a twentieth for higher orders' },
      {
        figure: 'least exponent of the gradient in σ',
        atLeast: 0.95,
        source: 'theorem: 1, less a twentieth for higher orders',
      },
    ],
    measure: (seed) => {
      const random = new Random(seed);
      const names = ['follow', 'line', 'segment'] as const;
      const points = names.map((name) => toy(name).initial.x.map((t) => t + 0.1 * random.normal()));
      const figures = (sigmas?: number[]) => {
        const exponents = names.map((name, k) => closeness(name, points[k], sigmas));
        return {
          'least exponent of the value in σ': Math.min(...exponents.map(([value]) => value)),
          'least exponent of the gradient in σ': Math.min(...exponents.map(([, gradient]) => gradient)),
        };
      };
      return { ours: figures(), null: figures([1e-2, 1e-2, 1e-2, 1e-2]) };
    },
  }),
  defineClaim({
    id: 'bilevel/penalty-exact-rate',
    paper: penaltyPaper,
    statement: 'Without noise, the single-loop method reaches ε in O(ε^−3) gradients.',
    published: 'O(ε^−3), a theorem: an error of K^(−1/3)',
    budget: 20,
    null: 'one σ for all iterations',
    limit: 'one instance with a closed form stands for all',
    bars: [{ figure: EXACT, atMost: -0.95 / 3, source: 'theorem: -1/3, less a twentieth for higher orders' }],
    measure: (seed) => {
      const { problem, initial } = toy('follow');
      const start = { ...initial, x: initial.x.map((t) => t + new Random(seed).normal()) };
      const lengths = [1000, 10_000, 100_000];
      const figure = (schedule: 'theory' | 'constant') => {
        const errors = lengths.map((maxIterations) => {
          const options = { schedule, sigma: 1, tolerance: 0, maxIterations };
          return Math.abs(5 * penaltyBilevelSingleLoop(problem, start, options).x[0] - 7);
        });
        return { [EXACT]: powerExponent(lengths, errors) };
      };
      return { ours: figure('theory'), null: figure('constant') };
    },
  }),
  defineClaim({
    id: 'bilevel/penalty-rate',
    paper: penaltyPaper,
    statement: 'With one sample per iteration the single-loop method reaches ε in O(ε^−5) gradients.',
    published: 'O(ε^−5), a theorem: an error of K^−0.2',
    budget: 60,
    null: 'steps that do not shrink',
    bars: [{ figure: 'exponent of the error in the iterations', atMost: -0.2, source: 'theorem: -1/5' }],
    measure: (seed) => {
      const lengths = [300, 3000, 30_000];
      const errors = (schedule: 'theory' | 'constant') =>
        lengths.map((length) => [0, 1, 2, 3].reduce((sum, k) => sum + singleLoopError(schedule, length, 10 * seed + k) / 4, 0));
      const [theory, constant] = [errors('theory'), errors('constant')];
      const figure = (values: number[]) => ({ 'exponent of the error in the iterations': powerExponent(lengths, values) });
      return {
        ours: { ...figure(theory), ...Object.fromEntries(lengths.map((length, k) => [`error@${length}`, theory[k]])) },
        null: figure(constant),
      };
    },
  }),
];
