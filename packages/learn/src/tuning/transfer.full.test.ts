// Transfer to digits of another kind, ten seeds with standard errors: reported as it comes out, held to what the paper says at least.
import { expect, it } from 'vitest';
import { fineTune } from './fine-tune.ts';
import { predictClasses } from './tuned-network.ts';
import { type DigitShift, digitTransfer } from './tuning-families.ts';

const methods = ['snell', 'kernelized-lora', 'lora', 'bitfit', 'ssf', 'gps', 'full', 'linear-probe'] as const;

it.each(['permuted', 'transposed', 'inverted', 'relabelled'] as const)(
  'SNELL is not below LoRA by more than their standard errors: %s',
  async (shift: DigitShift) => {
    const shares = new Map(methods.map((method) => [method, [] as number[]]));
    for (let seed = 1; seed <= 10; seed++) {
      const instance = await digitTransfer(shift, 128, seed);
      for (const method of methods) {
        const { layers } = fineTune(instance, { method, seed });
        const predicted = predictClasses(layers, instance.test.points);
        const right = predicted.filter((label, t) => label === instance.test.classes[t]).length;
        shares.get(method)?.push(right / predicted.length);
      }
    }
    const figures = new Map(
      [...shares].map(([method, values]) => {
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
        return [method, { mean, error: Math.sqrt(square / (values.length - 1) / values.length) }];
      }),
    );
    for (const [method, { mean, error }] of figures)
      console.log(`${shift} ${method} ${(100 * mean).toFixed(2)} ± ${(100 * error).toFixed(2)} %`);
    const [snell, lora] = [figures.get('snell'), figures.get('lora')];
    expect(snell && lora && snell.mean - lora.mean).toBeGreaterThan(
      -2 * Math.hypot(snell?.error ?? 0, lora?.error ?? 0),
    );
  },
  600_000,
);
