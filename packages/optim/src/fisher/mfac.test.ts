// M-FAC's algorithms against worked examples, dense solves and each other.
import { InvalidInputError, Random } from '@infimum/core';
import { lu, solveLu } from '@infimum/linalg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InverseFisher, InverseFisherOptions } from './inverse-fisher.ts';
import { inverseFisher } from './inverse-fisher.ts';
import { mfac } from './mfac.ts';
import type { WindowInverseFisher, WindowInverseFisherOptions } from './window-inverse-fisher.ts';
import { windowInverseFisher } from './window-inverse-fisher.ts';
import { woodFisher } from './wood-fisher.ts';

interface Rows {
  readonly rows: number;
  readonly cols: number;
  readonly values: Float64Array;
}

function normalRows(rows: number, cols: number, seed: number): Rows {
  return { rows, cols, values: new Random(seed).normals(new Float64Array(rows * cols)) };
}

/** F as a dense matrix, zero outside of its diagonal blocks. */
function dense({ rows, cols, values }: Rows, damping: number, divisor = rows, block = cols): Rows {
  const f = new Float64Array(cols * cols);
  for (let i = 0; i < cols; i++) {
    f[i * (cols + 1)] = damping;
    for (let j = 0; j < cols; j++) {
      if (Math.floor(i / block) !== Math.floor(j / block)) continue;
      for (let r = 0; r < rows; r++) f[i * cols + j] += (values[r * cols + i] * values[r * cols + j]) / divisor;
    }
  }
  return { rows: cols, cols, values: f };
}

/** F x by two products with G, in any dimension. */
function times({ rows, cols, values }: Rows, damping: number, x: Float64Array): Float64Array {
  const out = x.map((value) => damping * value);
  for (let r = 0; r < rows; r++) {
    const g = values.subarray(r * cols, (r + 1) * cols);
    let sum = 0;
    for (let k = 0; k < cols; k++) sum += g[k] * x[k];
    for (let k = 0; k < cols; k++) out[k] += (sum * g[k]) / rows;
  }
  return out;
}

function multiply(inverse: Pick<InverseFisher, 'multiply'>, x: Float64Array): Float64Array {
  const out = new Float64Array(x.length);
  inverse.multiply(x, out);
  return out;
}

/** |a - b| / |b| */
function deviation(a: Float64Array, b: Float64Array): number {
  const size = (v: Float64Array) => Math.sqrt(v.reduce((sum, value) => sum + value * value, 0));
  return size(a.map((value, i) => value - b[i])) / size(b);
}

function filled(gradients: Rows, options: WindowInverseFisherOptions): WindowInverseFisher {
  const inverse = windowInverseFisher(gradients.cols, { window: gradients.rows, ...options });
  for (let r = 0; r < gradients.rows; r++)
    inverse.replace(gradients.values.slice(r * gradients.cols, (r + 1) * gradients.cols));
  return inverse;
}

const small = { rows: 2, cols: 2, values: Float64Array.of(1, 2, 3, -1) };
const statics: Record<string, InverseFisherOptions> = {
  recursion: {},
  pages: { pages: 3 },
  cholesky: { factorization: 'cholesky' },
};

describe('worked examples', () => {
  it.each(Object.entries(statics))('static, %s', (_, options) => {
    // F = [[5.5, -0.5], [-0.5, 3]], with determinant 16.25.
    const inverse = inverseFisher(small, { damping: 0.5, ...options });
    expect(inverse.entry(0, 0)).toBeCloseTo(3 / 16.25, 13);
    expect(inverse.entry(0, 1)).toBeCloseTo(0.5 / 16.25, 13);
    expect(inverse.entry(1, 1)).toBeCloseTo(5.5 / 16.25, 13);
    const product = multiply(inverse, Float64Array.of(3, -1));
    expect(product[0]).toBeCloseTo(8.5 / 16.25, 13);
    expect(product[1]).toBeCloseTo(-4 / 16.25, 13);
  });

  it.each(['cholesky', 'lu'] as const)('window, %s', (factorization) => {
    const inverse = windowInverseFisher(2, { window: 2, damping: 0.5, factorization });
    const out = new Float64Array(2);
    const push = (a: number, b: number) => {
      inverse.replaceMultiply(Float64Array.of(a, b), out);
      return Array.from(out, (value) => Number(value.toFixed(12)));
    };
    expect(push(1, 0)).toEqual([1, 0]);
    expect(push(0, 2)).toEqual([0, 0.8]);
    expect(push(1, 1)).toEqual([Number((10 / 11).toFixed(12)), Number((2 / 11).toFixed(12))]);
    // Taking (0, 2) out leaves F = I / 2 + (1, 1)(1, 1)' / 2.
    expect(inverse.size).toBe(2);
    inverse.remove(1);
    expect(inverse.size).toBe(1);
    const rest = multiply(inverse, Float64Array.of(1, 1));
    expect(rest[0]).toBeCloseTo(2 / 3, 13);
    expect(rest[1]).toBeCloseTo(2 / 3, 13);
    expect(inverse.add(Float64Array.of(0, 2))).toBe(1);
    const again = multiply(inverse, Float64Array.of(1, 1));
    expect(again[0]).toBeCloseTo(10 / 11, 12);
    expect(() => inverse.add(Float64Array.of(1, 0))).toThrow(expect.objectContaining({ argument: 'gradient' }));
  });

  it.each(['cholesky', 'lu'] as const)('window that divides by what is there, %s', (factorization) => {
    const inverse = windowInverseFisher(2, { window: 2, damping: 0.5, factorization, divisor: 'occupied' });
    expect(Array.from(multiply(inverse, Float64Array.of(1, 1)))).toEqual([2, 2]);
    inverse.replace(Float64Array.of(1, 1));
    inverse.replace(Float64Array.of(0, 2));
    inverse.remove(1);
    const out = multiply(inverse, Float64Array.of(1, 1));
    expect(out[0]).toBeCloseTo(0.4, 13);
    expect(out[1]).toBeCloseTo(0.4, 13);
    inverse.remove(0);
    expect(multiply(inverse, Float64Array.of(1, 1))[0]).toBeCloseTo(2, 13);
  });
});

describe('dense solves', () => {
  const [m, d] = [16, 90];
  const gradients = normalRows(m, d, 1);
  const x = new Random(2).normals(new Float64Array(d));
  const inSpan = gradients.values.slice(3 * d, 4 * d);

  it.each([1e-1, 1e-3, 1e-6])('agree with every representation at damping %f', (damping) => {
    const factors = lu(dense(gradients, damping));
    const fixed = Object.entries(statics).map(
      ([name, options]) => [name, inverseFisher(gradients, { damping, ...options })] as const,
    );
    const windows = (['cholesky', 'lu'] as const).map(
      (factorization) => [`window, ${factorization}`, filled(gradients, { damping, factorization })] as const,
    );
    for (const [name, inverse] of [...fixed, ...windows]) {
      for (const vector of [x, inSpan]) {
        const expected = solveLu(factors, vector);
        // In the span of the gradients x / lambda nearly cancels, and leaves its rounding behind.
        const cancellation = Math.hypot(...vector) / damping / Math.hypot(...expected);
        const tolerance = Math.max(1e-9, 2e-15 * cancellation);
        expect(deviation(multiply(inverse, vector), expected), name).toBeLessThan(tolerance);
      }
    }
    const unit = new Float64Array(d);
    unit[7] = 1;
    const column = solveLu(factors, unit);
    for (const [, inverse] of fixed) {
      const diagonal = new Float64Array(d);
      inverse.diagonal(diagonal);
      expect(diagonal.every((value) => value > 0 && value <= 1 / damping)).toBe(true);
      expect(Math.abs(diagonal[7] * damping - column[7] * damping)).toBeLessThan(1e-9);
      expect(Math.abs(inverse.entry(7, 7) * damping - column[7] * damping)).toBeLessThan(1e-9);
      expect(Math.abs(inverse.entry(20, 7) * damping - column[20] * damping)).toBeLessThan(1e-9);
    }
    for (const [, inverse] of windows) {
      const diagonal = new Float64Array(d);
      inverse.diagonal(diagonal);
      expect(Math.abs(diagonal[7] * damping - column[7] * damping)).toBeLessThan(1e-9);
    }
  });

  it('agree block by block, with a shorter block at the end', () => {
    const [damping, blockSize] = [1e-2, 32];
    const factors = lu(dense(gradients, damping, m, blockSize));
    const blocked = inverseFisher(gradients, { damping, blockSize, pages: 2 });
    const wood = woodFisher(gradients, { damping, blockSize });
    for (const inverse of [blocked, wood]) {
      expect(deviation(multiply(inverse, x), solveLu(factors, x))).toBeLessThan(1e-11);
      expect(inverse.entry(3, 40)).toBe(0);
    }
    const [one, other] = [new Float64Array(d), new Float64Array(d)];
    blocked.diagonal(one);
    wood.diagonal(other);
    expect(deviation(one, other)).toBeLessThan(1e-11);
    expect(blocked.entry(70, 89)).toBeCloseTo(wood.entry(70, 89), 9);
    expect(multiply(inverseFisher(gradients, { damping, blockSize: d }), x)).toEqual(
      multiply(inverseFisher(gradients, { damping }), x),
    );
  });
});

describe('invariants', () => {
  it('F times the inverse is the identity, in dimensions where F is never formed', () => {
    const gradients = normalRows(24, 5000, 3);
    for (const damping of [1e-2, 1e-6]) {
      const inverse = filled(gradients, { damping });
      for (const x of [new Random(4).normals(new Float64Array(5000)), gradients.values.slice(5000 * 5, 5000 * 6)]) {
        const product = multiply(inverse, x);
        expect(deviation(times(gradients, damping, product), x)).toBeLessThan(1e-7);
      }
      const out = new Float64Array(5000);
      const newest = gradients.values.slice(0, 5000);
      inverse.replaceMultiply(newest, out);
      expect(deviation(times(gradients, damping, out), newest)).toBeLessThan(1e-7);
    }
  });

  it('scales as c^-2 when gradients scale with c and damping with c²', () => {
    const gradients = normalRows(5, 20, 5);
    const scaled = { ...gradients, values: gradients.values.map((value) => 3 * value) };
    const x = new Random(1).normals(new Float64Array(20));
    const [one, other] = [
      multiply(inverseFisher(gradients, { damping: 0.1 }), x),
      multiply(inverseFisher(scaled, { damping: 0.9 }), x),
    ];
    expect(
      deviation(
        other.map((value) => 9 * value),
        one,
      ),
    ).toBeLessThan(1e-13);
  });

  it('does not depend on the order in the window', () => {
    const gradients = normalRows(6, 15, 6);
    const reversed = { ...gradients, values: new Float64Array(90) };
    for (let r = 0; r < 6; r++) reversed.values.set(gradients.values.subarray(r * 15, (r + 1) * 15), (5 - r) * 15);
    const x = new Random(1).normals(new Float64Array(15));
    for (const factorization of ['cholesky', 'lu'] as const)
      expect(
        deviation(multiply(filled(reversed, { factorization }), x), multiply(filled(gradients, { factorization }), x)),
      ).toBeLessThan(1e-9);
  });

  it('is the formula of Sherman and Morrison for one gradient, and for equal ones', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 4, maxLength: 4 }),
        fc.double({ min: 1e-3, max: 10, noNaN: true }),
        (entries, damping) => {
          const g = Float64Array.from(entries);
          const x = Float64Array.of(1, -2, 0.5, 3);
          const square = g.reduce((sum, value) => sum + value * value, 0);
          const inner = g.reduce((sum, value, k) => sum + value * x[k], 0);
          const expected = x.map((value, k) => (value - (inner * g[k]) / (damping + square)) / damping);
          const found = [
            multiply(inverseFisher({ rows: 1, cols: 4, values: g }, { damping }), x),
            multiply(filled({ rows: 3, cols: 4, values: Float64Array.of(...g, ...g, ...g) }, { damping }), x),
          ];
          for (const product of found) expect(deviation(product, expected)).toBeLessThan(1e-10);
        },
      ),
      { numRuns: 40 },
    );
  });

  it.each([
    ['normal gradients', 1e-9, 4],
    ['repeated ones, zeros, and sizes from 0.1 to 10', 1e-8, 100],
  ])('holds over a thousand replacements with both engines, %s', (name, tolerance, refactorizations) => {
    const [m, d] = [6, 30];
    const isEven = name === 'normal gradients';
    const options = { window: m, damping: 1e-3 };
    const cholesky = windowInverseFisher(d, options);
    const lu = windowInverseFisher(d, { ...options, factorization: 'lu' });
    const random = new Random(8);
    const g = new Float64Array(d);
    const [one, other] = [new Float64Array(d), new Float64Array(d)];
    for (let step = 0; step < 1000; step++) {
      const scale = isEven ? 1 : step % 17 === 0 ? 0 : 10 ** (2 * random.uniform() - 1);
      if (isEven || step % 5 !== 0) random.normals(g);
      const scaled = g.map((value) => scale * value);
      cholesky.replaceMultiply(scaled, one);
      lu.replaceMultiply(scaled, other);
      if (scale > 0) expect(deviation(one, other)).toBeLessThan(tolerance);
    }
    expect(cholesky.refactorizations).toBeLessThanOrEqual(refactorizations);
    expect(lu.refactorizations).toBe(1001);
  });

  it('stores the window and little beside, never a matrix of d by d', () => {
    const [m, d] = [3, process.env['INFIMUM_FULL'] ? 300_000 : 100_000];
    const gradients = normalRows(m, d, 10);
    const before = process.memoryUsage().arrayBuffers;
    const inverse = filled(gradients, { damping: 1e-3 });
    const x = new Random(1).normals(new Float64Array(d));
    const product = multiply(inverse, x);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * d * (2 * m + 8));
    expect(deviation(times(gradients, 1e-3, product), x)).toBeLessThan(1e-7);
  });

  it('is rounded only where the window is', () => {
    const gradients = normalRows(8, 60, 9);
    const x = new Random(1).normals(new Float64Array(60));
    const [exact, rounded] = [filled(gradients, {}), filled(gradients, { precision: 'float32' })];
    expect(deviation(multiply(rounded, x), multiply(exact, x))).toBeLessThan(1e-6);
    expect(exact.cancellation).toBeGreaterThan(1);
    const single = { ...gradients, values: Float32Array.from(gradients.values) };
    expect(deviation(multiply(inverseFisher(single), x), multiply(exact, x))).toBeLessThan(1e-6);
  });

  it('refactors when a downdate cannot be trusted', () => {
    const inverse = windowInverseFisher(3, { window: 2, damping: 1e-9 });
    const before = inverse.refactorizations;
    inverse.replace(Float64Array.of(1e6, 0, 0));
    inverse.replace(Float64Array.of(1, 1, 0));
    inverse.replace(Float64Array.of(1e-6, 0, 1));
    expect(inverse.refactorizations).toBeGreaterThan(before);
    const gradients = { rows: 2, cols: 3, values: Float64Array.of(1e-6, 0, 1, 1, 1, 0) };
    const x = Float64Array.of(1, 2, 3);
    const expected = solveLu(lu(dense(gradients, 1e-9)), x);
    expect(deviation(multiply(inverse, x), expected)).toBeLessThan(1e-6);
  });
});

describe('the optimiser', () => {
  it('steps along the inverse of the Fisher matrix that it has seen', () => {
    const [d, window, damping] = [5, 3, 0.1];
    const optimizer = mfac(d, { window, damping, learningRate: 0.5, momentum: 0.6, weightDecay: 0.2 });
    const [x, y] = [new Float64Array(d).fill(1), new Float64Array(d).fill(1)];
    const velocity = new Float64Array(d);
    const seen = new Float64Array(window * d);
    for (let step = 0; step < 10; step++) {
      const g = new Random(step).normals(new Float64Array(d));
      optimizer.step(x, g);
      const decayed = g.map((value, i) => value + 0.2 * y[i]);
      seen.set(decayed, (step % window) * d);
      const u = solveLu(lu(dense({ rows: window, cols: d, values: seen }, damping)), decayed);
      for (let i = 0; i < d; i++) {
        velocity[i] = 0.6 * velocity[i] + 0.4 * u[i];
        y[i] -= 0.5 * velocity[i];
      }
      expect(deviation(x, y)).toBeLessThan(1e-10);
    }
  });

  it('works on the mask alone', () => {
    const mask = Uint8Array.of(1, 0, 1, 0);
    const options = { window: 3, damping: 0.1, learningRate: 0.1 };
    const [masked, plain] = [mfac(4, { ...options, mask }), mfac(2, options)];
    const [x, y] = [Float64Array.of(1, 2, 3, 4), Float64Array.of(1, 3)];
    for (let step = 0; step < 5; step++) {
      const g = new Random(step).normals(new Float64Array(4));
      masked.step(x, g);
      plain.step(y, Float64Array.of(g[0], g[2]));
    }
    expect(Array.from(x)).toEqual([y[0], 2, y[1], 4]);
  });

  it.each(['cholesky', 'lu'] as const)('goes on from what was serialised, bit for bit, %s', (factorization) => {
    const create = () => mfac(6, { window: 4, damping: 0.01, momentum: 0.5, factorization });
    const [one, two] = [create(), create()];
    const x = new Float64Array(6).fill(1);
    const gradient = (step: number) => new Random(step).normals(new Float64Array(6));
    for (let step = 0; step < 7; step++) one.step(x, gradient(step));
    two.restore(structuredClone(one.serialize()));
    const y = x.slice();
    for (let step = 7; step < 20; step++) {
      one.step(x, gradient(step));
      two.step(y, gradient(step));
    }
    expect(y).toEqual(x);
  });
});

describe('what does not fit', () => {
  it('is refused with its name', () => {
    const argument = (name: string) => expect.objectContaining({ argument: name });
    expect(() => inverseFisher(small, { damping: 0 })).toThrow(argument('damping'));
    expect(() => inverseFisher(small, { blockSize: 0 })).toThrow(argument('blockSize'));
    expect(() => inverseFisher(small, { pages: 0.5 })).toThrow(argument('pages'));
    expect(() => inverseFisher(small, { factorization: 'qr' as 'cholesky' })).toThrow(argument('factorization'));
    expect(() => inverseFisher(small, { factorization: 'cholesky', blockSize: 1 })).toThrow(argument('factorization'));
    expect(() => inverseFisher({ ...small, values: Float64Array.of(1, 2, 3, Number.NaN) })).toThrow(
      expect.objectContaining({ argument: 'gradients', index: 3 }),
    );
    expect(() => inverseFisher(small).entry(2, 0)).toThrow(argument('row'));
    expect(() => woodFisher(small, { damping: -1 })).toThrow(argument('damping'));
    expect(() => windowInverseFisher(0)).toThrow(argument('dimension'));
    expect(() => windowInverseFisher(2, { window: 0 })).toThrow(argument('window'));
    expect(() => windowInverseFisher(2, { damping: Number.NaN })).toThrow(argument('damping'));
    expect(() => windowInverseFisher(2, { divisor: 'all' as 'window' })).toThrow(argument('divisor'));
    const inverse = windowInverseFisher(2, { window: 2 });
    expect(() => inverse.replace(Float64Array.of(1))).toThrow(argument('gradient'));
    expect(() => inverse.replace(Float64Array.of(1, Infinity))).toThrow(
      expect.objectContaining({ argument: 'gradient', index: 1 }),
    );
    expect(() => inverse.remove(0)).toThrow(argument('slot'));
    expect(() => inverse.remove(2)).toThrow(argument('slot'));
    expect(() => inverse.multiply(new Float64Array(3), new Float64Array(2))).toThrow(argument('x'));
    const lenient = windowInverseFisher(2, { window: 2, skipNonFinite: true });
    expect(lenient.replace(Float64Array.of(1, Number.NaN))).toBe(false);
    expect(lenient.size).toBe(0);
    expect(() => mfac(2, { mask: Uint8Array.of(1) })).toThrow(argument('mask'));
    expect(() => mfac(2, { mask: Uint8Array.of(0, 0) })).toThrow(argument('mask'));
    expect(() => mfac(2, { momentum: 1 })).toThrow(InvalidInputError);
  });
});
