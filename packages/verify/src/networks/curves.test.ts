// Bounds of smooth activations hold at drawn points, are tight, and chains of them are products, norms and attention.
import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { outputBounds } from '../bounds/output-bounds.ts';
import { emptyLines, relaxActivation } from '../bounds/relaxation.ts';
import { verifyProperty } from '../robustness/verify-property.ts';
import type { CurveName } from './curves.ts';
import { CURVES, curveRange, tiltedRange } from './curves.ts';
import { denseNetwork, evaluateNetwork } from './network.ts';

const names = Object.keys(CURVES) as CurveName[];

describe('curves', () => {
  it.each(names)('%s has the derivative that differences have, and bends where it is said to', (name) => {
    const { value, derivative, bends, isConvexFirst, from } = CURVES[name];
    const random = new Random(1);
    for (let k = 0; k < 300; k++) {
      const z = from === 0 ? 0.3 + 4 * random.uniform() : 8 * random.uniform() - 4;
      if (bends.some((bend) => Math.abs(z - bend) < 0.1) || (name === 'elu' && Math.abs(z) < 0.1)) continue;
      const h = 1e-4;
      expect((value(z + h, 0.7) - value(z - h, 0.7)) / (2 * h)).toBeCloseTo(derivative(z, 0.7), 4);
      const second = derivative(z + h, 0.7) - derivative(z - h, 0.7);
      const isConvex = bends.filter((bend) => bend < z).length % 2 === 0 ? isConvexFirst : !isConvexFirst;
      if (Math.abs(second) > 1e-12) expect([z, second > 0]).toEqual([z, isConvex]);
    }
  });

  it.each(names)('%s lies between its lines and in its range, at 200 000 drawn points', (name) => {
    const curve = CURVES[name];
    const random = new Random(2);
    const lines = emptyLines(1);
    let faults = 0;
    for (let k = 0; k < 2000; k++) {
      const width = 10 ** (3 * random.uniform() - 2);
      const middle = curve.from === 0 ? width / 2 + 10 ** (2 * random.uniform() - 1) : 6 * random.normal();
      const [l, u] = [middle - (k % 10 === 0 ? 0 : width / 2), middle + (k % 10 === 0 ? 0 : width / 2)];
      const slope = 0.3 + 0.7 * random.uniform();
      relaxActivation(lines, 0, name, slope, l, u, 0);
      const [low, high] = curveRange(curve, slope, l, u);
      const m = 2 * random.normal();
      const [least, most] = tiltedRange(curve, slope, m, l, u);
      for (let point = 0; point < 100; point++) {
        const z = point === 0 ? l : point === 1 ? u : l + (u - l) * random.uniform();
        const s = curve.value(z, slope);
        const room = 1e-12 * (1 + Math.abs(s) + Math.abs(m * z));
        const isBetween =
          s >= lines.lowerSlope[0] * z + lines.lowerIntercept[0] && s <= lines.upperSlope[0] * z + lines.upperIntercept[0];
        const isInRange = s >= low - room && s <= high + room;
        const isTilted = s - m * z >= least - room && s - m * z <= most + room;
        if (!(isBetween && isInRange && isTilted)) faults++;
      }
    }
    expect(faults).toBe(0);
  });

  it('bounds networks of them, and decides properties of gentle ones', () => {
    const random = new Random(3);
    for (const name of names) {
      for (let trial = 0; trial < 8; trial++) {
        const weights = [6, 8, 2].map((rows, k) => random.normals(new Float64Array(rows * [2, 6, 8][k])).map((w) => 0.4 * w));
        const isPositive = CURVES[name].from === 0;
        if (isPositive) for (const list of weights) list.set(list.map(Math.abs));
        const network = denseNetwork(
          weights,
          [new Float64Array(6).fill(1), new Float64Array(8).fill(1), new Float64Array(2)],
          name,
        );
        const region = { lower: [0.2, 0.4], upper: [0.2 + 0.3 * random.uniform(), 0.9] };
        const { lower, upper } = outputBounds(network, region);
        let [least, seen] = [Infinity, 0];
        for (let k = 0; k < 200; k++) {
          const y = evaluateNetwork(
            network,
            region.lower.map((low, j) => low + random.uniform() * (region.upper[j] - low)),
          );
          expect(y.every((value, i) => value >= lower[i] && value <= upper[i])).toBe(true);
          least = Math.min(least, y[0]);
          seen = Math.max(seen, y[0]);
        }
        const verdict = (limit: number) =>
          verifyProperty({ network, unsafe: [{ region, rows: [1, 0], limits: [limit] }] }, { maxDomains: 2000 }).verdict;
        expect(verdict(least - 0.3 * (seen - least) - 1e-6)).toBe('certified');
        expect(verdict(least + 0.3 * (seen - least) + 1e-6)).toBe('falsified');
      }
    }
  });
});
