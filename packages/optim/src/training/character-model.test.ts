// The model of language against plain loops over one window, and against differences.
import { hessianVectorError, Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { characterModel, characterObjective } from './character-model.ts';
import { networkStart } from './training-instances.ts';

const [LENGTH, CHARACTERS] = [4, 5];
const contexts = { rows: 3, cols: LENGTH, values: Float64Array.of(0, 3, 3, 1, 4, 4, 0, 2, 1, 0, 2, 3) };
const targets = { rows: 3, cols: LENGTH, values: Float64Array.of(3, 3, 1, 2, 4, 0, 2, 2, 0, 2, 3, 4) };
const model = characterObjective(contexts, targets, CHARACTERS);
const x = networkStart(model.shapes, 1);
new Random(2).normals(x.subarray(-32)); // biases too

/** W a for a matrix of rows. */
const times = (matrix: readonly number[][], a: readonly number[]) =>
  matrix.map((row) => row.reduce((sum, weight, j) => sum + weight * a[j], 0));
const plus = (a: readonly number[], b: readonly number[]) => a.map((value, i) => value + b[i]);

function lossOf(window: number): number {
  let at = 0;
  const [embedding, positions, queries, keys, values, mixing, hidden, hiddenBias, output, outputBias] = model.shapes.map(
    ([rows, cols = 1]) =>
      Array.from({ length: rows }, () => {
        at += cols;
        return Array.from(x.subarray(at - cols, at));
      }),
  );
  const seen = Array.from(contexts.values.subarray(window * LENGTH, (window + 1) * LENGTH));
  const embedded = seen.map((character, t) => plus(embedding[character], positions[t]));
  let loss = 0;
  for (let t = 0; t < LENGTH; t++) {
    const query = times(queries, embedded[t]);
    const past = embedded.slice(0, t + 1);
    const weights = past.map((row) => Math.exp(times([query], times(keys, row))[0] / Math.sqrt(32)));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const attended = past.map((row, s) => times(values, row).map((value) => (value * weights[s]) / total)).reduce(plus);
    const mixed = plus(embedded[t], times(mixing, attended));
    const units = plus(times(hidden, mixed), hiddenBias.flat()).map(Math.tanh);
    const scores = times(embedding, plus(mixed, plus(times(output, units), outputBias.flat())));
    const target = targets.values[window * LENGTH + t];
    loss += Math.log(scores.reduce((sum, score) => sum + Math.exp(score - scores[target]), 0));
  }
  return loss / LENGTH;
}

describe('the model of characters', () => {
  it('has the losses of plain loops, which see no character to come', () => {
    for (const window of [0, 1, 2]) expect(model.value(x, Int32Array.of(window))).toBeCloseTo(lossOf(window), 12);
    expect(model.value(x)).toBeCloseTo((lossOf(0) + lossOf(1) + lossOf(2)) / 3, 12);
  });

  it('has the derivatives that differences find', () => {
    const random = new Random(3);
    const gradient = new Float64Array(model.dimension);
    model.evaluate(x, gradient);
    for (let trial = 0; trial < 5; trial++) {
      const v = random.normals(new Float64Array(model.dimension)).map((value) => value / 10);
      const slope = v.reduce((sum, value, i) => sum + value * gradient[i], 0);
      const moved = (step: number) => model.value(x.map((value, i) => value + step * v[i]));
      expect(slope).toBeCloseTo((moved(1e-4) - moved(-1e-4)) / 2e-4, 6);
      expect(hessianVectorError(model, x, v)).toBeLessThan(1e-6);
    }
  });

  it('is the text in windows, the last of them held out', async () => {
    const { objective, heldOut } = await characterModel(600);
    expect([objective.terms, heldOut.terms, objective.dimension]).toEqual([600, 507, 11_392]);
    // As good as guessing among 65, before it has learned anything: all scores are equal at 0.
    expect(heldOut.value(new Float64Array(11_392))).toBeCloseTo(Math.log(65), 10);
  });
});
