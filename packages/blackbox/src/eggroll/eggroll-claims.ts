// The claims of the paper on evolution strategies of low rank: the rate in r by moments, and policies.
import type { ClaimContext, ClaimResult } from '@infimum/core';
import { defineClaim, Random } from '@infimum/core';
import { eggroll } from './eggroll.ts';
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

function rateClaim(): ClaimResult {
  const ranks = [2, 4, 8, 16];
  const { slope, width, errors } = rankSlope(ranks, 2_000_000);
  return {
    measured: `the error falls like r to the ${slope.toFixed(3)} ± ${width.toFixed(3)}: ${errors.map((e) => e.toFixed(4)).join(', ')} at r = ${ranks.join(', ')}`,
    verdict: slope + width <= -0.85 ? 'reproduced' : slope < -0.55 ? 'partly reproduced' : 'not reproduced',
    figures: { slope, width },
  };
}

function policyClaim({ onProgress }: ClaimContext): ClaimResult {
  const task = { environment: 'cart-pole', hidden: [32], episodes: 1, target: 475 } as const;
  const solved = (rank: number) =>
    Array.from({ length: 10 }, (_, seed) => {
      onProgress?.(`rank ${rank}, seed ${seed}`);
      return eggroll(task, { rank, seed, maxIterations: 25 });
    }).filter(({ status }) => status === 'converged').length;
  const [low, full] = [solved(1), solved(0)];
  return {
    measured: `CartPole within 25 generations of 256: ${low} of 10 seeds at rank 1, ${full} of 10 with full noise`,
    verdict: low >= 9 && low >= full - 1 ? 'reproduced' : low >= 5 ? 'partly reproduced' : 'not reproduced',
    figures: { low, full },
  };
}

/** The paper's claims. */
export const eggrollClaims = [
  defineClaim({
    id: 'blackbox/eggroll-rank',
    paper,
    statement: 'The estimate of rank r comes near that of full noise like 1/r, not like its root.',
    published: 'a theorem',
    budget: 20,
    run: async () => rateClaim(),
  }),
  defineClaim({
    id: 'blackbox/eggroll-policy',
    paper,
    statement: 'Policies are learnt as well with perturbations of low rank as with full ones.',
    published: 'equal on 7 of 16 environments, better on 7, worse on 2',
    budget: 60,
    run: async (context) => policyClaim(context),
  }),
];
