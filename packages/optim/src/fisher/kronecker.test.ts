// Kronecker-factored inverses against dense matrices and least squares, and what they are good for.
import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { perceptronLoss } from '../training/multilayer-perceptron.ts';
import { minimizeStochastic } from '../training/training.ts';
import { networkStart } from '../training/training-instances.ts';
import { kfac } from './kfac.ts';
import { kroneckerInverse } from './kronecker-inverse.ts';
import { obsPrune } from './obs-prune.ts';

const [SAMPLES, INPUTS, OUTPUTS] = [40, 3, 2];
const random = new Random(1);
const a = Array.from({ length: SAMPLES }, () => [...random.normals(new Float64Array(INPUTS)), 1]);
const deltas = Array.from({ length: SAMPLES }, () => Array.from(random.normals(new Float64Array(OUTPUTS))));
const shapes = [[OUTPUTS, INPUTS], [OUTPUTS]];
const D = OUTPUTS * (INPUTS + 1);
/** Position of the weight from an input, the last one that of the bias, to an output. */
const at = (output: number, input: number) => (input < INPUTS ? output * INPUTS + input : OUTPUTS * INPUTS + output);
const gradients = { rows: SAMPLES, cols: D, values: new Float64Array(SAMPLES * D) };
for (let s = 0; s < SAMPLES; s++)
  for (let u = 0; u < OUTPUTS; u++)
    for (let j = 0; j <= INPUTS; j++) gradients.values[s * D + at(u, j)] = deltas[s][u] * a[s][j];

const moment = (rows: readonly number[][], i: number, j: number) =>
  rows.reduce((sum, row) => sum + (row[i] * row[j]) / SAMPLES, 0);

/** The damped Kronecker product, dense. */
function dense(damping: number, isIdentity: boolean): number[][] {
  const trace = (rows: readonly number[][]) => rows[0].reduce((sum, _, i) => sum + moment(rows, i, i), 0) / rows[0].length;
  const pi = Math.sqrt(trace(a) / trace(deltas));
  const matrix = Array.from({ length: D }, () => new Array<number>(D).fill(0));
  for (let u = 0; u < OUTPUTS; u++)
    for (let v = 0; v < OUTPUTS; v++)
      for (let j = 0; j <= INPUTS; j++)
        for (let k = 0; k <= INPUTS; k++) {
          const own = [+(u === v), +(j === k)];
          const left = isIdentity ? own[0] : moment(deltas, u, v) + (own[0] * Math.sqrt(damping)) / pi;
          const right = moment(a, j, k) + own[1] * (isIdentity ? damping : Math.sqrt(damping) * pi);
          matrix[at(u, j)][at(v, k)] = left * right;
        }
  return matrix;
}

describe('the Kronecker-factored inverse', () => {
  it.each([
    ['gradients', false],
    ['identity', true],
  ] as const)('is that of the dense product, with %s at the outputs', (outputs, isIdentity) => {
    const damping = 0.01;
    const inverse = kroneckerInverse(gradients, shapes, { damping, outputs });
    const matrix = dense(damping, isIdentity);
    const diagonal = new Float64Array(D);
    inverse.diagonal(diagonal);
    for (let k = 0; k < D; k++) {
      const out = new Float64Array(D);
      inverse.multiply(Float64Array.from(matrix[k]), out);
      out.forEach((value, i) => {
        expect(value).toBeCloseTo(+(i === k), 9);
      });
      expect(diagonal[k]).toBe(inverse.entry(k, k));
      const unit = new Float64Array(D);
      unit[k] = 1;
      inverse.multiply(unit, out);
      out.forEach((value, i) => {
        expect(inverse.entry(i, k)).toBeCloseTo(value, 12);
      });
    }
  });

  it('is one block a layer', () => {
    const two = [...shapes, [1, OUTPUTS], [1]];
    const width = D + OUTPUTS + 1;
    const values = new Random(3).normals(new Float64Array(4 * width));
    const inverse = kroneckerInverse({ rows: 4, cols: width, values }, two, { damping: 0.1 });
    expect(inverse.entry(0, D)).toBe(0);
    const first = kroneckerInverse(
      { rows: 4, cols: D, values: Float64Array.from({ length: 4 * D }, (_, k) => values[Math.floor(k / D) * width + (k % D)]) },
      shapes,
      { damping: 0.1 },
    );
    expect(inverse.entry(1, 2)).toBeCloseTo(first.entry(1, 2), 12);
  });

  it.each([
    ['shapes', [[2, 3]]],
    ['shapes', [[2, 3], [3]]],
    ['shapes', [[2, 4], [2]]],
  ])('names %s that do not fit: %j', (argument, wrong) => {
    expect(() => kroneckerInverse(gradients, wrong)).toThrow(expect.objectContaining({ argument }));
  });
});

describe('pruning layer by layer', () => {
  it('removes the weight that changes outputs least, and lets the others make up for it as least squares does', () => {
    const weights = Float64Array.from({ length: D }, (_, k) => 1 + 0.3 * Math.sin(k));
    const prunable = new Uint8Array(D).fill(1);
    const { x } = obsPrune(weights, (_, out) => out.set(gradients.values), {
      sparsity: 1 / D,
      rounds: 1,
      samples: SAMPLES,
      damping: 1e-10,
      criterion: 'layerwise',
      shapes,
      prunable,
    });
    // By brute force: for every weight, descend on the others until the outputs are as near as they come.
    const change = (y: ArrayLike<number>, u: number) =>
      a.reduce((sum, row) => {
        const moved = row.reduce((total, value, j) => total + value * (y[at(u, j)] - weights[at(u, j)]), 0);
        return sum + moved * moved;
      }, 0);
    let best = { error: Infinity, y: Array.from(weights) };
    for (let u = 0; u < OUTPUTS; u++) {
      for (let removed = 0; removed <= INPUTS; removed++) {
        const y = Array.from(weights);
        y[at(u, removed)] = 0;
        for (let sweep = 0; sweep < 400; sweep++) {
          for (let j = 0; j <= INPUTS; j++) {
            if (j === removed) continue;
            const slope = a.reduce(
              (sum, row) => sum + row[j] * row.reduce((t, value, k) => t + value * (y[at(u, k)] - weights[at(u, k)]), 0),
              0,
            );
            y[at(u, j)] -= slope / a.reduce((sum, row) => sum + row[j] * row[j], 0);
          }
        }
        const error = change(y, u);
        if (error < best.error) best = { error, y };
      }
    }
    x.forEach((value, i) => {
      expect(value).toBeCloseTo(best.y[i], 6);
    });
  });

  it('asks for shapes', () => {
    const options = { sparsity: 0.5, criterion: 'kronecker' } as const;
    expect(() => obsPrune(new Float64Array(D).fill(1), () => undefined, options)).toThrow(
      expect.objectContaining({ argument: 'shapes' }),
    );
  });
});

describe('K-FAC', () => {
  const inputs = { rows: 60, cols: 4, values: new Random(5).normals(new Float64Array(240)) };
  const labels = Uint8Array.from({ length: 60 }, (_, i) => +(inputs.values[4 * i] * inputs.values[4 * i + 1] > 0));
  const loss = perceptronLoss(inputs, labels, { hidden: 8, ridge: 1e-3 });
  const chosen = Int32Array.from({ length: 60 }, (_, i) => i);
  const create = () =>
    kfac(loss.shapes, { sampleGradients: (x, out) => loss.sampleGradients(x, out, chosen), samples: 60, momentsEvery: 3 });

  it('takes the first step along the inverse of the first moments', () => {
    const x = networkStart(loss.shapes, 1);
    const before = x.slice();
    const [g, rows] = [new Float64Array(x.length), new Float64Array(60 * x.length)];
    loss.gradient(x, g);
    loss.sampleGradients(x, rows);
    const expected = new Float64Array(x.length);
    const inverse = kroneckerInverse({ rows: 60, cols: x.length, values: rows }, loss.shapes, { damping: 1e-2 });
    inverse.multiply(g, expected);
    create().step(x, g);
    x.forEach((value, i) => {
      expect(before[i] - value).toBeCloseTo(0.01 * expected[i], 12);
    });
  });

  it('trains a perceptron, and goes on from its state bit by bit', () => {
    const initial = networkStart(loss.shapes, 1);
    const { value } = minimizeStochastic(loss, initial, create(), { batchSize: 60, epochs: 150 });
    expect(value).toBeLessThan(loss.value(initial) / 2);
    const [first, second] = [create(), create()];
    const [x, g] = [initial.slice(), new Float64Array(initial.length)];
    const go = (optimizer: typeof first, point: Float64Array, steps: number) => {
      for (let step = 0; step < steps; step++) {
        loss.gradient(point, g);
        optimizer.step(point, g);
      }
    };
    go(first, x, 4);
    second.restore(structuredClone(first.serialize()));
    const y = x.slice();
    go(first, x, 5);
    go(second, y, 5);
    expect(y).toEqual(x);
  });
});
