// The oracles of hyper-cleaning against sums that are written out sample by sample, with samples drawn twice and models that change in
// place or stay the same from call to call.
import { Random } from '@infimum/core';
import { activeKernels, useKernels } from '@infimum/linalg/kernels';
import { afterAll, expect, test } from 'vitest';
import { hypergradient } from '../oracles/hypergradient.ts';
import { solveLower } from '../oracles/judge.ts';
import type { CleaningSource } from './cleaning.ts';
import { cleaningModel, sigmoid } from './cleaning.ts';
import { cleaningProblem } from './problems.ts';
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

test('the ridge is an upper variable where it is wanted, with derivatives of its own', () => {
  const { problem } = cleaningModel({ ...source, ridge: 'upper' });
  expect(problem.dimX).toBe(12);
  const x = random.normals(new Float64Array(12));
  const solved = (at: Float64Array) => {
    const y = new Float64Array(15);
    solveLower(problem, at, y, 1e-11);
    return y;
  };
  const { gradient, status } = hypergradient(problem, x, solved(x));
  expect(status).toBe('converged');
  for (const i of [0, 5, 11]) {
    const [ahead, behind] = [1e-4, -1e-4].map((step) => {
      const at = x.slice();
      at[i] += step;
      return problem.f?.(at, solved(at)) ?? Number.NaN;
    });
    expect(gradient[i]).toBeCloseTo((ahead - behind) / 2e-4, 7);
  }
  const low = new Float64Array(12).fill(-50);
  problem.setX?.project(low, low);
  expect([low[10], low[11]]).toEqual([-50, -20]);
});

test('the ridge is that of plain training where none is given', () => {
  const data = { classes: 3, train: source.train, validation: source.validation };
  const [chosen, given] = [cleaningProblem(data), cleaningProblem({ ...data, ridge: 1 })];
  const slopes = [chosen, given].map(({ gradGy }) => {
    const [zero, out] = [new Float64Array(11).fill(-800), new Float64Array(15)];
    gradGy(zero, new Float64Array(15).fill(1), out);
    return out[0];
  });
  // Without weights the slope is the ridge.
  const losses = Array.from({ length: 9 }, (_, k) => {
    const { problem } = cleaningModel({ ...source, ridge: 10 ** (-k / 2) });
    const y = new Float64Array(15);
    solveLower(problem, new Float64Array(11).fill(40), y, 1e-10);
    return checkedLoss(y);
  });
  expect(slopes[1]).toBeCloseTo(1, 12);
  expect(slopes[0]).toBeCloseTo(10 ** (-losses.indexOf(Math.min(...losses)) / 2), 12);
});

const checkedLoss = (y: Float64Array) =>
  Array.from({ length: 7 }, (_, i) => softmax(source.validation, i, y).loss).reduce((sum, loss) => sum + loss);

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
