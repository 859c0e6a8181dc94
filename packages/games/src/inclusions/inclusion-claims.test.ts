import { expect, it } from 'vitest';
import { cocoerciveEvaluations } from './inclusion-claims.ts';

it('variance reduction gains on cocoercive sums, the more the larger they are', () => {
  const [small, large] = [1000, 10_000].map((n) => cocoerciveEvaluations(n, 1e-2, 1));
  expect(small.plain / small.reduced).toBeGreaterThan(1);
  expect(large.plain / large.reduced).toBeGreaterThan(small.plain / small.reduced);
});
