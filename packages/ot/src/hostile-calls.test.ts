// Whatever a public function is called with: an answer, or an error that names the argument.
import { InvalidInputError, Random } from '@infimum/core';
import { expect, it } from 'vitest';
import * as assignment from './assignment/index.ts';
import * as barycenters from './barycenters/index.ts';
import * as entropic from './entropic/index.ts';
import * as exact from './exact/index.ts';
import * as experts from './experts/index.ts';
import * as geometry from './geometry/index.ts';
import * as gromov from './gromov/index.ts';
import * as root from './index.ts';
import * as maps from './maps/index.ts';
import * as oneDimension from './one-dimension/index.ts';
import * as quadratic from './quadratic/index.ts';
import * as unbalanced from './unbalanced/index.ts';

const half = () => Float64Array.of(0.5, 0.5);
const square = () => ({ rows: 2, cols: 2, values: Float64Array.of(0, 1, 1, 0) });

/** Right, wrong, missing and hostile arguments. */
const pool: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => 5,
  () => 'x',
  () => ({}),
  () => [],
  () => [null],
  half,
  () => Float64Array.of(Number.NaN, 1),
  () => Int32Array.of(1, 0),
  square,
  () => [square(), square()],
  () => ({ rows: 2, cols: 2 }),
  () => ({ rows: 1e308, cols: 2, values: half() }),
  () => ({ rows: 2 ** 32, cols: 2 ** 32, values: half() }),
  () => ({ epsilon: 0.1 }),
  () => ({ epsilon: 0.1, mass: 0.5 }),
  () => ({ epsilon: 1e308 }),
  () => ({ epsilon: 1e-310 }),
  () => ({ epsilon: 1, initial: {} }),
  () => ({ epsilon: 1, weights: 3 }),
  () => ({ epsilon: 1, a: 'q' }),
  () => ({ mean: half(), covariance: square() }),
  () => ({ images: [null, 3] }),
  () => ({ x: square(), y: square() }),
  () => ({ cost: square() }),
  () => ({ rank: 1 }),
  () => ({ gamma: 1 }),
  () => ({ experts: 4, expertsPerToken: 1 }),
  () => ({ method: 'sorting' }),
  () => () => Number.NaN,
];

const functions = {
  ...root,
  ...assignment,
  ...barycenters,
  ...entropic,
  ...exact,
  ...experts,
  ...geometry,
  ...gromov,
  ...maps,
  ...oneDimension,
  ...quadratic,
  ...unbalanced,
};

const named = Object.entries(functions).filter(([, value]) => typeof value === 'function') as unknown as [
  string,
  (...args: unknown[]) => unknown,
][];

it.each(named)('%s', (name, call) => {
  const random = new Random(1).split(name.length);
  const wrong: unknown[] = [];
  for (let trial = 0; trial < 100; trial++) {
    const args = Array.from({ length: random.integer(6) }, () => pool[random.integer(pool.length)]());
    try {
      call(...args);
    } catch (error) {
      if (!(error instanceof InvalidInputError) || error.argument === '') wrong.push(error);
    }
  }
  expect(wrong).toEqual([]);
});
