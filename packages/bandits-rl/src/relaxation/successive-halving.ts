// Successive halving: all factors equally often, then the better half of them twice as often, and so on.
//
// Z. Karnin, T. Koren, O. Somekh: Almost optimal exploration in multi-armed bandits (2013).
import type { OptionSpecs } from '@infimum/core';
import { defineSolver, resolveOptions } from '@infimum/core';
import { defaultGrid, relaxationSteps } from './play-relaxation.ts';
import { relaxationProblem } from './relaxation-problem.ts';

const successiveHalvingOptions = {
  arms: { type: 'integer', min: 1, max: 1000, default: 20, description: 'Factors of the grid from 1 to 1.95' },
  pulls: { type: 'integer', min: 1, max: 10_000, default: 2, description: 'Systems for each factor in the first phase' },
} as const satisfies OptionSpecs;

export const successiveHalvingSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/relax-successive-halving',
  title: 'Relaxation by successive halving',
  summary: 'Drops the worse half of the factors, phase by phase, until one is left.',
  problem: relaxationProblem,
  role: 'baseline',
  paper: { title: 'Almost optimal exploration in multi-armed bandits', year: 2013 },
  cost: 'O(1) \\text{ per system, besides its iterations}',
  options: successiveHalvingOptions,
  steps: (instance, options) => {
    const { arms, pulls } = resolveOptions(successiveHalvingOptions, options);
    const grid = defaultGrid(arms);
    let left = Array.from(grid, (relaxation) => ({ relaxation, total: 0 }));
    let [phase, place] = [pulls, 0];
    return relaxationSteps(
      instance,
      () => left[place % left.length].relaxation,
      (iterations) => {
        left[place % left.length].total += iterations;
        place++;
        if (left.length === 1 || place < phase * left.length) return;
        // Ties keep the larger factor: a little too large costs less than a little too small.
        left.sort((a, b) => a.total - b.total || b.relaxation - a.relaxation);
        left = left.slice(0, Math.ceil(left.length / 2)).map(({ relaxation }) => ({ relaxation, total: 0 }));
        [phase, place] = [2 * phase, 0];
      },
    );
  },
});
