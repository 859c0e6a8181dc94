// The rule for claims: seeds, intervals, the null, and what follows for the verdict.
import { describe, expect, it } from 'vitest';
import type { MeasuredClaim, Trial } from './claim.ts';
import { defineClaim, powerExponent } from './claim.ts';

const claim = (measure: (seed: number) => Trial, more: Partial<MeasuredClaim> = {}) =>
  defineClaim({
    id: 'demo/x',
    paper: { title: 'X', year: 2000 },
    statement: 'x is at least 1.',
    published: '1',
    budget: 1,
    null: 'nothing',
    bars: [{ figure: 'x', atLeast: 1, source: 'the statement' }],
    measure,
    ...more,
  });
const constant = (ours: number, other: number) => () => ({ ours: { x: ours }, null: { x: other } });

describe('a measured claim', () => {
  it("has the interval of Student's t over its seeds", async () => {
    const { figures, intervals, verdict, seeds } = await claim((seed) => ({ ours: { x: seed }, null: { x: 0 } })).run({});
    // 1 … 10: mean 5.5, deviation 3.02765, the quantile at nine degrees of freedom is 2.262157.
    const reach = (2.262157 * 3.0276503541) / Math.sqrt(10);
    expect(figures['x']).toBe(5.5);
    expect(intervals?.['x'][0]).toBeCloseTo(5.5 - reach, 3);
    expect(intervals?.['x'][1]).toBeCloseTo(5.5 + reach, 3);
    expect([verdict, seeds]).toEqual(['reproduced', 10]);
  });

  it("has Wilson's interval for shares: ten of ten do not show that all succeed", async () => {
    const bars = [{ figure: 'x', atLeast: 1, scale: 'share', source: 'the statement' }] as const;
    const { intervals, verdict } = await claim(constant(1, 0), { bars }).run({});
    expect(intervals?.['x'][0]).toBeCloseTo(0.7225, 3);
    expect(verdict).toBe('inconclusive');
  });

  it('has the interval of the geometric mean where ratios are asked for', async () => {
    const bars = [{ figure: 'x', atLeast: 1, scale: 'log', source: 'the statement' }] as const;
    const { figures, intervals } = await claim((seed) => ({ ours: { x: 2 ** (seed % 2 ? 3 : 1) }, null: { x: 1 } }), {
      bars,
    }).run({});
    expect(figures['x']).toBeCloseTo(4, 12);
    expect((intervals?.['x'][0] ?? 0) * (intervals?.['x'][1] ?? 0)).toBeCloseTo(16, 10);
  });

  it('draws disjoint seeds for the two sets', async () => {
    const seen: number[] = [];
    const watched = claim((seed) => {
      seen.push(seed);
      return { ours: { x: 2 }, null: { x: 0 } };
    });
    await watched.run({});
    await watched.run({ seeds: 'B' });
    expect(seen).toHaveLength(20);
    expect(new Set(seen).size).toBe(20);
  });

  it.each([
    ['not reproduced', constant(0.5, 0)],
    ['inconclusive', (seed: number) => ({ ours: { x: seed }, null: { x: seed } })],
    ['inconclusive', (seed: number) => ({ ours: { x: seed % 3 }, null: { x: -1 } })],
    ['inconclusive', constant(Number.NaN, 0)],
  ] as const)('is %s where its bar or its null says so', async (expected, measure) => {
    expect((await claim(measure).run({})).verdict).toBe(expected);
  });

  it('is reproduced in part at best where a limit is stated, or some bars do not hold', async () => {
    expect((await claim(constant(2, 0), { limit: 'two of all algorithms' }).run({})).verdict).toBe('partly reproduced');
    const bars = [
      { figure: 'x', atLeast: 1, source: 'the statement' },
      { figure: 'x', atMost: 1.5, source: 'the statement' },
    ];
    expect((await claim(constant(2, 0), { bars }).run({})).verdict).toBe('partly reproduced');
  });

  it('tells what the null comes to, and ends when asked to', async () => {
    const found = await claim(constant(2, 0)).run({});
    expect(found.null).toMatchObject({ verdict: 'not reproduced' });
    await expect(claim(constant(2, 0)).run({ signal: AbortSignal.abort() })).rejects.toThrow();
  });
});

describe('powerExponent', () => {
  it('finds the exponent of a power law, and the least-squares one of others', () => {
    expect(powerExponent([1, 3, 10], [2, 2 * 3 ** 1.5, 2 * 10 ** 1.5])).toBeCloseTo(1.5, 12);
    expect(powerExponent([1, Math.E, Math.E ** 2], [1, Math.E ** 2, Math.E])).toBeCloseTo(0.5, 12);
  });
});
