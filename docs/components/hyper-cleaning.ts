// Handwritten digits of which some bear a wrong label, and weights that a bilevel method gives them.

import { aidCg, cleaningProblem } from '@infimum/bilevel';
import { mulberry32 } from '@infimum/core/reference-generators';
import { loadDigits } from '@infimum/datasets/digits';

/** Training digits, clean ones for validation, and further ones for testing. */
const SIZES = { train: 240, validation: 160, test: 600 } as const;

/** Number of hyper-gradients. */
export const STEPS = 60;

/** Digits, a row each, with their labels. */
interface LabeledRows {
  readonly design: { readonly rows: number; readonly cols: number; readonly values: Float64Array };
  readonly labels: Int32Array;
}

/** Everything before the first step. */
export interface CleaningTask {
  readonly train: LabeledRows;
  readonly validation: LabeledRows;
  readonly test: LabeledRows;
  /** 1 for those whose label was changed. */
  readonly wrong: Uint8Array;
}

/** The result of one step. */
export interface CleaningStep {
  /** Weights between 0 and 1, one a digit. */
  readonly weights: Float64Array;
  /** Share of the test digits that the weighted model classifies correctly. */
  readonly accuracy: number;
}

/** Digits in a drawn order; of the first a share gets another label. */
export function cleaningTask(share: number, seed: number): CleaningTask {
  const { images, labels } = loadDigits();
  const uniform = mulberry32(seed);
  const order = Array.from({ length: images.rows }, (_, i) => i);
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(uniform() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  const part = (from: number, count: number): LabeledRows => {
    const chosen = order.slice(from, from + count);
    const values = new Float64Array(64 * count);
    chosen.forEach((row, k) => {
      for (let j = 0; j < 64; j++) values[64 * k + j] = images.values[64 * row + j] / 16;
    });
    return { design: { rows: count, cols: 64, values }, labels: Int32Array.from(chosen, (row) => labels[row]) };
  };
  const { train, validation, test } = SIZES;
  const dirty = part(0, train);
  const wrong = new Uint8Array(train);
  for (let i = 0; i < train; i++) {
    if (uniform() >= share) continue;
    wrong[i] = 1;
    dirty.labels[i] = (dirty.labels[i] + 1 + Math.floor(9 * uniform())) % 10;
  }
  return { train: dirty, validation: part(train, validation), test: part(train + validation, test), wrong };
}

/** Implicit differentiation with Adam on the weights; a report after every step. */
export function clean({ train, validation, test }: CleaningTask, report: (step: CleaningStep) => void): void {
  const problem = cleaningProblem({ train, validation, classes: 10, ridge: 0.01 });
  aidCg(problem, new Float64Array(train.design.rows), {
    optimizer: 'adam',
    stepSize: 0.2,
    tolerance: 0,
    maxIterations: STEPS,
    onIteration: ({ solution }) => {
      const { x, y } = solution();
      report({ weights: x.map((t) => 1 / (1 + Math.exp(-t))), accuracy: accuracy(test, y) });
    },
  });
}

/** The share of digits that a linear model, classes x pixels, classifies correctly. */
function accuracy({ design, labels }: LabeledRows, y: Float64Array): number {
  let right = 0;
  for (let i = 0; i < design.rows; i++) {
    let [best, most] = [-1, -Infinity];
    for (let c = 0; c < 10; c++) {
      let score = 0;
      for (let j = 0; j < 64; j++) score += y[64 * c + j] * design.values[64 * i + j];
      if (score > most) [best, most] = [c, score];
    }
    if (best === labels[i]) right++;
  }
  return right / design.rows;
}

/** How many wrong labels have a weight below a half, and how many right ones. */
export function found(weights: Float64Array, wrong: Uint8Array): { readonly caught: number; readonly blamed: number } {
  let [caught, blamed] = [0, 0];
  weights.forEach((weight, i) => {
    if (weight >= 0.5) return;
    if (wrong[i]) caught++;
    else blamed++;
  });
  return { caught, blamed };
}
