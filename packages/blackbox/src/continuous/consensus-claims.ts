// The claims of the paper on consensus as gradient descent: counted successes, and angles to the gradient.
import { defineClaim, Random } from '@infimum/core';
import { cbo } from './cbo.ts';
import { consensusHopping } from './consensus-hopping.ts';
import { canyonBlackBox, shiftedFunction } from './continuous-families.ts';
import { gradientDecomposition } from './gradient-decomposition.ts';
import { langevin } from './langevin.ts';
import { consensusPaper as paper } from './papers.ts';
import { randomSearch } from './random-search.ts';
import { grandCanyon } from './test-functions.ts';

/** Which methods end near the global minimizer of the canyon: 1, or 0. The paper's numbers are in the function's own units. */
export function canyonRun(seed: number) {
  const { target: _, ...canyon } = canyonBlackBox();
  const scaled = (scale: number) => ({ ...canyon, scale: [scale, scale] });
  const limits = { maxEvaluations: 50_000, seed };
  const hop = { ...limits, population: 200, alpha: 100, decay: 1 };
  const swarm = { ...limits, population: 200, noiseForm: 'isotropic', sigma: 1.6, schedule: 'fixed', alpha: 100 } as const;
  const isNear = (point: Float64Array, radius = 0.5) => Number(Math.hypot(...point) < radius);
  return {
    swarm: isNear(cbo(scaled(0.5), { ...swarm, restarts: false }).consensus, 0.25),
    hops: isNear(consensusHopping(scaled(1), { ...hop, sigma: 0.7 }).consensus),
    narrow: isNear(consensusHopping(scaled(1), { ...hop, sigma: 0.4 }).consensus),
    heat: isNear(langevin(scaled(1), limits).last),
    descent: isNear(langevin(scaled(1), { ...limits, sigma: 0 }).last),
  };
}

/** Median cosine of hops and negative gradients at random points of the canyon, and of random steps of the same length. */
export function medianCosines(population: number, alpha: number, points: number, seed: number) {
  const random = new Random(seed, 5);
  const sigma = Math.sqrt(0.02 / alpha);
  const pairs = Array.from({ length: points }, (_, k) => {
    const x = random.uniforms(new Float64Array(2)).map((u) => 11 * u - 3);
    const { cosine } = gradientDecomposition(grandCanyon, x, { population, alpha, sigma, seed: 1000 * seed + k });
    return [cosine, Math.cos(2 * Math.PI * random.uniform())];
  });
  const [hops, blind] = [0, 1].map((k) => pairs.map((pair) => pair[k]).sort((a, b) => a - b)[Math.floor(points / 2)]);
  return { hops, blind };
}

const GLOBAL = 'share of runs that end at the global minimizer: ';
const HIGH_PROBABILITY = 'theorem: with high probability; nine times of ten';
const DIMENSIONS = [5, 10];
const COSINE = 'median cosine of hops and negative gradients';

/** The paper's claims. */
export const consensusClaims = [
  defineClaim({
    id: 'blackbox/consensus-canyon',
    paper,
    statement:
      'Consensus methods follow a canyon over its barriers to the global minimizer, where gradient descent gets stuck.',
    published: 'paths without numbers',
    budget: 60,
    seeds: 50,
    null: 'gradient descent, which sees no further than its step',
    bars: ['CBO', 'hopping'].map((name) => ({
      figure: `${GLOBAL}${name}`,
      atLeast: 0.9,
      scale: 'share' as const,
      source: HIGH_PROBABILITY,
    })),
    measure: (seed) => {
      const { swarm, hops, narrow, heat, descent } = canyonRun(seed);
      const more = { 'hopping of width 0.4': narrow, Langevin: heat };
      return {
        ours: { [`${GLOBAL}CBO`]: swarm, [`${GLOBAL}hopping`]: hops, ...more },
        null: { [`${GLOBAL}CBO`]: descent, [`${GLOBAL}hopping`]: descent },
      };
    },
  }),
  defineClaim({
    id: 'blackbox/consensus-gradient',
    paper,
    statement: 'A consensus hop is a gradient step up to small noise, although no gradient is computed.',
    published: 'a theorem',
    budget: 20,
    null: 'steps of random directions',
    bars: [{ figure: COSINE, atLeast: 0.99, source: 'the statement: small noise, less than a seventh of the step across it' }],
    measure: (seed) => {
      const { hops, blind } = medianCosines(1000, 10, 40, seed);
      return { ours: { [COSINE]: hops }, null: { [COSINE]: blind } };
    },
  }),
  defineClaim({
    id: 'blackbox/consensus-dimensions',
    paper,
    statement: 'Consensus methods reach global minimizers with high probability, also in more than two dimensions.',
    published: 'a theorem for every dimension; figures of two',
    budget: 100,
    seeds: 50,
    null: 'random search with as many points',
    limit: 'Rastrigin’s function in five and ten dimensions stands for all',
    bars: DIMENSIONS.map((d) => ({ figure: `${GLOBAL}d = ${d}`, atLeast: 0.9, scale: 'share', source: HIGH_PROBABILITY })),
    measure: (seed) => {
      const limits = { population: 200, maxEvaluations: 400_000, seed };
      const figures = (method: typeof randomSearch) =>
        Object.fromEntries(
          DIMENSIONS.map((d) => {
            const { status } = method(shiftedFunction('rastrigin-2.5', d), limits);
            return [`${GLOBAL}d = ${d}`, Number(status === 'converged')];
          }),
        );
      return { ours: figures((box) => cbo(box, { ...limits, restarts: false })), null: figures(randomSearch) };
    },
  }),
];
