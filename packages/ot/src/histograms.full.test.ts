// More random histograms.
import { it } from 'vitest';
import { expectSolved } from './testing/histograms.ts';

it('solveTransport solves all of them', () => {
  for (let k = 80; k < 300; k++) expectSolved(k);
}, 60_000);
