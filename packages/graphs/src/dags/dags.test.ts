import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { acyclicity } from './acyclicity.ts';
import { cpdagDistance, graphDistance, reachability, thresholdToDag, toCpdag, toDot, topologicalOrder } from './dag-graph.ts';
import { randomDag, refittedScore, sampleLinearModel } from './dag-problem.ts';
import { exactOrder } from './exact-order.ts';
import { learnDag, readTable } from './learn-dag.ts';
import { choleskyOf, leastSquares, leastSquaresGradient, momentsOf, scoreOf, weightsOf } from './moments.ts';
import { lassoScore, logisticScore, networkScore } from './node-fits.ts';
import { dagma, notears } from './penalty-methods.ts';
import { consensusNetwork } from './sachs.ts';
import { SwapWindow } from './swap-window.ts';
import { topo, topoPostProcess } from './topo.ts';
import { topoByScore } from './topo-scores.ts';

/** Rows whose covariance is exactly L L'. */
function tableOf(factor: readonly (readonly number[])[]) {
  const d = factor.length;
  const values: number[] = [];
  for (let k = 0; k < d; k++)
    for (const sign of [1, -1]) for (let j = 0; j < d; j++) values.push(sign * Math.sqrt(d) * factor[j][k]);
  return { rows: 2 * d, cols: d, values: Float64Array.from(values) };
}

const three = tableOf([
  [1, 0, 0],
  [1, 1, 0],
  [1, 2, 1],
]);

function* permutations(list: number[]): Generator<number[]> {
  if (list.length <= 1) yield list;
  for (const [k, first] of list.entries())
    for (const rest of permutations(list.filter((_, i) => i !== k))) yield [first, ...rest];
}

describe('least squares over orders', () => {
  it('has the worked scores', () => {
    const { covariance, scale } = momentsOf(three);
    const factor = new Float64Array(9);
    for (const [order, value] of [
      [[0, 1, 2], 1.5],
      [[1, 0, 2], 1.75],
      [[1, 2, 0], 1.916667],
      [[0, 2, 1], 3.1],
      [[2, 1, 0], 3.416667],
      [[2, 0, 1], 3.516667],
    ] as const) {
      choleskyOf(covariance, 3, Int32Array.from(order), factor);
      expect(scoreOf(factor, 3) * scale ** 2).toBeCloseTo(value, 6);
    }
    choleskyOf(covariance, 3, Int32Array.of(2, 1, 0), factor);
    const weights = weightsOf(factor, 3, Int32Array.of(2, 1, 0));
    expect([weights[3], weights[6], weights[7]].map((x) => x.toFixed(6))).toEqual(['1.000000', '-0.333333', '0.500000']);
  });

  it('tells the change of a swap without refitting', () => {
    const random = new Random(3);
    for (let round = 0; round < 30; round++) {
      const d = 3 + random.integer(8);
      const data = sampleLinearModel(randomDag(d, 2, 'erdos-renyi', random), 100, 'unequal', random);
      const { covariance } = momentsOf(data);
      const order = random.permutation(d);
      const [factor, other] = [new Float64Array(d * d), new Float64Array(d * d)];
      choleskyOf(covariance, d, order, factor);
      const window = new SwapWindow(d);
      for (let a = 0; a < d; a++) {
        for (let b = a + 1; b < d; b++) {
          const swapped = order.slice();
          [swapped[a], swapped[b]] = [swapped[b], swapped[a]];
          choleskyOf(covariance, d, swapped, other);
          const change = scoreOf(other, d) - scoreOf(factor, d);
          expect(Math.abs(window.change(factor, d, a, b) - change)).toBeLessThan(
            1e-10 * (scoreOf(factor, d) + scoreOf(other, d)),
          );
        }
      }
    }
  });

  it('has no derivative off the paths at the best weights of any order', () => {
    const random = new Random(4);
    const data = sampleLinearModel(randomDag(8, 2, 'erdos-renyi', random), 200, 'normal', random);
    const moments = momentsOf(data);
    for (let round = 0; round < 200; round++) {
      const order = random.permutation(8);
      const factor = new Float64Array(64);
      choleskyOf(moments.covariance, 8, order, factor);
      const weights = weightsOf(factor, 8, order);
      const gradient = leastSquaresGradient(moments, weights);
      const reach = reachability(weights);
      for (let i = 0; i < 8; i++)
        for (let j = 0; j < 8; j++) if (i !== j && !reach[j * 8 + i]) expect(Math.abs(gradient[i * 8 + j])).toBeLessThan(1e-10);
      expect(leastSquares(moments, weights)).toBeCloseTo(scoreOf(factor, 8), 10);
    }
  });
});

describe('topo', () => {
  it('ends the worked example at once', () => {
    const { order, score, weights } = topo(three, { initialOrder: Int32Array.of(2, 1, 0), prune: false, threshold: 0 });
    expect(Array.from(order)).toEqual([0, 1, 2]);
    expect(score).toBeCloseTo(1.5, 8);
    expect(weights[1]).toBeCloseTo(1, 6);
    expect(weights[2]).toBeCloseTo(-1, 6);
    expect(weights[5]).toBeCloseTo(2, 6);
  });

  it('never raises the score, and finds the truth where variances are equal', () => {
    for (const [d, k] of [
      [10, 2],
      [20, 4],
      [30, 4],
    ]) {
      const random = new Random(d);
      const truth = randomDag(d, k, 'erdos-renyi', random);
      const data = sampleLinearModel(truth, 1000, 'normal', random);
      let last = Infinity;
      const outcome = topo(data, {
        seed: 1,
        onIteration: ({ score }) => {
          expect(score).toBeLessThanOrEqual(last * (1 + 1e-12));
          last = score;
        },
      });
      expect(outcome.status).toBe('converged');
      expect(topologicalOrder(outcome.weights)).toBeDefined();
      expect(graphDistance(truth, outcome.weights).shd).toBeLessThanOrEqual(2);
      expect(Math.abs(outcome.score / (d / 2) - 1)).toBeLessThan(0.06);
    }
  });

  it('finds the global optimum of small instances with ten starts', () => {
    let found = 0;
    for (let seed = 0; seed < 20; seed++) {
      const random = new Random(seed);
      const data = sampleLinearModel(randomDag(8, 2, 'erdos-renyi', random), 200, 'unequal', random);
      const exact = exactOrder(data);
      const { score } = topo(data, { starts: 10, seed });
      expect(score).toBeGreaterThanOrEqual(exact.score * (1 - 1e-10));
      if (score <= exact.score * (1 + 1e-9)) found++;
    }
    expect(found).toBeGreaterThanOrEqual(19);
  });

  it('and the exact order agree with brute force', () => {
    for (let seed = 0; seed < 10; seed++) {
      const random = new Random(seed);
      const data = sampleLinearModel(randomDag(5, 2, 'erdos-renyi', random), 50, 'unequal', random);
      const { covariance, scale } = momentsOf(data);
      const factor = new Float64Array(25);
      let best = Infinity;
      for (const order of permutations([0, 1, 2, 3, 4])) {
        choleskyOf(covariance, 5, Int32Array.from(order), factor);
        best = Math.min(best, scoreOf(factor, 5) * scale ** 2);
      }
      expect(exactOrder(data).score).toBeCloseTo(best, 9);
    }
  });

  it('improves what DAGMA finds (NOTEARS and GOLEM in the full suite), and any other graph', () => {
    const random = new Random(9);
    const truth = randomDag(6, 2, 'erdos-renyi', random);
    const data = sampleLinearModel(truth, 500, 'normal', random);
    for (const weights of [dagma(data, { maxInnerIterations: 3000 }).raw, random.normals(new Float64Array(36))]) {
      const before = refittedScore({ data, truth }, weights);
      const after = topoPostProcess(data, weights, { prune: false, threshold: 0 });
      expect(refittedScore({ data, truth }, after.weights)).toBeLessThanOrEqual(before * (1 + 1e-12));
    }
  });

  it('takes the rule of the paper as well', () => {
    const random = new Random(11);
    const data = sampleLinearModel(randomDag(10, 2, 'erdos-renyi', random), 500, 'normal', random);
    const all = topo(data, { seed: 1, tau: 1e9 });
    const steep = topo(data, { seed: 1, tau: 1, xi: 0.01 });
    expect(all.score).toBeLessThanOrEqual(topo(data, { seed: 1, sizeSmall: 1, sizeLarge: 1 }).score);
    expect(steep.evaluations.value).toBeLessThan(all.evaluations.value);
    expect(steep.score).toBeGreaterThanOrEqual(exactOrder(data).score * (1 - 1e-10));
  });

  it('does not depend on units beyond a common factor', () => {
    const random = new Random(2);
    const data = sampleLinearModel(randomDag(6, 2, 'erdos-renyi', random), 100, 'normal', random);
    const [plain, huge] = [1, 1e150].map((factor) =>
      topo({ ...data, values: data.values.map((x) => x * factor) }, { seed: 1 }),
    );
    expect(Array.from(huge.order)).toEqual(Array.from(plain.order));
  });
});

describe('the public case of notears', () => {
  it('S = [[1,1,1],[1,2,3],[1,3,6]] at lambda 0.1', () => {
    const { raw } = notears(three);
    expect(raw[1]).toBeCloseTo(0.9, 1.7);
    expect(raw[2]).toBeCloseTo(-0.7, 1.7);
    expect(raw[5]).toBeCloseTo(1.8, 1.7);
    const lasso = lassoScore(three, 0.1);
    const own = [lasso.fit(0, []), lasso.fit(1, [0]), lasso.fit(2, [0, 1])];
    expect(own[1].weights[0]).toBeCloseTo(0.9, 9);
    expect(own[2].weights[0]).toBeCloseTo(-0.7, 9);
    expect(own[2].weights[1]).toBeCloseTo(1.8, 9);
    expect(own.reduce((sum, { score }) => sum + score, 0)).toBeCloseTo(1.87, 9);
    expect(topoByScore(three, { score: 'lasso', l1: 0.1, initialOrder: [0, 1, 2], starts: 1 }).score).toBeLessThan(1.87 + 1e-9);
  });

  it('follows variances: from 0 → 1 with S = [[1, .5], [.5, .5]] to 1 → 0', () => {
    const { order } = exactOrder(
      tableOf([
        [1, 0],
        [0.5, 0.5],
      ]),
    );
    expect(Array.from(order)).toEqual([1, 0]);
  });
});

describe('acyclicity', () => {
  it('has the worked values', () => {
    const w = Float64Array.of(0, 0.5, 0.5, 0);
    expect(acyclicity(w).value).toBeCloseTo(0.0628262, 8);
    expect(acyclicity(w, { method: 'logdet' }).value).toBeCloseTo(0.06453852, 8);
    expect(acyclicity(w, { method: 'poly' }).value).toBeCloseTo(0.03125, 10);
    expect(() => acyclicity(Float64Array.of(0, 1, 1, 0), { method: 'logdet' })).toThrow(
      expect.objectContaining({ argument: 's' }),
    );
  });

  it('has the gradients of finite differences, and is zero exactly without cycles', () => {
    const random = new Random(1);
    const w = random.normals(new Float64Array(16)).map((x) => 0.3 * x) as Float64Array;
    for (const kind of ['exp', 'poly', 'logdet'] as const) {
      for (const base of ['square', 'abs'] as const) {
        const options = { method: kind, base, s: 3 };
        const { gradient } = acyclicity(w, options);
        for (let at = 0; at < 16; at++) {
          const [up, down] = [1e-6, -1e-6].map(
            (h) =>
              acyclicity(
                w.map((x, i) => x + (i === at ? h : 0)),
                options,
              ).value,
          );
          expect(gradient[at]).toBeCloseTo((up - down) / 2e-6, 5);
        }
        expect(
          acyclicity(randomDag(6, 2, 'erdos-renyi', random).map((x) => x / 4) as Float64Array, options).value,
        ).toBeLessThan(1e-14);
      }
    }
  });
});

describe('graphs', () => {
  it('are compared as by notears and gCastle', () => {
    const truth = new Float64Array(16);
    const found = new Float64Array(16);
    for (const [i, j] of [
      [0, 1],
      [1, 2],
      [2, 3],
    ])
      truth[i * 4 + j] = 1;
    for (const [i, j] of [
      [1, 0],
      [1, 2],
      [0, 3],
      [0, 2],
    ])
      found[i * 4 + j] = 1;
    expect(graphDistance(truth, found)).toEqual({
      shd: 4,
      truePositiveRate: 1 / 3,
      falseDiscoveryRate: 0.75,
      falsePositiveRate: 1,
    });
    expect(graphDistance(new Float64Array(16), found).truePositiveRate).toBe(1);
  });

  it('have no edges both ways', () => {
    const twoWay = [0, 1, 1, 0];
    expect(() => graphDistance(twoWay, [0, 1, 0, 0])).toThrow(expect.objectContaining({ argument: 'truth' }));
    expect(() =>
      graphDistance(
        [
          [0, 1],
          [0, 0],
        ],
        twoWay,
      ),
    ).toThrow(/^found: has edges both ways between 1 and 0/);
  });

  it('of Sachs can be oriented nowhere', () => {
    const marks = toCpdag(consensusNetwork());
    let [open, directed] = [0, 0];
    for (let i = 0; i < 11; i++) {
      for (let j = 0; j < 11; j++) {
        if (marks[i * 11 + j] && marks[j * 11 + i]) open++;
        else if (marks[i * 11 + j]) directed++;
      }
    }
    expect([open / 2, directed]).toEqual([17, 0]);
  });

  it('have the classes of enumeration', () => {
    // Two DAGs are equivalent if they have the same skeleton and the same colliders of nodes that are apart.
    const random = new Random(6);
    for (let round = 0; round < 40; round++) {
      const dag = randomDag(5, 1 + random.integer(2), 'erdos-renyi', random);
      const edges: [number, number][] = [];
      for (let i = 0; i < 5; i++) for (let j = 0; j < 5; j++) if (dag[i * 5 + j] !== 0) edges.push([i, j]);
      const colliders = (w: Float64Array) => {
        const found: string[] = [];
        for (let c = 0; c < 5; c++)
          for (let a = 0; a < 5; a++)
            for (let b = 0; b < a; b++)
              if (w[a * 5 + c] && w[b * 5 + c] && !w[a * 5 + b] && !w[b * 5 + a]) found.push(`${a}${c}${b}`);
        return found.join();
      };
      const union = new Uint8Array(25);
      for (let turn = 0; turn < 2 ** edges.length; turn++) {
        const other = new Float64Array(25);
        edges.forEach(([i, j], k) => {
          if ((turn >> k) & 1) other[j * 5 + i] = 1;
          else other[i * 5 + j] = 1;
        });
        if (!topologicalOrder(other) || colliders(other) !== colliders(dag)) continue;
        for (let at = 0; at < 25; at++) if (other[at]) union[at] = 1;
      }
      expect(Array.from(toCpdag(dag))).toEqual(Array.from(union));
    }
  });

  it('lose the smallest weights on cycles', () => {
    const w = Float64Array.of(0, 3, 0, 0, 0, 2, 1, 0, 0);
    expect(Array.from(thresholdToDag(w))).toEqual([0, 3, 0, 0, 0, 2, 0, 0, 0]);
    expect(toDot(w, ['a', 'b', 'c'])).toContain('"a" -> "b" [label="3"]');
  });
});

describe('scores over nodes', () => {
  it('end at points of Karush, Kuhn and Tucker where swaps alone may not', () => {
    for (let seed = 0; seed < 12; seed++) {
      const random = new Random(seed);
      const data = sampleLinearModel(randomDag(6, 2, 'erdos-renyi', random), 200, 'normal', random);
      const variance =
        momentsOf(data).covariance.reduce((sum, x, at) => sum + (at % 7 === 0 ? x / 6 : 0), 0) * momentsOf(data).scale ** 2;
      const l1 = 0.09 * variance;
      const [swaps, sorted] = (['swap', 'topological'] as const).map((reorder) =>
        topoByScore(data, { score: 'lasso', l1, reorder, starts: 1, seed }),
      );
      expect(sorted.kktResidual).toBeLessThan(1e-8);
      expect(sorted.score).toBeLessThanOrEqual(swaps.score * (1 + 1e-9));
      // A local minimum: feasible changes do not lower the objective.
      const { covariance, scale } = momentsOf(data);
      const value = (w: Float64Array) =>
        leastSquares({ d: 6, covariance, n: 0, scale: 1 }, w) + (l1 / scale ** 2) * w.reduce((sum, x) => sum + Math.abs(x), 0);
      const base = value(sorted.weights);
      const reach = reachability(sorted.weights);
      for (let trial = 0; trial < 100; trial++) {
        const moved = sorted.weights.map((x, at) =>
          at % 7 !== 0 && !reach[(at % 6) * 6 + Math.floor(at / 6)] ? x + 1e-3 * random.normal() : x,
        ) as Float64Array;
        if (topologicalOrder(moved)) expect(value(moved)).toBeGreaterThanOrEqual(base * (1 - 1e-12));
      }
    }
  });

  it('of the information criterion see units as a constant, and without a price no order', () => {
    const random = new Random(5);
    const data = sampleLinearModel(randomDag(5, 1, 'erdos-renyi', random), 500, 'unequal', random);
    const scaled = { ...data, values: data.values.map((x, at) => x * 10 ** (at % 5)) };
    const [a, b] = [data, scaled].map((table) => topoByScore(table, { starts: 5, seed: 1 }));
    // Densities of what is measured in units a tenth as large are ten times as large.
    expect(b.score).toBeCloseTo(a.score + (0 + 1 + 2 + 3 + 4) * Math.log(10), 9);
    expect(toCpdag(b.weights)).toEqual(toCpdag(a.weights));
    const scores = [1, 2, 3].map((seed) => topoByScore(data, { edgePenalty: 1e-12, starts: 1, seed, reorder: 'swap' }).score);
    for (const score of scores) expect(score).toBeCloseTo(scores[0], 8);
  });

  it('of the information criterion are those of the literature, −2 log L + k log n', () => {
    const random = new Random(6);
    const n = 300;
    const values = new Float64Array(2 * n);
    for (let r = 0; r < n; r++) {
      values[2 * r] = 45 * random.normal();
      values[2 * r + 1] = 0.5 * values[2 * r] + 3 + random.normal();
    }
    const { score, weights } = topoByScore({ rows: n, cols: 2, values });
    expect(Math.abs(weights[1]) + Math.abs(weights[2])).toBeGreaterThan(0);
    const column = (j: number) => values.filter((_, at) => at % 2 === j);
    const [x, y] = [column(0), column(1)];
    const mean = (v: Float64Array) => v.reduce((a, b) => a + b, 0) / n;
    const [mx, my] = [mean(x), mean(y)];
    const product = (a: Float64Array, ma: number, b: Float64Array, mb: number) =>
      a.reduce((sum, entry, i) => sum + (entry - ma) * (b[i] - mb), 0) / n;
    const [xx, xy, yy] = [product(x, mx, x, mx), product(x, mx, y, my), product(y, my, y, my)];
    // Two means, two variances and one weight.
    const logLikelihood = (variance: number) => -(n / 2) * (Math.log(2 * Math.PI * variance) + 1);
    const bic = -2 * (logLikelihood(xx) + logLikelihood(yy - xy ** 2 / xx)) + 5 * Math.log(n);
    expect(2 * n * score).toBeCloseTo(bic, 6);
  });

  it('of least squares are in the units of the data', () => {
    const random = new Random(7);
    const data = sampleLinearModel(randomDag(4, 1, 'erdos-renyi', random), 300, 'normal', random);
    const large = { ...data, values: data.values.map((x) => 45 * x) };
    const options = { score: 'lasso', starts: 3, seed: 1 } as const;
    const a = topoByScore(data, { ...options, l1: 0.01 });
    const b = topoByScore(large, { ...options, l1: 0.01 * 45 ** 2 });
    expect(b.score / 45 ** 2).toBeCloseTo(a.score, 9);
    expect(topoByScore(data, { ...options, l1: 0 }).score).toBeCloseTo(exactOrder(data).score, 9);
  });

  it('of binary and of curved relations find edges', () => {
    const random = new Random(8);
    const binary = new Float64Array(600 * 3);
    for (let r = 0; r < 600; r++) {
      binary[3 * r] = random.uniform() < 0.5 ? 1 : 0;
      binary[3 * r + 1] = random.uniform() < (binary[3 * r] ? 0.9 : 0.2) ? 1 : 0;
      binary[3 * r + 2] = random.uniform() < 0.5 ? 1 : 0;
    }
    const data = { rows: 600, cols: 3, values: binary };
    const fit = logisticScore(data, 0.01).fit(1, [0, 2]);
    expect(fit.weights[0]).toBeGreaterThan(1);
    // Optimal: the derivative of the loss balances λ where a weight is not 0.
    for (const i of [0, 2]) expect(fit.gradient[i] + 0.01 * Math.sign(fit.weights[i])).toBeCloseTo(0, 6);
    const { weights, status } = topoByScore(data, { score: 'logistic', l1: 0.02, starts: 2 });
    expect(status).toBe('converged');
    expect(Math.abs(weights[1]) + Math.abs(weights[3])).toBeGreaterThan(0.5);
    const curved = new Float64Array(200 * 2);
    for (let r = 0; r < 200; r++) {
      curved[2 * r] = random.normal();
      curved[2 * r + 1] = Math.sin(2 * curved[2 * r]) + 0.1 * random.normal();
    }
    const network = networkScore({ rows: 200, cols: 2, values: curved }, { ridge: 1e-4, l1: 1e-3, maxIterations: 200 });
    expect(network.fit(1, [0]).score).toBeLessThan(0.6 * network.fit(1, []).score);
  });

  it('obey knowledge', () => {
    const { weights } = topoByScore(three, { forbidden: [[0, 1]], required: [[1, 0]], starts: 2 });
    expect(weights[1]).toBe(0);
    expect(weights[3]).not.toBe(0);
    expect(() =>
      topoByScore(three, {
        required: [
          [0, 1],
          [1, 0],
        ],
      }),
    ).toThrow(/cycle/);
    expect(() => topoByScore(three, { required: [[0, 1]], forbidden: [[0, 1]] })).toThrow(/forbidden/);
  });
});

describe('learning from a table', () => {
  it('reads, names, orients and says how stable it is', () => {
    const random = new Random(1);
    const lines = ['a,b,"c, d"'];
    for (let r = 0; r < 300; r++) {
      const [a, b] = [random.normal(), random.normal()];
      lines.push(`${a},${b},${a - 2 * b + 0.5 * random.normal()}`);
    }
    const table = readTable(lines.join('\n'));
    const { edges, order } = learnDag(table, { bootstraps: 20 });
    expect(order.at(-1)).toBe('c, d');
    expect(edges.map(({ from, to, isOriented }) => [from, to, isOriented])).toEqual([
      ['b', 'c, d', true],
      ['a', 'c, d', true],
    ]);
    for (const { support, directionSupport } of edges) {
      expect(support).toBeGreaterThan(0.9);
      expect(directionSupport).toBeGreaterThan(0.7);
    }
    const forced = learnDag(table, { forbidden: [['a', 'c, d']], required: [['c, d', 'a']] });
    expect(forced.edges.some(({ from, to }) => from === 'a' && to === 'c, d')).toBe(false);
    expect(forced.edges.some(({ from, to }) => from === 'c, d' && to === 'a')).toBe(true);
    expect(() => learnDag(table, { forbidden: [['a', 'x']] })).toThrow(/'x'/);
  });

  it('names missing and wrong cells', () => {
    expect(() => readTable('a,b\n1,2\n,3\n4,5')).toThrow(/row 2, column 'a'/);
    expect(readTable('a,b\n1,2\n,3\n4,5', { missing: 'drop' }).data.rows).toBe(2);
    expect(() => readTable('a,b\n1,x\n2,3')).toThrow(/'x' in row 1/);
    expect(() => readTable('a,b\n1\n2,3')).toThrow(/1 cells/);
  });
});

it('classes differ where an edge differs', () => {
  const [a, b] = [toCpdag(Float64Array.of(0, 1, 0, 0)), toCpdag(Float64Array.of(0, 0, 0, 0))];
  expect(cpdagDistance(a, b)).toBe(1);
  expect(cpdagDistance(a, toCpdag(Float64Array.of(0, 0, 1, 0)))).toBe(0);
});
