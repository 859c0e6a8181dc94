// Instances of training: digits for small networks, and clicks of a recommendation model.
import { Random } from '@infimum/core';
import { importData } from '@infimum/core/data';
import { portableCosine, portableLog } from '@infimum/core/portable-math';
import { mulberry32 } from '@infimum/core/reference-generators';
import type { DenseMatrix } from '@infimum/linalg';
import { sigmoid } from '../objectives/logistic-loss.ts';
import { convolutionalLoss } from './convolutional-network.ts';
import type { ClickLog } from './factor-model.ts';
import { factorModelLoss } from './factor-model.ts';
import { perceptronLoss } from './multilayer-perceptron.ts';
import type { TrainingModel } from './training-model.ts';
import { sizeOf } from './training-model.ts';

/** A model on the data to train with and on the data that is held out. */
export interface SplitModel {
  readonly objective: TrainingModel;
  readonly heldOut: TrainingModel;
}

/** Digits that are trained with; the other 397 are held out. */
const TRAINING_DIGITS = 1400;

/** A perceptron or a convolutional network on digits of 8 x 8 pixels, scaled to [0, 1]. */
export async function digitsModel(kind: 'perceptron' | 'convolutional', samples: number, hidden = 32): Promise<SplitModel> {
  const { loadDigits } = await importData(() => import('@infimum/datasets/digits'));
  const { images, labels } = loadDigits();
  const model = (from: number, to: number): TrainingModel => {
    const part: DenseMatrix = {
      rows: to - from,
      cols: images.cols,
      values: images.values.slice(from * images.cols, to * images.cols).map((value) => value / 16),
    };
    const own = labels.slice(from, to);
    return kind === 'perceptron'
      ? perceptronLoss(part, own, { classes: 10, hidden })
      : convolutionalLoss(part, own, { classes: 10 });
  };
  return { objective: model(0, samples), heldOut: model(TRAINING_DIGITS, images.rows) };
}

/** Weights with variance 1 / inputs, tensor by tensor; biases zero. */
export function networkStart(shapes: TrainingModel['shapes'], seed: number): Float64Array {
  const random = new Random(seed);
  const x = new Float64Array(sizeOf(shapes));
  let at = 0;
  for (const shape of shapes) {
    const size = sizeOf([shape]);
    if (shape.length > 1) {
      const deviation = Math.sqrt(shape[0] / size);
      random.normals(x.subarray(at, at + size));
      for (let i = at; i < at + size; i++) x[i] *= deviation;
    }
    at += size;
  }
  return x;
}

/** Factors with standard deviation 0.1; biases zero. */
export function factorStart(shapes: TrainingModel['shapes'], seed: number): Float64Array {
  const x = new Float64Array(sizeOf(shapes));
  const factors = x.subarray(0, sizeOf(shapes.slice(0, 2)));
  new Random(seed).normals(factors);
  for (let i = 0; i < factors.length; i++) factors[i] *= 0.1;
  return x;
}

/** Users, items and events of the click log, and how many events are trained with. */
const [USERS, ITEMS, EVENTS, TRAINING_EVENTS, TRUE_FACTORS] = [300, 200, 36_000, 30_000, 4];

/** A click log with the probabilities that it was drawn from. */
export interface DrawnClicks extends ClickLog {
  readonly probabilities: Float64Array;
}

/** Clicks drawn from a factor model with four factors; low numbers are the busy users and the popular items. */
export function drawClicks(seed = 9): DrawnClicks {
  const next = mulberry32(seed);
  const normals = (length: number, factor: number) =>
    Float64Array.from({ length }, () => {
      const radius = Math.sqrt(-2 * portableLog(next()));
      return factor * radius * portableCosine(next());
    });
  const p = normals(USERS * TRUE_FACTORS, 0.7);
  const q = normals(ITEMS * TRUE_FACTORS, 0.7);
  const userBiases = normals(USERS, 0.5);
  const itemBiases = normals(ITEMS, 0.5).map((bias) => bias - 1);
  const skewed = (bound: number) =>
    Int32Array.from({ length: EVENTS }, () => {
      const u = next();
      return Math.floor(bound * u * Math.sqrt(u));
    });
  const userOf = skewed(USERS);
  const itemOf = skewed(ITEMS);
  const probabilities = Float64Array.from(userOf, (user, event) => {
    const item = itemOf[event];
    let score = userBiases[user] + itemBiases[item];
    for (let k = 0; k < TRUE_FACTORS; k++) score += p[user * TRUE_FACTORS + k] * q[item * TRUE_FACTORS + k];
    return sigmoid(score);
  });
  const clicked = Uint8Array.from(probabilities, (probability) => (next() < probability ? 1 : 0));
  return { users: USERS, items: ITEMS, userOf, itemOf, clicked, probabilities };
}

/** The factor model on the first events of the log; the last 6000 are held out. */
export function clicksModel(samples: number): SplitModel {
  const log = drawClicks();
  const part = (from: number, to: number): ClickLog => ({
    users: USERS,
    items: ITEMS,
    userOf: log.userOf.slice(from, to),
    itemOf: log.itemOf.slice(from, to),
    clicked: log.clicked.slice(from, to),
  });
  const options = { factors: 8, ridge: 1e-5 };
  return {
    objective: factorModelLoss(part(0, samples), options),
    heldOut: factorModelLoss(part(TRAINING_EVENTS, EVENTS), { factors: 8 }),
  };
}
