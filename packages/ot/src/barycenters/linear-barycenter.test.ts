import { Random } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { csrToDense } from '@infimum/linalg';
import { describe, expect, it } from 'vitest';
import { costMatrix } from '../cost-matrix.ts';
import { emd } from '../exact/network-simplex.ts';
import { thrownBy } from '../testing/entropic-contract.ts';
import { loadHighs } from '../testing/highs.ts';
import { goldenMatrix, goldenNumber, goldenVector } from '../testing/pot-golden.ts';
import { linearBarycenter } from './linear-barycenter.ts';

/** Histograms in rows, some places empty, and the costs from their places to others in the plane. */
function instance(seed: number, count: number, m: number, n: number) {
  const random = new Random(seed);
  const values = random.uniforms(new Float64Array(count * m)).map((mass) => (mass < 0.3 ? 0 : mass));
  for (let k = 0; k < count; k++) {
    const row = values.subarray(k * m, (k + 1) * m);
    row[k % m] += 0.1;
    const sum = row.reduce((all, mass) => all + mass, 0);
    for (let i = 0; i < m; i++) row[i] /= sum;
  }
  const points = (rows: number) => ({ rows, cols: 2, values: random.uniforms(new Float64Array(2 * rows)) });
  return { histograms: { rows: count, cols: m, values }, cost: costMatrix(points(m), points(n)) };
}

/** The linear programme in the LP format. */
function programOf(histograms: DenseMatrix, cost: DenseMatrix, weights: Float64Array): string {
  const { rows: count, cols: m } = histograms;
  const n = cost.cols;
  const lines = ['Minimize'];
  for (let k = 0; k < count; k++)
    for (let i = 0; i < m; i++)
      for (let j = 0; j < n; j++) {
        const term = weights[k] * cost.values[i * n + j];
        lines.push(`${term < 0 ? '-' : '+'} ${Math.abs(term)} p${k}_${i}_${j}`);
      }
  lines.push('Subject To');
  for (let k = 0; k < count; k++) {
    for (let i = 0; i < m; i++) {
      const row = Array.from({ length: n }, (_, j) => `+ 1 p${k}_${i}_${j}`);
      lines.push(`${row.join('\n')} = ${histograms.values[k * m + i]}`);
    }
    for (let j = k > 0 ? 1 : 0; j < n; j++) {
      const column = Array.from({ length: m }, (_, i) => `+ 1 p${k}_${i}_${j}`);
      lines.push(`${column.join('\n')} - 1 h${j} = 0`);
    }
  }
  return [...lines, 'End'].join('\n');
}

describe('the exact barycentre', () => {
  it.each([
    [1, 2, 6, 6],
    [2, 3, 7, 5],
    [3, 4, 5, 8],
    [4, 1, 6, 4],
    [5, 5, 4, 1],
  ])('has the value of the linear programme: seed %s, %s histograms of %s places, %s places', async (seed, count, m, n) => {
    const highs = await loadHighs();
    const { histograms, cost } = instance(seed, count, m, n);
    const weights = Float64Array.from({ length: count }, (_, k) => k + 1);
    const sum = weights.reduce((all, weight) => all + weight, 0);
    for (const shift of [0, -2]) {
      const shifted = { ...cost, values: cost.values.map((c) => c + shift) };
      const found = linearBarycenter(histograms, shifted, { weights });
      expect(found.status).toBe('converged');
      const shares = weights.map((weight) => weight / sum);
      const program = highs.solve(programOf(histograms, shifted, shares), {
        primal_feasibility_tolerance: 1e-10,
        dual_feasibility_tolerance: 1e-10,
      });
      expect(program.Status).toBe('Optimal');
      expect(found.regularizedCost).toBeCloseTo(program.ObjectiveValue, 7);
      expect(found.dualValue).toBeLessThanOrEqual(found.regularizedCost + 1e-12);
      // The value is that of the plans, and the plans are those between histograms and barycentre.
      let value = 0;
      found.plans.forEach((plan, k) => {
        const row = histograms.values.slice(k * m, (k + 1) * m);
        const dense = csrToDense(plan).values;
        const sums = new Float64Array(n);
        dense.forEach((mass, at) => {
          expect(mass).toBeGreaterThanOrEqual(0);
          value += shares[k] * mass * shifted.values[at];
          sums[at % n] += mass;
          row[Math.floor(at / n)] -= mass;
        });
        sums.forEach((mass, j) => {
          expect(mass).toBeCloseTo(found.barycenter[j], 12);
        });
        for (const rest of row) expect(rest).toBeCloseTo(0, 12);
      });
      expect(value).toBeCloseTo(found.regularizedCost, 12);
    }
  });

  it('has the value of POT', () => {
    const columns = goldenMatrix('histograms');
    const values = Float64Array.from({ length: 36 }, (_, k) => columns.values[(k % 12) * 3 + Math.floor(k / 12)]);
    const { regularizedCost, status } = linearBarycenter({ rows: 3, cols: 12, values }, goldenMatrix('gridCost'), {
      weights: goldenVector('mixing'),
    });
    expect(status).toBe('converged');
    expect(regularizedCost).toBeCloseTo(goldenNumber('barycenterLinear'), 9);
  });

  it('of two points is the point between them, of one histogram the histogram', () => {
    const line = { rows: 5, cols: 1, values: Float64Array.of(0, 1, 2, 3, 4) };
    const cost = costMatrix(line, line);
    const ends = { rows: 2, cols: 5, values: Float64Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0, 1) };
    expect(Array.from(linearBarycenter(ends, cost).barycenter)).toEqual([0, 0, 1, 0, 0]);
    const quarter = linearBarycenter(ends, cost, { weights: Float64Array.of(3, 1) });
    expect(Array.from(quarter.barycenter)).toEqual([0, 1, 0, 0, 0]);
    const one = { rows: 1, cols: 5, values: Float64Array.of(0.5, 0, 0.25, 0, 0.25) };
    const { barycenter, regularizedCost } = linearBarycenter(one, cost);
    expect(regularizedCost).toBeCloseTo(0, 8);
    one.values.forEach((mass, i) => {
      expect(barycenter[i]).toBeCloseTo(mass, 7);
    });
  });

  it('is below every other histogram', () => {
    const { histograms, cost } = instance(8, 3, 20, 20);
    const { barycenter, regularizedCost } = linearBarycenter(histograms, cost);
    const meanCost = (h: Float64Array) =>
      [0, 1, 2].reduce((sum, k) => sum + emd(histograms.values.slice(20 * k, 20 * k + 20), h, cost).cost / 3, 0);
    expect(meanCost(barycenter)).toBeCloseTo(regularizedCost, 12);
    const random = new Random(3);
    for (let trial = 0; trial < 20; trial++) {
      const other = random.uniforms(new Float64Array(20));
      const sum = other.reduce((all, mass) => all + mass, 0);
      const between = other.map((mass, j) => 0.9 * barycenter[j] + (0.1 * mass) / sum);
      expect(meanCost(between)).toBeGreaterThanOrEqual(regularizedCost - 1e-9);
    }
  });

  it('knows no unit: masses and costs times 1e150 and 1e-150, tiny weights, flat costs', () => {
    const { histograms, cost } = instance(9, 3, 8, 8);
    const plain = linearBarycenter(histograms, cost);
    for (const unit of [1e150, 1e-150]) {
      const heavy = { ...histograms, values: histograms.values.map((mass) => unit * mass) };
      const far = { ...cost, values: cost.values.map((c) => unit * c) };
      const [ofMass, ofCost] = [linearBarycenter(heavy, cost), linearBarycenter(histograms, far)];
      for (const { status, regularizedCost } of [ofMass, ofCost]) {
        expect(status).toBe('converged');
        expect(regularizedCost / unit).toBeCloseTo(plain.regularizedCost, 8);
      }
    }
    const tiny = { ...histograms, values: histograms.values.map((mass, k) => (k === 3 ? 1e-300 : mass)) };
    const sum = tiny.values.subarray(0, 8).reduce((all, mass) => all + mass, 0);
    for (let i = 0; i < 8; i++) tiny.values[i] /= sum;
    expect(linearBarycenter(tiny, cost).status).toBe('converged');
    const flat = linearBarycenter(histograms, { ...cost, values: cost.values.map(() => 3) });
    expect(flat.status).toBe('converged');
    expect(flat.regularizedCost).toBeCloseTo(3, 12);
    const nobody = linearBarycenter(histograms, cost, { weights: Float64Array.of(1, 0, 1) });
    expect(nobody.status).toBe('converged');
    expect(nobody.plans.length).toBe(3);
  });

  it('says so when it is stopped', () => {
    const { histograms, cost } = instance(9, 3, 8, 8);
    const { status, regularizedCost, dualValue } = linearBarycenter(histograms, cost, { maxIterations: 3 });
    expect(status).toBe('iteration-limit');
    expect(dualValue).toBeLessThan(regularizedCost);
  });
});

const { histograms, cost } = instance(1, 2, 4, 4);
it.each([
  ['histograms', () => linearBarycenter({ ...histograms, values: histograms.values.map((m) => -m) }, cost)],
  ['histograms', () => linearBarycenter({ ...histograms, values: histograms.values.map((_, k) => k) }, cost)],
  ['cost', () => linearBarycenter(histograms, { ...cost, rows: 2, cols: 8 })],
  ['cost', () => linearBarycenter(histograms, { ...cost, values: cost.values.map(() => Number.NaN) })],
  ['weights', () => linearBarycenter(histograms, cost, { weights: Float64Array.of(1) })],
  ['options', () => linearBarycenter(histograms, cost, null as never)],
  ['tolerance', () => linearBarycenter(histograms, cost, { tolerance: -1 })],
])('a bad %s is named', (argument, call) => {
  expect(thrownBy(call).argument).toBe(argument);
});
