import { describe, expect, it } from 'vitest';
import { aliasTable, sketchDraws } from './sketch-draws.ts';

/** Distribution function of the normal law, by the series of its integral. */
function normalCdf(x: number): number {
  let [term, sum] = [x, x];
  for (let k = 1; k < 300; k++) {
    term *= (x * x) / (2 * k + 1);
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
}

describe('sketchDraws', () => {
  it('draws normal numbers: moments, distribution and tails', () => {
    const numbers = new Float64Array(400_000);
    sketchDraws(1).normals(numbers);
    const moment = (p: number) => numbers.reduce((sum, x) => sum + x ** p, 0) / numbers.length;
    // Five standard deviations of the moments.
    expect(Math.abs(moment(1))).toBeLessThan(5 / Math.sqrt(numbers.length));
    expect(Math.abs(moment(2) - 1)).toBeLessThan((5 * Math.sqrt(2)) / Math.sqrt(numbers.length));
    expect(Math.abs(moment(3))).toBeLessThan((5 * Math.sqrt(15)) / Math.sqrt(numbers.length));
    expect(Math.abs(moment(4) - 3)).toBeLessThan((5 * Math.sqrt(96)) / Math.sqrt(numbers.length));
    const sorted = numbers.slice().sort();
    // The statistic of Kolmogorov and Smirnov is above 2.5/√n once in 270 000 cases.
    for (let k = 0; k < sorted.length; k += 100) {
      expect(Math.abs(normalCdf(sorted[k]) - k / sorted.length)).toBeLessThan(2.5 / Math.sqrt(sorted.length));
    }
    for (const end of [2.5, 3.442619855899, 4]) {
      const expected = 2 * (1 - normalCdf(end)) * numbers.length;
      const seen = numbers.filter((x) => Math.abs(x) > end).length;
      expect(Math.abs(seen - expected)).toBeLessThan(5 * Math.sqrt(expected) + 1);
    }
  });

  it('draws rows as likely as asked for', () => {
    const draws = sketchDraws(2);
    const [rows, weights] = [new Int32Array(100_000), Float64Array.of(1, 0, 5, 2, 0, 0.5)];
    const shares = () => {
      const counts = new Float64Array(6);
      for (const row of rows) counts[row] += 1 / rows.length;
      return counts;
    };
    draws.rows(rows, 6);
    for (const share of shares()) expect(Math.abs(share - 1 / 6)).toBeLessThan(0.006);
    draws.weightedRows(rows, aliasTable(weights));
    shares().forEach((share, k) => {
      if (weights[k] === 0) expect(share).toBe(0);
      expect(Math.abs(share - weights[k] / 8.5)).toBeLessThan(0.008);
    });
  });

  it('repeats its bits, and differs by seed', () => {
    const of = (seed: number) => {
      const numbers = new Float64Array(50);
      sketchDraws(seed).normals(numbers);
      return Array.from(numbers);
    };
    expect(of(3)).toEqual(of(3));
    expect(of(3)).not.toEqual(of(4));
  });
});
