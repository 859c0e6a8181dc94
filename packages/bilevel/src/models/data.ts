// Instances from real data: the digits with wrong labels, and the tumours for regularisation weights.
import { fault, Random } from '@infimum/core';
import { importData } from '@infimum/core/data';
import type { DenseMatrix } from '@infimum/linalg';
import type { BilevelInstance } from './instance.ts';
import type { TargetRows } from './regularization.ts';
import type { LabeledRows } from './softmax-rows.ts';

/** How the digits are split and mislabelled. */
export interface DigitsOptions {
  /** Training samples. */
  readonly train: number;
  /** Clean samples. */
  readonly validation: number;
  /** Share of training labels that are moved to another class. */
  readonly wrong: number;
  /** μ of the lower level. */
  readonly ridge: number;
}

/** Hyper-cleaning of 8 x 8 digits, pixels from 0 to 1 and a bias; the samples that are left are the test part. */
export async function digitsCleaning(
  { train, validation, wrong, ridge }: DigitsOptions,
  seed: number,
): Promise<BilevelInstance> {
  const { loadDigits } = await importData(() => import('@infimum/datasets/digits'));
  const { images, labels } = loadDigits();
  if (train + validation >= images.rows) {
    throw fault(`leaves no test set: there are ${images.rows} digits`, 'validation', 'out-of-range');
  }
  const random = new Random(seed);
  const order = random.permutation(images.rows);
  const cols = images.cols + 1;
  const part = (from: number, to: number): LabeledRows => {
    const values = new Float64Array((to - from) * cols);
    for (let r = from; r < to; r++) {
      for (let j = 0; j < images.cols; j++) {
        values[(r - from) * cols + j] = images.values[order[r] * images.cols + j] / 16;
      }
      values[(r - from) * cols + images.cols] = 1;
    }
    const classes = Int32Array.from({ length: to - from }, (_, k) => labels[order[from + k]]);
    return { design: { rows: to - from, cols, values }, labels: classes };
  };
  const trained = part(0, train);
  const bad = new Uint8Array(train);
  for (const i of random.sample(train, Math.round(wrong * train))) {
    bad[i] = 1;
    trained.labels[i] = (trained.labels[i] + 1 + random.integer(9)) % 10;
  }
  return {
    source: {
      kind: 'cleaning',
      train: trained,
      validation: part(train, train + validation),
      test: part(train + validation, images.rows),
      wrong: bad,
      classes: 10,
      ridge,
    },
    initial: { x: new Float64Array(train), y: new Float64Array(10 * cols) },
  };
}

/** Regularisation weights of a logistic model of the tumours. */
export async function tumourRegularization(shared: boolean, split: 'thirds' | 'halves'): Promise<BilevelInstance> {
  const { loadBreastCancer } = await importData(() => import('@infimum/datasets/breast-cancer'));
  const { features, labels } = loadBreastCancer();
  const parts = split === 'halves' ? 2 : 5;
  const rowsOf = (wanted: (part: number) => boolean) =>
    Array.from({ length: features.rows }, (_, i) => i).filter((i) => wanted(i % parts));
  // Halves are even and odd rows; thirds are 60, 20 and 20 %.
  const train = rowsOf(split === 'halves' ? (k) => k === 0 : (k) => k < 3);
  const validation = rowsOf(split === 'halves' ? (k) => k === 1 : (k) => k === 3);
  const { means, deviations } = momentsOf(features, train);
  const part = (rows: number[]): TargetRows => ({
    design: {
      rows: rows.length,
      cols: features.cols,
      values: Float64Array.from({ length: rows.length * features.cols }, (_, k) => {
        const j = k % features.cols;
        return (features.values[rows[Math.floor(k / features.cols)] * features.cols + j] - means[j]) / deviations[j];
      }),
    },
    targets: Float64Array.from(rows, (i) => (labels[i] ? 1 : -1)),
  });
  return {
    source: {
      kind: 'regularization',
      loss: 'logistic',
      train: part(train),
      validation: part(validation),
      ...(split === 'thirds' && { test: part(rowsOf((k) => k === 4)) }),
      shared,
      lower: -10,
      upper: 5,
    },
    initial: { x: new Float64Array(shared ? 1 : features.cols).fill(shared ? 0 : -4), y: new Float64Array(features.cols) },
  };
}

/** Means and population deviations of the columns over some rows. */
function momentsOf({ cols, values }: DenseMatrix, rows: readonly number[]) {
  const [means, deviations] = [new Float64Array(cols), new Float64Array(cols)];
  for (const i of rows) for (let j = 0; j < cols; j++) means[j] += values[i * cols + j] / rows.length;
  for (const i of rows) {
    for (let j = 0; j < cols; j++) deviations[j] += (values[i * cols + j] - means[j]) ** 2 / rows.length;
  }
  return { means, deviations: deviations.map(Math.sqrt) };
}
