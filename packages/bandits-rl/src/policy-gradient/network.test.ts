import { Random } from '@infimum/core';
import type { KernelBuild } from '@infimum/linalg/kernels';
import { useKernels } from '@infimum/linalg/kernels';
import { afterAll, describe, expect, it } from 'vitest';
import { BLOCK, loadNetwork } from './network.ts';

const BUILDS: readonly KernelBuild[] = ['relaxed-simd', 'simd', 'reference'];

/** Parameters of layers of some widths, and where each layer's begin. */
function network(sizes: readonly number[], random: Random) {
  const offsets: number[] = [];
  let size = 0;
  for (let l = 1; l < sizes.length; l++) {
    offsets.push(size);
    size += sizes[l] * (sizes[l - 1] + 1);
  }
  const parameters = Float64Array.from({ length: size }, () => 0.5 * random.normal());
  return { shape: { sizes, offsets }, parameters };
}

describe.each(BUILDS)('networks in kernels (%s)', (build) => {
  afterAll(() => useKernels('auto'));

  it('have a tanh within four units in the last place, odd, and bounded by one', () => {
    useKernels(build);
    const shape = { sizes: [1, 1, 1], offsets: [0, 2] };
    using net = loadNetwork(shape, Float64Array.of(1, 0, 1, 0));
    const tanh = (x: number) => {
      net.inputs[0] = x;
      net.forward(1);
      return net.outputs[0];
    };
    const random = new Random(1);
    let worst = 0;
    const check = (x: number) => {
      const [found, known] = [tanh(x), Math.tanh(x)];
      worst = Math.max(worst, Math.abs(found - known) / (Number.EPSILON * 2 ** Math.floor(Math.log2(known))));
      expect(tanh(-x)).toBe(-found);
      expect(found).toBeLessThanOrEqual(1);
    };
    for (let k = 0; k < 4000; k++) check(10 ** (3 * random.uniform() - 1.5));
    // Small ones, and those at which the power of two changes.
    for (let power = -1020; power < 5; power++) check(2 ** power);
    for (let k = 1; k < 60; k++) {
      for (let step = -8; step <= 8; step++) check(((k - 0.5) * Math.LN2 * (1 + step * Number.EPSILON)) / 2);
    }
    expect(worst).toBeLessThanOrEqual(6); // Math.tanh itself is two off in places
    expect([0, 1e-310, 1e308, Infinity].map(tanh)).toEqual([0, 1e-310, 1, 1]);
    expect(tanh(Number.NaN)).toBeNaN();
  });

  it.each([[[4, 32, 32, 2]], [[3, 5, 4, 3]], [[1, 7, 1]], [[9, 18, 6, 5]]])(
    'compute the layers %j and their gradient as they are defined, whatever the rows',
    (sizes) => {
      useKernels(build);
      const random = new Random(2);
      const { shape, parameters } = network(sizes, random);
      const [inputs, outputs] = [sizes[0], sizes[sizes.length - 1]];
      const count = BLOCK - 1;
      const x = Array.from({ length: count }, () => Array.from({ length: inputs }, () => random.normal()));
      const slopes = x.map(() => Array.from({ length: outputs }, () => random.normal()));
      /** The outputs for an observation. */
      const plain = (theta: Float64Array, observation: readonly number[]) =>
        shape.offsets.reduce<readonly number[]>((from, offset, l) => {
          const next = sizes[l + 1];
          return Array.from({ length: next }, (_, i) => {
            const sum = from.reduce(
              (total, value, j) => total + theta[offset + i * from.length + j] * value,
              theta[offset + next * from.length + i],
            );
            return l + 2 < sizes.length ? Math.tanh(sum) : sum;
          });
        }, observation);
      const total = (theta: Float64Array) =>
        x.reduce((sum, row, h) => sum + plain(theta, row).reduce((own, z, i) => own + slopes[h][i] * z, 0), 0);

      using net = loadNetwork(shape, parameters);
      const fill = (row: number, h: number) => net.inputs.set(x[h], row * net.inputStride);
      const singles = x.map((_, h) => {
        fill(0, h);
        net.forward(1);
        return Array.from(net.outputs.subarray(0, outputs));
      });
      for (let h = 0; h < count; h++) {
        fill(h, h);
        net.outputSlopes.set(slopes[h], h * net.outputStride);
      }
      net.forward(count);
      for (let h = 0; h < count; h++) {
        const row = net.outputs.subarray(h * net.outputStride, h * net.outputStride + outputs);
        expect(Array.from(row)).toEqual(singles[h]);
        plain(parameters, x[h]).forEach((z, i) => {
          expect(row[i]).toBeCloseTo(z, 12);
        });
      }
      net.backward(count);
      const gradient = new Float64Array(parameters.length).fill(1);
      net.addGradient(gradient);
      for (let i = 0; i < gradient.length; i += Math.ceil(gradient.length / 15)) {
        const at = (h: number) => total(parameters.map((entry, k) => (k === i ? entry + h : entry)));
        const difference = (8 * (at(5e-4) - at(-5e-4)) - (at(1e-3) - at(-1e-3))) / 6e-3;
        expect(Math.abs(gradient[i] - 1 - difference)).toBeLessThan(1e-7 * count);
      }
    },
  );
});
