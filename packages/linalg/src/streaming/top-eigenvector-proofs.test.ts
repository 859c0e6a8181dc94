// What is called proved of top eigenvectors is true: angles that are known, and no proof where two eigenvalues are equal.
import { Random } from '@infimum/core';
import { expect, it } from 'vitest';
import type { StreamedEigenvectors } from './streaming-options.ts';
import { check } from './top-eigenvector-checker.ts';
import { certify } from './top-eigenvector-prover.ts';

const answer = (vector: Float64Array) => ({ vector }) as StreamedEigenvectors;

it('holds squared sines of vectors at rational angles, with any factor and any basis of the rows', () => {
  const random = new Random(1);
  for (let turn = 0; turn < 200; turn++) {
    const d = 2 + random.integer(4);
    const scale = 2 ** (random.integer(400) - 200);
    // Rows along axes: A'A is diagonal with the squares of whole numbers, the largest first.
    const sizes = Float64Array.from({ length: d }, (_, i) => (i === 0 ? 10 + random.integer(5) : random.integer(10)));
    const values = new Float64Array(d * d);
    for (const [row, i] of random.permutation(d).entries()) values[row * d + i] = sizes[i] * scale;
    const rows = { rows: d, cols: d, values };
    const [p, q] = [1 + random.integer(9), random.integer(9)];
    const vector = new Float64Array(d);
    [vector[0], vector[1]] = [p * scale, q * scale];
    const verdict = check({ rows }, answer(vector), certify({ rows }));
    expect(verdict.proved).toBe(true);
    if (!verdict.proved) continue;
    const { misalignment, lost } = verdict.figures;
    const truth = (q * q) / (p * p + q * q);
    expect(Math.abs(misalignment.upper - truth) + Math.abs(misalignment.lower - truth)).toBeLessThan(1e-12);
    expect(misalignment.lower * (1 - 1e-15) <= truth && truth <= misalignment.upper * (1 + 1e-15)).toBe(true);
    const share = truth * (1 - (sizes[1] / sizes[0]) ** 2);
    expect(lost.lower - 1e-15 <= share && share <= lost.upper + 1e-15 && lost.upper - lost.lower < 1e-12).toBe(true);
  }
});

it('proves nothing for equal eigenvalues, a witness that is far off, or no direction', () => {
  const rows = { rows: 3, cols: 2, values: Float64Array.of(2, 1, 1, 2, 0, 0) };
  const good = certify({ rows }) as { vector: Float64Array; second: number };
  const v = Float64Array.of(1, 1);
  expect(check({ rows }, answer(v), good).proved).toBe(true);
  const twice = { rows: 2, cols: 2, values: Float64Array.of(1, 0, 0, 1) };
  expect(check({ rows: twice }, answer(v), certify({ rows: twice })).proved).toBe(false);
  for (const changed of [{ vector: Float64Array.of(1, -1) }, { vector: Float64Array.of(0, 0) }, { second: 0 }, { second: 10 }])
    expect(check({ rows }, answer(v), { ...good, ...changed }).proved).toBe(false);
  expect(check({ rows }, answer(new Float64Array(2)), good).proved).toBe(false);
  expect(check({ rows }, answer(Float64Array.of(1, Number.NaN)), good).proved).toBe(false);
});
