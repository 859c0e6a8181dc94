// The hybrid of directional attacks and covering direct search: attacks through the network make most of the progress, and the direct
// search provides the guarantee.
//
// Optimization by directional attacks: solving problems with neural network surrogates (2025), arXiv 2510.01461.
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { converged, defineSolver, Random, resolveOptions, stalled } from '@infimum/core';
import type { DirectSearchState } from './direct-search-step.ts';
import { directSearchOptions, directSearchStep } from './direct-search-step.ts';
import { attackOptions, directionalAttack } from './directional-attack.ts';
import type { SurrogateInstance, SurrogateSteps } from './network-surrogate.ts';
import { attacksPaper, confirmEnd, FAILED_REASON, SurrogateSearch, searchOptions } from './network-surrogate.ts';
import { networkSurrogateProblem } from './network-surrogate-problem.ts';

export const attackDirectSearchOptions = {
  ...attackOptions,
  ...directSearchOptions,
  sufficientIncrease: {
    type: 'number',
    min: 0,
    default: 1e-3,
    description: 'Relative gain of an attack after which the direct search is skipped',
  },
  increaseScale: {
    type: 'number',
    min: 0,
    default: 0,
    description: 'Lower limit of the number that gains are divided by; by default |value| + 1e-10 alone, as published',
  },
  speculative: { type: 'boolean', default: false, description: 'After a success also try 1.5 and 2/3 times the attack' },
  ...searchOptions,
} as const satisfies OptionSpecs;

/**
 * Minimises F(map(x)) + |max(c, 0)|² through a network. An iteration attacks the incumbent with a step of the attack
 * radius; after a relative gain of `sufficientIncrease` the radius grows by 1.3 and the next iteration begins; after a
 * smaller gain it grows by 1.1, after a failure it shrinks by 1.3, and an iteration of the covering direct search
 * follows, whose guarantee the hybrid inherits.
 *
 * One product and one evaluation an attack, up to n + 3 evaluations a direct search. `converged` when both radii have
 * reached their least and no step of 1e-5 along an axis improves.
 */
export function* attackDirectSearchSteps(
  instance: SurrogateInstance,
  options: OptionsOf<typeof attackDirectSearchOptions> = {},
): SurrogateSteps {
  const settings = resolveOptions(attackDirectSearchOptions, options);
  const { minAttackRadius, maxAttackRadius, minRadius, maxRadius, sufficientIncrease, increaseScale } = settings;
  const search = new SurrogateSearch(instance);
  const random = new Random(settings.seed);
  const state: DirectSearchState = {
    incumbent: yield* search.evaluate(instance.initial),
    radius: Math.min(maxRadius, instance.radius),
    searches: 0,
    history: [],
  };
  const within = (radius: number) => Math.min(maxAttackRadius, Math.max(minAttackRadius, radius));
  let attackRadius = within(instance.radius);
  for (;;) {
    const before = state.incumbent;
    const d = yield* directionalAttack(search, before, attackRadius, settings);
    let attacked = d && (yield* search.evaluate(search.moved(before.x, d)));
    if (d && attacked && settings.speculative && attacked.value < before.value) {
      for (const factor of [1.5, 2 / 3]) {
        const other = yield* search.evaluate(
          search.moved(
            before.x,
            d.map((x) => factor * x),
          ),
        );
        if (other.value < attacked.value) attacked = other;
      }
    }
    const gain = attacked ? before.value - attacked.value : 0;
    const scale = increaseScale > 0 ? Math.max(Math.abs(before.value), increaseScale) : Math.abs(before.value) + 1e-10;
    if (attacked && gain > 0) state.incumbent = attacked;
    const isLarge = gain > 0 && (gain >= sufficientIncrease * scale || !Number.isFinite(before.value));
    attackRadius = within(isLarge ? 1.3 * attackRadius : gain > 0 ? 1.1 * attackRadius : attackRadius / 1.3);
    if (isLarge) {
      if (state.radius <= minRadius) state.radius *= 2;
      continue;
    }
    yield* directSearchStep(search, state, random, settings, state.radius > minRadius);
    search.radius = attackRadius;
    if (state.radius > minRadius || attackRadius > minAttackRadius) continue;
    const end = yield* confirmEnd(search);
    if (end === 'ended')
      return converged(
        search.solution(),
        `steps are as short as ${minRadius}, and no attack and no short step along an axis improves`,
      );
    if (end === 'failed' || !search.best) return stalled(search.solution(), FAILED_REASON);
    state.incumbent = search.best;
    state.radius = 2 * minRadius;
  }
}

export const attackDirectSearchSolver = /* @__PURE__ */ defineSolver({
  id: 'verify/attack-direct-search',
  title: 'Attacks with direct search',
  summary:
    'Steps along attacks through the network and falls back on a covering direct search: few evaluations, with its guarantee.',
  problem: networkSurrogateProblem,
  role: 'paper',
  paper: attacksPaper,
  cost: 'O(1) \\text{ to } n + 3 \\text{ evaluations per iteration}',
  options: attackDirectSearchOptions,
  steps: attackDirectSearchSteps,
});
