// The losses for block methods against differences, against states that are computed anew, and against their own bounds.
import type { Objective } from '@infimum/core';
import { gradientError, InvalidInputError, Random } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { csrFromDense, csrFromTriplets, symmetricEigen } from '@infimum/linalg';
import { describe, expect, it } from 'vitest';
import { leastSquaresLoss } from '../objectives/least-squares-loss.ts';
import { logisticLoss } from '../objectives/logistic-loss.ts';
import { softmaxLoss } from '../objectives/softmax-loss.ts';
import type { BlockLoss } from './block-loss.ts';
import { blockLeastSquares, blockLogistic } from './block-margin-loss.ts';
import { blockQuadratic } from './block-quadratic-loss.ts';
import { blockSoftmax } from './block-softmax-loss.ts';
import type { PairPenalty } from './pairwise-loss.ts';
import { pairwiseLoss } from './pairwise-loss.ts';

const [ROWS, COLS] = [9, 6];
const random = new Random(5);
const design: DenseMatrix = {
  rows: ROWS,
  cols: COLS,
  values: random.normals(new Float64Array(ROWS * COLS)).map((v, k) => (k % 4 === 0 ? 0 : v)),
};
const targets = random.normals(new Float64Array(ROWS));
const labels = targets.map((value) => (value > 0 ? 1 : -1));
const classes = Int32Array.from({ length: ROWS }, (_, i) => i % 3);
const edges = [
  [0, 1, 2],
  [1, 2, 1],
  [2, 3, 0.5],
  [3, 0, 1],
  [3, 4, 3],
  [4, 5, 1],
];
const weights = csrFromTriplets({
  rows: 6,
  cols: 6,
  rowIndices: edges.flatMap((edge) => edge.slice(0, 2)),
  columnIndices: edges.flatMap(([i, j]) => [j, i]),
  values: edges.flatMap(([, , w]) => [w, w]),
});
const graph = (penalty: PairPenalty) =>
  pairwiseLoss({ weights, anchors: Float64Array.of(1, 0, 0.5, 0, 0, 2), targets: targets.slice(0, 6), penalty });
const symmetric: DenseMatrix = { rows: 3, cols: 3, values: Float64Array.of(4, 1, 0, 1, 3, -2, 0, -2, 5) };

const losses: Record<string, BlockLoss> = {
  'least squares': blockLeastSquares(design, targets),
  'sparse least squares': blockLeastSquares(csrFromDense(design), targets),
  logistic: blockLogistic(design, labels),
  softmax: blockSoftmax(design, classes),
  'softmax with a class that is never seen': blockSoftmax(design, classes, 4),
  quadratic: blockQuadratic(symmetric, Float64Array.of(1, 2, 3)),
  'square differences': graph('square'),
  'log cosh differences': graph('log-cosh'),
  'pseudo-Huber differences': graph('pseudo-huber'),
};

const pointFor = (loss: BlockLoss, scale = 1) => random.normals(new Float64Array(loss.dimension)).map((value) => scale * value);
const blockFor = (loss: BlockLoss, size: number) => random.sample(loss.dimension, size).sort();

/** The Hessian's block by central differences of the gradient. */
function differences(loss: BlockLoss, x: Float64Array, block: Int32Array): Float64Array {
  const size = block.length;
  const out = new Float64Array(size * size);
  const [above, below] = [new Float64Array(x.length), new Float64Array(x.length)];
  const step = 1e-5;
  for (let a = 0; a < size; a++) {
    const moved = x.slice();
    moved[block[a]] += step;
    loss.gradient(moved, above);
    moved[block[a]] -= 2 * step;
    loss.gradient(moved, below);
    for (let b = 0; b < size; b++) out[a * size + b] = (above[block[b]] - below[block[b]]) / (2 * step);
  }
  return out;
}

const least = (values: Float64Array, size: number) =>
  symmetricEigen({ rows: size, cols: size, values: values.slice(0, size * size) }).values[0];
const most = (values: Float64Array, size: number) =>
  symmetricEigen({ rows: size, cols: size, values: values.slice(0, size * size) }).values[size - 1];

describe.each(Object.entries(losses))('%s', (_, loss) => {
  const all = Int32Array.from({ length: loss.dimension }, (_, i) => i);
  const n = loss.dimension;

  it('has the gradient and the blocks of the Hessian that differences find', () => {
    for (let trial = 0; trial < 5; trial++) {
      const x = pointFor(loss);
      expect(gradientError(loss, x)).toBeLessThan(1e-6);
      const block = blockFor(loss, 3);
      const hessian = new Float64Array(9);
      loss.start(x).hessian(block, hessian);
      differences(loss, x, block).forEach((value, k) => {
        expect(hessian[k]).toBeCloseTo(value, 7);
      });
    }
  });

  it('multiplies with the Hessian as differences of the gradient do', () => {
    for (let trial = 0; trial < 5; trial++) {
      const [x, v] = [pointFor(loss), pointFor(loss)];
      const product = new Float64Array(n);
      loss.hessianVector?.(x, v, product);
      const [above, below] = [new Float64Array(n), new Float64Array(n)];
      const step = 1e-5;
      loss.gradient(
        x.map((value, i) => value + step * v[i]),
        above,
      );
      loss.gradient(
        x.map((value, i) => value - step * v[i]),
        below,
      );
      product.forEach((value, i) => {
        const expected = (above[i] - below[i]) / (2 * step);
        expect(Math.abs(value - expected)).toBeLessThan(1e-6 * (1 + Math.abs(expected)));
      });
    }
  });

  it('keeps its state through moves as if it were computed anew', () => {
    const state = loss.start(pointFor(loss));
    for (let move = 0; move < 30; move++) {
      const block = blockFor(loss, 1 + (move % 3));
      const d = random.normals(new Float64Array(block.length));
      state.aim(blockFor(loss, 2), Float64Array.of(9, 9)); // a direction that is given up
      state.aim(block, d);
      const there = state.x.slice();
      for (let k = 0; k < block.length; k++) there[block[k]] += 0.5 * d[k];
      const value = loss.value(there);
      expect(Math.abs(state.valueAt(0.5) - value)).toBeLessThan(1e-12 * (1 + Math.abs(value)));
      state.move(0.5);
      expect(Math.abs(state.value - value)).toBeLessThan(1e-12 * (1 + Math.abs(value)));
      const gradient = new Float64Array(n);
      loss.gradient(state.x, gradient);
      gradient.forEach((slope, i) => {
        expect(Math.abs(state.gradient[i] - slope)).toBeLessThan(1e-11 * (1 + Math.abs(slope)));
        expect(state.x[i]).toBeCloseTo(there[i], 12);
      });
    }
    const before = state.value;
    state.renew();
    expect(state.value).toBeCloseTo(before, 10);
  });

  it('bounds the Hessian of every block, of all coordinates, and by diagonals', () => {
    const sums = loss.rowSums();
    for (let trial = 0; trial < 10; trial++) {
      const state = loss.start(pointFor(loss, 3 * random.uniform()));
      for (const size of [1, 2, 3]) {
        const block = blockFor(loss, size);
        const [hessian, bound] = [new Float64Array(size * size), new Float64Array(size * size)];
        state.hessian(block, hessian);
        loss.boundBlock(block, bound);
        const scale = most(bound, size);
        expect(
          least(
            bound.map((value, k) => value - hessian[k]),
            size,
          ),
        ).toBeGreaterThan(-1e-12 * scale);
        const ofSums = bound.map((_, k) => (k % (size + 1) === 0 ? sums[block[k / (size + 1)]] : 0) - bound[k]);
        // Blocks may have a tighter H_b than the H of the row sums, never a looser one.
        expect(least(ofSums, size)).toBeGreaterThan(-1e-12 * scale);
        if (size === 1) expect(loss.coordinateLipschitz[block[0]]).toBeCloseTo(bound[0], 13);
      }
      const whole = new Float64Array(n * n);
      state.hessian(all, whole);
      const [v, image] = [pointFor(loss), new Float64Array(n)];
      loss.boundMultiply(v, image);
      let [bounded, actual] = [0, 0];
      for (let i = 0; i < n; i++) {
        bounded += v[i] * image[i];
        for (let j = 0; j < n; j++) actual += v[i] * v[j] * whole[i * n + j];
      }
      expect(actual).toBeLessThanOrEqual(bounded * (1 + 1e-12));
    }
  });

  it('changes its Hessian no faster than its constant says', () => {
    for (let trial = 0; trial < 40; trial++) {
      const block = blockFor(loss, 1 + (trial % 3));
      const size = block.length;
      const x = pointFor(loss, 2 * random.uniform());
      const y = x.slice();
      let distance = 0;
      for (const i of block) {
        const step = 0.3 * random.normal();
        y[i] += step;
        distance += step * step;
      }
      const [here, there] = [new Float64Array(size * size), new Float64Array(size * size)];
      loss.start(x).hessian(block, here);
      loss.start(y).hessian(block, there);
      const change = here.map((value, k) => value - there[k]);
      const norm = Math.max(most(change, size), -least(change, size));
      expect(norm).toBeLessThanOrEqual(loss.hessianLipschitz(block) * Math.sqrt(distance) + 1e-11);
    }
  });

  it('has the sparse Hessian of its graph, where there is one', () => {
    const state = loss.start(pointFor(loss));
    const hessian = new Float64Array(n * n);
    state.hessian(all, hessian);
    const sparse = state.graphHessian?.(all);
    const dense = new Float64Array(n * n);
    for (let i = 0; sparse && i < n; i++) {
      for (let k = sparse.rowPointers[i]; k < sparse.rowPointers[i + 1]; k++)
        dense[i * n + sparse.columnIndices[k]] = sparse.values[k];
    }
    expect(Array.from(dense)).toEqual(loss.graph ? Array.from(hessian) : Array.from(dense).fill(0));
  });
});

describe('values', () => {
  it('are those of the losses of linear models, with their derivatives', () => {
    const pairs: [BlockLoss, Objective][] = [
      [losses['least squares'], leastSquaresLoss(design, targets)],
      [losses['logistic'], logisticLoss(design, labels)],
    ];
    for (const [block, loss] of pairs) {
      const [x, v] = [pointFor(block), pointFor(block)];
      const [a, b] = [new Float64Array(COLS), new Float64Array(COLS)];
      expect(block.value(x)).toBeCloseTo(loss.value(x), 13);
      block.gradient(x, a);
      loss.gradient(x, b);
      a.forEach((slope, i) => {
        expect(slope).toBeCloseTo(b[i], 13);
      });
      block.hessianVector?.(x, v, a);
      loss.hessianVector?.(x, v, b);
      a.forEach((slope, i) => {
        expect(slope).toBeCloseTo(b[i], 13);
      });
    }
    // Weights of features stand together in blocks, those of classes in the loss.
    const [block, loss] = [losses['softmax'], softmaxLoss(design, classes)];
    const x = pointFor(block);
    const turned = x.map((_, k) => x[(k % COLS) * 3 + Math.floor(k / COLS)]);
    expect(block.value(x)).toBeCloseTo(loss.value(turned), 13);
  });

  it('are those of the definitions', () => {
    const x = pointFor(losses['softmax']);
    const scores = (i: number, c: number) => {
      let sum = 0;
      for (let f = 0; f < COLS; f++) sum += design.values[i * COLS + f] * x[f * 3 + c];
      return sum;
    };
    let expected = 0;
    for (let i = 0; i < ROWS; i++) {
      const all = [0, 1, 2].map((c) => scores(i, c));
      expected += Math.log(all.reduce((sum, score) => sum + Math.exp(score), 0)) - all[classes[i]];
    }
    expect(losses['softmax'].value(x)).toBeCloseTo(expected / ROWS, 11);
    const y = pointFor(losses['log cosh differences']);
    const pairs = edges.reduce((sum, [i, j, w]) => sum + w * Math.log(Math.cosh(y[i] - y[j])), 0);
    const anchors = [1, 0, 0.5, 0, 0, 2].reduce((sum, c, i) => sum + (c / 2) * (y[i] - targets[i]) ** 2, 0);
    expect(losses['log cosh differences'].value(y)).toBeCloseTo(pairs + anchors, 10);
  });
});

describe('what does not fit', () => {
  it('is refused with its name', () => {
    const complaint = (argument: string, index?: number) =>
      expect.objectContaining(index === undefined ? { argument } : { argument, index });
    const three = Float64Array.of(1, 2, 3);
    expect(() => blockLeastSquares(design, three)).toThrow(complaint('targets'));
    expect(() => blockLogistic(design, targets)).toThrow(complaint('labels', 0));
    expect(() => blockSoftmax(design, Int32Array.of(0))).toThrow(complaint('labels'));
    expect(() => blockSoftmax(design, classes, 2)).toThrow(complaint('labels', 2));
    expect(() => blockSoftmax(design, classes, 1)).toThrow(complaint('classes'));
    expect(() => blockQuadratic(design, three)).toThrow(InvalidInputError);
    const odd = { ...symmetric, values: Float64Array.of(4, 1, 0, 2, 3, -2, 0, -2, 5) };
    expect(() => blockQuadratic(odd, three)).toThrow(complaint('matrix', 1));
    const flat = { ...symmetric, values: Float64Array.of(4, 1, 0, 1, 0, -2, 0, -2, 5) };
    expect(() => blockQuadratic(flat, three)).toThrow(complaint('matrix', 1));
    const data = { weights, anchors: new Float64Array(6), targets: new Float64Array(6) };
    expect(() => pairwiseLoss({ ...data, anchors: three })).toThrow(complaint('anchors'));
    expect(() => pairwiseLoss({ ...data, anchors: new Float64Array(6).fill(-1) })).toThrow(complaint('anchors', 0));
    expect(() => pairwiseLoss({ ...data, penalty: 'huber' as PairPenalty })).toThrow(complaint('penalty'));
    const lonely = csrFromTriplets({ rows: 2, cols: 2, rowIndices: [], columnIndices: [], values: [] });
    const pair = Float64Array.of(1, 0);
    expect(() => pairwiseLoss({ weights: lonely, anchors: pair, targets: pair })).toThrow(complaint('anchors', 1));
  });
});
