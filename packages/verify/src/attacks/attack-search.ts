// Directional attacks alone, with random steps where they fail.
//
// Optimization by directional attacks: solving problems with neural network surrogates (2025), arXiv 2510.01461.
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { converged, defineSolver, Random, resolveOptions, run, runOptionsOf, stalled } from '@infimum/core';
import { unitDirection } from './direct-search-step.ts';
import { directionalAttack } from './directional-attack.ts';
import type {
  Evaluated,
  SurrogateAnswer,
  SurrogateInstance,
  SurrogateIterate,
  SurrogateSolution,
} from './network-surrogate.ts';
import { answerSurrogate, confirmEnd, FAILED_REASON, SurrogateSearch } from './network-surrogate.ts';
import { networkSurrogateProblem } from './network-surrogate-problem.ts';

const attackSearchOptions = {
  attack: {
    type: 'choice',
    choices: ['fgsm', 'pgd', 'mi-fgsm'],
    default: 'fgsm',
    description: 'One step along the signs of the gradient, several, or several with momentum',
  },
  attackNorm: { type: 'choice', choices: ['inf', 'l2'], default: 'inf', description: 'The norm of attacks' },
  attackSteps: { type: 'integer', min: 1, max: 1000, default: 10, description: 'Steps of pgd and mi-fgsm' },
  fallback: {
    type: 'choice',
    choices: ['differences', 'none'],
    default: 'differences',
    description: 'What to do without products with the Jacobian: forward differences, or no attacks',
  },
  minAttackRadius: { type: 'number', above: 0, default: 1e-6, description: 'The smallest length of attacks' },
  maxAttackRadius: { type: 'number', above: 0, default: 10, description: 'The largest length of attacks' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of everything random' },
  maxIterations: {
    type: 'integer',
    min: 0,
    default: 5000,
    description: 'Limit of questions: evaluations and products with the Jacobian together',
  },
} as const satisfies OptionSpecs;

/** Options of `attackSearch`. */
export type AttackSearchOptions = OptionsOf<typeof attackSearchOptions> & RunOptions<SurrogateIterate>;

/**
 * Minimises F(map(x)) + |max(c, 0)|² by attacks with one and 1.1 times the radius; the radius becomes the length of the
 * successful step. Where both fail a random step of growing length is tried: a success divides the radius by 1.1, a failure
 * by 1.5. Fast where the problem is smooth; it stalls on kinks. `converged` when the radius has reached its least and no
 * step of 1e-5 along an axis improves; `stalled` if one does.
 *
 * @param instance - map, objective, inequalities, start and radius
 * @throws {InvalidInputError} for an instance that does not fit together, and for options out of range
 *
 * @example
 * ```ts
 * import { denseNetwork, attackSearch, networkMap } from '@infimum/verify';
 *
 * // min (y - 1/2)² for y = tanh(x1 + 2 x2).
 * const map = networkMap(denseNetwork([Float64Array.of(1, 2), Float64Array.of(1)], [new Float64Array(1), new Float64Array(1)], 'tanh'));
 * const objective = { value: (y: Float64Array) => (y[0] - 0.5) ** 2, gradient: (y: Float64Array) => Float64Array.of(2 * (y[0] - 0.5)) };
 * const { value } = attackSearch({ map, objective, initial: new Float64Array(2), radius: 0.1 });
 * console.log(value < 1e-4); // true
 * ```
 */
export function attackSearch(
  instance: SurrogateInstance,
  options: AttackSearchOptions = {},
): Outcome<SurrogateSolution, SurrogateIterate> {
  return run(attackSearchSteps(instance, options), runOptionsOf(attackSearchOptions, options), (question) =>
    answerSurrogate(instance, question),
  );
}

/** The steps of `attackSearch`. */
function* attackSearchSteps(
  instance: SurrogateInstance,
  options: AttackSearchOptions = {},
): Steps<SurrogateSolution, SurrogateIterate, SurrogateAnswer> {
  const settings = resolveOptions(attackSearchOptions, options);
  const { minAttackRadius, maxAttackRadius } = settings;
  const search = new SurrogateSearch(instance);
  const random = new Random(settings.seed);
  let incumbent: Evaluated = yield* search.evaluate(instance.initial);
  let radius = Math.min(maxAttackRadius, instance.radius);
  let fallbacks = 0;
  while (radius > minAttackRadius) {
    search.radius = radius;
    const d = yield* directionalAttack(search, incumbent, radius, settings);
    let success = false;
    for (const factor of d ? [1.1, 1] : []) {
      const step = (d as Float64Array).map((x) => factor * x);
      const found = yield* search.evaluate(search.moved(incumbent.x, step));
      if (!(found.value < incumbent.value)) continue;
      incumbent = found;
      radius = Math.min(
        maxAttackRadius,
        step.reduce((most, x) => Math.max(most, Math.abs(x)), 0),
      );
      success = true;
      break;
    }
    if (success) continue;
    const length = instance.radius * Math.sqrt(++fallbacks);
    const step = unitDirection(random, search.dimension).map((x) => x * length);
    const found = yield* search.evaluate(search.moved(incumbent.x, step));
    if (found.value < incumbent.value) {
      incumbent = found;
      radius /= 1.1;
    } else radius /= 1.5;
  }
  const end = yield* confirmEnd(search);
  if (end === 'ended') return converged(search.solution(), 'no attack and no short step improves');
  if (end === 'failed') return stalled(search.solution(), FAILED_REASON);
  return stalled(
    search.solution(),
    'attacks have become as short as may be, but a step along an axis improves',
  );
}

export const attackSearchSolver = /* @__PURE__ */ defineSolver({
  id: 'verify/attack-search',
  title: 'Attacks alone',
  summary: 'Repeats directional attacks: the fewest evaluations on smooth problems, stuck at kinks.',
  problem: networkSurrogateProblem,
  role: 'baseline',
  paper: {
    title: 'Optimization by Directional Attacks: Solving Problems with Neural Network Surrogates',
    arxiv: '2510.01461',
    year: 2025,
  },
  cost: 'O(1) \\text{ evaluations an iteration}',
  options: attackSearchOptions,
  steps: attackSearchSteps,
});
