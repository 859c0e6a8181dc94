import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { outputBounds } from '../bounds/output-bounds.ts';
import { regionAround } from '../bounds/region.ts';
import type { Activation } from '../networks/network.ts';
import { randomCenter, randomDenseNetwork } from '../networks/random-network.ts';
import { localLipschitz } from './propagated-lipschitz.ts';

interface Setting {
  readonly activation: Activation;
  readonly dims: readonly number[];
  readonly seed: number;
  readonly radius: number;
}

/** Bounds of auto_LiRPA: without and with its optimisation of slopes. */
const found = JSON.parse(readFileSync(new URL('./fixtures/auto-lirpa.json', import.meta.url), 'utf8')) as {
  readonly lipschitz: readonly (Setting & { readonly plain: number[]; readonly optimized: number[] })[];
  readonly outputs: readonly (Setting & { readonly lower: number[]; readonly upper: number[] })[];
};

const instanceOf = ({ activation, dims, seed, radius }: Setting) => ({
  network: randomDenseNetwork(dims, seed, activation),
  region: regionAround(randomCenter(dims[0], seed), radius),
});

const nameOf = ({ activation, dims, seed, radius }: Setting) => `${activation} ${dims.join('-')}, seed ${seed}, ${radius}`;

describe('against auto_LiRPA', () => {
  it.each(found.lipschitz.map((one) => [nameOf(one), one] as const))(
    'no default bound of a local Lipschitz constant is above the peer’s: %s',
    (_, one) => {
      const ours = localLipschitz(instanceOf(one)).perOutput;
      const alpha = localLipschitz(instanceOf(one), { forward: 'alpha-crown' }).perOutput;
      ours.forEach((bound, i) => {
        // What outward rounding may add.
        const share = 1 + 1e-8;
        expect(bound).toBeLessThanOrEqual(one.plain[i] * share);
        expect(alpha[i]).toBeLessThanOrEqual(Math.min(one.plain[i], one.optimized[i]) * share);
      });
    },
  );

  it.each(['relu', 'leaky-relu'])('CROWN bounds of outputs are the same: %s', (activation) => {
    const some = found.outputs.filter((one) => one.activation === activation);
    expect(some).toHaveLength(4);
    for (const one of some) {
      const { network, region } = instanceOf(one);
      const { lower, upper } = outputBounds(network, region, { method: 'crown' });
      lower.forEach((low, i) => {
        expect(low).toBeCloseTo(one.lower[i], 9);
        expect(upper[i]).toBeCloseTo(one.upper[i], 9);
      });
    }
  });

  it.each(['tanh', 'sigmoid'])('CROWN bounds of outputs are narrower on average: %s', (activation) => {
    const ratios = found.outputs
      .filter((one) => one.activation === activation)
      .flatMap((one) => {
        const { network, region } = instanceOf(one);
        const { lower, upper } = outputBounds(network, region, { method: 'crown' });
        return Array.from(lower, (low, i) => (upper[i] - low) / (one.upper[i] - one.lower[i]));
      });
    expect(ratios).toHaveLength(10);
    expect(ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length).toBeLessThan(1);
    // Other tangents, so single intervals may be wider.
    expect(Math.max(...ratios)).toBeLessThan(1.025);
  });
});
