import { Random } from '@infimum/core';
import { certify, check } from '@infimum/core/certificate';
import { fraction, fractionOf, toNumber } from '@infimum/rigor';
import { describe, expect, it } from 'vitest';
import { csrFromDense } from '../sparse/csr-matrix.ts';
import { linearSystem } from '../systems/linear-system-problem.ts';
import { randomMatrix } from '../testing/matrices.ts';
import { solve } from './solve.ts';
import { verifiedSolve } from './verified-solve.ts';

/** The solution of a system of two equations in fractions, by Cramer's rule. */
function exactly(a: number[][], b: number[]): number[] {
  const of = (value: number) => fractionOf(value);
  const minor = (p: number, q: number, r: number, s: number) => {
    const [w, x, y, z] = [of(p), of(q), of(r), of(s)];
    return fraction(w.num * z.num * x.den * y.den - x.num * y.num * w.den * z.den, w.den * x.den * y.den * z.den);
  };
  const whole = minor(a[0][0], a[0][1], a[1][0], a[1][1]);
  const parts = [minor(b[0], a[0][1], b[1], a[1][1]), minor(a[0][0], b[0], a[1][0], b[1])];
  return parts.map(({ num, den }) => toNumber(fraction(num * whole.den, den * whole.num)));
}

describe('verifiedSolve', () => {
  it('encloses the solution in fractions, or does not claim to', () => {
    const random = new Random(1);
    let certified = 0;
    for (let trial = 0; trial < 300; trial++) {
      const gap = 2 ** -random.integer(56);
      const a = [
        [1, random.uniform()],
        [1, 0],
      ];
      a[1][1] = a[0][1] + gap;
      const b = [random.normal(), random.normal()];
      const { x, verdict, radii } = verifiedSolve(a, b);
      if (verdict === 'unknown') continue;
      certified++;
      // The fraction is rounded once.
      exactly(a, b).forEach((value, i) => {
        expect(Math.abs(value - x[i])).toBeLessThanOrEqual(radii[i] + Math.abs(value) * Number.EPSILON);
      });
    }
    expect(certified).toBeGreaterThan(250);
  });

  it('has radii of about the error, and knows nothing of singular matrices', () => {
    const { rows: n, values } = randomMatrix(60, 60, 3);
    const { verdict, radii, x } = verifiedSolve({ rows: n, cols: n, values }, new Float64Array(n).fill(1));
    expect(verdict).toBe('certified');
    expect(Math.max(...radii)).toBeLessThan(1e-11 * Math.max(...x.map(Math.abs)));
    for (const a of [
      [
        [1, 2],
        [2, 4],
      ],
      [
        [1, 1],
        [1, 1 + 2 ** -52],
      ],
    ]) {
      expect(verifiedSolve(a, [1, 2]).radii.some((radius) => radius === Infinity || radius > 0)).toBe(true);
    }
    expect(
      verifiedSolve(
        [
          [1, 2],
          [2, 4],
        ],
        [1, 2],
      ).verdict,
    ).toBe('unknown');
  });
});

describe('the certificate of linear systems', () => {
  const dense = randomMatrix(20, 20, 4);
  const b = new Float64Array(20).fill(1);
  const solution = { x: solve(dense, b).x, relativeResidual: 0 };

  it.each([
    ['dense', dense],
    ['sparse', csrFromDense(dense)],
  ])('proves the error of a solution: %s', async (_, a) => {
    const instance = { a, b, structure: 'general' } as const;
    const { verdict, certificate } = await certify(linearSystem, instance, solution);
    expect(verdict).toMatchObject({ proved: true });
    if (!certificate || !verdict.proved) return;
    expect(verdict.figures['error'].upper).toBeLessThan(1e-11);
    const wrong = { ...solution, x: solution.x.map((value) => value + 1e-3) };
    const other = await check(linearSystem, instance, wrong, certificate);
    expect(other.proved && other.figures['error'].upper).toBeGreaterThanOrEqual(1e-3);
  });

  it('refuses what is no inverse', async () => {
    const instance = { a: dense, b, structure: 'general' } as const;
    for (const witness of [
      undefined,
      {},
      { inverse: new Float64Array(3) },
      { inverse: new Float64Array(400) },
      { inverse: new Float64Array(400).fill(Number.NaN) },
    ]) {
      const certificate = { problem: linearSystem.id, kind: 'solution', witness };
      expect(await check(linearSystem, instance, solution, certificate)).toMatchObject({ proved: false });
    }
  });
});
