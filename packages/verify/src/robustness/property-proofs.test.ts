// Verdicts with proofs: written to text, read back, checked; mutated ones refused.

import { Random } from '@infimum/core';
import type { Certificate } from '@infimum/core/certificate';
import { certify, check } from '@infimum/core/certificate';
import { mutateCertificate } from '@infimum/core/testing';
import { describe, expect, it } from 'vitest';
import { evaluateNetwork } from '../networks/network.ts';
import { randomCenter, randomDenseNetwork } from '../networks/random-network.ts';
import { compare, exact, exactLayers } from '../testing/exact-oracle.ts';
import { robustnessProblem } from './robustness-problem.ts';
import type { PropertyInstance, PropertySolution } from './verify-property.ts';
import { asPropertyInstance, verifyProperty } from './verify-property.ts';

const isFull = Boolean(process.env['INFIMUM_FULL']);
const WANTED = isFull ? 500 : 50;

/** Random verdicts on networks of one or two hidden layers. */
function drawn(seed: number): { instance: PropertyInstance; solution: PropertySolution } {
  const random = new Random(seed);
  const inputs = 1 + random.integer(3);
  const dims = [inputs, 3 + random.integer(4), ...(random.integer(2) ? [4] : []), 2];
  const network = randomDenseNetwork(dims, seed);
  const center = randomCenter(inputs, seed);
  const reach = 2 * random.uniform();
  const region = { lower: center.map((c) => c - reach), upper: center.map((c) => c + reach) };
  const limits = [2 * random.normal() - 1, 0.5 * random.normal()].slice(0, 1 + random.integer(2));
  const rows = random.normals(new Float64Array(2 * limits.length));
  if (seed % 2) {
    // A limit just below what occurs: linear bounds alone do not decide.
    const values = Array.from({ length: 300 }, () => {
      const y = evaluateNetwork(
        network,
        region.lower.map((low, j) => low + random.uniform() * (region.upper[j] - low)),
      );
      return rows[0] * y[0] + rows[1] * y[1];
    });
    const [least, most] = [Math.min(...values), Math.max(...values)];
    limits.splice(0, limits.length, least - 0.1 * (most - least));
  }
  const instance = asPropertyInstance({ network, unsafe: [{ region, rows: rows.slice(0, 2 * limits.length), limits }] });
  return { instance, solution: verifyProperty(instance) };
}

/** Whether a random point of the region is unsafe, in exact arithmetic. */
function isRefuted({ network, unsafe: [{ region, rows, limits }] }: PropertyInstance, random: Random): boolean {
  const layers = network.layers.map((layer) => layer as { weight: Float64Array; bias: Float64Array });
  const plain = { weights: layers.map(({ weight }) => weight), biases: layers.map(({ bias }) => bias) };
  const x = region.lower.map((low, j) => low + random.uniform() * (region.upper[j] - low));
  const y = exactLayers(plain, Array.from(x, exact)).at(-1) ?? [];
  return Array.from(limits, (limit, r) => {
    const zero = { m: 0n, e: 0 };
    const sum = y.reduce((so, value, i) => {
      const factor = exact(rows[2 * r + i]);
      const term = { m: factor.m * value.m, e: factor.e + value.e };
      const e = Math.min(so.e, term.e);
      return { m: (so.m << BigInt(so.e - e)) + (term.m << BigInt(term.e - e)), e };
    }, zero);
    return compare(sum, exact(limit)) <= 0;
  }).every(Boolean);
}

describe('proofs of verdicts', () => {
  it(`are found, survive a file, and are checked: ${WANTED}; mutated they are refused or still true`, async () => {
    const random = new Random(3);
    let [proved, refused, certified, splits] = [0, 0, 0, 0];
    for (let seed = 1; proved < WANTED; seed++) {
      const { instance, solution } = drawn(seed);
      if (solution.verdict === 'unknown') continue;
      const { certificate, verdict } = await certify(robustnessProblem, instance, solution);
      expect([seed, verdict]).toEqual([seed, { proved: true, figures: { 'false-witness': { lower: 0, upper: 0 } } }]);
      const file = JSON.stringify(certificate);
      const read = JSON.parse(file) as Certificate;
      expect((await check(robustnessProblem, instance, solution, read)).proved).toBe(true);
      proved++;
      if (solution.verdict === 'certified') certified++;
      if (file.includes('split')) splits++;
      // The opposite verdict is never believed.
      const opposite = { ...solution, verdict: solution.verdict === 'certified' ? 'falsified' : 'certified' } as const;
      expect((await check(robustnessProblem, instance, opposite, read)).proved).toBe(false);
      for (let k = 0; k < 4; k++) {
        const { certificate: mutant } = mutateCertificate(read, random);
        if (!(await check(robustnessProblem, instance, solution, mutant)).proved) refused++;
      }
      // Another instance: the same network, everything unsafe.
      const all = { ...instance, unsafe: instance.unsafe.map((one) => ({ ...one, limits: one.limits.map(() => 1e6) })) };
      if (solution.verdict === 'certified') {
        expect((await check(robustnessProblem, all, solution, read)).proved).toBe(false);
        for (let k = 0; k < 5; k++) expect(isRefuted(instance, random)).toBe(false);
      }
    }
    expect([certified > WANTED / 5, splits > WANTED / 20, refused > WANTED]).toEqual([true, true, true]);
  }, 300_000);

  it('are refused for what is no witness at all, without an error', async () => {
    const { instance, solution } = drawn(2);
    for (const witness of [
      undefined,
      null,
      7,
      'x',
      {},
      { trees: [null] },
      { trees: [{ split: [0] }] },
      { point: { unsafeCase: 9, x: [] } },
    ]) {
      const certificate = { problem: 'verify/robustness', kind: 'verdict', witness };
      for (const verdict of ['certified', 'falsified', 'unknown'] as const)
        expect((await check(robustnessProblem, instance, { ...solution, verdict }, certificate)).proved).toBe(false);
    }
  });
});
