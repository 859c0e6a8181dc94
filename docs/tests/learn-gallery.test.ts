// The networks of the gallery: the best one, and what Adam finds.
import { reluObjective } from '@infimum/learn';
import { expect, test } from 'vitest';
import { best, byAdam, field, moons } from '../components/network-optima.ts';

const instance = moons(24, 0.12, 0.1, 4);
const { network, value, bound, patterns } = best(instance);

test('the best network is proved to be it, and no start of Adam comes below its bound', () => {
  // Cover's count of the cells between 24 planes in three dimensions.
  expect(patterns).toBe(2 * (1 + 23 + (23 * 22) / 2));
  expect(reluObjective(instance, network)).toBe(value);
  expect(value - bound).toBeLessThanOrEqual(1e-6 * value);
  const values = [0, 1, 2].map((seed) => byAdam(instance, 4, seed).value);
  for (const other of values) expect(other).toBeGreaterThanOrEqual(bound);
  expect(Math.max(...values)).toBeGreaterThan(1.01 * value);
});

test('the field is the network at the middle of every pixel', () => {
  const values = field(network, 2);
  const at = (x: number, y: number) =>
    network.output.reduce((sum, weight, j) => {
      const u = network.hidden.values.subarray(3 * j, 3 * j + 3);
      return sum + weight * Math.max(0, u[0] * x + u[1] * y + u[2]);
    }, 0);
  const expected = [at(-1, 1), at(1, 1), at(-1, -1), at(1, -1)];
  for (const [k, value] of expected.entries()) expect(values[k]).toBeCloseTo(value, 12);
});
