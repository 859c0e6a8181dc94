import { parseWith, Random, run, solve } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { LinearLossEstimator, linearBanditRates, linearBanditSteps } from './adversarial-linear.ts';
import type { BanditInstance } from './bandit-problem.ts';
import { banditProblem, linearBandit, regretOf } from './bandit-problem.ts';
import { ChebCb, chebCbSolver } from './cheb-cb.ts';
import { exp3Solver } from './exp3.ts';
import { linUcbSolver } from './lin-ucb.ts';
import { optimalDesign } from './optimal-design.ts';
import { squareCbSolver } from './square-cb.ts';
import { Thompson, thompsonSolver } from './thompson.ts';
import { tsallisInfSolver } from './tsallis-inf.ts';
import { bernoulliUpperBound, UpperConfidence, ucbSolver } from './upper-confidence.ts';

const instanceOf = async (family: string, params: object, seed = 1): Promise<BanditInstance> => {
  const { params: specs, generate } = banditProblem.families[family];
  return generate(parseWith(specs, params, 'params') as never, seed);
};

describe('stochastic arms', () => {
  it('cost every method far less than uniform play, and regrets grow slower than rounds', async () => {
    const instance = await instanceOf('bernoulli', { arms: 5, rounds: 10_000 });
    const uniform = 0.08 * 10_000;
    for (const solver of [exp3Solver, tsallisInfSolver, ucbSolver, thompsonSolver]) {
      const { arms } = solve(solver as typeof exp3Solver, instance, { seed: 3 });
      expect(regretOf(instance, arms)).toBeLessThan((solver.id === 'bandits-rl/exp3' ? 0.8 : 0.5) * uniform);
      const early = regretOf(instance, arms.slice(0, 1000));
      expect(regretOf(instance, arms)).toBeLessThan(8 * early);
    }
  });

  it('are found by the bounds of kl-UCB within twice the bound of Lai and Robbins', async () => {
    const instance = await instanceOf('bernoulli', { rounds: 20_000 });
    const divergence = 0.4 * Math.log(0.4 / 0.5) + 0.6 * Math.log(0.6 / 0.5);
    const bound = (9 * 0.1 * Math.log(20_000)) / divergence;
    let mean = 0;
    for (let seed = 0; seed < 2; seed++) mean += regretOf(instance, solve(ucbSolver, instance, { seed }).arms) / 2;
    expect(mean).toBeLessThan(2 * bound);
  });
});

describe('an adversary', () => {
  it('does not fool Exp3 and Tsallis-INF', async () => {
    const instance = await instanceOf('switching', { rounds: 20_000 });
    for (const solver of [exp3Solver, tsallisInfSolver]) {
      const { arms } = solve(solver as typeof exp3Solver, instance, { seed: 5 });
      expect(regretOf(instance, arms)).toBeLessThan(4 * Math.sqrt(5 * 20_000));
    }
  });
});

describe('contexts', () => {
  it('are used: irises are named better than by any fixed answer', async () => {
    const instance = await instanceOf('irises', { rounds: 3000 });
    for (const solver of [linUcbSolver, squareCbSolver]) {
      const outcome = solve(solver as typeof linUcbSolver, instance, { seed: 1 });
      expect(banditProblem.metrics['reward'].compute(instance, outcome)).toBeGreaterThan(0.75);
    }
  });

  it('of one number let ChebCB find every arm’s range', async () => {
    const instance = await instanceOf('smooth', { rounds: 10_000 });
    const own = solve(chebCbSolver, instance, { seed: 1 });
    const blind = solve(tsallisInfSolver, instance, { seed: 1 });
    const gap = (play: typeof own) => banditProblem.metrics['gap'].compute(instance, play);
    expect(gap(own)).toBeLessThan(0.6 * gap(blind));
  });

  it('with cubic losses are learnt exactly by ChebCB', () => {
    const policy = new ChebCb(1, { degree: 6, interval: [-1, 1] });
    const random = new Random(2);
    const loss = (c: number) => 2 + 0.5 * c - 0.3 * c * c + 0.2 * c ** 3;
    const context = new Float64Array(1);
    for (let t = 0; t < 400; t++) {
      context[0] = 2 * random.uniform() - 1;
      policy.learn(context, 0, 1, loss(context[0]));
    }
    const state = policy.save();
    const most = Math.max(...(state['range'] as number[]));
    const variation = most - Math.min(...(state['range'] as number[]));
    const scale = most * (2 + (4 * variation * (1 + Math.log(6))) / most);
    const theta = state['theta'] as number[];
    for (const c of [-0.9, -0.2, 0.4, 0.8]) {
      const value = theta.reduce((sum, t, j) => sum + t * Math.cos(j * Math.acos(c)), 0);
      expect(value * scale).toBeCloseTo(loss(c), 4);
    }
  });
});

describe('the parts', () => {
  it('bound a Bernoulli mean where the divergence says', () => {
    for (const [mean, divergence] of [
      [0.3, 0.1],
      [0, 0.5],
      [0.99, 0.02],
    ]) {
      const q = bernoulliUpperBound(mean, divergence);
      const value = (mean > 0 ? mean * Math.log(mean / q) : 0) + (1 - mean) * Math.log((1 - mean) / (1 - q));
      expect(value).toBeCloseTo(divergence, 8);
    }
  });

  it('weigh Thompson’s arms as draws from the posteriors do', () => {
    const cases: [number, number][][] = [
      [
        [0, 0],
        [0, 0],
        [0, 0],
      ],
      [
        [8, 2],
        [5, 5],
      ],
      [
        [900, 100],
        [1, 0],
        [0, 1],
      ],
      [
        [10_000, 0],
        [3, 1],
      ],
    ];
    for (const counts of cases) {
      const policy = new Thompson(counts.length, { posterior: 'beta', rewardDeviation: 0.5 });
      policy.load({ sums: counts.map(([wins]) => wins), counts: counts.map(([wins, losses]) => wins + losses) });
      const p = new Float64Array(counts.length);
      policy.weigh(new Float64Array(1), Int32Array.from(counts.keys()), p);
      // Beta(a, b) with whole a, b as an order statistic's law: by Gamma sums of exponentials.
      const random = new Random(4);
      const gamma = (shape: number) => {
        const d = shape - 1 / 3;
        for (;;) {
          const z = random.normal();
          const v = (1 + z / Math.sqrt(9 * d)) ** 3;
          if (v > 0 && Math.log(1 - random.uniform()) < 0.5 * z * z + d - d * v + d * Math.log(v)) return d * v;
        }
      };
      const wins = new Float64Array(counts.length);
      const draws = 20_000;
      for (let k = 0; k < draws; k++) {
        const values = counts.map(([won, lost]) => {
          const [x, y] = [gamma(won + 1), gamma(lost + 1)];
          return x / (x + y);
        });
        wins[values.indexOf(Math.max(...values))] += 1 / draws;
      }
      for (let a = 0; a < counts.length; a++) expect(Math.abs(p[a] - wins[a])).toBeLessThan(0.015);
    }
  });

  it('weigh arms of which one is known a thousand times better, as a fine quadrature does', () => {
    const cases: [number, number][][] = [
      [
        [5000, 5000],
        [1, 1],
      ],
      [
        [9000, 1000],
        [5, 0],
      ],
      [
        [9990, 10],
        [40, 1],
      ],
      [
        [500_000, 500_000],
        [3, 2],
        [2, 3],
      ],
      [
        [10, 99_990],
        [0, 3],
      ],
    ];
    for (const counts of cases) {
      const policy = new Thompson(counts.length, { posterior: 'beta', rewardDeviation: 0.5 });
      policy.load({ sums: counts.map(([won]) => won), counts: counts.map(([won, lost]) => won + lost) });
      const p = new Float64Array(counts.length);
      policy.weigh(new Float64Array(1), Int32Array.from(counts.keys()), p);
      // Beta densities on a grid that is uniform in the angle, with sums below.
      const cells = 400_000;
      const masses = counts.map(([a, b]) => {
        const mode = Math.min(1 - 1e-12, Math.max(1e-12, a / (a + b)));
        const peak = a * Math.log(mode) + b * Math.log(1 - mode);
        const mass = Float64Array.from({ length: cells }, (_, k) => {
          const angle = (Math.PI * (k + 0.5)) / (2 * cells);
          const x = Math.sin(angle) ** 2;
          return Math.exp(a * Math.log(x) + b * Math.log(1 - x) - peak) * Math.sin(2 * angle);
        });
        const total = mass.reduce((s, m) => s + m, 0);
        return mass.map((m) => m / total);
      });
      const below = new Float64Array(counts.length);
      const best = new Float64Array(counts.length);
      for (let k = 0; k < cells; k++) {
        for (let j = 0; j < counts.length; j++) {
          let product = masses[j][k];
          for (let i = 0; i < counts.length; i++) if (i !== j) product *= below[i] + masses[i][k] / 2;
          best[j] += product;
        }
        for (let j = 0; j < counts.length; j++) below[j] += masses[j][k];
      }
      for (let j = 0; j < counts.length; j++) expect(Math.abs(p[j] - best[j])).toBeLessThan(2e-3);
    }
  });

  it('spread pulls whose rewards are still to come', () => {
    const policy = new UpperConfidence(4, 'ucb1');
    const p = new Float64Array(4);
    const pulls = [0, 0, 0, 0];
    for (let t = 0; t < 40; t++) {
      policy.weigh(new Float64Array(1), Int32Array.of(0, 1, 2, 3), p);
      const arm = p.indexOf(Math.max(...p));
      policy.chosen(arm);
      pulls[arm]++;
    }
    expect(pulls).toEqual([10, 10, 10, 10]);
  });

  it('find a design whose variance is the dimension', () => {
    const features = linearBandit(40, 4, 1, 3).features;
    if (!features) throw new Error('no features');
    const start = new Float64Array(40).fill(1 / 40);
    const { design, variance } = optimalDesign(features, 1000, start);
    expect(variance).toBeLessThanOrEqual(1.02 * 5);
    expect(variance).toBeGreaterThanOrEqual(5 - 1e-6);
    expect(design.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
  });
});

describe('estimators of linear losses', () => {
  const features = { rows: 3, cols: 2, values: Float64Array.of(1, 0, 0, 1, 0.6, 0.8) };
  const p = Float64Array.of(0.5, 0.3, 0.2);
  const estimate = (arm: number, loss: number, reduced: boolean) => {
    const estimator = new LinearLossEstimator(features);
    estimator.prepare(p, 0.01);
    const out = new Float64Array(3);
    estimator.estimate(arm, loss, reduced, p, out);
    return out;
  };

  it('give the worked example', () => {
    const close = (found: Float64Array, expected: number[]) =>
      expected.forEach((value, a) => {
        expect(found[a]).toBeCloseTo(value, 9);
      });
    close(estimate(0, 1, false), [1.7826617827, -0.3907203907, 0.757020757]);
    close(estimate(0, 1, true), [1.6654456655, -0.1953601954, 0.757020757]);
    close(estimate(0, 0.2, true), [0.2393162393, 0.1172161172, 0.1514041514]);
  });

  it('agree in the mean, whatever the losses', () => {
    const losses = [0.2, 0.7, 0.44];
    const means = [false, true].map((reduced) => {
      const mean = new Float64Array(3);
      for (let b = 0; b < 3; b++)
        estimate(b, losses[b], reduced).forEach((value, a) => {
          mean[a] += p[b] * value;
        });
      return mean;
    });
    [0.16283272, 0.60449328, 0.58129426].forEach((value, a) => {
      expect(means[0][a]).toBeCloseTo(value, 8);
      expect(means[1][a]).toBeCloseTo(value, 8);
    });
  });

  it('stay above -1/√γ when reduced, and beat the method of 2021', () => {
    const rounds = 4000;
    let [reduced, dilated] = [0, 0];
    for (let seed = 0; seed < 4; seed++) {
      const instance = linearBandit(16, 4, rounds, seed);
      const play = (method: 'magnitude-reduced' | 'dilated-bonus', learningRate: number) =>
        run(linearBanditSteps(instance, method, { learningRate, seed }));
      const own = play('magnitude-reduced', 2);
      const { regularization } = linearBanditRates('magnitude-reduced', 16, 5, rounds, 2);
      expect(own.leastEstimate).toBeGreaterThanOrEqual(-1 / Math.sqrt(regularization));
      reduced += regretOf(instance, own.arms);
      dilated += regretOf(instance, play('dilated-bonus', 1).arms);
    }
    expect(reduced).toBeLessThan(0.7 * dilated);
  });
});
