import { Random } from '@infimum/core';
import type { Highs } from 'highs';
import { describe, expect, it } from 'vitest';
import type { WeightedPair } from './minimum-cost-matching.ts';
import { minimumCostMatching } from './minimum-cost-matching.ts';

type Edge = WeightedPair<number, string>;

/** Pairs of two sides, each there with some chance, their costs drawn; some twice. */
function drawn(lefts: number, rights: number, density: number, costs: 'integers' | 'reals', random: Random): Edge[] {
  const edges: Edge[] = [];
  for (let i = 0; i < lefts; i++) {
    for (let j = 0; j < rights; j++) {
      while (random.uniform() < density) {
        edges.push([i, `r${j}`, costs === 'integers' ? random.integer(9) - 4 : random.normal()]);
        if (random.uniform() < 0.9) break;
      }
    }
  }
  return edges;
}

/** Size and cost of the best matching, by trying all. */
function best(edges: readonly Edge[], full: boolean): readonly [size: number, cost: number] {
  let found: readonly [number, number] = [0, 0];
  const go = (k: number, used: ReadonlySet<number | string>, size: number, cost: number): void => {
    if (full ? size > found[0] || (size === found[0] && cost < found[1]) : cost < found[1]) found = [size, cost];
    for (let e = k; e < edges.length; e++) {
      const [left, right, price] = edges[e];
      if (!used.has(left) && !used.has(right)) go(e + 1, new Set([...used, left, right]), size + 1, cost + price);
    }
  };
  go(0, new Set(), 0, 0);
  return found;
}

/** The least cost of a matching of so many pairs, by HiGHS: the polytope of bipartite matchings is integral. */
function byHighs(highs: Highs, edges: readonly Edge[], size: number): number {
  const sum = (indices: readonly number[]) => indices.map((k) => ` + x${k}`).join('');
  const all = edges.map((_, k) => k);
  const nodes = [...new Set(edges.map(([left]) => left)), ...new Set(edges.map(([, right]) => right))];
  const rows = nodes.map((node) => `${sum(all.filter((k) => edges[k][0] === node || edges[k][1] === node))} <= 1`);
  const costs = edges.map(([, , cost], k) => ` ${cost < 0 ? '-' : '+'} ${Math.abs(cost)} x${k}`).join('');
  const { Status, ObjectiveValue } = highs.solve(
    `Minimize\n obj:${costs}\nSubject To\n${rows.join('\n')}\n${sum(all)} = ${size}\nEnd`,
  );
  return Status === 'Optimal' ? ObjectiveValue : Infinity;
}

describe('a minimum-cost matching', () => {
  it('is the best of all matchings, of 600 small graphs', () => {
    for (let seed = 0; seed < 150; seed++) {
      const random = new Random(seed);
      const [lefts, rights] = [1 + random.integer(4), 1 + random.integer(4)];
      const edges = drawn(lefts, rights, 0.2 + 0.7 * random.uniform(), seed % 2 ? 'integers' : 'reals', random);
      for (const maximize of [false, true]) {
        const asked = edges.map(([left, right, cost]): Edge => [left, right, maximize ? -cost : cost]);
        for (const full of [false, true]) {
          const { pairs, cost, unmatchedLeft, unmatchedRight } = minimumCostMatching(asked, { maximize, full });
          const [size, least] = best(edges, full);
          expect(Math.abs(cost - (maximize ? -least : least))).toBeLessThan(1e-12);
          if (full) expect(pairs.length).toBe(size);
          for (const pair of pairs) expect(asked).toContain(pair);
          const nodes = [...pairs.map(([left]) => left), ...unmatchedLeft];
          expect(nodes.sort()).toEqual([...new Set(edges.map(([left]) => left))].sort());
          const others = [...pairs.map(([, right]) => right), ...unmatchedRight];
          expect(others.sort()).toEqual([...new Set(edges.map(([, right]) => right))].sort());
        }
      }
    }
  });

  it('costs what HiGHS finds, between sides of 40 and 60', async () => {
    const { default: load } = await import('highs');
    const highs = await (load as unknown as () => Promise<Highs>)();
    for (let seed = 0; seed < 8; seed++) {
      const edges = drawn(40, 60, [0.03, 0.1, 0.3, 1][seed % 4], seed < 4 ? 'reals' : 'integers', new Random(100 + seed));
      const { pairs, cost } = minimumCostMatching(edges);
      expect(Math.abs(cost - byHighs(highs, edges, pairs.length))).toBeLessThan(1e-7);
      // No matching has more pairs: that many are infeasible.
      expect(byHighs(highs, edges, pairs.length + 1)).toBe(Infinity);
    }
  });

  it('takes ids of any type, and the same on both sides', () => {
    const [ann, bob] = [{ name: 'Ann' }, { name: 'Bob' }];
    const { pairs, cost } = minimumCostMatching<object, number | object>([
      [ann, ann, 2],
      [ann, 1, 1],
      [bob, 1, 5],
    ]);
    expect(pairs).toEqual([
      [ann, ann, 2],
      [bob, 1, 5],
    ]);
    expect(cost).toBe(7);
    expect(minimumCostMatching([])).toEqual({ pairs: [], cost: 0, unmatchedLeft: [], unmatchedRight: [] });
    for (const size of [1e-300, 1e150]) expect(minimumCostMatching([[0, 0, size]]).cost).toBe(size);
  });

  it('refuses what is no pair', () => {
    for (const cost of [Number.NaN, Infinity, 2 ** 501, '1']) {
      expect(() => minimumCostMatching([['a', 'b', 1] as const, ['a', 'c', cost as number]])).toThrow(/edges.*index 1/);
    }
    expect(() => minimumCostMatching([null as never])).toThrow(/edges.*index 0/);
    expect(() => minimumCostMatching([], { full: 1 as never })).toThrow(/full/);
  });
});
