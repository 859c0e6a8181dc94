import { Random } from '@infimum/core';
import { expect, it } from 'vitest';
import { convexReluAdmm } from './convex-relu-admm.ts';
import { fitReluClassifier, predictReluClassifier } from './relu-classes.ts';

/** Three clouds, with a column of ones. */
function clouds(count: number, seed: number) {
  const random = new Random(seed);
  const labels = Array.from({ length: count }, (_, i) => ['red', 'green', 'blue'][i % 3]);
  const values = Float64Array.from({ length: 3 * count }, (_, at) => {
    const [i, j] = [Math.floor(at / 3) % 3, at % 3];
    return j === 2 ? 1 : 2 * (j === 0 ? Math.cos(2.1 * i) : Math.sin(2.1 * i)) + 0.3 * random.normal();
  });
  return { points: { rows: count, cols: 3, values }, labels };
}

it('has the value and the bound of each class alone, from one factorisation', () => {
  const { points, labels } = clouds(15, 1);
  const tolerance = process.env['INFIMUM_FULL'] ? 1e-6 : 1e-4;
  for (const loss of ['squared', 'logistic'] as const) {
    for (const linearSolver of ['woodbury', 'cholesky'] as const) {
      // Either solver with either loss is among the long tests.
      if ((loss === 'squared') !== (linearSolver === 'woodbury') && !process.env['INFIMUM_FULL']) continue;
      const options = { patternCount: 12, patterns: 'sampled', seed: 3, linearSolver, tolerance } as const;
      const model = fitReluClassifier(points, labels, { ...options, loss, penalty: 0.05 });
      expect([model.status, model.classes]).toEqual(['converged', ['blue', 'green', 'red']]);
      model.networks.forEach((network, k) => {
        const targets = Float64Array.from(labels, (label) => (label === model.classes[k] ? 1 : -1));
        const alone = convexReluAdmm({ points, targets, loss, beta: 0.05 }, options);
        expect(network.value).toBe(alone.value);
        expect(network.lowerBound).toBe(alone.lowerBound);
        expect(network.value - network.lowerBound).toBeLessThanOrEqual(tolerance * network.value);
      });
      expect(predictReluClassifier(model, points)).toEqual(labels);
    }
  }
});

it('two classes have one network, labels may be numbers, and limits hold for all classes together', () => {
  const { points, labels } = clouds(9, 2);
  const two = fitReluClassifier(
    points,
    Float64Array.from(labels, (label) => (label === 'red' ? 7 : 3)),
  );
  expect([two.networks.length, two.classes]).toEqual([1, [3, 7]]);
  expect(predictReluClassifier(two, points)).toEqual(labels.map((label) => (label === 'red' ? 7 : 3)));
  const ended = fitReluClassifier(points, labels, { maxIterations: 2 });
  expect([ended.status, ended.networks.length, ended.iterations]).toEqual(['iteration-limit', 3, 6]);
});

it('names what does not fit', () => {
  const { points, labels } = clouds(6, 3);
  const of = (work: () => unknown) => expect(work).toThrow(expect.objectContaining({ name: 'InvalidInputError' }));
  of(() => fitReluClassifier(points, ['a', 'a', 'a', 'a', 'a', 'a']));
  of(() => fitReluClassifier(points, labels.slice(1)));
  of(() => fitReluClassifier({ ...points, values: points.values.slice().fill(Number.NaN, 2, 3) }, labels));
  of(() => fitReluClassifier(points, labels, { penalty: -1 }));
  const model = fitReluClassifier(points, labels, { patternCount: 8, tolerance: 1e-2 });
  of(() => predictReluClassifier(model, { rows: 1, cols: 2, values: new Float64Array(2) }));
  of(() => predictReluClassifier({ classes: [], networks: [] }, points));
});

it('hears its limits while it factors: nothing is factored after an abort, and a turn at a time before', () => {
  const random = new Random(6);
  const rows = 420;
  const points = { rows, cols: 3, values: random.normals(new Float64Array(3 * rows)) };
  const labels = Array.from({ length: rows }, (_, k) => k % 3);
  const options = { patterns: 'sampled', patternCount: 400, linearSolver: 'woodbury' } as const;
  const before = fitReluClassifier(points, labels, { ...options, signal: AbortSignal.abort() });
  expect([before.status, before.iterations]).toEqual(['aborted', 0]);
  // The matrix takes n²/2 (P + d) operations, some turns; the signal comes in the second one.
  const controller = new AbortController();
  const seen: number[] = [];
  const during = fitReluClassifier(points, labels, {
    ...options,
    signal: controller.signal,
    onIteration: ({ iteration, residual }) => {
      seen.push(residual);
      if (iteration === 1) controller.abort();
    },
  });
  expect([during.status, during.networks.length]).toEqual(['aborted', 3]);
  // No copies have moved: all that was seen was before the first step.
  expect(seen.every((residual) => residual === Infinity)).toBe(true);
  expect(during.networks.every(({ value }) => Number.isFinite(value))).toBe(true);
});
