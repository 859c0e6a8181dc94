// Minima of more drawn problems against brute force.
import { it } from 'vitest';
import { expectNoneBetterNearby } from '../testing/expect-none-better.ts';

it.each(Array.from({ length: 8 }, (_, k) => 502 + k))(
  'no point nearby is better, on a drawn problem, seed %i',
  expectNoneBetterNearby,
);
