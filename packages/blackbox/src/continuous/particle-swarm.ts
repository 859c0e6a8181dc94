// Particle swarm optimisation: particles move with inertia, attracted to their own best point and to the best of all.
//
// J. Kennedy, R. Eberhart: Particle swarm optimization (1995), with the constriction of M. Clerc and J. Kennedy (2002).
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import type { BestPoint, BlackBox, Questions } from './black-box.ts';
import { answersOf, maxEvaluations, randomOf, Search, seed } from './black-box.ts';
import { continuous } from './continuous-problem.ts';

const particleSwarmOptions = {
  population: { type: 'integer', min: 1, max: 1_000_000, default: 40, description: 'Particles' },
  inertia: { type: 'number', min: 0, default: 0.7298, description: 'Share of the velocity that is kept' },
  pull: {
    type: 'number',
    min: 0,
    default: 1.49618,
    description: 'Strength of each attraction, times a uniform number per coordinate',
  },
  maxEvaluations,
  seed,
} as const satisfies OptionSpecs;

/** Options of `particleSwarm`. */
export type ParticleSwarmOptions = OptionsOf<typeof particleSwarmOptions> & LimitOptions<Questions>;

/**
 * Minimises f by v <- w v + c u ⊙ (y_i - x_i) + c u' ⊙ (y - x_i), x_i <- x_i + v, y_i the best point of a particle, y of all, u and u'
 * uniform. At bounds the function is unfolded, as `cmaEs` does, so that particles may move beyond them. N evaluations and O(N d) a step.
 *
 * @throws {InvalidInputError} naming the argument or option at fault
 *
 * @example
 * ```ts
 * import { particleSwarm } from '@infimum/blackbox';
 *
 * const value = ([x, y]: Float64Array) => (x - 1) ** 2 + (y + 2) ** 2;
 * const { status } = particleSwarm({ dimension: 2, value, target: 1e-6 }, { seed: 1 });
 * console.log(status); // converged
 * ```
 */
export function particleSwarm(
  blackBox: BlackBox,
  options: ParticleSwarmOptions = {},
): Outcome<BestPoint, Questions<BestPoint>> {
  return runWith(particleSwarmOptions, options, particleSwarmSteps(blackBox, options), answersOf(blackBox));
}

/** The steps of `particleSwarm`. */
export function* particleSwarmSteps(
  blackBox: BlackBox,
  options: ParticleSwarmOptions = {},
): Steps<BestPoint, Questions<BestPoint>, Float64Array> {
  const { population, inertia, pull, maxEvaluations, seed } = resolveOptions(particleSwarmOptions, options);
  const search = new Search(blackBox, maxEvaluations);
  const random = randomOf(seed);
  const d = search.dimension;
  const x = search.unfolded(search.draw(random, population, new Float64Array(population * d)));
  const velocities = new Float64Array(population * d);
  const bests = x.slice();
  const bestValues = new Float64Array(population).fill(Infinity);
  for (;;) {
    const values = yield* search.ask(search.folded(x), population);
    const end = search.end();
    if (end) return end;
    for (let i = 0; i < population; i++) {
      if (!(values[i] < bestValues[i])) continue;
      bestValues[i] = values[i];
      bests.set(x.subarray(i * d, (i + 1) * d), i * d);
    }
    let leader = 0;
    for (let i = 1; i < population; i++) if (bestValues[i] < bestValues[leader]) leader = i;
    for (let i = 0; i < population; i++) {
      for (let j = 0; j < d; j++) {
        const at = i * d + j;
        const own = random.uniform() * (bests[at] - x[at]);
        const common = random.uniform() * (bests[leader * d + j] - x[at]);
        velocities[at] = inertia * velocities[at] + pull * (own + common);
        x[at] += velocities[at];
      }
    }
  }
}

export const particleSwarmSolver = /* @__PURE__ */ defineSolver({
  id: 'blackbox/particle-swarm',
  title: 'Particle swarm',
  summary: 'Moving particles, attracted to their own best point and to the best of all.',
  problem: continuous,
  role: 'baseline',
  paper: { title: 'Particle swarm optimization', year: 1995 },
  cost: 'N \\text{ evaluations and } O(N d) \\text{ per step}',
  options: particleSwarmOptions,
  steps: (instance, options) => particleSwarmSteps(instance, options),
});
