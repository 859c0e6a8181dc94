// The network of the gallery that is bounded box by box.
import { branchAndBoundLipschitz } from '@infimum/verify';
import { expect, test } from 'vitest';
import { BoxSearch, network, steepness } from '../components/lipschitz-regions.ts';

test('boxes cover the square, and their bound comes down to the exact constant but never below', () => {
  const net = network(8, 3);
  const search = new BoxSearch(net);
  for (let k = 0; k < 120; k++) search.step();
  const area = search.after(120).reduce((sum, { lower, upper }) => sum + (upper[0] - lower[0]) * (upper[1] - lower[1]), 0);
  expect(area).toBeCloseTo(4, 12);
  expect(search.after(50)).toHaveLength(51);
  search.bounds.slice(1).forEach((bound, k) => {
    expect(bound).toBeLessThanOrEqual(search.bounds[k]);
  });
  const region = { lower: Float64Array.of(-1, -1), upper: Float64Array.of(1, 1) };
  const { bound, status } = branchAndBoundLipschitz({ network: net, region });
  expect(status).toBe('converged');
  const last = search.bounds[120];
  expect(last).toBeGreaterThanOrEqual(bound * (1 - 1e-9));
  expect(last).toBeLessThan(search.bounds[0]);
  const seen = Math.max(...Array.from({ length: 40 }, (_, row) => Math.max(...steepness(net, 40, row))));
  expect(seen).toBeLessThanOrEqual(bound * (1 + 1e-9));
  expect(seen).toBeGreaterThan(0.5 * bound);
});
