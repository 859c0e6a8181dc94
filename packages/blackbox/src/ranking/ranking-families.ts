// Instances of `blackbox/ranking`: functions behind judges with and without errors, policies by their episodes, and latents of digits.
import { cartPole, environmentOf } from '@infimum/bandits-rl/environments';
import type { Family } from '@infimum/core';
import { defineFamily, Random } from '@infimum/core';
import { importData } from '@infimum/core/data';
import { norm } from '@infimum/linalg/numerics';
import type { DigitGenerator } from './digit-diffusion.ts';
import { digitGenerator } from './digit-diffusion.ts';
import type { RankedSearch } from './ranking-oracle.ts';

/** A bowl, Rosenbrock's valley, or an ellipsoid of condition 1e6, from a normal start. */
export function rankedFunction(
  name: 'quadratic' | 'rosenbrock' | 'ellipsoid',
  d: number,
  seed: number,
  temperature = 0,
): RankedSearch {
  const initial = new Random(seed, 1).normals(new Float64Array(d));
  return { dimension: d, initial, value: FUNCTIONS[name], temperature, judge: seed, optimum: 0 };
}

const FUNCTIONS = {
  quadratic: (x: Float64Array) => x.reduce((sum, entry) => sum + entry * entry, 0),
  rosenbrock: (x: Float64Array) => {
    let sum = 0;
    for (let i = 0; i + 1 < x.length; i++) sum += (1 - x[i]) ** 2 + 100 * (x[i + 1] - x[i] * x[i]) ** 2;
    return sum;
  },
  ellipsoid: (x: Float64Array) =>
    x.reduce((sum, entry, i) => sum + 10 ** ((6 * i) / Math.max(1, x.length - 1)) * entry * entry, 0),
};

/** The cart and pole, steered by the sign of a linear function of the observation; judged by how long an episode lasts. */
export function rankedCartPole(seed: number): RankedSearch {
  return {
    dimension: 4,
    initial: new Float64Array(4),
    value: (weights, question) => -cartPoleReturn(weights, seed * 100_003 + question),
    optimum: -500,
  };
}

/** Steps that a linear policy keeps the pole up, at most 500. */
export function cartPoleReturn(weights: Float64Array, seed: number): number {
  const environment = environmentOf(cartPole());
  let seen = environment.reset(seed);
  const action = new Float64Array(1);
  for (let steps = 1; ; steps++) {
    let score = 0;
    for (let j = 0; j < 4; j++) score += weights[j] * seen[j];
    action[0] = score > 0 ? 1 : 0;
    const { observation, terminated, truncated } = environment.step(action);
    if (terminated || truncated) return steps;
    seen = observation;
  }
}

/** The search for the latent of a generator of digits whose picture is most like a hidden one. */
export function rankedDigits(generator: DigitGenerator, hidden: Float64Array, seed: number, temperature = 0): RankedSearch {
  const initial = new Random(seed, 2).normals(new Float64Array(64));
  const length = norm(initial);
  const value = (latent: Float64Array) => {
    const picture = generator(latent);
    let sum = 0;
    for (let p = 0; p < 64; p++) sum += (picture[p] - hidden[p]) ** 2 / 64;
    return sum;
  };
  return {
    dimension: 64,
    initial: initial.map((entry) => (8 * entry) / length),
    value,
    temperature,
    judge: seed,
    optimum: 0,
    sphere: true,
  };
}

/** Families by name. */
export const rankingFamilies: Readonly<Record<string, Family<RankedSearch>>> = {
  functions: defineFamily({
    title: 'Functions behind a judge',
    description: 'A bowl, Rosenbrock’s valley, or an ellipsoid of condition 1e6; judges may make errors.',
    real: false,
    params: {
      function: {
        type: 'choice',
        choices: ['quadratic', 'rosenbrock', 'ellipsoid'],
        default: 'quadratic',
        description: 'Name of the function',
      },
      d: { type: 'integer', min: 1, max: 100_000, default: 20, description: 'Variables' },
      temperature: { type: 'number', min: 0, default: 0, description: 'Error of the judge' },
    },
    suites: {
      quick: [{ d: 2 }, { d: 20 }, { function: 'rosenbrock' }, { d: 10, temperature: 0.1 }],
      full: (['quadratic', 'rosenbrock', 'ellipsoid'] as const).flatMap((name) =>
        [20, 100].map((d) => ({ function: name, d })),
      ),
    },
    generate: ({ function: name, d, temperature }, seed) =>
      rankedFunction(name as keyof typeof FUNCTIONS, d, seed, temperature),
  }),
  'cart-pole': defineFamily({
    title: 'Cart and pole by ranked episodes',
    description: 'A linear policy, judged only by the order of its episodes.',
    real: false,
    params: {},
    suites: { quick: [{}], full: [{}] },
    generate: (_, seed) => rankedCartPole(seed),
  }),
  digits: defineFamily({
    title: 'Latents of a generator of digits',
    description: 'A closed-form diffusion sampler, fitted to handwritten digits; the judge’s target is a held-out digit.',
    real: true,
    params: { temperature: { type: 'number', min: 0, default: 0, description: 'Error of the judge' } },
    suites: { quick: [{}], full: [{}, { temperature: 0.2 }] },
    generate: async ({ temperature }, seed) => {
      const { loadDigits } = await importData(() => import('@infimum/datasets/digits'));
      const { generator, heldOut } = digitGenerator(loadDigits());
      return rankedDigits(generator, heldOut[(7 * seed) % heldOut.length], seed, temperature);
    },
  }),
};
