// AdaHessian against worked examples, closed forms and invariances.
import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { bySuite } from '../testing/by-suite.ts';
import type { AdaHessianOptions } from './adahessian.ts';
import { adaHessian } from './adahessian.ts';
import { estimateDiagonal, hessianDiagonal } from './hutchinson.ts';
import type { HessianVector } from './optimizer.ts';
import { parameterBlocks } from './parameter-blocks.ts';
import { sgd } from './sgd.ts';
import { stepReference } from './step-kernels.ts';
import { digitsModel, networkStart } from './training-instances.ts';

/** The path on x'Hx/2 from a start, with H a matrix of rows. */
function path(
  rows: readonly (readonly number[])[],
  start: readonly number[],
  options: AdaHessianOptions,
  steps: number,
): number[][] {
  const times: HessianVector = (v, out) => {
    rows.forEach((row, i) => {
      out[i] = row.reduce((sum, value, j) => sum + value * v[j], 0);
    });
  };
  const optimizer = adaHessian(start.length, options);
  const x = Float64Array.from(start);
  const g = new Float64Array(x.length);
  return Array.from({ length: steps }, () => {
    times(x, g);
    optimizer.step(x, g, times);
    return Array.from(x);
  });
}

const stretched = [
  [1, 0],
  [0, 100],
];

function expectClose(found: readonly number[], expected: readonly number[], digits: number): void {
  found.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i], digits);
  });
}

describe('worked examples', () => {
  it('is Newton’s method on a separable quadratic without averages', () => {
    const steps = path(stretched, [1, 1], { learningRate: 1, epsilon: 0 }, 3);
    expectClose(steps[0], [0, 0], 15);
    // Momentum then carries on: 0.9 * 0.1 / 0.19 and so on.
    expectClose(steps[1], [-9 / 19, -9 / 19], 12);
    expectClose(steps[2], [-0.59778598, -0.59778598], 8);
    const newton = path(stretched, [3, -7], { learningRate: 1, epsilon: 0, beta1: 0 }, 1);
    expectClose(newton[0], [0, 0], 14);
  });

  it('makes the published steps with default options', () => {
    const [first, second, third] = path(stretched, [1, 1], {}, 3);
    expectClose(first, [1 - 0.15 / 1.0001, 1 - 15 / 100.0001], 12);
    expectClose(second, [0.71186973, 0.71184238], 8);
    expectClose(third, [0.58530214, 0.58526451], 8);
  });

  it('makes the published steps with half the power and with decay', () => {
    const [first, second] = path(stretched, [1, 1], { hessianPower: 0.5 }, 2);
    expectClose(first, [1 - 0.15 / 1.0001, 1 - 15 / 10.0001], 12);
    expectClose(second, [0.71186973, -0.81578316], 8);
    const decayed = path(stretched, [1, 1], { weightDecay: 0.01 }, 2);
    expectClose(decayed[0], [1 - 0.15 / 1.0001 - 0.0015, 1 - 15 / 100.0001 - 0.0015], 12);
    expectClose(decayed[1], [0.70921537, 0.70918805], 8);
    const before = path(stretched, [1, 1], { weightDecay: 0.01, decayOrder: 'before-step' }, 2);
    expectClose(before[1], decayed[1], 3);
    expect(before[1][0]).not.toBe(decayed[1][0]);
  });

  it('makes the published steps with signs that meet off-diagonal entries', () => {
    // Signs (1, 1), (1, -1), (-1, 1): |H z| is (3, 4), (1, 2), (1, 2).
    const [h, start] = [
      [
        [2, 1],
        [1, 3],
      ],
      [1, -2],
    ];
    const signs = [
      [1, 1],
      [1, -1],
      [-1, 1],
    ];
    const seed = seedOf(signs);
    const [, second, third] = path(h, start, { seed }, 3);
    expectClose(second, [0.993379198539, -1.5893500854694], 10);
    expectClose(third, [0.9770089131092, -1.358021033952], 10);
    const blocks = path(h, start, { seed, blocks: 2 }, 3);
    expectClose(blocks[0], [1, -1.7857204079883], 10);
    expectClose(blocks[1], [0.9937164038839, -1.5259904759675], 10);
    expectClose(blocks[2], [0.9783857936786, -1.2552315451857], 10);
  });

  it('adapts general powers like those with closed forms', () => {
    for (const hessianPower of [0.5, 1]) {
      const [exact] = path(stretched, [1, 1], { hessianPower }, 1);
      const [near] = path(stretched, [1, 1], { hessianPower: hessianPower - 1e-9 }, 1);
      expectClose(near, exact, 7);
    }
  });
});

/** The first seed whose draws are those signs. */
function seedOf(signs: readonly (readonly number[])[]): number {
  for (let seed = 0; ; seed++) {
    const random = new Random(seed);
    const drawn = signs.map((row) => Array.from(random.rademacher(new Float64Array(row.length))));
    if (drawn.join(';') === signs.join(';')) return seed;
  }
}

describe('invariances', () => {
  it('does not see how separable parameters are scaled', () => {
    const scaled = [
      [4, 0],
      [0, 100 / 64],
    ];
    const options = { epsilon: 0 };
    const plain = path(stretched, [1, 1], options, 30);
    const other = path(scaled, [1 / 2, 8], options, 30);
    plain.forEach((x, k) => {
      expectClose([2 * other[k][0], other[k][1] / 8], x, 12);
    });
  });

  it('is gradient descent with momentum where the power is 0', () => {
    const options = { learningRate: 0.001, hessianPower: 0, epsilon: 0, beta1: 0.9 };
    const steps = path(stretched, [1, 1], options, 40);
    // Freed of its bias the mean is (1 - beta1) / (1 - beta1^t) times the sum that momentum keeps.
    const optimizer = sgd(2, { learningRate: 0, momentum: 0.9 });
    const x = Float64Array.of(1, 1);
    steps.forEach((found, k) => {
      optimizer.learningRate = (0.001 * 0.1) / (1 - 0.9 ** (k + 1));
      optimizer.step(x, Float64Array.of(x[0], 100 * x[1]));
      expectClose(found, Array.from(x), 12);
    });
  });

  it('permutes with the parameters of a block', () => {
    const h = [
      [2, 0.5],
      [0.5, 3],
    ];
    const swapped = [
      [3, 0.5],
      [0.5, 2],
    ];
    // Products depend on z1 z2 alone, so the mean over the block is the same for both orders.
    const [one, two] = [path(h, [1, -2], { blocks: 2 }, 20), path(swapped, [-2, 1], { blocks: 2 }, 20)];
    one.forEach((x, k) => {
      expectClose([two[k][1], two[k][0]], x, 12);
    });
  });

  it('forgets the condition of a separable quadratic', () => {
    const rates = [1e2, 1e6].map((condition) => {
      const d = 100;
      const eigenvalues = Float64Array.from({ length: d }, (_, i) => condition ** (i / (d - 1)));
      const optimizer = adaHessian(d);
      const x = new Float64Array(d).fill(1);
      const g = new Float64Array(d);
      const value = () => x.reduce((sum, entry, i) => sum + (eigenvalues[i] * entry * entry) / 2, 0);
      const first = value();
      let last = 0;
      for (let step = 1; step <= 260; step++) {
        for (let i = 0; i < d; i++) g[i] = eigenvalues[i] * x[i];
        optimizer.step(x, g, (v, out) => {
          for (let i = 0; i < d; i++) out[i] = eigenvalues[i] * v[i];
        });
        if (value() >= 1e-10 * first) last = step;
      }
      return last + 1;
    });
    expect(rates[1]).toBe(196);
    expect(Math.abs(rates[0] - 196)).toBeLessThanOrEqual(1);
  });
});

describe('the estimate of the diagonal', () => {
  const matrix = new Random(4).normals(new Float64Array(36));
  const times: HessianVector = (v, out) => {
    for (let i = 0; i < 6; i++) {
      out[i] = 0;
      for (let j = 0; j < 6; j++) out[i] += (matrix[6 * i + j] + matrix[6 * j + i]) * v[j];
    }
  };

  it('is exact in the mean over all signs', () => {
    let bits = 0;
    const everySign = {
      rademacher<A extends { [i: number]: number }>(out: A): A {
        for (let i = 0; i < 6; i++) out[i] = (bits >> i) & 1 ? 1 : -1;
        bits++;
        return out;
      },
    };
    const room = [new Float64Array(6), new Float64Array(6)] as const;
    const exact = new Float64Array(6);
    estimateDiagonal(times, exact, { estimator: 'signed', samples: 64, random: everySign, room });
    for (let i = 0; i < 6; i++) expect(exact[i]).toBeCloseTo(2 * matrix[7 * i], 12);
    // With random signs it comes within four deviations of it.
    const samples = 20_000;
    const found = hessianDiagonal(times, 6, { samples, seed: 1 });
    for (let i = 0; i < 6; i++) {
      let variance = 0;
      for (let j = 0; j < 6; j++) if (j !== i) variance += (matrix[6 * i + j] + matrix[6 * j + i]) ** 2;
      expect(Math.abs(found[i] - 2 * matrix[7 * i])).toBeLessThan(4 * Math.sqrt(variance / samples));
      expect(found[i]).not.toBe(2 * matrix[7 * i]);
    }
  });

  it('of |Hz| is the mean modulus, above the diagonal', () => {
    const found = hessianDiagonal(times, 6, { samples: 2000, estimator: 'absolute' });
    const exact = new Float64Array(6);
    const out = new Float64Array(6);
    for (let bits = 0; bits < 64; bits++) {
      times(
        Float64Array.from({ length: 6 }, (_, i) => ((bits >> i) & 1 ? 1 : -1)),
        out,
      );
      for (let i = 0; i < 6; i++) exact[i] += Math.abs(out[i]) / 64;
    }
    for (let i = 0; i < 6; i++) {
      expect(Math.abs(found[i] / exact[i] - 1)).toBeLessThan(0.06);
      expect(exact[i]).toBeGreaterThanOrEqual(Math.abs(2 * matrix[7 * i]) - 1e-12);
    }
  });

  it('is free of bias on the Hessian of a network', async () => {
    const { objective } = await digitsModel('perceptron', 64);
    const x = networkStart(objective.shapes, 0);
    const samples = bySuite(200, 400);
    const d = objective.dimension;
    objective.evaluate(x, new Float64Array(d));
    const [sum, squares] = [new Float64Array(d), new Float64Array(d)];
    for (let seed = 0; seed < samples; seed++) {
      const one = hessianDiagonal(objective.productThere, d, { seed });
      for (let i = 0; i < d; i++) {
        sum[i] += one[i];
        squares[i] += one[i] * one[i];
      }
    }
    const unit = new Float64Array(d);
    const column = new Float64Array(d);
    let worst = 0;
    // 300 coordinates from the second layer and the first, where pixels are not blank.
    for (let i = 8; i < d; i += 8) {
      unit[i] = 1;
      objective.productThere(unit, column);
      unit[i] = 0;
      const mean = sum[i] / samples;
      const error = Math.sqrt((squares[i] / samples - mean * mean) / (samples - 1));
      if (error > 0) worst = Math.max(worst, Math.abs(mean - column[i]) / error);
    }
    expect(worst).toBeGreaterThan(1);
    expect(worst).toBeLessThan(4.5);
  });
});

describe('blocks', () => {
  it('keep the mean of the block and stand for its parameters', () => {
    const shapes = [[2, 3], [2], [2, 1, 2, 2], [2, 2, 3]];
    const values = new Random(1).normals(new Float64Array(28));
    const cases = { reference: [1, 1, 4, 1], instruction: [3, 1, 4, 3] };
    for (const [rule, lengths] of Object.entries(cases)) {
      const found = values.slice();
      expect(parameterBlocks(shapes, rule as 'reference').average(found, 1e9, stepReference(found.buffer))).toBe(true);
      let at = 0;
      shapes.forEach((shape, tensor) => {
        const size = shape.reduce((product, length) => product * length, 1);
        for (let from = at; from < at + size; from += lengths[tensor]) {
          const part = values.subarray(from, from + lengths[tensor]);
          const mean = part.reduce((sum, value) => sum + Math.abs(value) / part.length, 0);
          for (let i = 0; i < part.length; i++) expect(found[from + i]).toBeCloseTo(mean, 14);
        }
        at += size;
      });
    }
    const custom = Float64Array.of(1, -2, 3, 6);
    parameterBlocks(4, Int32Array.of(1, 0, 1, 0)).average(custom, 1e9, stepReference(custom.buffer));
    expect(Array.from(custom)).toEqual([2, 4, 2, 4]);
    const sized = Float64Array.of(1, -3, 2, 4, 7);
    parameterBlocks([[2, 2], [1]], 2).average(sized, 6, stepReference(sized.buffer));
    expect(Array.from(sized)).toEqual([2, 2, 3, 3, 6]);
  });
});

describe('calls and state', () => {
  const d = 50;
  const curvature = Float64Array.from({ length: d }, (_, i) => 1 + (i % 7));
  const gradient = (x: Float64Array) => x.map((value, i) => curvature[i] * value + 0.1 * Math.sin(i));
  const product: HessianVector = (v, out) => {
    for (let i = 0; i < d; i++) out[i] = curvature[i] * v[i] + 0.5 * (v[i - 1] ?? 0) + 0.5 * (v[i + 1] ?? 0);
  };

  it('asks for samples times the number of estimates', () => {
    for (const [hessianEvery, samples] of [
      [1, 1],
      [3, 1],
      [3, 2],
      [7, 4],
    ]) {
      let calls = 0;
      const optimizer = adaHessian(d, { hessianEvery, samples });
      const x = new Float64Array(d).fill(1);
      for (let step = 0; step < 20; step++)
        optimizer.step(x, gradient(x), (v, out) => {
          calls++;
          product(v, out);
        });
      expect(calls).toBe(samples * Math.ceil(20 / hessianEvery));
      expect(optimizer.state.numbers['products']).toBe(calls);
    }
  });

  it('goes on from what was serialised, bit for bit', () => {
    const options = { hessianEvery: 3, blocks: 5, seed: 11 };
    const [one, two] = [adaHessian(d, options), adaHessian(d, { ...options, seed: 11 })];
    const x = new Float64Array(d).fill(1);
    for (let step = 0; step < 10; step++) one.step(x, gradient(x), product);
    two.restore(structuredClone(one.serialize()));
    const y = x.slice();
    for (let step = 0; step < 10; step++) {
      one.step(x, gradient(x), product);
      two.step(y, gradient(y), product);
    }
    expect(y).toEqual(x);
    expect(() => two.restore(adaHessian(3).serialize())).toThrow(expect.objectContaining({ argument: 'state' }));
    expect(() => two.restore(sgd(d).serialize())).toThrow(expect.objectContaining({ argument: 'state' }));
  });

  it('allocates nothing in a step', () => {
    const size = 20_000;
    const optimizer = adaHessian(size, { blocks: 10, samples: 2 });
    const [x, g] = [new Float64Array(size).fill(1), new Float64Array(size).fill(0.1)];
    const same: HessianVector = (v, out) => out.set(v);
    const used: number[] = [];
    for (let step = 0; step < 60; step++) {
      optimizer.step(x, g, same);
      used.push(process.memoryUsage().arrayBuffers);
    }
    // One array of parameters would show from step to step; what falls are the garbage of tests before.
    const rises = used.slice(1).map((bytes, step) => bytes - used[step]);
    expect(Math.max(...rises)).toBeLessThan(8 * size);
  });

  it('leaves the curvature alone when a product is not finite', () => {
    const optimizer = adaHessian(d);
    const x = new Float64Array(d).fill(1);
    optimizer.step(x, gradient(x), product);
    const before = optimizer.serialize();
    optimizer.step(x, gradient(x), (_, out) => out.fill(Number.NaN));
    expect(optimizer.state.numbers['skipped']).toBe(1);
    expect(optimizer.state.vectors['square']).toEqual(before.vectors['square']);
    expect(x.every(Number.isFinite)).toBe(true);
    const first = adaHessian(d);
    first.step(x, gradient(x), (_, out) => out.fill(Infinity));
    expect(x.every(Number.isFinite)).toBe(true);
  });

  it('survives huge and missing curvature', () => {
    const x = Float64Array.of(1, 1);
    const optimizer = adaHessian(2, { epsilon: 0 });
    optimizer.step(x, Float64Array.of(1, 1), (v, out) => out.set([1e300 * v[0], 0]));
    expect(Array.from(x)).toEqual([1, 1]);
    const floored = adaHessian(2, { epsilon: 0, minCurvature: 0.5, learningRate: 0.1 });
    floored.step(x, Float64Array.of(1, 1), (_, out) => out.fill(0));
    expectClose(Array.from(x), [0.8, 0.8], 14);
  });

  it('clips long gradients', () => {
    const x = Float64Array.of(0, 0);
    const optimizer = adaHessian(2, { clipNorm: 1, learningRate: 1, epsilon: 0 });
    optimizer.step(x, Float64Array.of(3, 4), (v, out) => out.set(v));
    expectClose(Array.from(x), [-0.6, -0.8], 14);
  });

  it('refuses what is out of range, by name', () => {
    const argument = (name: string) => expect.objectContaining({ argument: name });
    const wrong: AdaHessianOptions[] = [
      { learningRate: -1 },
      { beta1: 1 },
      { beta2: -0.1 },
      { epsilon: -1 },
      { hessianPower: 1.5 },
      { weightDecay: Number.NaN },
      { hessianEvery: 0 },
      { samples: 0 },
      { estimator: 'other' as 'signed' },
      { decayOrder: 'other' as 'with-step' },
      { minCurvature: -1 },
      { clipNorm: 0 },
      { blocks: 3 },
      { blocks: 'other' as 'reference' },
      { blockOf: Int32Array.of(0, 2) },
      { blockOf: Int32Array.of(0) },
      { blockOf: Int32Array.of(0, -1) },
      { seed: -1 },
    ];
    for (const options of wrong) {
      const [name] = Object.keys(options);
      expect(() => adaHessian(2, options)).toThrow(argument(name));
    }
    expect(() => adaHessian(0)).toThrow(argument('parameters'));
    expect(() => adaHessian([[2, 0]])).toThrow(argument('parameters'));
    expect(() => adaHessian([])).toThrow(argument('parameters'));
    const optimizer = adaHessian(2);
    expect(() => optimizer.step(new Float64Array(2), new Float64Array(2))).toThrow(argument('hessianVector'));
    expect(() => optimizer.step(new Float64Array(3), new Float64Array(2), product)).toThrow(argument('x'));
    expect(() => optimizer.step(new Float64Array(2), new Float64Array(1), product)).toThrow(argument('gradient'));
  });
});
