import { Random } from '@infimum/core';
import { certify, check } from '@infimum/core/certificate';
import { mutateCertificate } from '@infimum/core/testing';
import type { DenseMatrix } from '@infimum/linalg';
import { matmul, matrixFromRows, transpose } from '@infimum/linalg';
import { describe, expect, it } from 'vitest';
import { added, scaled } from '../regulators/matrices.ts';
import { solveCare } from '../regulators/riccati.ts';
import { boeing747, controlProblem, linearInstance, nonlinearSystem, randomPlant } from './control-problem.ts';
import { weightsOf } from './monomials.ts';
import { check as checkWitness } from './stabilizing-checker.ts';
import { certify as findWitness } from './stabilizing-prover.ts';

/** A plant in whole numbers with a known P. */
function knownPlant(seed: number): { a: DenseMatrix; b: DenseMatrix; q: DenseMatrix; p: DenseMatrix } {
  const random = new Random(seed);
  const whole = (rows: number, cols: number, reach: number): DenseMatrix => ({
    rows,
    cols,
    values: Float64Array.from({ length: rows * cols }, () => random.integer(2 * reach + 1) - reach),
  });
  const n = 1 + random.integer(4);
  const [b, half] = [whole(n, 1 + random.integer(n), 2), whole(n, n, 1)];
  const p = matmul(transpose(half), half);
  for (let i = 0; i < n; i++) p.values[i * n + i] += 1;
  const a = whole(n, n, 2);
  for (let i = 0; i < n; i++) a.values[i * n + i] -= 3;
  const pa = matmul(p, a);
  const g = matmul(b, transpose(b));
  const q = added(added(matmul(matmul(p, g), p), pa, -1), transpose(pa), -1);
  return { a, b, q, p };
}

const one = (size: number): DenseMatrix => ({
  rows: size,
  cols: size,
  values: Float64Array.from({ length: size * size }, (_, k) => (k % (size + 1) === 0 ? 1 : 0)),
});

describe('the proof that a regulator is optimal and stable', () => {
  it('encloses the known solution, in any units', async () => {
    let proved = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const { a, b, q, p } = knownPlant(seed);
      const n = a.rows;
      const units = Int32Array.from({ length: n }, (_, i) => (seed % 2) * (((i * 17 + seed) % 31) - 15));
      const back = units.map((exponent) => -exponent);
      const plant = { a: scaled(a, back, units), b: scaled(b, back, undefined), q: scaled(q, units, units), r: one(b.cols) };
      let found: DenseMatrix;
      try {
        found = solveCare(plant.a, plant.b, plant.q, plant.r);
      } catch {
        continue; // the drawn loop is not stable
      }
      const truth = scaled(p, units, units);
      const instance = linearInstance(plant, new Float64Array(n).fill(1), { optimum: weightsOf(found) });
      const { verdict } = await certify(controlProblem, instance, { weights: weightsOf(found) });
      if (!verdict.proved) continue;
      proved++;
      expect(verdict.figures['distance'].upper).toBeLessThan(1e-8);
      // A neighbor is enclosed too, at its true distance or further.
      const off = { ...found, values: found.values.map((value) => value * (1 + 1e-6)) };
      const other = await certify(controlProblem, instance, { weights: weightsOf(off) });
      if (other.verdict.proved) expect(other.verdict.figures['distance'].upper).toBeGreaterThan(1e-7);
      // What was proved to be near is near: of two solutions one would be refused.
      const gap = Math.max(
        ...found.values.map((value, k) => Math.abs(value - truth.values[k]) / (Math.abs(truth.values[k]) || 1)),
      );
      if (gap > 1e-3) expect(verdict.figures['distance'].upper).toBeGreaterThan(0);
    }
    expect(proved).toBeGreaterThan(30);
  });

  it('is found for plants of the literature, and of 100 states', async () => {
    const plane = boeing747();
    const { verdict } = await certify(controlProblem, plane, { weights: plane.optimum });
    expect(verdict.proved && verdict.figures['distance'].upper).toBeLessThan(1e-8);
    const large = randomPlant(100, 5, 1);
    const { linear } = large;
    if (!linear) throw new Error('linear');
    const solution = { weights: weightsOf(solveCare(linear.a, linear.b, linear.q, linear.r)) };
    const witness = findWitness(large, solution);
    expect(checkWitness(large, solution, witness).proved).toBe(true);
  });

  it('is not given to wrong values, unstable feedback, modes that nothing reaches, and systems that are not linear', async () => {
    const plant = { a: matrixFromRows([[1]]), b: matrixFromRows([[1]]), q: matrixFromRows([[1]]), r: matrixFromRows([[1]]) };
    const instance = linearInstance(plant, Float64Array.of(1), { optimum: Float64Array.of(1 + Math.SQRT2) });
    for (const weight of [1 - Math.SQRT2, 0, 10, Number.NaN, Infinity]) {
      const { verdict } = await certify(controlProblem, instance, { weights: Float64Array.of(weight) });
      expect(verdict.proved).toBe(false);
    }
    const lost = { ...plant, b: matrixFromRows([[0]]) };
    const hopeless = linearInstance(lost, Float64Array.of(1), { optimum: Float64Array.of(1) });
    expect((await certify(controlProblem, hopeless, { weights: Float64Array.of(1) })).verdict.proved).toBe(false);
    const curved = nonlinearSystem();
    const { verdict } = await certify(controlProblem, curved, { weights: curved.optimum });
    expect(verdict).toEqual({ proved: false, reason: 'the system is not linear' });
  });

  it('is refused or still true when its witness is damaged', async () => {
    const { a, b, q, p } = knownPlant(3);
    const instance = linearInstance({ a, b, q, r: one(b.cols) }, new Float64Array(a.rows).fill(1), { optimum: weightsOf(p) });
    // Off by 1e-3: nothing may prove that it is nearer.
    const weights = weightsOf({ ...p, values: p.values.map((value) => value * (1 + 2 ** -10)) });
    const { certificate, verdict } = await certify(controlProblem, instance, { weights });
    if (!certificate) throw new Error(verdict.proved ? '' : verdict.reason);
    const random = new Random(9);
    let refused = 0;
    for (let k = 0; k < 1500; k++) {
      const { certificate: mutated } = mutateCertificate(certificate, random);
      const answer = await check(controlProblem, instance, { weights }, mutated);
      if (answer.proved) expect(answer.figures['distance'].upper).toBeGreaterThan(2 ** -11);
      else refused++;
    }
    expect(refused).toBeGreaterThan(300);
  });
});
