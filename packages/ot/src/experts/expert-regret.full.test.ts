// The regret of online balancing over as many batches as in the paper.
import { describe } from 'vitest';
import { testRegret } from '../testing/population-regret.ts';

describe('the regret over 4000 batches', { timeout: 60_000 }, () => testRegret(4000));
