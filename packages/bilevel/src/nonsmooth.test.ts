// Lower levels that are not smooth, against coordinate descent and a scan of the upper level; which bounds and kinks hold; refusals.
import { Random } from '@infimum/core';
import { box } from '@infimum/optim/proximal';
import { describe, expect, it } from 'vitest';
import type { BilevelProblem } from './index.ts';
import { aidCg, hypergradient, minimizeBilevel, penaltyBilevel, soba } from './index.ts';

/** The weight e^x of the lasso, by the error of prediction: g = |Ay − b|²/(2n) + e^x |y|₁, f = |Cy − d|²/(2n). */
function lasso(seed: number) {
  const random = new Random(seed);
  const [n, q] = [25, 6];
  const truth = [2, -1, 0, 0, 0.5, 0];
  const part = (noise: number) => {
    const a = random.normals(new Float64Array(n * q));
    const b = Float64Array.from({ length: n }, (_, i) =>
      truth.reduce((sum, t, j) => sum + a[i * q + j] * t, noise * random.normal()),
    );
    return { a, b };
  };
  const [train, held] = [part(1.5), part(1.5)];
  const rest = ({ a, b }: typeof train, y: ArrayLike<number>) =>
    b.map((target, i) => Array.from({ length: q }, (_, j) => a[i * q + j] * y[j]).reduce((sum, t) => sum + t, -target));
  const value = (data: typeof train, y: ArrayLike<number>) => rest(data, y).reduce((sum, t) => sum + t * t, 0) / (2 * n);
  const slope = (data: typeof train, y: ArrayLike<number>, out: Float64Array) => {
    const left = rest(data, y);
    for (let j = 0; j < q; j++) out[j] = left.reduce((sum, t, i) => sum + t * data.a[i * q + j], 0) / n;
  };
  const size = (y: Float64Array) => y.reduce((sum, t) => sum + Math.abs(t), 0);
  const problem: BilevelProblem = {
    dimX: 1,
    dimY: q,
    f: (_, y) => value(held, y),
    g: ([x], y) => value(train, y) + Math.exp(x) * size(y),
    gradFx: (_x, _y, out) => void out.fill(0),
    gradFy: (_, y, out) => slope(held, y, out),
    gradGx: ([x], y, out) => void out.fill(Math.exp(x) * size(y)),
    gradGy: (_, y, out) => slope(train, y, out),
    proxY: ([x], y, step) => {
      const threshold = step * Math.exp(x);
      for (let j = 0; j < q; j++) y[j] = Math.sign(y[j]) * Math.max(0, Math.abs(y[j]) - threshold);
    },
    setX: box(-8, 2),
  };
  /** The lasso by coordinate descent. */
  const solved = (x: number) => {
    const y = new Float64Array(q);
    for (let sweep = 0; sweep < 80; sweep++) {
      for (let j = 0; j < q; j++) {
        let [along, square] = [0, 0];
        const left = rest(train, y);
        for (let i = 0; i < n; i++) {
          along -= train.a[i * q + j] * left[i];
          square += train.a[i * q + j] ** 2;
        }
        along += square * y[j];
        y[j] = (Math.sign(along) * Math.max(0, Math.abs(along) - n * Math.exp(x))) / square;
      }
    }
    return y;
  };
  return { problem, solved, upper: (x: number) => value(held, solved(x)) };
}

describe('a lower level with an l1 term', () => {
  it.each([1, 2, 3, 4])('is solved, and its weight found, seed %i', (seed) => {
    const { problem, solved, upper } = lasso(seed);
    const { x, z, status, method, why, active } = minimizeBilevel(problem, [-2]);
    expect([method, why]).toEqual(['penalty', 'the lower level is not smooth']);
    expect(status).toBe('converged');
    const truth = solved(x[0]);
    for (const [j, t] of truth.entries()) expect(z[j]).toBeCloseTo(t, 5);
    expect(active.y.firm).toEqual(Array.from(truth.keys()).filter((j) => truth[j] === 0));
    expect(active.y.weak).toEqual([]);
    // A stationary point of F from −2 on: no lower value nearby.
    const scan = Array.from({ length: 9 }, (_, k) => upper(Math.max(-8, Math.min(2, x[0] + (k - 4) * 0.025))));
    expect(upper(x[0])).toBeLessThan(Math.min(...scan) + 2e-4 * upper(x[0]));
  });

  it('is refused where a method wants a smooth one', () => {
    const { problem } = lasso(1);
    for (const solver of [aidCg, soba, penaltyBilevel])
      expect(() => solver(problem, [0])).toThrow(expect.objectContaining({ argument: expect.stringContaining('problem.') }));
    expect(() => penaltyBilevel(problem, [0])).toThrow(expect.objectContaining({ argument: 'problem.proxY' }));
    expect(() => hypergradient(problem, [0], [0])).toThrow(expect.objectContaining({ argument: 'problem.proxY' }));
  });
});

it('says which bounds hold x and y, and which of them on one side only', () => {
  // y follows x within [0, 1]; f wants the three y at 2, at 1/2 and below 0.
  const wanted = [2, 0.5, -1];
  const problem: BilevelProblem = {
    dimX: 3,
    dimY: 3,
    f: (_, y) => y.reduce((sum, t, i) => sum + (t - wanted[i]) ** 2 / 2, 0),
    g: (x, y) => y.reduce((sum, t, i) => sum + (t - x[i]) ** 2 / 2, 0),
    gradFx: (_x, _y, out) => void out.fill(0),
    gradFy: (_, y, out) => out.set(y.map((t, i) => t - wanted[i])),
    gradGx: (x, y, out) => out.set(x.map((t, i) => t - y[i])),
    gradGy: (x, y, out) => out.set(y.map((t, i) => t - x[i])),
    setX: box(-2, 0.75),
    setY: box(0, 1),
  };
  const { x, active } = minimizeBilevel(problem, [0.5, 0.25, 0.25]);
  expect(x[0]).toBe(0.75);
  expect(active.x.firm).toContain(0);
  expect(active.x.firm).not.toContain(1);
  // f likes y at 0: x comes to where the bound begins to hold, or stays beyond it.
  expect([...active.y.firm, ...active.y.weak]).toEqual([2]);
});
