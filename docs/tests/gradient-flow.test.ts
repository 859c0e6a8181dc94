// The flow against its closed form for lone points, and the shapes that clouds are made of.
import { describe, expect, test } from 'vitest';
import { cloudOf, shapes } from '../components/cloud-shapes.ts';
import { gradientFlow } from '../components/gradient-flow.ts';

describe('the gradient flow', () => {
  test('of one point goes straight to its goal: the distance shrinks by the step every time', () => {
    const start = { rows: 1, cols: 2, values: Float64Array.of(0, 1) };
    const goal = { rows: 1, cols: 2, values: Float64Array.of(3, 5) };
    const states = [...gradientFlow(start, goal, { epsilon: 0.1, step: 0.25 })];
    for (const { iteration, points, divergence } of states) {
      const left = 0.75 ** iteration;
      expect(divergence).toBeCloseTo(25 * left ** 2, 8);
      expect(points.values[0]).toBeCloseTo(3 - 3 * left, 8);
      expect(points.values[1]).toBeCloseTo(5 - 4 * left, 8);
    }
    // 0.75^2k is at most 1e-3 from k = 13 on.
    expect(states.at(-1)?.iteration).toBe(Math.ceil(Math.log(1e-3) / (2 * Math.log(0.75))));
  });

  test('moves the mean of any cloud as a lone point, whatever the shapes: the divergence is that of means and more', () => {
    const start = { rows: 3, cols: 1, values: Float64Array.of(0, 0.1, 0.3) };
    const goal = { rows: 2, cols: 1, values: Float64Array.of(1, 2) };
    const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value / values.length, 0);
    for (const { iteration, points } of gradientFlow(start, goal, { epsilon: 0.5, step: 0.2 })) {
      expect(mean(points.values)).toBeCloseTo(1.5 + (mean(start.values) - 1.5) * 0.8 ** iteration, 4);
    }
  });

  test('arrives at a ring', async () => {
    const states = [...gradientFlow(await cloudOf('Blob', 60, 1), await cloudOf('Ring', 60, 2), { epsilon: 0.005, step: 0.3 })];
    const divergences = states.map(({ divergence }) => divergence);
    expect(divergences).toEqual(divergences.toSorted((first, second) => second - first));
    const values = states.at(-1)?.points.values ?? new Float64Array();
    const radii = Array.from({ length: 60 }, (_, i) => Math.hypot(values[2 * i] - 0.5, values[2 * i + 1] - 0.5));
    for (const radius of radii) expect(Math.abs(radius - 0.36)).toBeLessThan(0.1);
  });
});

describe('shapes', () => {
  test.each(shapes)('%s has as many points as asked for, in the square, the same for the same seed', async (shape) => {
    const { rows, cols, values } = await cloudOf(shape, 200, 3);
    expect([rows, cols, values.length]).toEqual([200, 2, 400]);
    expect(values.every((value) => value > 0 && value < 1)).toBe(true);
    expect((await cloudOf(shape, 200, 3)).values).toEqual(values);
    expect((await cloudOf(shape, 200, 4)).values).not.toEqual(values);
  });
});
