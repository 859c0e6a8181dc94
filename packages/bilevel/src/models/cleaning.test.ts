// The oracles of hyper-cleaning against sums that are written out sample by sample, with samples drawn twice and models that change in
// place or stay the same from call to call.
import { Random } from '@infimum/core';
import { activeKernels, useKernels } from '@infimum/linalg/kernels';
import { afterAll, expect, test } from 'vitest';
import type { CleaningSource } from './cleaning.ts';
import { cleaningModel, sigmoid } from './cleaning.ts';
import type { LabeledRows } from './softmax-rows.ts';

const [CLASSES, COLS, RIDGE, TRUST] = [3, 5, 0.2, 0.3];
const random = new Random(11);
const part = (rows: number): LabeledRows => ({
  design: { rows, cols: COLS, values: random.normals(new Float64Array(rows * COLS)) },
  labels: Int32Array.from({ length: rows }, () => random.integer(CLASSES)),
});
const source: CleaningSource = {
  kind: 'cleaning',
  train: part(11),
  validation: part(7),
  test: part(6),
  classes: CLASSES,
  ridge: RIDGE,
  trust: TRUST,
};

/** Loss and probabilities of a sample, as the definition has them. */
function softmax({ design, labels }: LabeledRows, i: number, y: Float64Array) {
  const scores = Array.from({ length: CLASSES }, (_, c) => {
    let sum = 0;
    for (let j = 0; j < COLS; j++) sum += y[c * COLS + j] * design.values[i * COLS + j];
    return Math.exp(sum);
  });
  const total = scores.reduce((a, b) => a + b);
  return { loss: Math.log(total / scores[labels[i]]), chances: scores.map((score) => score / total) };
}

/** The slope of a sample's loss, classes x features. */
function slopeOf(rows: LabeledRows, i: number, y: Float64Array): Float64Array {
  const { chances } = softmax(rows, i, y);
  return y.map((_, at) => {
    const [c, j] = [Math.floor(at / COLS), at % COLS];
    return (chances[c] - (rows.labels[i] === c ? 1 : 0)) * rows.design.values[i * COLS + j];
  });
}

const near = (found: ArrayLike<number>, wanted: ArrayLike<number>, digits = 12) => {
  expect(found.length).toBe(wanted.length);
  for (let i = 0; i < found.length; i++) expect(found[i]).toBeCloseTo(wanted[i], digits);
};

afterAll(() => useKernels('auto'));

test.each(['default', 'reference'] as const)('oracles are the sums of the definition, %s kernels', (build) => {
  if (build === 'reference') useKernels('reference');
  expect(activeKernels() === 'reference').toBe(build === 'reference');
  const { problem } = cleaningModel(source);
  const { f, g, hvpGyy, jvpGxy } = problem;
  const [x, y, v] = [11, 15, 15].map((size) => random.normals(new Float64Array(size)));
  const { train, validation } = source;
  const all = (rows: number) => Int32Array.from({ length: rows }, (_, i) => i);
  // Nothing changes before the second round; x, then the samples, then y change before the others.
  for (const [round, indices] of [
    undefined,
    undefined,
    undefined,
    Int32Array.of(3, 3, 6, 0),
    Int32Array.of(3, 3, 6, 0),
    Int32Array.of(1, 2),
    Int32Array.of(1, 2, 3, 4, 5, 0, 0),
    undefined,
  ].entries()) {
    if (round === 2) x[4] += 1;
    if (round === 4 || round === 7) y[3] -= 0.5;
    const [upper, lower] = [indices ?? all(7), indices ?? all(11)];
    const mean = (chosen: Int32Array, of: (i: number) => number) => chosen.reduce((sum, i) => sum + of(i) / chosen.length, 0);
    const meanRows = (chosen: Int32Array, of: (i: number) => Float64Array) => y.map((_, at) => mean(chosen, (i) => of(i)[at]));
    const trusted = x.reduce((sum, t) => sum + (TRUST / 11) * Math.log(1 + Math.exp(-t)), 0);
    const upperValue = trusted + mean(upper, (i) => softmax(validation, i, y).loss);
    expect(f?.(x, y, indices)).toBeCloseTo(upperValue, 12);
    const squares = y.reduce((sum, t) => sum + (RIDGE / 2) * t * t, 0);
    expect(g?.(x, y, indices)).toBeCloseTo(squares + mean(lower, (i) => sigmoid(x[i]) * softmax(train, i, y).loss), 12);
    const [overX, overY] = [new Float64Array(11), new Float64Array(15)];
    problem.gradFx(x, y, overX, indices);
    near(
      overX,
      x.map((t) => -(TRUST / 11) * sigmoid(-t)),
    );
    problem.gradFy(x, y, overY, indices);
    near(
      overY,
      meanRows(upper, (i) => slopeOf(validation, i, y)),
    );
    const weightSlope = (i: number) => sigmoid(x[i]) * (1 - sigmoid(x[i]));
    const byWeight = (of: (i: number) => number) => x.map((_, i) => mean(lower, (k) => (k === i ? weightSlope(i) * of(i) : 0)));
    problem.gradGx(x, y, overX, indices);
    near(
      overX,
      byWeight((i) => softmax(train, i, y).loss),
    );
    problem.gradGy(x, y, overY, indices);
    const slope = (at: Float64Array) =>
      meanRows(lower, (i) => slopeOf(train, i, at).map((t) => sigmoid(x[i]) * t)).map((t, j) => t + RIDGE * at[j]);
    near(overY, slope(y));
    jvpGxy?.(x, y, v, overX, indices);
    near(
      overX,
      byWeight((i) => slopeOf(train, i, y).reduce((sum, t, j) => sum + t * v[j], 0)),
    );
    hvpGyy?.(x, y, v, overY, indices);
    const step = 1e-5;
    const [ahead, behind] = [step, -step].map((t) => slope(y.map((entry, j) => entry + t * v[j])));
    near(
      overY,
      ahead.map((t, j) => (t - behind[j]) / (2 * step)),
      8,
    );
  }
});

test('errors are the samples whose most likely class is another', () => {
  const { testError } = cleaningModel(source);
  const y = random.normals(new Float64Array(15));
  const { design, labels } = source.test as LabeledRows;
  const errors = Array.from(labels).filter((label, i) => {
    const { chances } = softmax({ design, labels }, i, y);
    return chances.indexOf(Math.max(...chances)) !== label;
  });
  expect(testError?.(y)).toBe(errors.length / labels.length);
});
