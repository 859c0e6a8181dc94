// Quadratically regularised transport on larger bells and more histograms.
import { it } from 'vitest';
import { expectConvergedOnHistograms, expectOptimalOnBells } from '../testing/quadratic-optimum.ts';

it.each([
  [100, 20, 2, 60, 6],
  [100, 20, 5, 60, 10],
])('meets the conditions of the optimum on bells of %i places', expectOptimalOnBells);

it('meets them on random histograms of all kinds, of masses of any size', () => {
  for (let k = 10; k < 20; k++) expectConvergedOnHistograms(k);
});
