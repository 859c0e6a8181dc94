// What can be proved of graphs and of matchings: orders, and prices of arrivals.
import { Random } from '@infimum/core';
import { certify, check } from '@infimum/core/certificate';
import { describe, expect, it } from 'vitest';
import { checkDag, checkMatchingBound } from './checkers.ts';
import { dagProblem, randomDag, sampleLinearModel } from './dags/dag-problem.ts';
import { topo } from './dags/topo.ts';
import { clairvoyantOptimum } from './matching/exact-values.ts';
import { onlineMatchingProblem } from './matching/matching-problem.ts';
import { randomOnline } from './matching/online-families.ts';
import { simulateOnline } from './matching/simulate-online.ts';

describe('certificates', () => {
  it('of graphs are orders; graphs with a cycle have none', async () => {
    const random = new Random(1);
    const truth = randomDag(8, 2, 'erdos-renyi', random);
    const instance = { data: sampleLinearModel(truth, 300, 'normal', random), truth };
    const solution = topo(instance.data, { seed: 1 });
    const { verdict, certificate } = await certify(dagProblem, instance, solution);
    expect(verdict).toEqual({ proved: true, figures: { cycles: { lower: 0, upper: 0 } } });
    const read = JSON.parse(JSON.stringify(certificate));
    expect((await check(dagProblem, instance, solution, read)).proved).toBe(true);
    const at = solution.weights.findIndex((weight) => weight !== 0);
    const cyclic = solution.weights.slice();
    cyclic[(at % 8) * 8 + Math.floor(at / 8)] = 1e-300;
    expect((await certify(dagProblem, instance, { weights: cyclic })).verdict.proved).toBe(false);
    expect(checkDag(instance, { weights: cyclic }, read.witness).proved).toBe(false);
    const order: number[] = read.witness.order;
    for (const witness of [
      null,
      {},
      { order: order.slice(1) },
      { order: [...order.slice(1), order[1]] },
      { order: order.map((node) => node + 1) },
      { order: order.map((node) => (node === order[0] ? -1 : node)) },
    ])
      expect(checkDag(instance, solution, witness).proved).toBe(false);
  });

  it('of matchings bound the clairvoyant optimum, whatever the prices', async () => {
    const random = new Random(2);
    for (let seed = 0; seed < 30; seed++) {
      const instance = randomOnline(5, 12, 3, 0, 1, seed);
      const optimum = clairvoyantOptimum(instance);
      const solution = simulateOnline(instance, { maxRuns: 50, seed });
      const { verdict, certificate } = await certify(onlineMatchingProblem, instance, solution);
      const upper = verdict.proved ? verdict.figures['optimum'].upper : 0;
      expect(upper).toBeGreaterThanOrEqual(optimum);
      expect(upper).toBeLessThan(1.2 * optimum + 0.1);
      expect(certificate?.kind).toBe('bound');
      // Any prices at all give a bound; prices below 0 or that are no numbers none.
      const prices = random.uniforms(new Float64Array(12));
      const other = checkMatchingBound(instance, solution, { prices });
      expect(other.proved && other.figures['optimum'].upper).toBeGreaterThanOrEqual(optimum);
      for (const bad of [-1, Number.NaN, Infinity, '1'])
        expect(checkMatchingBound(instance, solution, { prices: [bad, ...prices.slice(1)] }).proved).toBe(false);
      expect(checkMatchingBound(instance, solution, { prices: prices.slice(1) }).proved).toBe(false);
    }
  });
});
