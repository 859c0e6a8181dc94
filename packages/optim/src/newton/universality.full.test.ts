// An estimate from many directions.
import { it } from 'vitest';
import { expectFallingGamma } from '../testing/newton-runs.ts';

it('estimateGamma falls to 64 directions, and is repeatable', () => expectFallingGamma([1, 4, 16, 64]));
