// Front doors take plain and nested lists, and answer as for typed arrays.
import { describe, expect, it } from 'vitest';
import { acyclicity, cpdagDistance } from './dags.ts';
import {
  clairvoyantOptimum,
  createWalk,
  embedUltrametric,
  exactOrder,
  graphDistance,
  learnDag,
  notears,
  OnlineMatcher,
  onlineInstance,
  polygonalPartition,
  sampleGraph,
  saSrrw,
  simulateOnline,
  stochasticConfigurationBound,
  thresholdToDag,
  toCpdag,
  toDot,
  topo,
  topoByScore,
  topoPostProcess,
  ultrametricFromDistances,
  walkCovariance,
} from './index.ts';
import { expectedReward, rankingJointOutcome } from './matching.ts';
import { distortionBound, slackPartition } from './partitions.ts';

const path = { nodes: 3, rowPointers: [0, 1, 3, 4], columnIndices: [1, 0, 2, 1] };
const table = [
  [1, 2, 0.5],
  [-1, -2.1, 0],
  [2, 3.9, 1],
  [-2, -4, -1.4],
  [0.5, 1, 2],
];
const typed = { rows: 5, cols: 3, values: Float64Array.from(table.flat()) };

describe('plain lists', () => {
  it('are graphs to walk on', () => {
    const walk = createWalk(path, { target: [1, 2, 1], seed: 1 });
    const same = createWalk(
      { nodes: 3, rowPointers: Int32Array.from(path.rowPointers), columnIndices: Int32Array.from(path.columnIndices) },
      { target: Float64Array.of(1, 2, 1), seed: 1 },
    );
    for (let n = 0; n < 50; n++) expect(walk.step()).toBe(same.step());
    expect(walkCovariance(path, walk.transitions).memory.rows).toBe(3);
    const third = 1 / 3;
    const problem = { graph: path, values: [1, 2, 3], target: [third, third, third], steps: 300 };
    expect(sampleGraph(problem).mean).toBeCloseTo(2, 0);
    const gradient = (theta: Float64Array, node: number, out: Float64Array) => {
      out[0] = theta[0] - node;
    };
    expect(saSrrw(path, gradient, [0], { steps: 100 }).x).toBeInstanceOf(Float64Array);
    expect(() => createWalk({ ...path, columnIndices: [1, 0, 2, 1.5] })).toThrow(
      expect.objectContaining({ argument: 'graph.columnIndices', index: 3 }),
    );
  });

  it('are tables and weights', () => {
    expect(topo(table, { initialOrder: [0, 1, 2] }).order).toEqual(topo(typed, { initialOrder: [0, 1, 2] }).order);
    expect(exactOrder(table).score).toBe(exactOrder(typed).score);
    expect(topoByScore(table).score).toBe(topoByScore(typed).score);
    expect(notears(table).raw).toEqual(notears(typed).raw);
    expect(learnDag({ names: ['a', 'b', 'c'], data: table }).weights).toBeInstanceOf(Float64Array);
    const chain = [
      [0, 1, 0],
      [0, 0, 1],
      [0, 0, 0],
    ];
    expect(topoPostProcess(table, chain).order).toHaveLength(3);
    expect(graphDistance(chain, chain.flat()).shd).toBe(0);
    expect(cpdagDistance(toCpdag(chain), toCpdag(chain.flat()))).toBe(0);
    expect(acyclicity(chain).value).toBe(0);
    expect(thresholdToDag(chain, 2)).toEqual(new Float64Array(9));
    expect(toDot(chain, ['a', 'b', 'c'])).toContain('"a" -> "b"');
  });

  it('are instances of matching', () => {
    const plain = { weights: [1, 2], rowPointers: [0, 2, 3], columnIndices: [0, 1, 0], probabilities: [0.5, 0.2, 0.9] };
    const instance = onlineInstance([[0.5, 0.2], [0.9]], [1, 2]);
    expect(simulateOnline(plain, { seed: 1 }).mean).toBe(simulateOnline(instance, { seed: 1 }).mean);
    expect(clairvoyantOptimum(plain)).toBe(clairvoyantOptimum(instance));
    expect(stochasticConfigurationBound(plain).value).toBe(stochasticConfigurationBound(instance).value);
    expect(expectedReward(plain, { policy: 'greedy' })).toBe(expectedReward(instance, { policy: 'greedy' }));
    expect(rankingJointOutcome(plain, 0, { ranks: [0.3, 0.6], thresholds: [1, 2] }).neighbors).toHaveLength(2);
    expect(new OnlineMatcher({ weights: [1, 5] }).arrive([0.5, 0.4])).toBe(1);
  });

  it('are trees', () => {
    const tree = { parents: [-1, 0, 0], weights: [0, 1, 3] };
    expect(polygonalPartition(tree, { region: [0, 0, 2, 0, 2, 1, 0, 1] }).areaError).toBeLessThan(1e-12);
    expect(slackPartition(tree, { box: [0, 0, 2, 1] }).minShare).toBeGreaterThan(0.6);
    const star = { parents: [-1, 0, 0, 0, 0], labels: [1, 0, 0, 0, 0], dimension: 2 };
    expect(embedUltrametric(star).distortion).toBeCloseTo(Math.SQRT2, 4);
    expect(distortionBound(star)).toBe(1);
    const distances = [
      [0, 1, 2],
      [1, 0, 2],
      [2, 2, 0],
    ];
    expect(ultrametricFromDistances(distances).labels).toHaveLength(5);
  });
});
