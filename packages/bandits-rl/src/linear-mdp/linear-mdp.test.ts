import { Random, run } from '@infimum/core';
import { checkProblem, checkSolver } from '@infimum/core/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logBarrierFtrl } from '../bandits/follow-the-leader.ts';
import { regularizedInverse } from '../bandits/regularized-inverse.ts';
import { adversarialLinearMdp } from './adversarial-linear-mdp.ts';
import { matrixGeometricResampling, regularizedInverseCovariance } from './inverse-covariance.ts';
import { mdpRegret } from './linear-mdp-claims.ts';
import { bestFixedLoss, linearMdpProblem, lossTables, simplexInstance, valueOfPolicy } from './linear-mdp-problem.ts';
import type { LinearMdp } from './mdp.ts';
import { bestPolicy, expectedSum, nextOf, occupancy, simplexLinearMdp, tableSize, tabularMdp, valueOfChoices } from './mdp.ts';
import { episodeSteps } from './play-episodes.ts';
import type { PolicyOptimizationMethod } from './policy-optimization.ts';
import { PolicyOptimization } from './policy-optimization.ts';
import { SimulatorFree } from './simulator-free.ts';
import { linearMdpSolvers } from './solvers.ts';

const families = process.env['INFIMUM_FULL'] ? 'all' : 'first';
const SMALL = { horizon: 2, states: 2, actions: 2, dimension: 2 };
const exact = { learningRate: 3, bonus: 0.1, covariance: 'exact', rollouts: 1, bonusMode: 'exact', seed: 1 } as const;

/** Every trajectory with its probability. */
function* trajectories(
  mdp: LinearMdp,
  policy: Float64Array,
  state = mdp.start,
  h = 0,
): Generator<{ p: number; states: number[]; actions: number[] }> {
  if (h === mdp.horizon) {
    yield { p: 1, states: [], actions: [] };
    return;
  }
  for (let a = 0; a < mdp.actions; a++) {
    const entry = (h * mdp.states + state) * mdp.actions + a;
    const nexts = h + 1 < mdp.horizon ? mdp.states : 1;
    for (let next = 0; next < nexts; next++) {
      const step = policy[entry] * (h + 1 < mdp.horizon ? mdp.transitions[entry * mdp.states + next] : 1);
      for (const { p, states, actions } of trajectories(mdp, policy, next, h + 1)) {
        yield { p: step * p, states: [state, ...states], actions: [a, ...actions] };
      }
    }
  }
}

describe('decision processes', () => {
  const mdp = simplexLinearMdp({ horizon: 3, states: 3, actions: 2, dimension: 3 }, 0.5, new Random(4));
  const rewards = new Random(5).uniforms(new Float64Array(tableSize(mdp)));

  it('have the best policy that trying all of them finds', () => {
    let best = -Infinity;
    const places = mdp.horizon * mdp.states;
    for (let code = 0; code < 2 ** places; code++) {
      const choices = Int32Array.from({ length: places }, (_, i) => (code >> i) & 1);
      best = Math.max(best, valueOfChoices(mdp, rewards, choices));
    }
    const planned = bestPolicy(mdp, rewards);
    expect(planned.value).toBeCloseTo(best, 12);
    expect(valueOfChoices(mdp, rewards, planned.choices)).toBeCloseTo(best, 12);
  });

  it('have values that agree, forwards, backwards and over all trajectories', () => {
    const policy = new Float64Array(tableSize(mdp)).map((_, i) => (i % 2 === 0 ? 0.3 : 0.7));
    const forwards = expectedSum(mdp, rewards, policy, occupancy(mdp, policy, new Float64Array(9)));
    let all = 0;
    let mass = 0;
    for (const { p, states, actions } of trajectories(mdp, policy)) {
      mass += p;
      states.forEach((s, h) => {
        all += p * rewards[(h * 3 + s) * 2 + actions[h]];
      });
    }
    expect(mass).toBeCloseTo(1, 12);
    expect(valueOfPolicy(mdp, rewards, policy)).toBeCloseTo(forwards, 12);
    expect(all).toBeCloseTo(forwards, 12);
  });

  it('are sampled by their probabilities', () => {
    const random = new Random(6);
    const counts = new Float64Array(3);
    for (let i = 0; i < 20_000; i++) counts[nextOf(mdp, 1, 2, 1, random.uniform())] += 1 / 20_000;
    const row = ((1 * 3 + 2) * 2 + 1) * 3;
    for (let s = 0; s < 3; s++) expect(Math.abs(counts[s] - mdp.transitions[row + s])).toBeLessThan(0.015);
  });
});

describe('the lemma of the log-barrier', () => {
  it('holds for any losses, heavy-tailed and negative ones too', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e6 }),
        fc.double({ min: -2, max: 1, noNaN: true }),
        fc.double({ min: -1, max: 3, noNaN: true }),
        (seed, powerOfRate, powerOfScale) => {
          const random = new Random(seed);
          const [arms, rounds] = [5, 60];
          const [rate, scale] = [10 ** powerOfRate, 10 ** powerOfScale];
          const total = new Float64Array(arms);
          const p = new Float64Array(arms);
          let [own, squares] = [0, 0];
          const losses: Float64Array[] = [];
          for (let t = 0; t < rounds; t++) {
            logBarrierFtrl(total, rate, p);
            const c = Float64Array.from(
              { length: arms },
              () => (scale * random.normal()) / Math.sqrt((random.normal() ** 2 + random.normal() ** 2) / 2 + 1e-6),
            );
            losses.push(c);
            for (let a = 0; a < arms; a++) {
              own += p[a] * c[a];
              squares += p[a] * c[a] ** 2;
              total[a] += c[a];
            }
          }
          // The comparator: all but a hundredth on the arm that was best.
          const best = total.indexOf(Math.min(...total));
          const y = Float64Array.from({ length: arms }, (_, a) => (a === best ? 1 - 0.01 * (arms - 1) : 0.01));
          const comparator = losses.reduce((sum, c) => sum + c.reduce((s, value, a) => s + y[a] * value, 0), 0);
          const barrier = y.reduce((sum, value) => sum - Math.log(value), 0) - arms * Math.log(arms);
          expect(own - comparator).toBeLessThanOrEqual(barrier / rate + rate * squares + 1e-6 * scale);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('estimates of action values', () => {
  const instance = simplexInstance({ ...SMALL, episodes: 100 }, 3, 'stationary');
  const table = lossTables(instance)[0];
  const size = tableSize(instance);

  it('have the mean φ Σ† Σ θ over all trajectories, reduced or not, within γ of the truth', () => {
    const means = (['exponential-weights', 'magnitude-reduced'] as const).map((method) => {
      const mean = new Float64Array(size);
      const uniform = new Float64Array(size).fill(0.5);
      for (const { p, states, actions } of trajectories(instance, uniform)) {
        using learner = new PolicyOptimization(instance, 100, method, exact);
        learner.prepare();
        const losses = Float64Array.from(states, (s, h) => table[(h * 2 + s) * 2 + actions[h]]);
        const occupied = occupancy(instance, learner.policy, new Float64Array(4));
        learner.learn({ states: Int32Array.from(states), actions: Int32Array.from(actions), losses }, occupied);
        learner.estimates.forEach((value, entry) => {
          mean[entry] += p * value;
        });
        expect(learner.rates.regularization).toBeCloseTo(
          method === 'magnitude-reduced' ? Math.max(0.02, learner.rates.regularization) : 0.02,
          12,
        );
      }
      return mean;
    });
    // Q of the uniform policy is linear in the features; γ differs between the methods, so each has its own shrinkage.
    const uniform = new Float64Array(size).fill(0.5);
    const occupied = occupancy(instance, uniform, new Float64Array(4));
    const q = table.slice();
    for (let pair = 0; pair < 4; pair++) {
      for (let next = 0; next < 2; next++)
        q[pair] += instance.transitions[pair * 2 + next] * (table[4 + 2 * next] + table[5 + 2 * next]) * 0.5;
    }
    for (const [i, method] of (['exponential-weights', 'magnitude-reduced'] as const).entries()) {
      using learner = new PolicyOptimization(instance, 100, method, exact);
      const { regularization } = learner.rates;
      for (let h = 0; h < 2; h++) {
        const covariance = new Float64Array(4);
        const moments = new Float64Array(2);
        for (let pair = 0; pair < 4; pair++) {
          const weight = occupied[h * 2 + (pair >> 1)] * 0.5;
          const phi = instance.features.subarray((h * 4 + pair) * 2, (h * 4 + pair) * 2 + 2);
          for (let a = 0; a < 2; a++) {
            moments[a] += weight * phi[a] * q[h * 4 + pair];
            for (let b = 0; b < 2; b++) covariance[a * 2 + b] += weight * phi[a] * phi[b];
          }
        }
        const inverse = regularizedInverse(covariance, 2, regularization, new Float64Array(4));
        for (let pair = 0; pair < 4; pair++) {
          const phi = instance.features.subarray((h * 4 + pair) * 2, (h * 4 + pair) * 2 + 2);
          const theta = [0, 1].map((a) => inverse[a * 2] * moments[0] + inverse[a * 2 + 1] * moments[1]);
          const expected = phi[0] * theta[0] + phi[1] * theta[1];
          const found = means[i][h * 4 + pair];
          expect(found).toBeCloseTo(expected, 9);
          const norm = Math.sqrt(
            phi[0] * (inverse[0] * phi[0] + inverse[1] * phi[1]) + phi[1] * (inverse[2] * phi[0] + inverse[3] * phi[1]),
          );
          expect(Math.abs(found - q[h * 4 + pair])).toBeLessThanOrEqual(Math.sqrt(2 * regularization) * 2 * norm + 1e-9);
        }
      }
    }
  });

  it('never fall below -H/√γ when reduced, though plain ones do', () => {
    let plain = 0;
    for (let seed = 0; seed < 2; seed++) {
      const reduced = mdpRegret('magnitude-reduced', 1500, seed, 3);
      expect(reduced.leastEstimate).toBeGreaterThanOrEqual(reduced.bound);
      plain = Math.min(plain, mdpRegret('exponential-weights', 1500, seed, 3).leastEstimate / -reduced.bound);
    }
    expect(plain).toBeLessThan(-2);
  });
});

describe('dilated bonuses', () => {
  it('of one everywhere are 37/9 at the start of three layers', () => {
    // With one feature that is always 1, ‖φ‖² = 1/(1 + γ): the local bonus is the same everywhere.
    const instance = { ...simplexInstance({ ...SMALL, horizon: 3, episodes: 50 }, 1, 'stationary'), dimension: 1 };
    const one = { ...instance, features: new Float64Array(12).fill(1), theta: new Float64Array(3).fill(0.5) };
    using learner = new PolicyOptimization(one, 50, 'log-barrier', exact);
    learner.prepare();
    const occupied = occupancy(one, learner.policy, new Float64Array(6));
    learner.learn({ states: Int32Array.of(0, 0, 0), actions: Int32Array.of(0, 0, 0), losses: new Float64Array(3) }, occupied);
    const local = learner.bonuses[11];
    expect(learner.bonuses[0] / local).toBeCloseTo(37 / 9, 10);
  });

  it('that are sampled have the exact mean, and are exact where nothing is random', () => {
    const instance = simplexInstance({ horizon: 3, states: 3, actions: 2, dimension: 3, episodes: 40 }, 2, 'stationary');
    const episode = { states: Int32Array.of(0, 1, 2), actions: Int32Array.of(0, 1, 0), losses: Float64Array.of(1, 0, 1) };
    const bonuses = (mdp: typeof instance, bonusMode: 'exact' | 'sampled' | 'linear', seed: number) => {
      using learner = new PolicyOptimization(mdp, 40, 'log-barrier', { ...exact, bonusMode, seed, rollouts: 20_000 });
      learner.prepare();
      learner.learn(episode, occupancy(mdp, learner.policy, new Float64Array(9)));
      return learner.bonuses.slice();
    };
    const truth = bonuses(instance, 'exact', 0);
    const runs = 600;
    const [mean, square] = [new Float64Array(18), new Float64Array(18)];
    for (let seed = 0; seed < runs; seed++) {
      bonuses(instance, 'sampled', seed).forEach((value, entry) => {
        mean[entry] += value / runs;
        square[entry] += (value * value) / runs;
      });
    }
    for (let entry = 0; entry < 18; entry++) {
      const error = Math.sqrt(Math.max(0, square[entry] - mean[entry] ** 2) / runs);
      expect(Math.abs(mean[entry] - truth[entry])).toBeLessThanOrEqual(4.5 * error + 1e-12);
    }
    // Bonuses to go are linear in the features of a linear process, up to the regularisation.
    const linear = bonuses(instance, 'linear', 1);
    for (let entry = 0; entry < 6; entry++) expect(Math.abs(linear[entry] - truth[entry])).toBeLessThan(0.35 * truth[entry]);
    const fixed = tabularMdp({ horizon: 3, states: 3, actions: 1 }, (_, s) =>
      [0, 1, 2].map((next) => (next === (s + 1) % 3 ? 1 : 0)),
    );
    const still = { ...instance, ...fixed, theta: new Float64Array(9).fill(0.5) };
    const path = { states: Int32Array.of(0, 1, 2), actions: new Int32Array(3), losses: new Float64Array(3) };
    const [one, other] = (['exact', 'sampled'] as const).map((bonusMode) => {
      using learner = new PolicyOptimization(still, 40, 'log-barrier', { ...exact, bonusMode });
      learner.prepare();
      learner.learn(path, occupancy(still, learner.policy, new Float64Array(9)));
      return [...learner.bonuses];
    });
    expect(other).toEqual(one);
  });
});

describe('inverse covariances', () => {
  const sampler = (random: Random) => {
    const points = Array.from({ length: 8 }, (_, i) => [0.6 * Math.cos(i), 0.6 * Math.sin(i), 0.5]);
    const covariance = new Float64Array(9);
    for (const p of points) for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) covariance[i * 3 + j] += (p[i] * p[j]) / 8;
    return { truth: regularizedInverse(covariance, 3, 0.05, new Float64Array(9)), draw: () => points[random.integer(8)] };
  };
  const distance = (a: Float64Array, b: Float64Array) =>
    Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0) / b.reduce((sum, value) => sum + value * value, 0));

  it('by resampling are right in the mean; directly they are much closer with as many samples', () => {
    const { truth, draw } = sampler(new Random(1));
    const [inner, outer] = [212, 20];
    let [resampled, direct] = [0, 0];
    for (let run = 0; run < 10; run++) {
      const { values } = matrixGeometricResampling((out) => out.set(draw()), { dimension: 3, ridge: 0.05, inner, outer });
      resampled += distance(values, truth) / 10;
      const samples = new Float64Array(3 * inner * outer);
      for (let i = 0; i < inner * outer; i++) samples.set(draw(), 3 * i);
      direct += distance(regularizedInverseCovariance(samples, 3, 0.05).values, truth) / 10;
    }
    expect(resampled).toBeLessThan(0.3);
    expect(direct).toBeLessThan(resampled / 3);
    const many = matrixGeometricResampling((out) => out.set(draw()), { dimension: 3, ridge: 0.05, inner, outer: 2000 });
    expect(distance(many.values, truth)).toBeLessThan(0.03);
  });

  it('refuse what cannot be inverted', () => {
    expect(() => regularizedInverseCovariance(new Float64Array(4), 2, 0)).toThrow('regularization');
    expect(() => regularizedInverseCovariance(Float64Array.of(Number.NaN), 1, 1)).toThrow('samples');
    expect(() => matrixGeometricResampling(() => {}, { dimension: 2, ridge: 2, inner: 1, outer: 1 })).toThrow('ridge');
  });
});

describe('learning', () => {
  const regretOf = (method: PolicyOptimizationMethod, factor: number, settings: object = {}) => {
    const instance = simplexInstance({ horizon: 3, states: 4, actions: 3, dimension: 3, episodes: 800 }, 1, 'stationary');
    using learner = new PolicyOptimization(instance, 800, method, { ...exact, learningRate: factor, ...settings });
    let expected = 0;
    run(episodeSteps(instance, learner, 1), { onIteration: (iterate) => (expected = iterate.expectedLoss) });
    const uniform = valueOfPolicy(instance, lossTables(instance)[0], new Float64Array(36).fill(1 / 3)) * 800;
    const best = bestFixedLoss(instance, 800);
    return (expected - best) / (uniform - best);
  };

  it('beats the uniform policy with every method, covariance and bonus', () => {
    expect(regretOf('magnitude-reduced', 3)).toBeLessThan(0.6);
    expect(regretOf('exponential-weights', 3)).toBeLessThan(0.6);
    expect(regretOf('log-barrier', 1)).toBeLessThan(0.85);
    expect(regretOf('dilated-bonus', 3)).toBeLessThan(0.8);
    expect(regretOf('magnitude-reduced', 3, { covariance: 'direct', rollouts: 64 })).toBeLessThan(0.7);
    expect(regretOf('magnitude-reduced', 3, { bonusMode: 'sampled' })).toBeLessThan(0.7);
    expect(regretOf('magnitude-reduced', 3, { bonusMode: 'linear', rollouts: 32 })).toBeLessThan(0.7);
  });

  it('works without transition probabilities, slowly', () => {
    const episodes = 4000;
    const instance = simplexInstance({ horizon: 3, states: 6, actions: 5, dimension: 4, episodes }, 1, 'stationary');
    const settings = { learningRate: 20, bonus: 0.02, epochLength: undefined, mixing: 0.05, coverRounds: 20, seed: 1 };
    const regrets = (['least-squares', 'uniform'] as const).map((cover) => {
      let expected = 0;
      run(episodeSteps(instance, new SimulatorFree(instance, episodes, { ...settings, cover }), 1), {
        onIteration: (iterate) => (expected = iterate.expectedLoss),
      });
      return expected - bestFixedLoss(instance, episodes);
    });
    const uniform = valueOfPolicy(instance, lossTables(instance)[0], new Float64Array(90).fill(1 / 5)) * episodes;
    for (const regret of regrets) expect(regret).toBeLessThan(0.9 * (uniform - bestFixedLoss(instance, episodes)));
  });
});

describe('the contract', () => {
  it('of bandits-rl/linear-mdp', () => checkProblem(linearMdpProblem));
  it.each(linearMdpSolvers.map((solver) => [solver.id, solver] as const))('of %s', (_, solver) =>
    checkSolver(solver as never, { families }),
  );
});

describe('losses that somebody else chooses', () => {
  it('are learnt from by every method, and checked', () => {
    const instance = simplexInstance({ horizon: 2, states: 3, actions: 3, dimension: 3, episodes: 1 }, 5, 'stationary');
    const table = lossTables(instance)[0];
    const loss = (_: number, h: number, s: number, a: number) => table[(h * 3 + s) * 3 + a];
    const uniform = valueOfPolicy(instance, table, new Float64Array(18).fill(1 / 3));
    for (const method of ['magnitude-reduced', 'log-barrier', 'simulator-free', 'exponential-weights'] as const) {
      const { policy, losses } = adversarialLinearMdp(instance, loss, { episodes: 3000, method });
      expect(losses.length).toBe(3000);
      expect(valueOfPolicy(instance, table, policy)).toBeLessThan(uniform);
    }
    // A world of one's own, whose transitions nobody gives.
    const dice = new Random(3);
    const { transitions, ...features } = instance;
    const walks: number[] = [];
    const world = {
      ...features,
      features: [...features.features],
      step: (h: number, s: number, a: number) => {
        walks.push(h);
        return nextOf(instance, h, s, a, dice.uniform());
      },
    };
    const walked = adversarialLinearMdp(world, loss, { episodes: 3000 });
    expect(walks.length).toBe(3000);
    expect(valueOfPolicy(instance, table, walked.policy)).toBeLessThan(uniform);
    const meanLoss = (from: number, to: number) => walked.losses.slice(from, to).reduce((a, b) => a + b, 0) / (to - from);
    expect(meanLoss(2500, 3000)).toBeLessThan(meanLoss(0, 500));
    expect(() => adversarialLinearMdp(world, loss, { episodes: 3, method: 'log-barrier' })).toThrow(/needs transitions/);
    expect(() => adversarialLinearMdp({ ...world, step: () => 3 }, loss, { episodes: 3 })).toThrow(/step\(0, 0, \d\)/);
    expect(() => adversarialLinearMdp({ ...world, step: 1 as never }, loss, { episodes: 3 })).toThrow(/step/);
    expect(() => adversarialLinearMdp(instance, () => 2, { episodes: 1 })).toThrow('loss(0, 0, 0,');
    expect(() => adversarialLinearMdp({ ...instance, start: 7 }, loss, { episodes: 1 })).toThrow('start');
  });
});
