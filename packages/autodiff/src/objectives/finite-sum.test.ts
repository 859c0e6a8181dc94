// Sums over samples against plain loops: batches, gradients of samples, Fisher and Gauss-Newton products.
import { gradientError, hessianVectorError, Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import type { Tensor } from '../index.ts';
import {
  add,
  finiteSum,
  inner,
  logSumExp,
  matmul,
  mul,
  neg,
  parameters,
  reshape,
  softplus,
  square,
  sub,
  sum,
  supervised,
  tanh,
} from '../index.ts';

const random = new Random(5);
const [N, P, H, K] = [9, 4, 5, 3];
const matrix = (rows: number, cols: number) => ({ rows, cols, values: random.normals(new Float64Array(rows * cols)) });
const inputs = matrix(N, P);
const classes = Array.from({ length: N }, (_, i) => i % K);
const targets = {
  rows: N,
  cols: K,
  values: Float64Array.from({ length: N * K }, (_, e) => (e % K === classes[Math.floor(e / K)] ? 1 : 0)),
};

/** One hidden layer with tanh, cross-entropy of the softmax of the outputs. */
const layout = parameters({ first: [P, H], firstBias: [H], second: [H, K], secondBias: [K] });
const network = supervised({
  dimension: layout.dimension,
  inputs,
  targets,
  model: (x, a) => {
    const { first, firstBias, second, secondBias } = layout.unpack(x);
    return add(matmul(tanh(add(matmul(a, first), firstBias)), second), secondBias);
  },
  losses: (outputs, y) => sub(logSumExp(outputs), sum(mul(outputs, y), 1)),
});
const d = layout.dimension;
const at = random.normals(new Float64Array(d)).map((value) => 0.5 * value);
const along = random.normals(new Float64Array(d));

/** The network in plain loops. */
function outputsOf(x: Float64Array, i: number): number[] {
  const [first, firstBias, second, secondBias] = (['first', 'firstBias', 'second', 'secondBias'] as const).map((name) =>
    layout.piece(x, name),
  );
  const hidden = Array.from({ length: H }, (_, h) => {
    let sum = firstBias[h];
    for (let p = 0; p < P; p++) sum += inputs.values[i * P + p] * first[p * H + h];
    return Math.tanh(sum);
  });
  return Array.from({ length: K }, (_, k) => hidden.reduce((sum, value, h) => sum + value * second[h * K + k], secondBias[k]));
}

function lossOf(x: Float64Array, i: number): number {
  const outputs = outputsOf(x, i);
  return Math.log(outputs.reduce((sum, value) => sum + Math.exp(value), 0)) - outputs[classes[i]];
}

/** Jacobian of a plain function at `at`, by central differences: rows are outputs. */
function jacobian(f: (x: Float64Array) => number[]): number[][] {
  const columns = Array.from({ length: d }, (_, j) => {
    const [up, down] = [at.slice(), at.slice()];
    up[j] += 1e-5;
    down[j] -= 1e-5;
    const [high, low] = [f(up), f(down)];
    return high.map((value, k) => (value - low[k]) / 2e-5);
  });
  return columns[0].map((_, k) => columns.map((column) => column[k]));
}

describe('a network', () => {
  it('has the values of plain loops, for all samples and for batches with repetitions', () => {
    const all = Array.from({ length: N }, (_, i) => lossOf(at, i));
    expect(network.value(at)).toBeCloseTo(
      all.reduce((total, loss) => total + loss / N, 0),
      12,
    );
    const batch = Int32Array.of(2, 2, 7);
    expect(network.value(at, batch)).toBeCloseTo((2 * all[2] + all[7]) / 3, 12);
    expect(Array.from(network.outputs(at, Int32Array.of(4)))).toEqual(
      outputsOf(at, 4).map((value) => expect.closeTo(value, 12)),
    );
  });

  it('has derivatives of first and second order, in batches too', () => {
    expect(gradientError(network, at)).toBeLessThan(1e-8);
    expect(hessianVectorError(network, at, along)).toBeLessThan(1e-8);
    const batch = Int32Array.of(0, 3, 3, 8);
    const part = {
      dimension: d,
      value: (x: Float64Array) => network.value(x, batch),
      gradient: (x: Float64Array, out: Float64Array) => network.gradient(x, out, batch),
      hessianVector: (x: Float64Array, v: Float64Array, out: Float64Array) => network.hessianVector(x, v, out, batch),
    };
    expect(gradientError(part, at)).toBeLessThan(1e-8);
    expect(hessianVectorError(part, at, along)).toBeLessThan(1e-8);
  });

  it('goes on from a point and a batch to products with the Hessian there, as often as one likes', () => {
    const [gradient, product] = [new Float64Array(d), new Float64Array(d)];
    const [expected, other] = [new Float64Array(d), along.map((value, i) => (i % 2 ? -value : 2 * value))];
    for (const batch of [Int32Array.of(0, 3, 3, 8), undefined]) {
      expect(network.evaluate(at, gradient, batch)).toBeCloseTo(network.value(at, batch), 13);
      network.gradient(at, expected, batch);
      expect(gradient).toEqual(expected);
      for (const v of [along, other, along]) {
        network.productThere(v, product);
        network.hessianVector(at, v, expected, batch);
        product.forEach((value, j) => {
          expect(value).toBeCloseTo(expected[j], 12);
        });
      }
    }
  });

  it('has gradients of samples, whose mean is the gradient', () => {
    const each = new Float64Array(N * d);
    network.sampleGradients(at, each);
    const expected = jacobian((x) => Array.from({ length: N }, (_, i) => lossOf(x, i)));
    const gradient = new Float64Array(d);
    network.gradient(at, gradient);
    for (let j = 0; j < d; j++) {
      let mean = 0;
      for (let i = 0; i < N; i++) {
        expect(each[i * d + j]).toBeCloseTo(expected[i][j], 8);
        mean += each[i * d + j] / N;
      }
      expect(mean).toBeCloseTo(gradient[j], 12);
    }
    const chosen = new Float64Array(2 * d);
    network.sampleGradients(at, chosen, Int32Array.of(5, 1));
    expect(chosen.subarray(0, d)).toEqual(each.subarray(5 * d, 6 * d));
    expect(chosen.subarray(d)).toEqual(each.subarray(d, 2 * d));
  });

  it('has Fisher products made of them', () => {
    for (const indices of [undefined, Int32Array.of(6, 0, 0)]) {
      const n = indices?.length ?? N;
      const each = new Float64Array(n * d);
      network.sampleGradients(at, each, indices);
      const expected = new Float64Array(d);
      for (let i = 0; i < n; i++) {
        let weight = 0;
        for (let j = 0; j < d; j++) weight += (each[i * d + j] * along[j]) / n;
        for (let j = 0; j < d; j++) expected[j] += weight * each[i * d + j];
      }
      const product = new Float64Array(d);
      network.fisherVector(at, along, product, indices);
      product.forEach((value, j) => {
        expect(value).toBeCloseTo(expected[j], 12);
      });
    }
  });

  it('has Gauss-Newton products of Jacobians and the curvature of the softmax', () => {
    const expected = new Float64Array(d);
    for (let i = 0; i < N; i++) {
      const rows = jacobian((x) => outputsOf(x, i));
      const outputs = outputsOf(at, i);
      const total = outputs.reduce((sum, value) => sum + Math.exp(value), 0);
      const p = outputs.map((value) => Math.exp(value) / total);
      const moves = rows.map((row) => row.reduce((sum, value, j) => sum + value * along[j], 0));
      const drift = moves.reduce((sum, move, k) => sum + p[k] * move, 0);
      rows.forEach((row, k) => {
        const curved = p[k] * (moves[k] - drift);
        row.forEach((value, j) => {
          expected[j] += (value * curved) / N;
        });
      });
    }
    const product = new Float64Array(d);
    network.gaussNewtonVector(at, along, product);
    product.forEach((value, j) => {
      expect(value).toBeCloseTo(expected[j], 7);
    });
    // It is positive semidefinite, which the Hessian need not be.
    expect(product.reduce((sum, value, j) => sum + value * along[j], 0)).toBeGreaterThan(0);
  });
});

describe('a finite sum', () => {
  it('is the Gauss-Newton matrix itself for a linear model', () => {
    const linear = supervised({
      dimension: P,
      inputs,
      targets: matrix(N, 1),
      model: (x, a) => reshape(matmul(a, x), [a.shape[0], 1]),
      losses: (outputs, y) => sum(square(sub(outputs, y)), 1),
    });
    const [hessian, gaussNewton] = [new Float64Array(P), new Float64Array(P)];
    const v = Float64Array.of(1, -1, 2, 0.5);
    linear.hessianVector(new Float64Array(P), v, hessian);
    linear.gaussNewtonVector(new Float64Array(P), v, gaussNewton);
    gaussNewton.forEach((value, j) => {
      expect(value).toBeCloseTo(hessian[j], 12);
    });
  });

  it('of logistic losses is that of plain loops', () => {
    const labels = { rows: N, cols: 1, values: Float64Array.from(classes, (k) => (k === 0 ? 1 : -1)) };
    const logistic = finiteSum({
      dimension: P,
      tables: [inputs, labels],
      losses: (x, a, y) => add(softplus(neg(mul(reshape(y, [y.shape[0]]), matmul(a, x)))), mul(0.05, inner(x, x))),
    });
    const x = Float64Array.of(0.3, -0.2, 0.5, 0.1);
    let expected = 0.05 * x.reduce((total, value) => total + value * value, 0);
    for (let i = 0; i < N; i++) {
      const margin = x.reduce((total, value, j) => total + value * inputs.values[i * P + j], 0);
      expected += Math.log1p(Math.exp(-labels.values[i] * margin)) / N;
    }
    expect(logistic.value(x)).toBeCloseTo(expected, 12);
  });

  it('is the same in pieces', () => {
    const definition = { dimension: P, tables: [inputs], losses: (x: Tensor, a: Tensor) => softplus(matmul(a, x)) };
    const [whole, cut] = [finiteSum(definition), finiteSum({ ...definition, mostAtOnce: 4 })];
    const x = Float64Array.of(0.3, -0.2, 0.5, 0.1);
    const v = Float64Array.of(1, 2, -1, 0);
    const [found, expected] = [new Float64Array(P), new Float64Array(P)];
    const same = () =>
      found.forEach((value, j) => {
        expect(value).toBeCloseTo(expected[j], 13);
      });
    for (const indices of [undefined, Int32Array.of(8, 1, 1, 5, 2)]) {
      expect(cut.value(x, indices)).toBeCloseTo(whole.value(x, indices), 13);
      expect(cut.evaluate(x, found, indices)).toBeCloseTo(whole.evaluate(x, expected, indices), 13);
      same();
      cut.productThere(v, found);
      whole.productThere(v, expected);
      same();
      cut.fisherVector(x, v, found, indices);
      whole.fisherVector(x, v, expected, indices);
      same();
    }
  });

  it('refuses vectors and batches that do not fit, by name', () => {
    const argument = (name: string, index?: number) =>
      expect.objectContaining(index === undefined ? { argument: name } : { argument: name, index });
    const [x, short, batch] = [new Float64Array(d), new Float64Array(d - 1), Int32Array.of(0, N)];
    expect(() => network.value(short)).toThrow(argument('x'));
    expect(() => network.gradient(x, short)).toThrow(argument('out'));
    expect(() => network.hessianVector(x, short, x)).toThrow(argument('v'));
    expect(() => network.gaussNewtonVector(x, short, x)).toThrow(argument('v'));
    expect(() => network.fisherVector(x, x, short)).toThrow(argument('out'));
    expect(() => network.sampleGradients(x, x)).toThrow(argument('out'));
    expect(() => network.value(x, batch)).toThrow(argument('indices', 1));
    expect(() => network.outputs(x, Int32Array.of(-1))).toThrow(argument('indices', 0));
    expect(() => network.evaluate(x, x, new Int32Array(0))).toThrow(argument('indices'));
  });

  it('names what does not fit', () => {
    expect(() => finiteSum({ dimension: P, tables: [inputs], losses: (x, a) => matmul(a, x) }).productThere(along, at)).toThrow(
      expect.objectContaining({ argument: 'v' }),
    );
    const argument = (name: string) => expect.objectContaining({ argument: name });
    const losses = () => network as never;
    expect(() => finiteSum({ dimension: 2, tables: [], losses })).toThrow(argument('tables'));
    expect(() => finiteSum({ dimension: 2, tables: [matrix(3, 1), matrix(2, 1)], losses })).toThrow(argument('tables[1]'));
    expect(() => finiteSum({ dimension: 2, tables: [matrix(3, 1)], losses: (x) => x })).toThrow(argument('losses'));
    expect(() => finiteSum({ dimension: 0, tables: [matrix(3, 1)], losses: (x) => x })).toThrow(argument('dimension'));
  });
});
