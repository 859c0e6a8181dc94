import { Random } from '@infimum/core';
import { loadDigits } from '@infimum/datasets/digits';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digitGenerator } from './digit-diffusion.ts';
import { gradientlessDescent } from './gradientless-descent.ts';
import { onePlusOneEs } from './one-plus-one-es.ts';
import { levelsOf, quarterGradient, rankGradient, rankWeights } from './rank-gradient.ts';
import { RankSession } from './rank-session.ts';
import { episodesToBalance, errorsOf } from './ranking-claims.ts';
import { rankedDigits, rankedFunction } from './ranking-families.ts';
import { judgeByValue } from './ranking-oracle.ts';
import { zoRankSgd } from './zo-rank-sgd.ts';

/** |E| and the number N(E) of ordered pairs of known pairs that share a point, for the k best of m. */
const rankingGraph = (m: number, k: number) => ({
  edges: k * m - (k * (k + 1)) / 2,
  adjacent: k * (m - 1) * (m - 2) + (m - k) * k * (k - 1),
});

const isFull = Boolean(process.env['INFIMUM_FULL']);

/** The definition: the mean over the explicit list of pairs. */
function byPairs(noise: Float64Array, levels: Int32Array, d: number) {
  const sum = new Float64Array(d);
  let edges = 0;
  for (let i = 0; i < levels.length; i++) {
    for (let j = 0; j < levels.length; j++) {
      if (levels[i] >= levels[j]) continue;
      edges++;
      for (let c = 0; c < d; c++) sum[c] += noise[j * d + c] - noise[i * d + c];
    }
  }
  return { mean: sum.map((entry) => entry / edges), edges };
}

describe('the estimate', () => {
  it('has the weights of the graph', () => {
    expect([...rankWeights(levelsOf([2, 0], 4)).weights]).toEqual([-1, 2, -3, 2]);
    expect([...rankWeights(levelsOf([0, 1, 2, 3, 4], 5)).weights]).toEqual([-4, -2, 0, 2, 4]);
    expect([...rankWeights(levelsOf([0, 1, 2], 6)).weights]).toEqual([-5, -3, -1, 3, 3, 3]);
  });

  it('is the mean over all known pairs, for every m and k, with ties', () => {
    const random = new Random(1);
    for (let m = 2; m <= 12; m++) {
      for (let k = 1; k <= m; k++) {
        const noise = random.normals(new Float64Array(m * 3));
        const order = [...random.permutation(m)].slice(0, k);
        const tied = k > 2 ? [order[0], order.slice(1, 3), ...order.slice(3)] : order;
        for (const ranking of [order, tied]) {
          const { mean, edges } = byPairs(noise, levelsOf(ranking, m), 3);
          const out = new Float64Array(3);
          expect(rankGradient(noise, ranking, out)).toBe(edges);
          for (let j = 0; j < 3; j++) expect(out[j]).toBeCloseTo(edges > 0 ? mean[j] : 0, 12);
        }
        const graph = rankingGraph(m, k);
        expect(rankWeights(levelsOf(order, m)).edges).toBe(graph.edges);
        const degrees = Array.from({ length: m }, (_, i) => (i < k ? m - 1 : k));
        expect(graph.adjacent).toBe(degrees.reduce((sum, degree) => sum + degree * (degree - 1), 0));
      }
    }
    expect(rankingGraph(15, 5)).toEqual({ edges: 60, adjacent: 1110 });
  });

  it('does not change when the last of all is named', () => {
    const noise = new Random(2).normals(new Float64Array(6 * 2));
    const [all, butOne] = [new Float64Array(2), new Float64Array(2)];
    rankGradient(noise, [3, 1, 0, 5, 2, 4], all);
    rankGradient(noise, [3, 1, 0, 5, 2], butOne);
    expect(butOne).toEqual(all);
  });

  it('is the gradient of a linear function times a known constant on average', () => {
    const random = new Random(3);
    const [m, d, draws] = [4, 5, 50_000];
    const noise = new Float64Array(m * d);
    const [sum, out] = [new Float64Array(d), new Float64Array(d)];
    for (let t = 0; t < draws; t++) {
      random.normals(noise);
      const order = [0, 1, 2, 3].sort((a, b) => noise[a * d] - noise[b * d]);
      rankGradient(noise, order.slice(0, 2), out);
      for (let j = 0; j < d; j++) sum[j] += out[j] / draws;
    }
    expect(sum[0]).toBeCloseTo(1.207582, 1);
    for (let j = 1; j < d; j++) expect(Math.abs(sum[j])).toBeLessThan(0.02);
  });

  it('refuses rankings of other points', () => {
    for (const ranking of [[4], [0, 0], [-1], [0.5], [[1, 1]]]) expect(() => levelsOf(ranking, 4)).toThrow('ranking');
  });
});

describe('zoRankSgd', () => {
  it('sees the order only, bit for bit', () => {
    const search = rankedFunction('rosenbrock', 5, 1);
    const transformed = { ...search, value: (x: Float64Array) => Math.log1p(search.value(x, 0)) ** 3 + 5 };
    for (const variant of ['adaptive', 'line-search', 'plain'] as const) {
      const options = { variant, maxQueries: 600, seed: 2 };
      expect(zoRankSgd(transformed, options).x).toEqual(zoRankSgd(search, options).x);
    }
  });

  it('never becomes worse with line searches', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 }), fc.boolean(), (seed, adapts) => {
        const search = rankedFunction('ellipsoid', 6, seed);
        let last = Infinity;
        zoRankSgd(search, {
          variant: adapts ? 'adaptive' : 'line-search',
          maxQueries: 600,
          seed,
          onIteration: ({ solution }) => {
            const value = search.value(solution().x, 0);
            expect(value).toBeLessThanOrEqual(last);
            last = value;
          },
        });
      }),
      { numRuns: 10 },
    );
  });

  it('reaches 1e-6 on a bowl of 20 variables within 5000 points, and less than the fixed radius', () => {
    const runs = [1, 2, 3, 4, 5].map((seed) => errorsOf('quadratic', 2000, seed));
    const median = (name: keyof (typeof runs)[0]) => runs.map((run) => run[name]).sort((a, b) => a - b)[2];
    const [adaptive, lineSearch, best, gradientless] = (['adaptive', 'lineSearch', 'best', 'gradientless'] as const).map(
      median,
    );
    expect(adaptive).toBeLessThan(1e-12);
    expect(lineSearch).toBeLessThan(2e-3);
    expect(lineSearch).toBeLessThan(best);
    expect(lineSearch).toBeLessThan(gradientless);
  });

  it('follows the rate of the theory with steps by schedule', () => {
    const norms = [100, 1600].map((steps) => {
      const search = rankedFunction('quadratic', 20, 1);
      let least = Infinity;
      zoRankSgd(search, {
        variant: 'plain',
        maxQueries: 15 * steps,
        onIteration: ({ solution }) => {
          least = Math.min(least, 2 * Math.hypot(...solution().x));
        },
      });
      return least;
    });
    expect(Math.log(norms[1] / norms[0]) / Math.log(16)).toBeLessThan(-0.4);
  });

  it('balances the pole from rankings of five episodes', () => {
    const solved = [0, 1, 2, 3].filter((seed) => episodesToBalance(seed, 150) !== undefined);
    expect(solved.length).toBeGreaterThanOrEqual(3);
  });

  it('finds the latent of a digit that a judge has in mind', () => {
    const { generator, heldOut } = digitGenerator(loadDigits());
    expect(generator(new Float64Array(64).fill(Infinity)).every(Number.isNaN)).toBe(true);
    const errors = (isFull ? [1, 2] : [2]).map((seed) => {
      const search = rankedDigits(generator, heldOut[7 * seed], seed);
      const options = {
        variant: 'line-search',
        population: 6,
        topK: 3,
        candidates: 5,
        includesBest: true,
        smoothingRadius: 0.3,
        stepSize: 2,
        lineSearchRatio: 0.5,
      } as const;
      const { x } = zoRankSgd(search, { ...options, maxQueries: 240, seed });
      expect(Math.hypot(...x)).toBeCloseTo(8, 9);
      return search.value(x, 0);
    });
    expect(Math.max(...errors)).toBeLessThan(0.15);
  });
});

describe('gradientlessDescent', () => {
  it('hears limits within a step whose radii span all doubles, and has come to the best point shown', () => {
    const shown: Float64Array[] = [];
    const search = {
      dimension: 2,
      initial: Float64Array.of(3, 4),
      value: (x: Float64Array) => {
        shown.push(x);
        return x[0] * x[0] + x[1] * x[1];
      },
    };
    const sizes: number[] = [];
    const { x, queries, status } = gradientlessDescent(search, {
      maxRadius: 1e300,
      minRadius: 1e-300,
      maxQueries: 1e6,
      maxIterations: 11,
      onIteration: ({ points }) => sizes.push(points.length),
    });
    expect(status).toBe('iteration-limit');
    expect(Math.max(...sizes)).toBeLessThanOrEqual(101);
    expect(queries).toBe(1111);
    expect(new Set(shown.map(String)).size).toBeGreaterThan(990);
    const best = Math.min(...shown.map(([a, b]) => a * a + b * b));
    expect(x[0] * x[0] + x[1] * x[1]).toBe(best);
    expect(best).toBeLessThan(25);
  });

  it('shows no more than a piece beyond maxQueries', () => {
    const search = { dimension: 1, initial: Float64Array.of(3), value: ([x]: Float64Array) => x * x };
    const { queries } = gradientlessDescent(search, { maxRadius: 1e300, minRadius: 1e-300, maxQueries: 150 });
    expect(queries).toBe(202);
  });
});

describe('the estimate of quarters', () => {
  const noise = Float64Array.from({ length: 8 }, (_, i) => 2 ** i);
  const estimate = (ranking: (number | number[])[]) => {
    const out = new Float64Array(1);
    return { told: quarterGradient(noise, ranking, out), slope: out[0] };
  };

  it('is the mean of the worst two of eight less that of the best two', () => {
    expect(estimate([7, 0, 1, 2, 3, 4, 5, 6])).toEqual({ told: 1, slope: (32 + 64 - 128 - 1) / 2 });
    // Those who are not named share the last places: five the last two.
    expect(estimate([7, 0, 1])).toEqual({ told: 1, slope: ((4 + 8 + 16 + 32 + 64) * 2) / 5 / 2 - 129 / 2 });
    // One is best, three share one place among the best.
    const { told, slope } = estimate([7, [0, 1, 2], 3, 4, 5, 6]);
    expect(told).toBeCloseTo(1, 12);
    expect(slope).toBeCloseTo((32 + 64) / 2 - (128 + 7 / 3) / 2, 12);
  });

  it('is nothing if nothing is told apart', () => {
    expect(estimate([])).toEqual({ told: 0, slope: 0 });
    expect(estimate([[0, 1, 2, 3, 4, 5, 6, 7]])).toEqual({ told: 0, slope: 0 });
  });

  it('leads to the minimum', () => {
    const value = (x: Float64Array) => x.reduce((sum, e) => sum + e * e, 0);
    const search = { dimension: 5, initial: new Float64Array(5).fill(2), value };
    expect(value(zoRankSgd(search, { estimator: 'quarters', maxQueries: 3000, seed: 1 }).x)).toBeLessThan(1e-8);
  });
});

describe('onePlusOneEs', () => {
  it('converges linearly on the sphere, its step in proportion, and sees the order alone', () => {
    const d = 10;
    const initial = new Float64Array(d).fill(1);
    const square = (x: Float64Array) => x.reduce((sum, entry) => sum + entry * entry, 0);
    const { x } = onePlusOneEs({ dimension: d, initial, value: square }, { maxQueries: 4000, seed: 3 });
    // 2000 children: the best rate is 0.2 / d a child in log |x|, and constants of the rule lose at most half of it.
    expect(Math.log(square(x)) / 2).toBeLessThan((-0.1 * 2000) / d);
    let liked = 0;
    let before = square(initial);
    onePlusOneEs(
      { dimension: d, initial, value: square },
      {
        maxQueries: 4000,
        seed: 3,
        onIteration: ({ solution }) => {
          const now = square(solution().x);
          if (now < before) liked++;
          before = now;
        },
      },
    );
    // The step follows |x|: p - 1/5 = damping · log(|x_T| / |x_0|) / T, damping 2.
    const expected = 0.2 + (2 * Math.log(square(x) / d)) / 2 / 2000;
    expect(Math.abs(liked / 2000 - expected)).toBeLessThan(0.005);
    const stretched = { dimension: d, initial, value: (y: Float64Array) => square(y) ** 3 + 5 };
    expect(onePlusOneEs(stretched, { maxQueries: 400, seed: 3 }).x).toEqual(
      onePlusOneEs({ dimension: d, initial, value: square }, { maxQueries: 400, seed: 3 }).x,
    );
  });
});

describe('a session', () => {
  const target = Float64Array.of(0.9, 0.4, 0.1);
  const dislike = (x: Float64Array) => Math.hypot(...x.map((entry, j) => entry - target[j]));
  const answer = (session: RankSession) => {
    const { points, need } = session.ask();
    session.tell([...points.keys()].sort((i, j) => dislike(points[i]) - dislike(points[j])).slice(0, need));
  };

  it('does what the solver does', () => {
    const session = new RankSession(Float64Array.of(0.5, 0.5, 0.5), { population: 6, topK: 3, seed: 4, maxQueries: 300 });
    while (!session.isOver) answer(session);
    const search = { dimension: 3, initial: Float64Array.of(0.5, 0.5, 0.5), value: dislike };
    expect(session.best).toEqual(zoRankSgd(search, { population: 6, topK: 3, seed: 4, maxQueries: 300 }).x);
  });

  it('is resumed from JSON, and takes answers back', () => {
    const session = new RankSession(Float64Array.of(0.5, 0.5, 0.5), { population: 6, topK: 3, seed: 4 });
    for (let round = 0; round < 7; round++) answer(session);
    const saved = JSON.stringify(session);
    const before = session.ask();
    answer(session);
    session.undo();
    expect(session.ask()).toEqual(before);
    const resumed = RankSession.fromJSON(JSON.parse(saved));
    for (let round = 0; round < 5; round++) {
      answer(session);
      answer(resumed);
    }
    expect(resumed.best).toEqual(session.best);
    expect(resumed.rounds).toBe(12);
  });

  it('takes equals and skipped questions, and keeps the question when an answer is malformed', () => {
    const session = new RankSession(Float64Array.of(0, 0), { population: 4, seed: 1 });
    const question = session.ask();
    expect(() => session.tell([9])).toThrow('ranking');
    expect(session.ask()).toEqual(question);
    session.tell();
    expect(session.ask().round).toBe('gradient');
    session.tell([[0, 1], 2]);
    expect(session.ask().round).toBe('line-search');
    session.tell();
    expect(session.best).toEqual(Float64Array.of(0, 0));
  });
});

it('a judge that errs still knows more than nothing', () => {
  const search = { ...rankedFunction('quadratic', 3, 1), temperature: 0.2 };
  let hits = 0;
  for (let iteration = 0; iteration < 200; iteration++) {
    const points = [Float64Array.of(0, 0, 0), Float64Array.of(1, 0, 0)];
    const question = {
      iteration,
      points,
      need: 1,
      queries: 0,
      round: 'comparison',
      solution: () => ({ x: points[0], queries: 0 }),
    } as const;
    if (judgeByValue(search, question)[0] === 0) hits++;
  }
  // Of two, the better one wins with the chance 1 / (1 + exp(-5)).
  expect(hits).toBeGreaterThan(190);
  expect(hits).toBeLessThanOrEqual(200);
});
