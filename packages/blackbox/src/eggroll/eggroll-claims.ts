// The claims of the paper on evolution strategies of low rank: the rate in r by moments, and policies.
import { defineClaim } from '@infimum/core';
import type { Trial } from '@infimum/core/claim';
import { powerExponent } from '@infimum/core/claim';
import type { EggrollOptions } from './eggroll.ts';
import { eggroll } from './eggroll.ts';
import { LowRankPopulation } from './low-rank-population.ts';
import { eggrollPaper as paper } from './papers.ts';

/**
 * f(E) = tanh(1.5 E_11 + 0.8 E_22 - 0.5 E_12 + 0.3) at every member of a population around zero, 2 x 2: the estimate of its gradient, by the
 * class that EGGROLL runs on.
 */
function estimatedGradient(rank: number, pairs: number, seed: number, rounds: number): Float64Array {
  const layer = { rows: 2, cols: 2, weights: new Float64Array(4), bias: new Float64Array(2) };
  const population = new LowRankPopulation([layer], { population: 2 * pairs, rank, seed });
  const members = Int32Array.from({ length: 2 * pairs }, (_, i) => i);
  const columns = [0, 1].map((column) => Float64Array.from({ length: 4 * pairs }, (_, i) => (i % 2 === column ? 1 : 0)));
  const [sum, part, bias] = [new Float64Array(4), new Float64Array(4), new Float64Array(2)];
  // Biases are perturbed too: their contribution is the output for zero input.
  const none = new Float64Array(4 * pairs);
  for (let round = 0; round < rounds; round++) {
    population.begin(round);
    const [first, second, shift] = [...columns, none].map((x) =>
      population.forward(0, x, members, 1, new Float64Array(4 * pairs)),
    );
    const fitness = Float64Array.from(members, (i) => {
      const [e11, e12, e22] = [first[2 * i] - shift[2 * i], second[2 * i] - shift[2 * i], second[2 * i + 1] - shift[2 * i + 1]];
      return Math.tanh(1.5 * e11 + 0.8 * e22 - 0.5 * e12 + 0.3);
    });
    population.gradient(0, fitness, part, bias);
    for (let j = 0; j < 4; j++) sum[j] += part[j] / rounds;
  }
  return sum;
}

const RANKS = [2, 4, 8, 16];

/** Exponents in r of the distance to the gradient of full noise: of estimates of rank r, and of full noise from r times 16 pairs. */
function rateTrial(seed: number): Trial {
  // E tanh'(s z + 0.3) for a normal z, by the trapezoidal rule.
  let full = 0;
  for (let z = -8; z <= 8; z += 1 / 64) {
    full += Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI) / 64 / Math.cosh(Math.hypot(1.5, 0.8, 0.5) * z + 0.3) ** 2;
  }
  const target = [1.5 * full, -0.5 * full, 0, 0.8 * full];
  const distance = (gradient: Float64Array) => Math.hypot(...gradient.map((entry, j) => entry - target[j]));
  const errors = RANKS.map((rank) => distance(estimatedGradient(rank, 2 ** 16, seed, 4)));
  const sampled = RANKS.map((rank) => {
    const repeats = Array.from({ length: 50 }, (_, k) => distance(estimatedGradient(0, 16 * rank, 1000 * seed + k, 1)));
    return repeats.reduce((a, b) => a + b, 0);
  });
  const figure = (values: number[]) => ({ 'exponent in the rank of the error': powerExponent(RANKS, values) });
  const curve = Object.fromEntries(RANKS.map((rank, k) => [`error@${rank}`, errors[k]]));
  return { ours: { ...figure(errors), ...curve }, null: figure(sampled) };
}

/** The paper's claims. */
export const eggrollClaims = [
  defineClaim({
    id: 'blackbox/eggroll-rank',
    paper,
    statement: 'The estimate of rank r approaches that of full noise as 1/r, not as its root.',
    published: 'a theorem',
    budget: 60,
    null: 'full noise, sampled 16 r times: the root',
    bars: [
      {
        figure: 'exponent in the rank of the error',
        atMost: -0.75,
        source: 'theorem: -1, and not the -1/2 of a root; half-way',
      },
    ],
    measure: rateTrial,
  }),
  defineClaim({
    id: 'blackbox/eggroll-policy',
    paper,
    statement: 'Low-rank perturbations learn policies as well as full ones.',
    published: 'equal on 7 of 16 environments, better on 7, worse on 2',
    budget: 30,
    null: 'no noise to tell members apart',
    limit: 'one environment of sixteen',
    bars: [
      {
        figure: 'generations at rank 1 over those of full noise',
        atMost: 1.5,
        scale: 'log',
        source: 'the statement: as well, to a half',
      },
    ],
    measure: (seed) => {
      const task = { environment: 'cart-pole', hidden: [32], episodes: 1, target: 475 } as const;
      const generations = (options: EggrollOptions) =>
        Math.max(1, eggroll(task, { seed, maxIterations: 60, ...options }).iterations);
      const [low, full, lost] = [generations({ rank: 1 }), generations({ rank: 0 }), generations({ rank: 1, sigma: 1e-9 })];
      const figure = (count: number) => ({ 'generations at rank 1 over those of full noise': count / full });
      return { ours: figure(low), null: figure(lost) };
    },
  }),
];
