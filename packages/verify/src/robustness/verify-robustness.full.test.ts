import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { outputBounds } from '../bounds/output-bounds.ts';
import { evaluateNetwork } from '../networks/network.ts';
import { randomCentre, randomDenseNetwork } from '../networks/random-network.ts';
import { highsSolver } from '../testing/highs-solver.ts';
import { marginProgram } from '../testing/margin-program.ts';
import { robustnessCases, verifyRobustness } from './verify-robustness.ts';

describe('complete verification at length', () => {
  it('decides two hundred instances as a mixed integer program does', async () => {
    const solveProgram = await highsSolver();
    const random = new Random(12);
    const seen = { certified: 0, falsified: 0 };
    for (let trial = 0; trial < 200; trial++) {
      const dims = [
        2 + random.integer(4),
        4 + random.integer(8),
        4 + random.integer(7),
        2 + random.integer(3),
      ];
      const network = randomDenseNetwork(dims, 1000 + trial);
      const x = randomCentre(dims[0], 1000 + trial);
      const radius = 0.05 + 0.6 * random.uniform();
      const answer = verifyRobustness({ network, x, radius });
      const y = evaluateNetwork(network, x);
      const label = y.indexOf(Math.max(...y));
      const margins = robustnessCases({ x, radius }, label, y.length).map(({ region, rows }) => {
        const { text, constant } = marginProgram(network, region, outputBounds(network, region).hidden, rows);
        const { status, value } = solveProgram(text);
        expect(status).toBe('Optimal');
        return value + constant;
      });
      const truth = Math.min(...margins) > 0 ? 'certified' : 'falsified';
      expect([trial, answer.verdict]).toEqual([trial, truth]);
      seen[truth]++;
    }
    expect(seen.certified).toBeGreaterThan(40);
    expect(seen.falsified).toBeGreaterThan(40);
  }, 600_000);
});
