import { Random } from '@infimum/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { describeBuilds } from './testing/builds.ts';
import { exact, exactExp, unitsApart } from './testing/exact.ts';
import { linalgKernels } from './webassembly/linalg-kernels.ts';
import { Workspace } from './webassembly/workspace.ts';

/** The largest error over points, in units in the last place. The truth is computed once for all builds. */
function worstOver(points: Float64Array): () => number {
  const truths = Array.from(points, exactExp);
  return () => exp(points).reduce((most, value, i) => Math.max(most, unitsApart(truths[i], value)), 0);
}

function exp(points: ArrayLike<number>): Float64Array {
  using workspace = Workspace.for({ float64: [points.length, points.length] });
  const x = workspace.float64From(points);
  const out = workspace.float64(points.length);
  workspace.kernels(linalgKernels).exp(points.length, x.byteOffset, out.byteOffset);
  return out.slice();
}

function between(low: number, high: number, count: number): Float64Array {
  return new Random(7).uniforms(new Float64Array(count)).map((u) => low + (high - low) * u);
}

test('the oracle knows e, and what a unit in the last place is', () => {
  expect(unitsApart(exactExp(1), Math.E)).toBeLessThan(0.5);
  expect(unitsApart(exactExp(1), Math.E + 2 ** -51)).toBeGreaterThan(0.5);
  expect(unitsApart(exactExp(-745), 5e-324)).toBeLessThan(0.5);
  expect(exact(-0.75)).toEqual({ mantissa: -(3n << 51n), exponent: -53 });
});

/** Where the table entry or the code path changes. */
function edges(): Float64Array {
  const found: number[] = [];
  for (let k = -68_800; k <= 65_500; k += 97) found.push(((k + 0.5) * Math.LN2) / 64, (k * Math.LN2) / 64);
  for (let power = -1074; power < 0; power++) found.push(2 ** power, -(2 ** power));
  for (const middle of [-745.1332191019411, -708.3964185322641, -708, 708, 709.782712893384]) {
    for (let step = -50; step <= 50; step++) found.push(middle * (1 + step * Number.EPSILON));
  }
  return Float64Array.from(found.filter((x) => x >= -745.13 && x <= 709.7827));
}

describe.each([
  ['all of its range', between(-745.1, 709.7, 60_000)],
  ['moderate numbers', between(-30, 30, 30_000)],
  ['small numbers', between(-0.01, 0.01, 10_000)],
  ['denormal results', between(-745.13, -708.3, 10_000)],
  ['results near overflow', between(708, 709.78, 5_000)],
  ['the edges of tables and code paths', edges()],
])('exp on %s', (_, points) => {
  let worst = worstOver(new Float64Array(0));
  beforeAll(() => {
    worst = worstOver(points);
  });
  describeBuilds('in the build', (build) => {
    test('is at most 2 ulp from the truth', () => {
      expect(worst()).toBeLessThanOrEqual(build === 'reference' ? 1 : 2);
    });
  });
});

describeBuilds('exp', () => {
  test('overflows to Infinity, underflows to 0 and keeps NaN, whichever lane they are in', () => {
    const special = [709.7827128933841, 1e308, Infinity, -745.1332191019412, -1e308, -Infinity, 0, -0, 5e-324];
    const expected = [Infinity, Infinity, Infinity, 0, 0, 0, 1, 1, 1];
    for (let offset = 0; offset < 9; offset++) {
      const padding = new Array<number>(offset).fill(1);
      expect(Array.from(exp([...padding, ...special, Number.NaN])).slice(offset)).toEqual([...expected, Number.NaN]);
    }
  });

  test('does the same in every place of arrays of every length, and in place', () => {
    for (let length = 0; length < 20; length++) {
      const x = Float64Array.from({ length }, (_, i) => 710 * Math.sin(i));
      const single = Array.from(x, (value) => exp([value])[0]);
      expect(Array.from(exp(x))).toEqual(single);
      using workspace = Workspace.for({ float64: [length] });
      const inPlace = workspace.float64From(x);
      workspace.kernels(linalgKernels).exp(length, inPlace.byteOffset, inPlace.byteOffset);
      expect(Array.from(inPlace)).toEqual(single);
    }
  });
});
