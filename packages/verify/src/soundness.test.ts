// The hunt for unsound bounds: hostile networks, checked in exact arithmetic. The long run is in `soundness.full.test.ts`.
import { describe, expect, it } from 'vitest';
import { certifyMonotone } from './lipschitz/certify-monotone.ts';
import { exactLipschitz } from './lipschitz/exact-lipschitz.ts';
import { localLipschitz } from './lipschitz/propagated-lipschitz.ts';
import { denseNetwork } from './networks/network.ts';
import { constantFaults, soundnessFaults } from './testing/soundness-hunt.ts';

describe('soundness to the last bit', () => {
  it('of bounds, witnesses and verdicts of hostile networks', () => {
    expect(Array.from({ length: 300 }, (_, seed) => soundnessFaults(seed)).flat()).toEqual([]);
  });

  it('of Lipschitz constants of networks of one input', () => {
    expect(Array.from({ length: 200 }, (_, seed) => constantFaults(seed)).flat()).toEqual([]);
  });

  it('of cells thinner than 1e-9: none is lost', () => {
    // relu(1000 (x - 0.5)) - 1000 relu(x - 0.5 - 1e-10): steep on a strip of 1e-10 alone.
    const width = 2 ** -34;
    const network = denseNetwork(
      [
        [1000, 1000],
        [1, -1],
      ],
      [[-500, -500 - 1000 * width], [0]],
    );
    const region = { lower: [0], upper: [1] };
    const { bound, lowerBound, regions } = exactLipschitz({ network, region }, { cells: 'interior' });
    expect(bound).toBeGreaterThanOrEqual(1000);
    expect(bound).toBeLessThan(1000.001);
    expect([lowerBound > 999.999, regions]).toEqual([true, 3]);
  });

  it('of slopes at kinks: a network that is 0 has no slope', () => {
    // relu(x + 10) - 10 - relu(x) + relu(-x), which is 0 on [-1, 1]; by formulas its slope at 0 is 1.
    const zero = denseNetwork(
      [
        [1, 1, -1],
        [1, -1, 1],
      ],
      [[10, 0, 0], [-10]],
    );
    const region = { lower: [-1], upper: [1] };
    expect(localLipschitz({ network: zero, region }).lowerBound).toBe(0);
    const { verdict } = certifyMonotone({ network: zero, region, feature: 0, output: 0 }, { maxDomains: 100 });
    expect(['constant', 'unknown']).toContain(verdict);
  });

  it('of slopes that underflow: sigmoid(x - 800) rises', () => {
    const network = denseNetwork([[1], [1]], [[-800], [0]], 'sigmoid');
    const question = { network, region: { lower: [-1], upper: [1] }, feature: 0, output: 0 };
    const { verdict, upper } = certifyMonotone(question);
    expect([verdict, upper > 0]).toEqual(['increasing', true]);
  });

  it('of weights below the smallest normal number', () => {
    const network = denseNetwork([[1e-310], [1e-310]], [[1], [0]]);
    const region = { lower: [-1], upper: [1] };
    for (const method of ['linear', 'recurjac', 'interval', 'norms'] as const)
      expect(localLipschitz({ network, region }, { method }).bound).toBeGreaterThan(0);
    expect(exactLipschitz({ network, region }).bound).toBeGreaterThan(0);
  });
});
