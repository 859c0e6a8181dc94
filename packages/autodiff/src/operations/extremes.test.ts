// The ends of ranges: huge angles, infinities, NaN, empty probabilities, and what is refused.
import { describe, expect, it } from 'vitest';
import type { Tensor } from '../index.ts';
import * as ad from '../index.ts';
import { constant, variable } from '../index.ts';

function valuesOf(f: (x: Tensor) => Tensor, ...entries: number[]): number[] {
  const x = variable(entries.length);
  return Array.from(ad.compile([f(x)], [x]).run([Float64Array.from(entries)])[0]);
}

function slopesOf(f: (x: Tensor) => Tensor, ...entries: number[]): number[] {
  const x = variable(entries.length);
  return Array.from(ad.compile(ad.gradients(ad.sum(f(x)), [x]), [x]).run([Float64Array.from(entries)])[0]);
}

describe('angles', () => {
  it('are reduced exactly: values of a computation with 1200 digits', () => {
    const known: [number, number, number][] = [
      [1e15, 0.8582727931702359, -0.5131937377869703],
      [1e22, -0.8522008497671888, 0.523214785395139],
      [Number.MAX_VALUE, 0.004961954789184062, -0.9999876894265599],
      [6381956970095103 * 2 ** 797, 1.0, -4.687165924254628e-19],
      [1e300, -0.8178819121159085, -0.5753861119575491],
    ];
    for (const [x, sine, cosine] of known) {
      const [s, c] = [valuesOf(ad.sin, x)[0], valuesOf(ad.cos, x)[0]];
      expect(Math.abs(s - sine)).toBeLessThanOrEqual(2e-16 * Math.abs(sine));
      expect(Math.abs(c - cosine)).toBeLessThanOrEqual(2e-16 * Math.abs(cosine));
      expect(valuesOf(ad.sin, -x)[0]).toBe(-s);
      expect(valuesOf(ad.cos, -x)[0]).toBe(c);
    }
  });

  it('agree with the engine, whose reduction is exact too, from the smallest to the largest', () => {
    for (let k = -300; k < 308; k += 0.37) {
      const x = 10 ** k;
      expect(Math.abs(valuesOf(ad.sin, x)[0] - Math.sin(x))).toBeLessThanOrEqual(3e-16 * Math.abs(Math.sin(x)));
      expect(Math.abs(valuesOf(ad.cos, x)[0] - Math.cos(x))).toBeLessThanOrEqual(3e-16 * Math.abs(Math.cos(x)));
    }
    // Close to multiples of pi, where all bits cancel.
    for (let n = 1; n < 1e6; n = Math.ceil(n * 1.7)) {
      const x = n * Math.PI;
      expect(Math.abs(valuesOf(ad.sin, x)[0] - Math.sin(x))).toBeLessThanOrEqual(1e-15 * Math.abs(Math.sin(x)));
    }
    expect(valuesOf(ad.sin, Infinity, Number.NaN, -0)).toEqual([Number.NaN, Number.NaN, -0]);
  });
});

describe('sums of exponentials', () => {
  it('follow IEEE 754 at infinity', () => {
    expect(valuesOf(ad.logSumExp, -Infinity, -Infinity)).toEqual([-Infinity]);
    expect(valuesOf(ad.logSumExp, Infinity, 3, -Infinity)).toEqual([Infinity]);
    expect(valuesOf(ad.logSumExp, Infinity, Number.NaN)).toEqual([Number.NaN]);
    expect(valuesOf(ad.logSumExp, -Infinity, 5)).toEqual([5]);
    expect(slopesOf(ad.logSumExp, -Infinity, 5)).toEqual([0, 1]);
    expect(valuesOf(ad.softmax, -Infinity, 2, 2)).toEqual([0, 0.5, 0.5]);
    expect(valuesOf(ad.logSoftmax, -Infinity, 2)).toEqual([-Infinity, 0]);
  });
});

describe('products', () => {
  it('do not hide infinities and NaN behind a zero', () => {
    expect(valuesOf((x) => ad.mul(0, x), Infinity, Number.NaN, 1)).toEqual([Number.NaN, Number.NaN, 0]);
    expect(valuesOf((x) => ad.mul(x, constant([0], [2])), -Infinity, 2)).toEqual([Number.NaN, 0]);
    expect(valuesOf((x) => ad.add(x, 0), Number.NaN, -Infinity)).toEqual([Number.NaN, -Infinity]);
  });
});

describe('choices', () => {
  it('pass NaN on, and share gradients where entries are equal', () => {
    expect(valuesOf((x) => ad.maximum(x, 1), Number.NaN, 0, 2)).toEqual([Number.NaN, 1, 2]);
    expect(valuesOf((x) => ad.minimum(x, 1), Number.NaN, 0, 2)).toEqual([Number.NaN, 0, 1]);
    expect(valuesOf(ad.max, 1, Number.NaN)).toEqual([Number.NaN]);
    expect(slopesOf((x) => ad.maximum(x, 1), 1, 0, 2)).toEqual([0.5, 0, 1]);
    expect(slopesOf(ad.max, 3, 1, 3)).toEqual([0.5, 0, 0.5]);
    expect(slopesOf(ad.relu, 0, -1, 1)).toEqual([0, 0, 1]);
  });

  it('leave out what is not chosen, whatever it is', () => {
    const safe = (x: Tensor) => ad.where(ad.greater(x, 0), ad.log(ad.where(ad.greater(x, 0), x, 1)), 0);
    expect(valuesOf(safe, -1, 0, 1)).toEqual([0, 0, 0]);
    expect(slopesOf(safe, -1, 0, 2)).toEqual([0, 0, 0.5]);
  });
});

describe('matrices without an answer', () => {
  it('give NaN or infinities, never a number', () => {
    const singular = (x: Tensor) => ad.reshape(x, [2, 2]);
    const bad = valuesOf((x) => ad.solve(singular(x), constant([1, 1])), 1, 2, 2, 4);
    expect(bad.some((value) => !Number.isFinite(value))).toBe(true);
    expect(valuesOf((x) => ad.logDeterminant(singular(x)), 1, 2, 2, 4)).toEqual([-Infinity]);
    expect(valuesOf((x) => ad.cholesky(singular(x)), 1, 2, 2, 1)[3]).toBeNaN();
  });
});

describe('places that are not there', () => {
  it('are refused when a program runs, by index', () => {
    const [x, places] = [variable(3), variable(2)];
    const refusal = (f: (x: Tensor, places: Tensor) => Tensor, ...given: number[]) => {
      const program = ad.compile([f(x, places)], [x, places]);
      return () => program.run([new Float64Array(3), Float64Array.from(given)]);
    };
    const error = expect.objectContaining({ argument: 'indices', code: 'out-of-range', index: 1 });
    const along = (t: Tensor, p: Tensor) => ad.takeAlong(t, p);
    for (const bad of [3, 1.5, Number.NaN]) {
      expect(refusal(ad.take, 0, bad)).toThrow(error);
      expect(refusal((t, p) => ad.gather(t, p), 0, bad)).toThrow(error);
      expect(refusal(along, 0, bad)).toThrow(error);
    }
    expect(refusal((t, p) => ad.gather(t, p), 0, -1)).toThrow(error);
  });
});

describe('arguments', () => {
  it('are refused by name', () => {
    const argument = (name: string) => expect.objectContaining({ argument: name });
    const [x, y] = [variable(2, 3), variable(2)];
    const image = variable(1, 2, 4, 4);
    const kernel = variable(1, 2, 3, 3);
    const cases: [() => unknown, string][] = [
      [() => ad.clamp(x, 1, 0), 'min'],
      [() => ad.leakyRelu(x, Number.NaN), 'slope'],
      [() => ad.concatenate([]), 'pieces'],
      [() => ad.concatenate([x, y]), 'pieces[1]'],
      [() => ad.concatenate([x, x], 2), 'axis'],
      [() => ad.stack([]), 'tensors'],
      [() => ad.stack([x, y]), 'tensors[1]'],
      [() => ad.permute(x, [0, 0]), 'axes'],
      [() => ad.sum(x, [0, -2]), 'axes'],
      [() => ad.narrow(x, 1, 2, 2), 'start'],
      [() => ad.gather(x, y, 2), 'axis'],
      [() => ad.takeAlong(x, y), 'indices'],
      [() => ad.logSumExp(x, 2), 'axis'],
      [() => ad.categoricalLogProbability(x, variable(3)), 'classes'],
      [() => ad.convolution(image, variable(1, 3, 2, 2)), 'kernels'],
      [() => ad.convolution(image, kernel, { stride: 0 }), 'stride'],
      [() => ad.convolution(image, kernel, { padding: [1, -1] }), 'padding'],
      [() => ad.convolution(image, kernel, { dilation: 2 } as object), 'dilation'],
      [() => ad.maxPool(image, 5), 'window'],
      [() => ad.maxPool(x, 2), 'x'],
      [() => ad.averagePool(image, 2, { stride: 1.5 }), 'stride'],
      [() => ad.solve(x, y), 'a'],
      [() => ad.solve(variable(3, 3), y), 'b'],
      [() => ad.cholesky(x), 'a'],
      [() => ad.solveTriangular(x, y), 'l'],
      [() => ad.repeat(x, 0, (s) => s), 'times'],
      [() => ad.repeat(x, 2, (s) => ad.sum(s)), 'step'],
      [() => ad.scan(y, variable(), (s) => s), 'rows'],
      [() => ad.vectorJacobian(x, [x], y), 'weights'],
      [() => ad.jacobianVector(x, [x], [y]), 'directions[0]'],
      [() => ad.jacobianVector(x, [x], []), 'directions'],
      [() => ad.mixedProduct(ad.sum(x), [x], x, y), 'v'],
      [() => ad.differentiableMap(0, (t) => t), 'dimension'],
    ];
    for (const [call, name] of cases) expect(call).toThrow(argument(name));
  });
});
