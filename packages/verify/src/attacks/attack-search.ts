// Directional attacks only, with random steps where they fail.
//
// Optimization by directional attacks: solving problems with neural network surrogates (2025), arXiv 2510.01461.
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { defineSolver, Random, resolveOptions } from '@infimum/core';
import { unitDirection } from './direct-search-step.ts';
import { attackOptions, directionalAttack } from './directional-attack.ts';
import type { Evaluated, SurrogateInstance, SurrogateSteps } from './network-surrogate.ts';
import { attacksPaper, endOf, SurrogateSearch, searchOptions } from './network-surrogate.ts';
import { networkSurrogateProblem } from './network-surrogate-problem.ts';

export const attackSearchOptions = { ...attackOptions, ...searchOptions } as const satisfies OptionSpecs;

/**
 * Minimises F(map(x)) + |max(c, 0)|² by attacks with one and 1.1 times the radius; the radius becomes the length of the
 * successful step. Where both fail a random step of growing length is tried: a success divides the radius by 1.1, a failure
 * by 1.5. Fast where the problem is smooth; it stalls on kinks. `converged` when the radius has reached its least and no
 * step of 1e-5 along an axis improves; `stalled` if one does.
 */
export function* attackSearchSteps(
  instance: SurrogateInstance,
  options: OptionsOf<typeof attackSearchOptions> = {},
): SurrogateSteps {
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
  return yield* endOf(
    search,
    'no attack and no short step improves',
    'attacks have reached the smallest length, but a step along an axis improves',
  );
}

export const attackSearchSolver = /* @__PURE__ */ defineSolver({
  id: 'verify/attack-search',
  title: 'Attacks alone',
  summary: 'Repeats directional attacks: the fewest evaluations on smooth problems, stuck at kinks.',
  problem: networkSurrogateProblem,
  role: 'baseline',
  paper: attacksPaper,
  cost: 'O(1) \\text{ evaluations per iteration}',
  options: attackSearchOptions,
  steps: attackSearchSteps,
});
