// The gallery's digits with wrong labels: weights that tell them apart, and a model that gains by it.
import { loadDigits } from '@infimum/datasets/digits';
import { expect, test } from 'vitest';
import type { CleaningStep } from '../components/hyper-cleaning.ts';
import { clean, cleaningTask, found, STEPS } from '../components/hyper-cleaning.ts';

test('the weights of most wrong labels go to zero, and the model gains', () => {
  const task = cleaningTask(0.2, 1);
  const wrong = task.wrong.reduce((sum, flag) => sum + flag, 0);
  expect(wrong).toBeGreaterThan(30);
  const steps: CleaningStep[] = [];
  clean(task, (step) => {
    steps.push(step);
  });
  expect(steps).toHaveLength(STEPS + 1);
  const last = steps[STEPS];
  const { caught, blamed } = found(last.weights, task.wrong);
  expect(caught).toBeGreaterThan(0.85 * wrong);
  expect(blamed).toBeLessThan(0.15 * task.wrong.length);
  expect(last.accuracy).toBeGreaterThan(0.85);
  expect(last.weights.every((weight) => weight >= 0 && weight <= 1)).toBe(true);
});

test('labels are changed to other ones, and only where it is said', () => {
  const dirty = cleaningTask(0.3, 5);
  // The same digits, found again by their pixels, with the labels that they should bear.
  const { images, labels } = loadDigits();
  for (let i = 0; i < dirty.train.design.rows; i++) {
    const pixels = dirty.train.design.values.subarray(64 * i, 64 * i + 64);
    const bearers = Array.from(labels.keys()).filter((row) =>
      pixels.every((value, j) => value === images.values[64 * row + j] / 16),
    );
    const isRight = bearers.some((row) => labels[row] === dirty.train.labels[i]);
    expect(isRight).toBe(dirty.wrong[i] === 0);
  }
});
