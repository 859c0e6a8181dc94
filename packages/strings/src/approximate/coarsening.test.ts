// Numbers of colourings, also where the chance of failure is hardly a number any more.
import { expect, it } from 'vitest';
import { coarseRepeats } from './coarsening.ts';

it('grows by one with every halving of the chance of failure, down to the smallest number', () => {
  for (const [exponent, repeats] of [
    [-3, 12],
    [-300, 309],
    [-1030, 1039],
    [-1074, 1083],
  ]) {
    expect(coarseRepeats(400, 2 ** exponent)).toBe(repeats);
  }
});
