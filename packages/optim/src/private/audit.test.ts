// Audits find guarantees that are false, and never refute one that holds.
import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { auditPrivacy, auditPrivacyOnce } from './audit.ts';
import { dpGd } from './dp-gradient-descent.ts';
import { gaussianMu } from './gaussian-privacy.ts';
import { privateSpiderBoost } from './private-spider-boost.ts';

const [epsilon, delta] = [1, 1e-3];

/** Records whose gradients are all (1), at any w: as much as clipping to 1 allows. */
const slopes = (values: readonly number[]) => ({
  records: values.length,
  dimension: 1,
  lipschitz: 1,
  smoothness: 1,
  recordGradient: (_: Float64Array, i: number, out: Float64Array) => out.fill(values[i]),
});

/** Neighbours of another size, and of the same. */
const added = [
  [1, 1, 1, 1],
  [1, 1, 1],
] as const;
const replaced = [
  [1, 1, 1],
  [1, 1, -1],
] as const;

describe('auditPrivacy', () => {
  it('does not refute the Gaussian mechanism, and comes near it', () => {
    const random = new Random(3);
    const sigma = 1 / gaussianMu(epsilon, delta);
    const audit = auditPrivacy((size: number) => [size + sigma * random.normal()], [1, 0], { runs: 20_000, delta });
    expect(audit.epsilon).toBeGreaterThan(0.3);
    expect(audit.epsilon).toBeLessThanOrEqual(epsilon);
  });

  it.each([
    ['dpGd', dpGd],
    ['privateSpiderBoost', privateSpiderBoost],
  ] as const)('does not refute %s, whatever neighbours are', (_, method) => {
    for (const [adjacency, neighbours] of [
      ['add-remove', added],
      ['replace', replaced],
    ] as const) {
      let seed = 0;
      const release = (values: readonly number[]) =>
        method(slopes(values), { epsilon, delta, adjacency, publicSize: 3, steps: 2, output: 'last', seed: seed++ }).w;
      expect(auditPrivacy(release, neighbours, { runs: 1500, delta }).epsilon).toBeLessThanOrEqual(epsilon);
    }
  });

  describe('catches', () => {
    const random = new Random(5);
    const sigma = 1 / gaussianMu(epsilon, delta);
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

    it('a mean divided by the number of records that neighbours differ in', () => {
      // Half of the records cancel, so that the divisor alone moves the mean: what full batches did before.
      const mean = (values: readonly number[]) => [sum(values) / values.length + (sigma * random.normal()) / 30];
      const [most, less] = [Array.from({ length: 5 }, () => 9), Array.from({ length: 4 }, () => 9)];
      const fair = (values: readonly number[]) => [sum(values) / 5 + (9 * sigma * random.normal()) / 5];
      expect(auditPrivacy(fair, [most, less], { runs: 4000, delta }).epsilon).toBeLessThanOrEqual(epsilon);
      const outlier = [
        [9, 9, 9, 9, -9],
        [9, 9, 9, 9],
      ] as const;
      expect(auditPrivacy(mean, outlier, { runs: 4000, delta }).epsilon).toBeGreaterThan(epsilon);
    });

    it('sums of records that nobody has clipped', () => {
      const unclipped = (values: readonly number[]) => [sum(values) + sigma * random.normal()];
      expect(
        auditPrivacy(
          unclipped,
          [
            [1, 1, 9],
            [1, 1],
          ],
          { runs: 4000, delta },
        ).epsilon,
      ).toBeGreaterThan(epsilon);
    });

    it('noise that is used twice', () => {
      const reused = (values: readonly number[]) => {
        const noise = sigma * random.normal();
        return [sum(values) + noise, -noise];
      };
      const once = (values: readonly number[]) => [sum(values) + sigma * random.normal(), sigma * random.normal()];
      const neighbours = [
        [1, 1, 1],
        [1, 1],
      ] as const;
      expect(auditPrivacy(once, neighbours, { runs: 4000, delta }).epsilon).toBeLessThanOrEqual(epsilon);
      expect(auditPrivacy(reused, neighbours, { runs: 4000, delta }).epsilon).toBeGreaterThan(epsilon);
    });
  });

  it('bounds by a single run what canaries show, below what is stated', () => {
    // Every canary pulls a weight of its own, as far as clipping lets it.
    const count = 1000;
    const release = (clipNorm: number) => (isIn: readonly boolean[]) => {
      const chosen = [...isIn.keys()].filter((i) => isIn[i]);
      const loss = {
        records: chosen.length,
        dimension: count,
        lipschitz: 1,
        smoothness: 1,
        recordGradient: (_: Float64Array, i: number, out: Float64Array) => {
          out.fill(0);
          out[chosen[i]] = -10;
        },
      };
      const given = { epsilon: 4, delta: 1e-7, adjacency: 'add-remove', publicSize: 500, seed: 2, output: 'last' } as const;
      const { w } = dpGd(loss, { ...given, steps: 2, clipNorm: 1 });
      return w.map((value, j) => value + (isIn[j] ? ((clipNorm - 1) * 1) / 500 : 0));
    };
    const options = { canaries: count, delta: 1e-7, seed: 3 } as const;
    const fair = auditPrivacyOnce(release(1), options);
    expect(fair.guesses).toBe(200);
    expect(fair.epsilon).toBeGreaterThan(0.5);
    expect(fair.epsilon).toBeLessThanOrEqual(4);
    // As if gradients were clipped ten times later than is said.
    expect(auditPrivacyOnce(release(10), { ...options, guesses: 800 }).epsilon).toBeGreaterThan(4);
    expect(auditPrivacyOnce((isIn) => isIn.map(() => 0), options).epsilon).toBe(0);
    expect(() => auditPrivacyOnce(() => [1], options)).toThrow(expect.objectContaining({ argument: 'mechanism' }));
  });

  it('names what it cannot audit', () => {
    expect(() => auditPrivacy(1 as never, [0, 1])).toThrow(expect.objectContaining({ argument: 'mechanism' }));
    expect(() => auditPrivacy(() => [Number.NaN], [0, 1])).toThrow(expect.objectContaining({ argument: 'mechanism' }));
  });
});
