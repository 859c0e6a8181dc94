import { Random } from '@infimum/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distortionBound, embedUltrametric } from './embed-ultrametric.ts';
import { hierarchyFromPaths, hierarchyFromTable, sumsOf } from './hierarchy.ts';
import { areaOf, Piece, PolygonCutter, squaredDiameter } from './polygon-cutter.ts';
import { polygonPath, polygonTreemap } from './polygon-treemap.ts';
import type { TreePartition } from './polygonal-partition.ts';
import { polygonalPartition } from './polygonal-partition.ts';
import { rectangleTreemap, squarify } from './rectangle-treemaps.ts';
import { slackPartition } from './slack-partition.ts';
import { caterpillar, flare, flatTree, randomTree } from './tree-partition-problem.ts';
import { ultrametricFromDistances } from './ultrametric-from-distances.ts';
import { distancesOf, separatedTree, starUltrametric, stretchOf } from './ultrametric-problem.ts';

const flat = (...weights: number[]) => ({
  parents: Int32Array.from([-1, ...weights.map(() => 0)]),
  weights: Float64Array.from([0, ...weights]),
});
const polygonOf = ({ vertices, offsets }: TreePartition, node: number) =>
  Array.from(vertices.subarray(2 * offsets[node], 2 * offsets[node + 1]));
/** Shoelace, apart from the library's areas by triangles. */
const shoelace = (points: readonly number[]) => {
  let twice = 0;
  for (let i = 0; i < points.length; i += 2) {
    const j = (i + 2) % points.length;
    twice += points[i] * points[j + 1] - points[j] * points[i + 1];
  }
  return twice / 2;
};

function hull(random: Random, count: number): number[] {
  // Points of a circle of uneven radius would not be convex: sorted angles on a circle are.
  const angles = Array.from({ length: count }, () => 2 * Math.PI * random.uniform()).sort((a, b) => a - b);
  return angles.flatMap((angle) => [Math.cos(angle), 0.3 * Math.sin(angle)]);
}

describe('a cut', () => {
  it('leaves the share that is asked for, parallel to its direction', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e6 }),
        fc.integer({ min: 3, max: 30 }),
        fc.double({ min: -12, max: 0, noNaN: true }),
        fc.boolean(),
        fc.double({ min: 0, max: Math.PI, noNaN: true }),
        (seed, count, exponent, isMost, theta) => {
          const points = hull(new Random(seed), count);
          const whole = shoelace(points);
          if (!(whole > 0.01)) return;
          const share = isMost ? 1 - 10 ** exponent / 2 : 10 ** exponent / 2;
          const cutter = new PolygonCutter();
          cutter.load(points, 0, count);
          const [below, above] = [new Piece(), new Piece()];
          cutter.line(theta, share);
          cutter.pieces(below, above);
          const area = (piece: Piece) => piece.scale ** 2 * areaOf(piece.points, 0, piece.points.length / 2);
          expect(Math.abs(area(below) / (share * whole) - 1)).toBeLessThan(1e-9);
          expect(Math.abs(area(above) / ((1 - share) * whole) - 1)).toBeLessThan(1e-9);
          const height = (x: number, y: number) => Math.cos(theta) * y - Math.sin(theta) * x;
          const heights = (piece: Piece) =>
            piece.points.flatMap((_, i) =>
              i % 2
                ? []
                : [height(piece.originX + piece.scale * piece.points[i], piece.originY + piece.scale * piece.points[i + 1])],
            );
          expect(Math.max(...heights(below))).toBeLessThanOrEqual(Math.min(...heights(above)) + 1e-9);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('has the worked aspects', () => {
    const cutter = new PolygonCutter();
    cutter.load([0, 0, 1, 0, 1, 1, 0, 1], 0, 4);
    cutter.measure();
    expect(cutter.aspectAt(Math.PI / 4, 0.5)).toBeCloseTo(4, 12);
    expect(cutter.aspectAt(Math.PI / 4, 0.1)).toBeCloseTo(4, 10);
    expect(cutter.aspectAt(Math.PI / 2, 0.3)).toBeCloseTo(3.6333, 4);
    for (const [rule, first, second] of [
      ['widest', 4, 2.8571],
      ['greedy', 3.6333, 2.1286],
    ] as const) {
      const { aspects } = polygonalPartition(flat(0.3, 0.7), { rule });
      expect(aspects[1]).toBeCloseTo(first, 3);
      expect(aspects[2]).toBeCloseTo(second, 3);
    }
  });
});

/** Largest aspects and means of the trees of the table, seed 7. */
const ROWS = [
  ['uniform', 6, 4, 101, [8.24, 3.73], [9.66, 4.22], 57.3],
  ['pareto', 3, 10, 32, [6.83, 4.14], [6.83, 4.19], 20.9],
  ['pareto', 10, 3, 76, [9.66, 4.06], [9.66, 4.61], 184],
  ['exp2', 6, 4, 101, [9.66, 4.19], [13.1, 4.52], 4.1e6],
  ['exp2', 10, 3, 76, [13.2, 4.78], [10.0, 5.06], 2.9e6],
] as const;

describe('a partition', () => {
  it.each(ROWS)(
    'of the %s tree of depth %d and fan %d has the known aspects',
    (kind, depth, fan, leaves, widest, canonical, squarified) => {
      const tree = randomTree(depth, fan, kind, 7);
      expect(sumsOf(tree).leaves[0]).toBe(leaves);
      for (const [rule, [most, mean]] of [
        ['widest', widest],
        ['canonical', canonical],
      ] as const) {
        const result = polygonalPartition(tree, { rule });
        expect(result.status).toBe('converged');
        expect(Math.abs(result.maxAspect / most - 1)).toBeLessThan(0.007);
        expect(Math.abs(result.meanLeafAspect / mean - 1)).toBeLessThan(0.007);
      }
      const greedy = polygonalPartition(tree, { rule: 'greedy' });
      expect(greedy.maxAspect).toBeLessThan(6.2);
      expect(greedy.meanLeafAspect).toBeLessThan(3.1);
      expect(greedy.areaError).toBeLessThan(1e-10);
      const boxes = rectangleTreemap(sumsOf(tree), { x0: 0, y0: 0, x1: 1, y1: 1 }, squarify((1 + Math.sqrt(5)) / 2));
      const worst = boxes.reduce((most, box) => {
        const [dx, dy] = box ? [box.x1 - box.x0, box.y1 - box.y0] : [1, 1];
        return Math.max(most, dx / dy + dy / dx);
      }, 0);
      expect(Math.abs(worst / squarified - 1)).toBeLessThan(0.02);
    },
  );

  it('tiles: areas, convexity, and points that lie in one child', () => {
    for (const rule of ['greedy', 'widest', 'canonical', 'canonical-random', 'random'] as const) {
      for (const split of ['count', 'size', 'weight'] as const) {
        const tree = randomTree(4, 5, 'exp10', 3);
        const partition = polygonalPartition(tree, { rule, split, seed: 1, angles: 30 });
        const { totals, begins, children } = sumsOf(tree);
        const areas = Array.from(totals, (_, node) => shoelace(polygonOf(partition, node)));
        areas.forEach((area, node) => {
          expect(Math.abs(area / (totals[node] / totals[0]) - 1)).toBeLessThan(1e-8);
          const points = polygonOf(partition, node);
          for (let i = 0; i < points.length; i += 2) {
            const at = (k: number) => [points[(i + 2 * k) % points.length], points[(i + 2 * k + 1) % points.length]];
            const [[ax, ay], [bx, by], [cx, cy]] = [at(0), at(1), at(2)];
            expect((bx - ax) * (cy - by) - (by - ay) * (cx - bx)).toBeGreaterThan(-1e-14);
          }
        });
        const random = new Random(5);
        for (let k = 0; k < 300; k++) {
          const [x, y] = [random.uniform(), random.uniform()];
          const within = (node: number) => {
            const points = polygonOf(partition, node);
            for (let i = 0; i < points.length; i += 2) {
              const j = (i + 2) % points.length;
              if ((points[j] - points[i]) * (y - points[i + 1]) - (points[j + 1] - points[i + 1]) * (x - points[i]) < 0)
                return false;
            }
            return true;
          };
          const inside = Array.from(children.subarray(begins[0], begins[1])).filter(within);
          expect(inside.length).toBe(1);
        }
      }
    }
  });

  it('has exact areas for tiny shares, in absolute coordinates down to 1e-12 and in frames below', () => {
    for (const rule of ['greedy', 'widest', 'canonical'] as const) {
      const tree = flat(1 - 1e-6, 1e-6);
      const { aspects } = polygonalPartition(tree, { rule });
      expect(aspects[2]).toBeCloseTo(4, 2);
      expect(aspects[1]).toBeCloseTo(2, 2);
      const far = {
        parents: Int32Array.of(-1, 0, 0, 1, 1, 3, 3),
        weights: Float64Array.of(0, 0, 1, 0, 2 ** -40, 2 ** -80, 2 ** -120),
      };
      const partition = polygonalPartition(far, { rule });
      expect(partition.areaError).toBeLessThan(1e-9);
      const small = polygonalPartition(flat(1, 1e-12), { rule });
      expect(
        Math.abs(shoelace(polygonOf(small, 2).map((x, i) => x - polygonOf(small, 2)[i % 2])) / (1e-12 / (1 + 1e-12)) - 1),
      ).toBeLessThan(1e-9);
    }
  });

  it('separates directions of edges by the bound of the widest rule', () => {
    // φ_k ≥ π/(2(k+1)) after k cuts from a rectangle.
    for (const seed of [1, 2, 3]) {
      const tree = flatTree(64, 'exp2', seed);
      const partition = polygonalPartition(tree, { rule: 'widest' });
      for (let node = 1; node <= 64; node++) {
        const points = polygonOf(partition, node).map((x, i) => x - partition.origins[2 * node + (i % 2)]);
        const directions = points
          .flatMap((_, i) =>
            i % 2
              ? []
              : [Math.atan2(points[(i + 3) % points.length] - points[i + 1], points[(i + 2) % points.length] - points[i])],
          )
          .map((angle) => ((angle % Math.PI) + Math.PI) % Math.PI)
          .sort((a, b) => a - b);
        directions.forEach((angle, i) => {
          const next = i + 1 < directions.length ? directions[i + 1] : directions[0] + Math.PI;
          if (next - angle > 1e-6 && Math.PI - (next - angle) > 1e-6)
            expect(next - angle).toBeGreaterThan(Math.PI / (2 * 7) - 1e-6);
        });
      }
    }
  });

  it('keeps to the ladder of cotangents and grows no faster than depth', () => {
    const cotangent = 4 / Math.tan(Math.PI / 8);
    expect(cotangent).toBeCloseTo(9.657, 3);
    for (const [depth, most] of [
      [4, 6.22],
      [8, 7.5],
      [32, 7.5],
      [64, 8.21],
      [128, 8.21],
    ] as const) {
      expect(polygonalPartition(caterpillar(depth), { rule: 'widest' }).maxAspect).toBeCloseTo(most, 1);
    }
    for (const depth of [8, 128])
      expect(polygonalPartition(caterpillar(depth), { rule: 'canonical' }).maxAspect).toBeCloseTo(7.5, 1);
  });

  it('takes chains of any depth, long lists, a single leaf, and any convex region', () => {
    const chain = {
      parents: Int32Array.from({ length: 100_000 }, (_, i) => i - 1),
      weights: new Float64Array(100_000).fill(1),
    };
    expect(polygonalPartition(chain, { rule: 'widest' }).maxAspect).toBeCloseTo(2, 10);
    expect(polygonalPartition(flatTree(20_000, 'uniform', 1), { rule: 'widest' }).status).toBe('converged');
    const leaf = polygonalPartition({ parents: Int32Array.of(-1), weights: Float64Array.of(3) });
    expect(polygonOf(leaf, 0)).toHaveLength(8);
    const hexagon = Float64Array.from({ length: 12 }, (_, i) => (i % 2 ? Math.sin : Math.cos)((-Math.PI * (i >> 1)) / 3));
    const partition = polygonalPartition(flat(1, 2, 3), { region: hexagon });
    expect(shoelace(polygonOf(partition, 1))).toBeCloseTo((1.5 * Math.sqrt(3)) / 6, 12);
  });
});

describe('a layout that is kept', () => {
  const tree = flatTree(60, 'pareto', 5);
  const ids = Array.from({ length: 61 }, (_, i) => `n${i}`);
  const centers = (partition: TreePartition) =>
    Array.from({ length: 60 }, (_, i) => {
      const points = polygonOf(partition, i + 1);
      const count = points.length / 2;
      return [0, 1].map((axis) => points.reduce((sum, x, k) => sum + (k % 2 === axis ? x / count : 0), 0));
    });

  it('moves cells by at most 0.002 of the width for weights changed by 1 %', () => {
    const first = polygonalPartition(tree, { ids });
    const random = new Random(1);
    const weights = tree.weights.map((weight) => weight * (1 + 0.01 * (2 * random.uniform() - 1)));
    const second = polygonalPartition({ ...tree, weights }, { ids, previous: JSON.parse(JSON.stringify(first.state)) });
    const [a, b] = [centers(first), centers(second)];
    const mean = a.reduce((sum, [x, y], i) => sum + Math.hypot(x - b[i][0], y - b[i][1]) / 60, 0);
    expect(mean).toBeLessThan(0.002);
    expect(second.areaError).toBeLessThan(1e-9);
  });

  it('lets children enter and leave, and recuts what has become a sliver', () => {
    const first = polygonalPartition(tree, { ids });
    const kept = ids.filter((_, i) => i !== 7 && i !== 20);
    const smaller = {
      parents: tree.parents.slice(0, 60),
      weights: Float64Array.from([...tree.weights.filter((_, i) => i !== 7 && i !== 20), 1]),
    };
    const second = polygonalPartition(smaller, { ids: [...kept, 'new'], previous: first.state });
    expect(second.status).toBe('converged');
    expect(Object.keys(second.state)).toEqual(['n0']);
    const random = new Random(2);
    const weights = tree.weights.map((weight) => weight * Math.exp(4 * random.uniform() - 2));
    const bounded = polygonalPartition({ ...tree, weights }, { ids, previous: first.state, maxAspect: 8 });
    expect(bounded.maxAspect).toBeLessThanOrEqual(10);
    expect(bounded.areaError).toBeLessThan(1e-9);
  });
});

describe('slack partitions', () => {
  it('are the worked example', () => {
    const { lower, upper } = slackPartition(flat(0.9, 0.05, 0.05), { slack: 0.2 });
    expect(Array.from(lower.subarray(2))).toEqual([0, 0, 0.8, 0, 0.8, 0.5]);
    expect(Array.from(upper.subarray(2))).toEqual([0.8, 1, 1, 0.5, 1, 1]);
  });

  it('keep their guarantees in every dimension', () => {
    for (let dimension = 1; dimension <= 6; dimension++) {
      for (const slack of [1 / 3, 0.2, 0.05, 0.01]) {
        const tree = randomTree(5, 6, 'exp2', dimension);
        const { lower, upper, maxSideRatio, minShare } = slackPartition(tree, { dimension, slack });
        expect(maxSideRatio).toBeLessThanOrEqual((1 / slack) * (1 + 1e-9));
        expect(minShare).toBeGreaterThanOrEqual((1 - slack) * (1 - 1e-9));
        const { begins, children } = sumsOf(tree);
        const volume = (node: number) => {
          let product = 1;
          for (let k = 0; k < dimension; k++) product *= upper[node * dimension + k] - lower[node * dimension + k];
          return product;
        };
        for (let node = 0; node < tree.parents.length; node++) {
          const list = Array.from(children.subarray(begins[node], begins[node + 1]));
          if (list.length > 0) expect(list.reduce((sum, child) => sum + volume(child), 0) / volume(node)).toBeCloseTo(1, 9);
        }
        const shrunk = slackPartition(tree, { dimension, slack, method: 'shrink' });
        expect(shrunk.lower.every((x, i) => x >= lower[i] - 1e-12)).toBe(true);
      }
    }
  });
});

describe('ultrametrics', () => {
  it('are embedded as in the worked examples', () => {
    expect(embedUltrametric(starUltrametric(2, 2)).distortion).toBeCloseTo(1, 9);
    const four = embedUltrametric(starUltrametric(4, 2));
    expect(four.distortion).toBeCloseTo(Math.SQRT2, 6);
    expect(four.lowerBound).toBeCloseTo(1, 9);
    const hundred = embedUltrametric(starUltrametric(100, 2));
    expect(hundred.lowerBound).toBeCloseTo(9, 6);
    expect(hundred.distortion).toBeLessThan(18.1);
  });

  it('never shrink, and stay near the bound', () => {
    for (const dimension of [1, 2, 3]) {
      for (const depth of [2, 4, 6]) {
        for (const seed of depth === 6 ? [1] : [1, 2]) {
          const instance = separatedTree(depth, dimension, seed);
          const { status, contraction, distortion, lowerBound } = embedUltrametric(instance);
          expect(status).toBe('converged');
          expect(contraction).toBeLessThanOrEqual(1 + 1e-9);
          expect(distortion).toBeGreaterThanOrEqual(lowerBound - 1e-9);
          expect(distortion / lowerBound).toBeLessThanOrEqual(1.5 * (1 + depth));
          if (dimension === 2) expect(distortion / lowerBound).toBeLessThanOrEqual(3.2);
        }
      }
    }
  });

  it('are found from distances, or refused with the triple at fault', () => {
    const instance = separatedTree(3, 2, 4);
    const list = distancesOf(instance);
    const n = (1 + Math.sqrt(1 + 8 * list.length)) / 2;
    const values = new Float64Array(n * n);
    let at = 0;
    for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) values[i * n + j] = values[j * n + i] = list[at++];
    const found = ultrametricFromDistances({ rows: n, cols: n, values });
    const again = distancesOf(found);
    expect(Array.from(again).sort()).toEqual(Array.from(list).sort());
    expect(new Set(found.leafOfRow).size).toBe(n);
    const wrong = { rows: 3, cols: 3, values: Float64Array.of(0, 1, 3, 1, 0, 2, 3, 2, 0) };
    expect(() => ultrametricFromDistances(wrong)).toThrow(/d\(2, 0\) exceeds both/);
    expect(stretchOf(starUltrametric(2, 1), Float64Array.of(0, 2)).expansion).toBe(2);
    expect(distortionBound(starUltrametric(100, 2))).toBeCloseTo(9, 8);
  });
});

describe('baselines', () => {
  it('squarify as d3 does', () => {
    const boxes = rectangleTreemap(
      sumsOf(flat(6, 6, 4, 3, 2, 2, 1)),
      { x0: 0, y0: 0, x1: 6, y1: 4 },
      squarify((1 + Math.sqrt(5)) / 2),
    );
    const expected = [
      [0, 3, 0, 2],
      [0, 3, 2, 4],
      [3, 4.71, 0, 2.33],
      [4.71, 6, 0, 2.33],
      [3, 5.4, 2.33, 3.17],
      [3, 5.4, 3.17, 4],
      [5.4, 6, 2.33, 4],
    ];
    boxes.slice(1).forEach((box, i) => {
      [box?.x0, box?.x1, box?.y0, box?.y1].forEach((side, k) => {
        expect(side).toBeCloseTo(expected[i][k], 1.7);
      });
    });
  });
});

describe('hierarchies', () => {
  it('come from tables and paths', () => {
    expect(() => hierarchyFromTable([{ id: 'a' }, { id: 'b' }])).toThrow(/one root/);
    expect(() => hierarchyFromTable([{ id: 'a' }, { id: 'b', parent: 'x' }])).toThrow(/'x'/);
    expect(() => hierarchyFromTable([{ id: 'r' }, { id: 'a', parent: 'b' }, { id: 'b', parent: 'a' }])).toThrow(/cycle/);
    const { ids, weights } = hierarchyFromPaths([
      ['x/a.ts', 1],
      ['x/y/b.ts', 2],
      ['x/a.ts', 3],
    ]);
    expect(ids).toEqual(['.', 'x', 'x/a.ts', 'x/y', 'x/y/b.ts']);
    expect(Array.from(weights)).toEqual([0, 0, 4, 0, 2]);
    expect(flare().names).toHaveLength(252);
  });
});

describe('a treemap of a d3 hierarchy', () => {
  const leaf = (name: string, value: number) => ({ data: { name }, value });
  const root = {
    data: { name: 'r' },
    value: 10,
    children: [leaf('a', 3), leaf('b', 0), { data: { name: 'c' }, value: 6, children: [leaf('d', 1), leaf('e', 3)] }],
  };
  const area = (polygon: readonly (readonly [number, number])[] | null) => -shoelace((polygon ?? []).flat());

  it('has areas by value, own sizes as cells, none for zeros, and positive areas in d3-polygon', () => {
    const map = polygonTreemap(root, { size: [20, 5] });
    const cell = (key: string) => map.cells.find((each) => each.key === key);
    expect(area(cell('r')?.polygon ?? null)).toBeCloseTo(100, 9);
    expect(area(cell('r/a')?.polygon ?? null)).toBeCloseTo(30, 9);
    expect(cell('r/b')?.polygon).toBeNull();
    expect(area(cell('r/c')?.own ?? null)).toBeCloseTo(20, 9);
    expect(area(cell('r')?.own ?? null)).toBeCloseTo(10, 9);
    expect(area(cell('r/c/e')?.polygon ?? null)).toBeCloseTo(30, 9);
    const label = cell('r/c/e')?.label;
    expect(map.find(label?.x ?? 0, label?.y ?? 0)?.key).toBe('r/c/e');
    expect(polygonPath(cell('r')?.polygon ?? null)).toMatch(/^M.*Z$/);
    const ignoring = polygonTreemap(root, { innerValue: 'ignore' });
    expect(area(ignoring.cells[1].polygon)).toBeCloseTo(3 / 7, 9);
  });

  it('nests polygons by padding', () => {
    const map = polygonTreemap(root, { size: [200, 100], padding: 2 });
    const outer = map.cells.find(({ key }) => key === 'r/c')?.polygon ?? [];
    const inner = map.cells.find(({ key }) => key === 'r/c/e')?.polygon ?? [];
    expect(area(inner)).toBeLessThan(area(outer));
    const points = [...outer].reverse().flat();
    for (const [x, y] of inner) {
      for (let i = 0; i < points.length; i += 2) {
        const j = (i + 2) % points.length;
        const [dx, dy] = [points[j] - points[i], points[j + 1] - points[i + 1]];
        expect((dx * (y - points[i + 1]) - dy * (x - points[i])) / Math.hypot(dx, dy)).toBeGreaterThan(2 - 1e-6);
      }
    }
  });

  it('refuses what it cannot draw', () => {
    expect(() => polygonTreemap({ value: -1 })).toThrow(/value/);
    expect(() => polygonTreemap({ value: 0 })).toThrow(expect.objectContaining({ argument: 'weights' }));
    expect(() => polygonTreemap({ value: 2, children: [leaf('a', 1), leaf('a', 1)] })).toThrow(/two nodes/);
    expect(() => polygonTreemap(root, { size: [0, 1] })).toThrow(expect.objectContaining({ argument: 'size' }));
    expect(() =>
      polygonTreemap(root, {
        clip: [
          [0, 0],
          [1, 0],
          [0, 0],
        ],
      }),
    ).toThrow(expect.objectContaining({ argument: 'clip' }));
  });
});

it('diameters are those of the farthest vertices', () => {
  expect(squaredDiameter([0, 0, 3, 0, 3, 4], 0, 3)).toBe(25);
});
