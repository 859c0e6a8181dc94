// Tasks for the tests. Whoever runs them finds them in this module, never in a job.
import { writeFileSync } from 'node:fs';
import type { BlockVisits } from '@infimum/bilevel';
import { answerVisits, foldProblem } from '@infimum/bilevel';
import { checkInteger, checkNumber, checkObject, InvalidInputError } from '@infimum/core';
import type { RegisteredTask } from '../src/index.ts';
import { defineTask } from '../src/index.ts';

export const square = (x: number): number => x * x;

export const total = (values: Float64Array) => ({ total: values.reduce((sum, value) => sum + value, 0), values });

export function failOnThree(x: number): number {
  if (x === 3) throw new InvalidInputError('is three', { argument: 'x', code: 'out-of-range', index: x });
  return x;
}

/** Never comes back, and does not listen: nothing but the end of its thread ends it. */
export function loop(): never {
  for (;;);
}

/** Takes the whole worker along. */
export function murder(): void {
  process.kill(process.pid, 'SIGKILL');
}

/** What it is not expected to do for anybody: leave a trace. */
export function touch(file: string): string {
  writeFileSync(file, 'here');
  return file;
}

/** Rosenbrock's function at every point of a block, with pauses so that there is time to be killed. */
export async function rosenbrock({ points, dimension, pause = 0 }: Block): Promise<Float64Array> {
  if (pause > 0) await new Promise((resume) => setTimeout(resume, pause));
  return Float64Array.from({ length: points.length / dimension }, (_, i) => {
    let sum = 0;
    for (let j = i * dimension; j < (i + 1) * dimension - 1; j++) {
      sum += 100 * (points[j + 1] - points[j] ** 2) ** 2 + (1 - points[j]) ** 2;
    }
    return sum;
  });
}

/** Cross-validation of a line through drawn points: twelve folds, a weight for each of three features. */
export function folds() {
  const features = Float64Array.from({ length: 72 }, (_, k) => Math.sin(7 * k) + (k % 3 === 0 ? 0.4 : 0));
  const targets = Float64Array.from({ length: 24 }, (_, r) => features[3 * r] + 0.2 * Math.cos(5 * r));
  const design = { rows: 24, cols: 3, values: features };
  return foldProblem({ loss: 'squares', data: { design, targets }, folds: 12 });
}

/** Some blocks of an iteration. */
export const visitFolds = (input: BlockVisits) => answerVisits(folds(), input);

interface Block {
  readonly points: Float64Array;
  readonly dimension: number;
  readonly pause?: number;
}

const define = (name: string, check: (input: unknown) => void, version = '1'): RegisteredTask =>
  defineTask({ id: `test/${name.toLowerCase()}`, version, module: import.meta.url, name, check });

const anything = () => {};

/** A task of a library, for whose code this module only says where it is. */
const eggVotes = defineTask({
  id: 'test/egg-votes',
  version: '1',
  module: import.meta.resolve('@infimum/blackbox/egg-worker'),
  name: 'eggVotes',
  check: (input) => checkObject(input, 'input'),
});

export const tasks = {
  eggVotes,
  visitFolds: define('visitFolds', (input) => checkObject(input, 'input')),
  square: define('square', (input) => checkNumber(input, 'input')),
  total: define('total', (input) => checkObject(input, 'input')),
  failOnThree: define('failOnThree', (input) => checkInteger(input, 'input')),
  loop: define('loop', anything),
  murder: define('murder', anything),
  touch: define('touch', anything),
  nothing: define('nothing', anything),
  rosenbrock: define('rosenbrock', (input) => {
    checkObject(input, 'input');
    const { points, dimension } = input as Partial<Block>;
    checkInteger(dimension, 'dimension', { min: 1 });
    if (!(points instanceof Float64Array)) {
      throw new InvalidInputError('expected a Float64Array', { argument: 'points', code: 'type' });
    }
  }),
} as const;
