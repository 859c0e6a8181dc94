import { expect, it } from 'vitest';
import { Ascent } from './ascent.ts';
import { eggroll } from './eggroll.ts';

it('steps as computed by hand', () => {
  const after = (optimizer: 'sgd' | 'adam' | 'adamw', slopes: readonly number[]) => {
    const parameters = Float64Array.of(2);
    const ascent = new Ascent(1, { optimizer, weightDecay: 0.5 });
    for (const slope of slopes) ascent.step(parameters, Float64Array.of(slope), 0.1);
    return parameters[0];
  };
  expect(after('sgd', [4, -1])).toBeCloseTo(2.3, 12);
  // The first step of Adam is the step size times the sign. Then m = 0.9 · 0.4 - 0.1 = 0.26, v = 0.999 · 0.016 + 0.001 = 0.016984,
  // m / 0.19 = 1.368421, v / 0.001999 = 8.496248, and the step is 0.1 · 1.368421 / 2.914832.
  expect(after('adam', [4])).toBeCloseTo(2.1, 8);
  expect(after('adam', [4, -1])).toBeCloseTo(2.1 + 0.04694682, 7);
  // The same steps, each after a twentieth was taken off: 2 · 0.95 + 0.1 = 2, 2 · 0.95 + 0.04694682.
  expect(after('adamw', [4])).toBeCloseTo(2, 8);
  expect(after('adamw', [4, -1])).toBeCloseTo(1.9 + 0.04694682, 7);
});

it('decays by step size times decay times parameter, whatever the slopes are', () => {
  const task = { environment: 'cart-pole', hidden: [4], episodes: 1, target: 501 } as const;
  const after = (maxIterations: number, optimizer: 'adam' | 'adamw', weightDecay = 0.3) => {
    const options = { maxIterations, optimizer, weightDecay, learningRate: 0.05, pairs: 8, seed: 4 } as const;
    return eggroll(task, options).parameters;
  };
  const [start, plain, decayed] = [after(0, 'adam'), after(1, 'adam'), after(1, 'adamw')];
  expect(plain).not.toEqual(start);
  decayed.forEach((entry, j) => {
    expect(entry).toBeCloseTo(plain[j] - 0.05 * 0.3 * start[j], 14);
  });
  expect(after(3, 'adamw', 0)).toEqual(after(3, 'adam'));
  expect(() => after(1, 'adamw', -1)).toThrow('weightDecay');
});
