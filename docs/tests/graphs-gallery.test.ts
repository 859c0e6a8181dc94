// The treemap's hierarchies, the watched walks and the untangled graphs of the gallery.
import { karateClub, polygonTreemap } from '@infimum/graphs';
import { describe, expect, test } from 'vitest';
import { graphs, WatchedWalk } from '../components/avoiding-walk.ts';
import { learnFromCsv, sprinklerTable } from '../components/causal-table.ts';
import {
  changedSizes,
  filesOfJson,
  flare,
  LaidTree,
  largeTree,
  layOut,
  readableSize,
  sizedTree,
  treeOfFiles,
} from '../components/treemap-zoom.ts';
import { proteinModel, randomModel, untangle } from '../components/untangling.ts';

describe('hierarchies', () => {
  test('sum up what is below', () => {
    const root = sizedTree(
      treeOfFiles([
        ['a/b.ts', 3],
        ['a/c.ts', 4],
        ['d.ts', 5],
        ['empty.ts', 0],
      ]),
    );
    expect(root.value).toBe(12);
    expect(root.children?.map(({ data, value }) => [data.name, value])).toEqual([
      ['a', 7],
      ['d.ts', 5],
    ]);
    expect(root.children?.[0].children?.map(({ data }) => data.name)).toEqual(['b.ts', 'c.ts']);
  });

  test('of Flare have 220 classes of 956 129 bytes', () => {
    const tree = flare();
    expect(sizedTree(tree).value).toBe(956_129);
    expect(tree.weights.filter((size) => size > 0)).toHaveLength(220);
  });

  test('of a bundle are read from its metafile, and refused with the reason', () => {
    expect(filesOfJson('{"inputs":{"a.ts":{"bytes":3}}}')).toEqual([['a.ts', 3]]);
    expect(filesOfJson('{"a.ts":3}')).toEqual([['a.ts', 3]]);
    expect(() => filesOfJson('{"a.ts":"x"}')).toThrow("'a.ts' has no size");
    expect(() => filesOfJson('3')).toThrow('neither a metafile');
  });

  test('have the same cells as numbers, made when they are asked for', () => {
    const tree = flare();
    const laid = new LaidTree(tree, layOut(tree, [12, 8]).layout);
    const map = polygonTreemap(sizedTree(tree), {
      size: [12, 8],
      key: ({ id }: { readonly id?: string | undefined }) => id as string,
    });
    expect([laid.count, laid.maxAspect]).toEqual([map.cells.length, map.maxAspect]);
    for (const { node, polygon, label } of map.cells) {
      const cell = laid.get(node.id);
      expect(cell?.node.value).toBe(node.value);
      expect(cell?.node.children?.map(({ id }) => id)).toEqual(node.children?.map(({ id }) => id));
      expect(cell?.polygon).toEqual(polygon ?? undefined);
      expect(cell?.label?.radius).toBe(label?.radius);
      // What is found at a label's place is its own cell, from its parent.
      const parent = laid.parentOf(node.id);
      if (label && parent !== undefined) expect(laid.childAt(parent, label.x, label.y)?.node.id).toBe(node.id);
    }
    expect([laid.get(''), laid.get('9999'), laid.parentOf('0'), laid.childAt('0', 13, 2)]).toEqual(Array(4).fill(undefined));
  });

  test('stay put when sizes change, and scatter without the lines', () => {
    const tree = flare();
    const lay = (sizes: Float64Array, previous?: object) =>
      polygonTreemap(sizedTree(tree, sizes), {
        size: [1, 1],
        key: ({ id }: { readonly id?: string | undefined }) => id as string,
        ...(previous && { previous: previous as never }),
      });
    const first = lay(tree.weights);
    const near = tree.weights.map((size, i) => size * (i % 2 ? 1.01 : 0.99)) as Float64Array;
    const moved = (map: ReturnType<typeof lay>) =>
      map.cells.reduce((sum, { label }, k) => {
        const old = first.cells[k].label;
        return sum + Math.hypot((label?.x ?? 0) - (old?.x ?? 0), (label?.y ?? 0) - (old?.y ?? 0)) / map.cells.length;
      }, 0);
    expect(moved(lay(near, first.state))).toBeLessThan(0.002);
    expect(lay(changedSizes(tree, 1), first.state).maxAspect).toBeLessThan(21);
  });

  // A hundred thousand in the long run.
  const groups = process.env['INFIMUM_FULL'] ? 20 : 4;

  test(`of ${5000 * groups} leaves are divided whole`, () => {
    const map = polygonTreemap(sizedTree(largeTree(groups)), { rule: 'widest' });
    expect(map.cells).toHaveLength(1 + groups * (1 + 50 + 50 * 100));
    expect(map.maxAspect).toBeLessThan(21);
    expect(map.cells.every(({ polygon }) => polygon !== null)).toBe(true);
  });

  test('have sizes that one can read', () => {
    expect([999, 1000, 23_456, 1.5e6].map(readableSize)).toEqual(['999', '1 k', '23 k', '1.5 M']);
  });
});

describe('the walk that avoids where it has been', () => {
  test('is far more even than the plain one on every graph', () => {
    for (const { make } of Object.values(graphs)) {
      const [plain, repelled] = [0, 5].map((alpha) => {
        const walk = new WatchedWalk(make(), alpha, 1);
        walk.advance(20_000);
        return walk.distance();
      });
      expect(repelled).toBeLessThan(0.5 * plain);
    }
  });

  test('keeps its path along edges and its shares of sum one', () => {
    const { rowPointers, columnIndices } = karateClub();
    const walk = new WatchedWalk(karateClub(), 5, 2);
    walk.advance(1000);
    expect(walk.shares().reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    walk.path.slice(1).forEach((node, k) => {
      const from = walk.path[k];
      const around = columnIndices.subarray(rowPointers[from], rowPointers[from + 1]);
      expect(node === from || around.includes(node)).toBe(true);
    });
    const steps = walk.distances.map(([count]) => count);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
  });
});

describe('a causal graph', () => {
  test.each([
    ['proteins', proteinModel()],
    ['16 nodes', randomModel(16, 3)],
    ['26 nodes', randomModel(26, 3)],
  ] as const)('of %s is untangled swap by swap', (_, model) => {
    const { stages, trueScore, errors } = untangle(model, 1000, 3);
    stages.slice(1).forEach(({ order, swapped, score }, k) => {
      const before = stages[k];
      const changed = order.filter((node, place) => node !== before.order[place]);
      expect(changed.sort((a, b) => a - b)).toEqual([...(swapped ?? [])].sort((a, b) => a - b));
      expect(score).toBeLessThanOrEqual(before.score);
    });
    expect(stages.at(-1)?.score).toBeLessThan(1.01 * trueScore);
    expect(stages[0].backward).toBeGreaterThan(0);
    expect(errors).toBeLessThanOrEqual(3);
  });
});

describe("a visitor's table", () => {
  test('tells causes, and what is wrong with it', () => {
    const { found, rows, graph } = learnFromCsv(sprinklerTable(), 'wet > rain, slippery → rain', 10);
    expect(rows).toBe(300);
    const arrows = found.map(({ from, to }) => `${from} ${to}`).sort();
    expect(arrows).toEqual(['rain wet', 'sprinkler wet', 'wet slippery']);
    expect(graph).toContain('"wet" -> "slippery"');
    expect(() => learnFromCsv(sprinklerTable(), 'wet', 1)).toThrow('not of the form');
    expect(() => learnFromCsv(sprinklerTable(), 'wet > snow', 1)).toThrow("'snow'");
    expect(() => learnFromCsv('a,b\n1,x\n', '', 1)).toThrow("'x' in row 1");
  });
});
