// Passes over a design against plain loops, and in both orders against each other, bit by bit.
import { Random } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { csrFromDense } from '@infimum/linalg';
import { useKernels } from '@infimum/linalg/kernels';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { createModelDesign } from './design.ts';
import { logisticLoss, softplus } from './logistic-loss.ts';
import { softmaxLoss } from './softmax-loss.ts';
import { valueWithGradient } from './value-with-gradient.ts';

const sizes = fc.record({
  rows: fc.integer({ min: 1, max: 90 }),
  cols: fc.constantFrom(1, 2, 7, 31, 513, 2100),
  classes: fc.integer({ min: 1, max: 6 }),
  seed: fc.nat(1000),
  isSparse: fc.boolean(),
});

describe.each(['auto', 'reference'] as const)('a pass with %s kernels', (build) => {
  afterEach(() => useKernels('auto'));

  it('makes scores, and what comes back, as loops do; the same bits in one go and in two', () => {
    useKernels(build);
    fc.assert(
      fc.property(sizes, ({ rows, cols, classes, seed, isSparse }) => {
        const random = new Random(seed);
        const a: DenseMatrix = { rows, cols, values: random.normals(new Float64Array(rows * cols)) };
        const { pass } = createModelDesign(isSparse ? csrFromDense(a) : a, 'a', () => classes);
        const x = random.normals(new Float64Array(classes * cols));
        const expected = new Float64Array(classes * cols);
        const scale = Math.sqrt(rows * cols) * 20;
        const seen: number[] = [];
        let error = 0;
        const weigh = (from: number, to: number) => {
          for (let i = from; i < to; i++) {
            seen.push(i);
            for (let k = 0; k < classes; k++) {
              let score = 0;
              for (let j = 0; j < cols; j++) score += a.values[i * cols + j] * x[k * cols + j];
              error = Math.max(error, Math.abs(pass.scores[i * classes + k] - score));
              pass.weights[i * classes + k] = Math.cos(i + 3 * k);
            }
          }
        };
        for (let i = 0; i < rows; i++) {
          for (let k = 0; k < classes; k++) {
            for (let j = 0; j < cols; j++) expected[k * cols + j] += Math.cos(i + 3 * k) * a.values[i * cols + j];
          }
        }
        const [once, twice] = [new Float64Array(classes * cols), new Float64Array(classes * cols)];
        pass.run(x, weigh, once);
        pass.run(x, weigh);
        pass.back(twice);
        expect(seen).toEqual(Array.from({ length: 2 * rows }, (_, i) => i % rows));
        expect(twice).toEqual(once);
        once.forEach((value, j) => {
          error = Math.max(error, Math.abs(value - expected[j]));
        });
        expect(error).toBeLessThan(1e-14 * scale);
      }),
      { numRuns: 25 },
    );
  });
});

describe('values and gradients', () => {
  const random = new Random(7);
  const design = { rows: 300, cols: 90, values: random.normals(new Float64Array(300 * 90)) };
  const labels = random.normals(new Float64Array(300)).map((value) => (value > 0 ? 1 : -1));
  const classes = labels.map((_, i) => i % 3);
  const points = [0.1, 0.2, 0.3].map((scale) => random.normals(new Float64Array(270)).map((value) => scale * value));

  it.each([
    ['logistic', () => logisticLoss(design, labels, { ridge: 0.1 }), 90],
    ['softmax', () => softmaxLoss(design, classes, { ridge: 0.1 }), 270],
  ] as const)('of %s regression have the same bits in every order', (_, make, dimension) => {
    const visits = points.map((point) => {
      const x = point.slice(0, dimension);
      const [fresh, before] = [make(), new Float64Array(dimension)];
      fresh.gradient(x, before);
      return { x, value: make().value(x), gradient: before };
    });
    const orders = ['vg', 'gv', 'vv', 'vvg', 'hvg', 'hg'];
    const loss = make();
    const out = new Float64Array(dimension);
    for (const order of [...orders, ...orders.reverse()]) {
      for (const { x, value, gradient } of visits) {
        for (const step of order) {
          if (step === 'v') expect(loss.value(x)).toBe(value);
          if (step === 'h') loss.hessianVector(x, x, out);
          if (step !== 'g') continue;
          loss.gradient(x, out);
          expect(out).toEqual(gradient);
        }
      }
    }
  });

  it('cost one evaluation a point; a gradient of its own only after values alone', () => {
    const counts = { whole: 0, value: 0, complete: 0 };
    const f = valueWithGradient(1, {
      evaluate: ([x], out) => {
        counts[out ? 'whole' : 'value']++;
        out?.fill(2 * x);
        return x * x;
      },
      complete: (out) => {
        counts.complete++;
        out.fill(6);
      },
    });
    const out = new Float64Array(1);
    for (const x of [1, 2]) {
      expect(f.value(Float64Array.of(x))).toBe(x * x);
      f.gradient(Float64Array.of(x), out);
      expect(out[0]).toBe(2 * x);
    }
    expect(counts).toEqual({ whole: 2, value: 0, complete: 0 });
    f.value(Float64Array.of(5)); // with a gradient that nobody asks for
    f.value(Float64Array.of(3)); // and so without
    f.gradient(Float64Array.of(3), out);
    f.gradient(Float64Array.of(3), out);
    expect(out[0]).toBe(6);
    expect(counts).toEqual({ whole: 3, value: 1, complete: 1 });
    f.gradient(Float64Array.of(4), out);
    expect([out[0], counts.whole]).toEqual([8, 4]);
  });

  it('take logarithms that are exact to rounding', () => {
    fc.assert(
      fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (t) => {
        const exact = Math.max(t, 0) + Math.log1p(Math.exp(-Math.abs(t)));
        expect(Math.abs(softplus(t) - exact)).toBeLessThanOrEqual(6e-16 * exact);
      }),
      { numRuns: 2000 },
    );
  });
});
