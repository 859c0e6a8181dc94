// Networks that were trained on one task, and a few examples of another: digits that were permuted, transposed, inverted.
import { defineFamily, Random } from '@infimum/core';
import { importData } from '@infimum/core/data';
import type { Layer } from './tunable-linear.ts';
import type { Labeled, TuningInstance } from './tuned-network.ts';
import { chosenRows, TunedNetwork } from './tuned-network.ts';

/** Layers with random weights, uniform in (-1, 1) sqrt(6 / inputs). */
function randomLayers(sizes: readonly number[], seed: number): Layer[] {
  const random = new Random(seed);
  return sizes.slice(1).map((cols, l) => {
    const rows = sizes[l];
    const bound = Math.sqrt(6 / rows);
    return {
      weights: { rows, cols, values: Float64Array.from({ length: rows * cols }, () => bound * (2 * random.uniform() - 1)) },
      bias: new Float64Array(cols),
    };
  });
}

/** Trains all weights on a task. */
function pretrain(layers: readonly Layer[], data: Labeled, steps: number, seed: number): Layer[] {
  const network = new TunedNetwork(layers, 'full', {}, seed, data);
  const random = new Random(seed).split(3);
  for (let step = 0; step < steps; step++) {
    const rows = Array.from({ length: Math.min(32, data.points.rows) }, () => random.integer(data.points.rows));
    network.step(chosenRows(data, rows), 3e-3 * 0.5 * (1 + Math.cos((Math.PI * step) / steps)), 1e-4);
  }
  return network.layers();
}

/** Classes of normal points by a drawn linear rule, and the same with columns turned round. */
export function syntheticTransfer(samples: number, seed: number): TuningInstance {
  const random = new Random(seed);
  const [inputs, classes] = [8, 3];
  const rule = random.normals(new Float64Array(inputs * classes));
  const draw = (count: number, shift: number): Labeled => {
    const values = random.normals(new Float64Array(count * inputs));
    const labels = new Uint8Array(count);
    for (let t = 0; t < count; t++) {
      let most = -Infinity;
      for (let c = 0; c < classes; c++) {
        let score = 0;
        for (let i = 0; i < inputs; i++) score += values[t * inputs + i] * rule[((i + shift) % inputs) * classes + c];
        if (score > most) [most, labels[t]] = [score, c];
      }
    }
    return { points: { rows: count, cols: inputs, values }, classes: labels };
  };
  const source = draw(60, 0);
  return {
    layers: pretrain(randomLayers([inputs, 10, classes], seed), source, 60, seed),
    train: draw(samples, 2),
    test: draw(60, 2),
  };
}

/** The transformations of the target images. */
export const DIGIT_SHIFTS = ['permuted', 'transposed', 'inverted', 'relabeled'] as const;

/** One of them. */
export type DigitShift = (typeof DIGIT_SHIFTS)[number];

/** 900 digits as they are, 150 of another kind to train with, and the rest of these to test. */
export async function digitTask(shift: DigitShift, seed: number): Promise<Record<'source' | 'train' | 'test', Labeled>> {
  const { loadDigits } = await importData(() => import('@infimum/datasets/digits'));
  const { images, labels } = loadDigits();
  const all: Labeled = { points: { ...images, values: images.values.map((value) => value / 16) }, classes: labels };
  const random = new Random(seed);
  const order = random.permutation(images.rows);
  const target = shifted(chosenRows(all, order.subarray(900)), shift, random);
  const rows = Int32Array.from(target.classes.keys());
  return {
    source: chosenRows(all, order.subarray(0, 900)),
    train: chosenRows(target, rows.subarray(0, 150)),
    test: chosenRows(target, rows.subarray(150)),
  };
}

/** A perceptron that was trained on digits, and digits of another kind. */
export async function digitTransfer(shift: DigitShift, hidden: number, seed: number): Promise<TuningInstance> {
  const { source, train, test } = await digitTask(shift, seed);
  return { layers: pretrain(randomLayers([64, hidden, hidden, 10], seed), source, 600, seed), train, test };
}

function shifted({ points, classes }: Labeled, shift: DigitShift, random: Random): Labeled {
  const { rows, cols, values } = points;
  const moved = new Float64Array(values.length);
  const place = Int32Array.from({ length: cols }, (_, j) => j);
  if (shift === 'permuted') {
    const chosen = random.sample(cols, 24);
    for (let k = 0; k < 24; k++) place[chosen[k]] = chosen[(k + 1) % 24];
  }
  if (shift === 'transposed') for (let j = 0; j < cols; j++) place[j] = (j % 8) * 8 + (j >> 3);
  for (let t = 0; t < rows; t++) {
    for (let j = 0; j < cols; j++) moved[t * cols + j] = values[t * cols + place[j]];
  }
  if (shift === 'inverted') {
    for (let k = 0; k < moved.length; k++) moved[k] = 1 - moved[k] + 0.2 * random.normal();
  }
  const names = shift === 'relabeled' ? random.permutation(10) : undefined;
  return { points: { rows, cols, values: moved }, classes: names ? classes.map((label) => names[label]) : classes };
}

/** The families of `learn/sparse-tuning`. */
export const tuningFamilies = {
  synthetic: defineFamily({
    title: 'A rotated rule',
    description: 'Classes by a linear rule, then by the same rule with its columns rotated: a network of ten units.',
    real: false,
    params: { samples: { type: 'integer', min: 3, max: 1000, default: 30, description: 'Examples of the new task' } },
    suites: { quick: [{ samples: 12 }], full: [{}] },
    generate: ({ samples }, seed) => syntheticTransfer(samples, seed),
  }),
  digits: defineFamily({
    title: 'Digits of another kind',
    description: 'A perceptron trained on handwritten digits, and 150 digits with changed pixels, contrast or labels.',
    real: true,
    params: {
      shift: { type: 'choice', choices: DIGIT_SHIFTS, default: 'permuted', description: 'Kind of change' },
      hidden: { type: 'integer', min: 4, max: 512, default: 128, description: 'Units of both hidden layers' },
    },
    suites: { quick: [{ hidden: 16 }], full: [{}, { shift: 'transposed' }, { shift: 'inverted' }, { shift: 'relabeled' }] },
    generate: ({ shift, hidden }, seed) => digitTransfer(shift, hidden, seed),
  }),
};
