// The claims of the paper on evolution strategies of low rank: the rate in r by moments, and policies.
import { defineClaim, Random } from '@infimum/core';
import type { Trial } from '@infimum/core/claim';
import { powerExponent } from '@infimum/core/claim';
import type { EggrollOptions } from './eggroll.ts';
import { eggroll } from './eggroll.ts';
import { LowRankPopulation } from './low-rank-population.ts';
import { eggrollPaper as paper } from './papers.ts';

/**
 * |E f(E_r) E_r - E f(E) E|_F for f(E) = tanh(1.5 E_11 + 0.8 E_22 - 0.5 E_12 + 0.3) of 2 x 2 matrices. Given A the argument is normal, so
 * that B is integrated out by Stein's lemma, E f E_ij = E tanh' · Cov(E_ij, argument), and only the 2 x 2 matrix S = A A' is sampled.
 *
 * @returns the error, and its standard deviation from 20 batches
 */
export function rankError(rank: number, samples: number): { error: number; deviation: number } {
  const random = new Random(11, rank);
  const slope = slopeTable();
  const noise = new Float64Array(2 * rank);
  // The full gradient is the mean slope of a normal argument times the weights.
  const full = slope(Math.hypot(1.5, 0.8, 0.5));
  const target = [1.5 * full, -0.5 * full, 0, 0.8 * full];
  const batches = 20;
  const errors: number[] = [];
  const whole = [0, 0, 0, 0];
  for (let batch = 0; batch < batches; batch++) {
    const mean = [0, 0, 0, 0];
    const size = Math.ceil(samples / batches);
    for (let k = 0; k < size; k++) {
      random.normals(noise);
      let [s11, s12, s22] = [0, 0, 0];
      for (let j = 0; j < rank; j++) {
        const [a, b] = [noise[2 * j], noise[2 * j + 1]];
        s11 += (a * a) / rank;
        s12 += (a * b) / rank;
        s22 += (b * b) / rank;
      }
      const right = [-0.5 * s11 + 0.8 * s12, -0.5 * s12 + 0.8 * s22];
      const variance = 2.25 * s11 - 0.5 * right[0] + 0.8 * right[1];
      const weight = slope(Math.sqrt(Math.max(0, variance))) / size;
      mean[0] += weight * 1.5 * s11;
      mean[1] += weight * right[0];
      mean[2] += weight * 1.5 * s12;
      mean[3] += weight * right[1];
    }
    errors.push(Math.hypot(...mean.map((entry, j) => entry - target[j])));
    for (let j = 0; j < 4; j++) whole[j] += mean[j] / batches;
  }
  const average = errors.reduce((sum, e) => sum + e / batches, 0);
  const variance = errors.reduce((sum, e) => sum + (e - average) ** 2, 0) / (batches - 1);
  return { error: Math.hypot(...whole.map((entry, j) => entry - target[j])), deviation: Math.sqrt(variance / batches) };
}

/** s -> E tanh'(s z + 0.3) for a normal z: the trapezoidal rule at knots, a parabola between them. */
function slopeTable(): (s: number) => number {
  const [knots, spacing] = [1000, 0.02];
  const table = Float64Array.from({ length: knots + 2 }, (_, i) => {
    let sum = 0;
    for (let k = -400; k <= 400; k++) {
      const z = k / 50;
      sum += Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI) / 50 / Math.cosh(i * spacing * z + 0.3) ** 2;
    }
    return sum;
  });
  return (s) => {
    const place = Math.min(s / spacing, knots - 1);
    const i = Math.max(1, Math.round(place));
    const t = place - i;
    const [before, here, after] = [table[i - 1], table[i], table[i + 1]];
    return here + (t * (after - before)) / 2 + (t * t * (after - 2 * here + before)) / 2;
  };
}

/** The slope of log error against log r by least squares, and the half-width of its interval of 95 %. */
export function rankSlope(ranks: readonly number[], samples: number) {
  const errors = ranks.map((rank) => rankError(rank, samples));
  const x = ranks.map(Math.log);
  const middle = x.reduce((sum, e) => sum + e / x.length, 0);
  const spread = x.reduce((sum, e) => sum + (e - middle) ** 2, 0);
  const slope = errors.reduce((sum, { error }, i) => sum + ((x[i] - middle) * Math.log(error)) / spread, 0);
  const variance = errors.reduce(
    (sum, { error, deviation }, i) => sum + (((x[i] - middle) / spread) * (deviation / error)) ** 2,
    0,
  );
  return { slope, width: 1.96 * Math.sqrt(variance), errors: errors.map(({ error }) => error) };
}

/** f at every member of a population around zero, 2 x 2, as in `rankError`; the estimate of its gradient, by the class that EGGROLL runs on. */
function estimatedGradient(rank: number, pairs: number, seed: number, rounds: number): Float64Array {
  const layer = { rows: 2, cols: 2, weights: new Float64Array(4), bias: new Float64Array(2) };
  const population = new LowRankPopulation([layer], { population: 2 * pairs, rank, seed });
  const members = Int32Array.from({ length: 2 * pairs }, (_, i) => i);
  const columns = [0, 1].map((column) => Float64Array.from({ length: 4 * pairs }, (_, i) => (i % 2 === column ? 1 : 0)));
  const [sum, part, bias] = [new Float64Array(4), new Float64Array(4), new Float64Array(2)];
  // Biases are perturbed too: what they add is the output for nothing.
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
  const full = slopeTable()(Math.hypot(1.5, 0.8, 0.5));
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
    statement: 'The estimate of rank r comes near that of full noise like 1/r, not like its root.',
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
    statement: 'Policies are learnt as well with perturbations of low rank as with full ones.',
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
