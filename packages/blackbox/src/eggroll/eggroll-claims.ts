// The claims of the paper on evolution strategies of low rank: the rate in r by moments, and policies.
import { type ClaimContext, type ClaimResult, defineClaim, Random } from '@infimum/core';
import { eggroll } from './eggroll.ts';
import { eggrollPaper as paper } from './papers.ts';

/**
 * |E f(E_r) E_r - E f(E) E|_F for f(E) = tanh(1.5 E_11 + 0.8 E_22 - 0.5 E_12 + 0.3) of 2 x 2 matrices, by samples. Given A and
 * B's law the argument is a sum; full noise is Gaussian, and its expectation a one-dimensional integral.
 */
export function rankError(rank: number, samples: number): number {
  const random = new Random(11, rank);
  const noise = new Float64Array(4 * rank);
  const mean = new Float64Array(4);
  const weights = [1.5, -0.5, 0, 0.8];
  const coefficient = gaussianCoefficient(Math.hypot(1.5, 0.8, 0.5));
  for (let s = 0; s < samples; s++) {
    random.normals(noise);
    const e = [0, 0, 0, 0];
    for (let k = 0; k < rank; k++) {
      for (let a = 0; a < 2; a++)
        for (let b = 0; b < 2; b++) e[2 * a + b] += noise[4 * k + a] * noise[4 * k + 2 + b];
    }
    let argument = 0;
    for (let j = 0; j < 4; j++) argument += (weights[j] * e[j]) / Math.sqrt(rank);
    // Opposite signs in a pair, as in the algorithm.
    const difference = (Math.tanh(argument + 0.3) - Math.tanh(0.3 - argument)) / 2;
    for (let j = 0; j < 4; j++) mean[j] += (difference * e[j]) / Math.sqrt(rank) / samples;
  }
  return Math.hypot(...mean.map((entry, j) => entry - coefficient * weights[j]));
}

/** E tanh(s z + 0.3) z / s for a normal z, by the trapezoidal rule: the factor of the weights in the full gradient. */
function gaussianCoefficient(s: number): number {
  let sum = 0;
  for (let k = -1600; k <= 1600; k++) {
    const z = k / 200;
    sum += (Math.tanh(s * z + 0.3) * z * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI) / 200;
  }
  return sum / s;
}

function rateClaim(): ClaimResult {
  const errors = [1, 2, 4, 8].map((rank) => rankError(rank, 2_000_000));
  const slope = Math.log(errors[3] / errors[0]) / Math.log(8);
  return {
    measured: `the error falls like r to the ${slope.toFixed(2)}: ${errors.map((e) => e.toFixed(4)).join(', ')} at r = 1, 2, 4, 8`,
    verdict: slope <= -0.75 ? 'reproduced' : slope < -0.55 ? 'partly reproduced' : 'not reproduced',
    figures: { slope },
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
