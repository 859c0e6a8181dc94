import { Random, run, solve } from '@infimum/core';
import { mulberry32 } from '@infimum/core/reference-generators';
import { checkProblem, checkSolver } from '@infimum/core/testing';
import { cholesky, matrixFromRows } from '@infimum/linalg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestPolicy, nextOf } from '../linear-mdp/mdp.ts';
import { DirichletModelPosterior } from './dirichlet-model-posterior.ts';
import { EllipticalSlicePosterior } from './elliptical-slice-posterior.ts';
import { EnsembleRewardPosterior } from './ensemble-reward-posterior.ts';
import { fitPreferences } from './fit-preferences.ts';
import { LinearRewardPosterior } from './linear-reward-posterior.ts';
import { worldOf } from './play-preferences.ts';
import { drawPolyaGamma } from './polya-gamma.ts';
import { PrLsvi, prLsvi, prLsviAsync, prLsviSolver, queryValue } from './pr-lsvi.ts';
import { regretAndQueries } from './preference-claims.ts';
import { linkOf } from './preference-link.ts';
import {
  networkPreferences,
  networkReward,
  preferenceProblem,
  preferenceRegrets,
  simplexPreferences,
  sumAlong,
} from './preference-problem.ts';
import { meanPairGap, pbts, pbtsAsync } from './preference-thompson-sampling.ts';
import { preferenceSolvers } from './solvers.ts';

const families = process.env['INFIMUM_FULL'] ? 'all' : 'first';

describe('the worked examples', () => {
  it('of the query value', () => {
    const factor = cholesky(
      matrixFromRows([
        [2, 0],
        [0, 4],
      ]),
    );
    expect(queryValue(Float64Array.of(1, -1), factor, 0.5)).toBeCloseTo(0.48860251190292, 13);
    // By drawing.
    const random = new Random(1);
    let mean = 0;
    for (let k = 0; k < 40_000; k++) {
      const gap = (random.normal() - random.normal()) / Math.SQRT2 - (random.normal() - random.normal()) / 2;
      mean += (0.5 * Math.abs(gap)) / 40_000;
    }
    expect(mean).toBeCloseTo(0.4886, 1);
  });

  it('of maximum likelihood', () => {
    const differences = { rows: 10, cols: 1, values: new Float64Array(10).fill(1) };
    const outcomes = [1, 1, 1, 1, 1, 1, 1, 0, 0, 0];
    const fit = (ridge: number) => fitPreferences(differences, outcomes, { ridge });
    expect(fit(0).theta[0]).toBeCloseTo(0.847297860387, 10);
    expect(fit(1).theta[0]).toBeCloseTo(0.582825971698, 10);
    expect(fit(0.1).theta[0]).toBeCloseTo(0.809061076146, 10);
    expect(fit(1).status).toBe('converged');
    // Swapping the roles changes nothing.
    const swapped = fitPreferences(
      { ...differences, values: new Float64Array(10).fill(-1) },
      outcomes.map((o) => 1 - o),
      { ridge: 1 },
    );
    expect(swapped.theta[0]).toBeCloseTo(fit(1).theta[0], 12);
  });

  it('of sorted pairs', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 2, maxLength: 40 }), (values) => {
        let sum = 0;
        for (let i = 0; i < values.length; i++) for (let j = 0; j < i; j++) sum += Math.abs(values[i] - values[j]);
        const pairs = (values.length * (values.length - 1)) / 2;
        expect(meanPairGap(Float64Array.from(values))).toBeCloseTo(sum / pairs, 10);
      }),
    );
  });
});

describe('links', () => {
  it('have the derivatives that differences give, symmetric and without underflow', () => {
    for (const name of ['logistic', 'probit'] as const) {
      const { probability, logProbability, slope, curvature } = linkOf(name);
      for (const x of [-30, -8, -4.5, -3.9, -1, 0, 0.3, 2, 3.9, 4.1, 7]) {
        const h = 1e-5;
        expect((logProbability(x + h) - logProbability(x - h)) / (2 * h) / slope(x)).toBeCloseTo(1, 4);
        expect(-(slope(x + h) - slope(x - h)) / (2 * h)).toBeCloseTo(curvature(x), 4);
        expect(probability(x) + probability(-x)).toBeCloseTo(1, 12);
      }
      expect(Number.isFinite(logProbability(-1000))).toBe(true);
      expect(Number.isFinite(slope(-1000)) && Number.isFinite(curvature(-1000))).toBe(true);
    }
    expect(linkOf('probit').probability(1.959963984540054)).toBeCloseTo(0.975, 12);
  });
});

describe('maximum likelihood', () => {
  it('has a vanishing gradient, with either link', () => {
    const next = mulberry32(3);
    const values = Float64Array.from({ length: 60 }, () => next() - 0.5);
    const outcomes = Array.from({ length: 20 }, () => (next() < 0.6 ? 1 : 0));
    for (const link of ['logistic', 'probit'] as const) {
      const { theta, logLikelihood, hessian } = fitPreferences({ rows: 20, cols: 3, values }, outcomes, { ridge: 0.5, link });
      const objective = (at: Float64Array) => {
        let sum = 0.25 * at.reduce((s, v) => s + v * v, 0);
        for (let i = 0; i < 20; i++) {
          let x = 0;
          for (let j = 0; j < 3; j++) x += values[3 * i + j] * at[j];
          sum -= linkOf(link).logProbability(outcomes[i] === 1 ? x : -x);
        }
        return sum;
      };
      expect(objective(theta)).toBeCloseTo(0.25 * theta.reduce((s, v) => s + v * v, 0) - logLikelihood, 10);
      for (let j = 0; j < 3; j++) {
        const shift = (by: number) => theta.map((v, i) => (i === j ? v + by : v));
        expect((objective(shift(1e-5)) - objective(shift(-1e-5))) / 2e-5).toBeCloseTo(0, 6);
        expect((objective(shift(1e-4)) - 2 * objective(theta) + objective(shift(-1e-4))) / 1e-8).toBeCloseTo(
          hessian.values[4 * j],
          4,
        );
      }
    }
  });

  it('says so where there is no maximum', () => {
    const separable = fitPreferences({ rows: 2, cols: 1, values: Float64Array.of(1, 1) }, [1, 1], { ridge: 0 });
    expect(separable.status).not.toBe('converged');
    const singular = fitPreferences({ rows: 1, cols: 2, values: Float64Array.of(1, 0) }, [1], { ridge: 0 });
    expect(singular.status).toBe('stalled');
    expect(() => fitPreferences({ rows: 1, cols: 1, values: Float64Array.of(1) }, [2])).toThrow('outcomes');
    expect(() => fitPreferences({ rows: 1, cols: 1, values: Float64Array.of(Number.NaN) }, [1])).toThrow('differences');
  });
});

describe('posteriors', () => {
  const world = { horizon: 1, states: 1, actions: 2, dimension: 1, features: Float64Array.of(1, 0), start: 0 };
  const settings = { linkScale: 1, priorScale: 1, draws: 8, transitions: 1, seed: 3 };
  const one = Int32Array.of(0);
  const other = Int32Array.of(1);
  const moments = (values: number[]) => {
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    return [mean, values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length];
  };

  it('of seven wins in ten have the mean and the variance that quadrature gives', () => {
    for (const kind of ['polya-gamma', 'metropolis', 'laplace'] as const) {
      const posterior = new LinearRewardPosterior(world, kind, settings);
      for (let k = 0; k < 10; k++) posterior.update(one, other, k < 7 ? 1 : 0);
      const draws = Array.from({ length: 12_000 }, () => posterior.sample()[0]).slice(200);
      const [mean, variance] = moments(draws);
      expect(Math.abs(mean - (kind === 'laplace' ? 0.582826 : 0.612331))).toBeLessThan(0.035);
      expect(Math.abs(variance / 0.318468 - 1)).toBeLessThan(0.1);
    }
    const slice = new EllipticalSlicePosterior(
      world,
      1,
      (w, out) => {
        out[0] = w[0];
        out[1] = 0;
      },
      settings,
    );
    for (let k = 0; k < 10; k++) slice.update(one, other, k < 7 ? 1 : 0);
    const draws = Array.from({ length: 20_000 }, () => slice.sample()[0]);
    const [mean, variance] = moments(draws);
    expect(Math.abs(mean - 0.612331)).toBeLessThan(0.03);
    expect(Math.abs(variance / 0.318468 - 1)).toBeLessThan(0.06);
  });

  it('by elliptical slices are the prior where nothing is known', () => {
    const slice = new EllipticalSlicePosterior(
      world,
      2,
      (w, out) => {
        out[0] = w[0];
        out[1] = w[1];
      },
      { ...settings, priorScale: 1.5 },
    );
    const draws = Array.from({ length: 20_000 }, () => [...slice.sample()]);
    for (const i of [0, 1]) expect(moments(draws.map((d) => d[i]))[1] / 2.25).toBeCloseTo(1, 1);
    expect(Math.abs(draws.reduce((sum, [a, b]) => sum + a * b, 0) / draws.length)).toBeLessThan(0.07);
  });

  it('draw Pólya-Gamma numbers with the known mean', () => {
    const random = new Random(2);
    for (const tilt of [0, 0.5, 2, 5]) {
      let mean = 0;
      for (let k = 0; k < 20_000; k++) mean += drawPolyaGamma(random, tilt) / 20_000;
      const truth = tilt === 0 ? 0.25 : Math.tanh(tilt / 2) / (2 * tilt);
      expect(Math.abs(mean / truth - 1)).toBeLessThan(0.03);
    }
  });

  it('of transitions are Dirichlet', () => {
    const walker = { horizon: 2, states: 2, actions: 1, dimension: 1, features: new Float64Array(4), start: 0 };
    const posterior = new DirichletModelPosterior(walker, 0.5, 1);
    for (let k = 0; k < 6; k++) posterior.update(Int32Array.of(0, 0), Int32Array.of(0, k < 4 ? 1 : 0));
    let mean = 0;
    for (let k = 0; k < 5000; k++) mean += posterior.sample()[1] / 5000;
    expect(mean).toBeCloseTo(4.5 / 7, 1);
  });

  it('by ensembles learn what is liked, with gradients that are right', () => {
    const instance = networkPreferences({ horizon: 1, states: 1, actions: 3, episodes: 1 }, 2);
    const ensemble = new EnsembleRewardPosterior(instance, instance.inputs as Float64Array, 4, {
      ...settings,
      linkScale: 4,
      transitions: 8,
    });
    const best = instance.rewards.indexOf(Math.max(...instance.rewards));
    for (let k = 0; k < 60; k++) {
      const pair = [best, (best + 1 + (k % 2)) % 3];
      ensemble.update(Int32Array.of(pair[0]), Int32Array.of(pair[1]), 1);
    }
    let wins = 0;
    for (const table of ensemble.draws()) if (table.indexOf(Math.max(...table)) === best) wins++;
    expect(wins).toBeGreaterThanOrEqual(6);
  });
});

describe('PR-LSVI', () => {
  const instance = simplexPreferences({ horizon: 3, states: 4, actions: 3, dimension: 3, episodes: 600 }, 2);
  const quiet = {
    rewardNoise: 0,
    transitionNoise: 0,
    ridge: 1e-6,
    optimismFrom: 1e9,
    optimismFull: 2e9,
    lastLayerNoise: false,
    link: 'logistic',
  } as const;

  it('without noise and with many transitions plans as if it knew them', () => {
    const learner = new PrLsvi(instance, quiet, new Random(1), instance.rewards);
    const random = new Random(2);
    const [pairs, states] = [new Int32Array(3), new Int32Array(3)];
    for (let k = 0; k < 30_000; k++) {
      let state = 0;
      for (let h = 0; h < 3; h++) {
        const action = random.integer(3);
        [pairs[h], states[h]] = [state * 3 + action, state];
        state = nextOf(instance, h, state, action, random.uniform());
      }
      learner.walked(pairs, states);
    }
    learner.plan();
    const best = bestPolicy(instance, instance.rewards);
    const regrets = preferenceRegrets(instance, {
      policies: learner.choices,
      first: Int32Array.of(0),
      second: Int32Array.of(0),
      asked: Uint8Array.of(0),
    });
    expect(regrets[0] / 2).toBeLessThan(0.02 * best.value);
  });

  it('perturbs rewards by σ² Σ⁻¹', () => {
    const tiny = { ...instance, horizon: 1, states: 1, actions: 2, dimension: 2, features: Float64Array.of(1, 0, 0, 1) };
    const learner = new PrLsvi(tiny, { ...quiet, ridge: 1, rewardNoise: 2 }, new Random(5));
    for (let k = 0; k < 3; k++) learner.answered(Int32Array.of(0), Int32Array.of(1), k < 2 ? 1 : 0);
    // Δ = (1, -1) three times: Σ = I + 3 ΔΔ', Δ'Σ⁻¹Δ = 2/7; the first action wins where Δ·θ̄ > 0.
    let first = 0;
    for (let k = 0; k < 20_000; k++) {
      learner.plan();
      if (learner.choices[0] === 0) first++;
    }
    const mean = learner.theta[0] - learner.theta[1];
    expect(first / 20_000).toBeCloseTo(linkOf('probit').probability(mean / (2 * Math.sqrt(2 / 7))), 2);
    expect(learner.gap(Int32Array.of(0), Int32Array.of(1))).toBeCloseTo((4 * Math.sqrt(2 / 7)) / Math.sqrt(Math.PI), 10);
  });

  it('never regrets less than nothing, and asks no more than the elliptical potential allows', () => {
    const outcome = solve(prLsviSolver, instance, { seed: 1 });
    const regrets = preferenceRegrets(instance, outcome);
    for (const regret of regrets) expect(regret).toBeGreaterThanOrEqual(-1e-12);
    const asked = outcome.asked.reduce((a, b) => a + b, 0);
    const dimension = 9;
    const bound = ((8 * dimension * 4) / (Math.PI * 0.09)) * Math.log(1 + (asked * 6) / dimension);
    expect(asked).toBeLessThanOrEqual(bound);
  });

  it('compares with the policy before, and asks by its rule', () => {
    const play = (options: object) => solve(prLsviSolver, { ...instance, episodes: 150 }, { seed: 3, options });
    const usual = play({});
    expect(usual.second[0]).toBe(usual.first[0]);
    for (let t = 1; t < 150; t++) expect(usual.second[t]).toBe(usual.first[t - 1]);
    expect(play({ comparator: 'fixed' }).second.every((place) => place === 0)).toBe(true);
    expect(play({ queryRule: 'never' }).asked.some((asked) => asked === 1)).toBe(false);
    const all = play({ queryRule: 'always' }).asked.reduce((a, b) => a + b, 0);
    expect(all).toBeGreaterThan(usual.asked.reduce((a, b) => a + b, 0));
    const some = play({ queryRule: 'random', queryProbability: 0.3 }).asked.reduce((a, b) => a + b, 0);
    expect(some).toBeLessThan(all);
  });

  it('asks a person as it asks a function', async () => {
    const world = () => worldOf({ ...instance, episodes: 60 });
    const likes = ({ first, second }: { first: Int32Array; second: Int32Array }) =>
      first.reduce((a, b) => a + b, 0) >= second.reduce((a, b) => a + b, 0) ? 1 : 0;
    const now = prLsvi(world(), likes, { episodes: 60 });
    const later = await prLsviAsync(world(), async (question) => likes(question), { episodes: 60 });
    expect([...later.first]).toEqual([...now.first]);
    expect([...later.asked]).toEqual([...now.asked]);
    expect(() => prLsvi(world(), () => 2, { episodes: 60 })).toThrow('answer');
    expect(() => prLsvi(world(), () => 1, { episodes: 0 })).toThrow('episodes');
    expect(() => prLsvi({ ...world(), features: new Float64Array(2) }, () => 1, { episodes: 1 })).toThrow('features');
    expect(() => prLsvi(world(), () => 1, { episodes: 1, optimismFrom: 2 })).toThrow('optimismFull');
  });
});

describe('the claims in a small version', () => {
  it('ask less without regretting more than chance', () => {
    const [gap, always] = (['expected-gap', 'always'] as const).map((queryRule) => regretAndQueries({ queryRule }, 500, 1));
    expect(gap.queries).toBeLessThan(0.6 * always.queries);
  });

  it('use rewards that the network gives', () => {
    const weights = new Float64Array(25);
    weights[24] = 1;
    expect(networkReward(weights, new Float64Array(4), 0, 4)).toBeCloseTo(1 / (1 + Math.exp(-1)), 12);
  });
});

describe('the contract', () => {
  it('of bandits-rl/preferences', () => checkProblem(preferenceProblem));
  it.each(preferenceSolvers.map((solver) => [solver.id, solver] as const))('of %s', (_, solver) =>
    checkSolver(solver as never, { families }),
  );
});

describe('runs', () => {
  it('go the same way step by step as at once', () => {
    const instance = simplexPreferences({ horizon: 2, states: 2, actions: 2, dimension: 2, episodes: 30 }, 4);
    const steps = prLsviSolver.steps(instance, { seed: 1 } as never, { seed: 1 });
    let asked = 0;
    const outcome = run(steps, {}, (iterate) => {
      if (iterate.question) asked++;
      return preferenceProblem.answer?.(instance, iterate) ?? 0;
    });
    expect(outcome.asked.reduce((a, b) => a + b, 0)).toBe(asked);
  });
});

describe('a world of one’s own', () => {
  it.each([3, -1, 0.5, Number.NaN, undefined])('that moves to state %s is refused, with the step that did it', (next) => {
    const world = {
      horizon: 2,
      states: 3,
      actions: 2,
      dimension: 1,
      start: 1,
      features: new Float64Array(12),
      step: () => next as number,
    };
    expect(() => prLsvi(world, () => 1, { episodes: 3 })).toThrow(/step\(0, 1, \d\)/);
  });
});

describe('pbts', () => {
  const instance = simplexPreferences({ horizon: 2, states: 3, actions: 3, dimension: 3, episodes: 400 }, 4);

  /** Answers by the true rewards. */
  const oracleOf = (rewards: Float64Array, seed: number) => {
    const random = new Random(seed);
    return ({ first, second }: { first: Int32Array; second: Int32Array }) => {
      const gap = sumAlong(rewards, first, 9) - sumAlong(rewards, second, 9);
      return random.uniform() < 1 / (1 + Math.exp(-8 * gap)) ? 1 : 0;
    };
  };

  it('learns linear rewards in a world of one’s own, asking less and less', () => {
    const dice = new Random(1);
    const { transitions, ...rest } = instance;
    const world = {
      ...rest,
      features: [...rest.features],
      linkScale: 8,
      step: (h: number, s: number, a: number) => nextOf(instance, h, s, a, dice.uniform()),
    };
    const play = pbts(world, oracleOf(instance.rewards, 2), { episodes: 400, seed: 1 });
    expect(play.first.length).toBe(400);
    const regrets = preferenceRegrets(instance, play);
    const sum = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);
    expect(sum(regrets.slice(300))).toBeLessThan(0.5 * sum(regrets.slice(0, 100)));
    expect(sum(play.asked.slice(200))).toBeLessThan(sum(play.asked.slice(0, 200)));
  });

  it('learns rewards that are a network of inputs, and refuses inputs that do not fit', async () => {
    const task = networkPreferences({ horizon: 2, states: 3, actions: 3, episodes: 1 }, 3);
    const world = { ...task, step: () => 0, inputs: task.inputs && [...task.inputs] };
    const oracle = oracleOf(task.rewards, 5);
    const asking = pbts(world, oracle, { episodes: 60, seed: 2 });
    const again = await pbtsAsync(world, async (question) => oracleOf(task.rewards, 5)(question), { episodes: 1, seed: 2 });
    expect(again.first[0]).toBe(asking.first[0]);
    expect(asking.asked.some(Boolean)).toBe(true);
    expect(() => pbts({ ...world, inputs: [1] }, oracle, { episodes: 2 })).toThrow(/inputs/);
    expect(() => pbts({ ...world, inputDimension: 0 }, oracle, { episodes: 2 })).toThrow(/inputDimension/);
    expect(() => pbts({ ...world, linkScale: 0 }, oracle, { episodes: 2 })).toThrow(/linkScale/);
    expect(() => pbts({ ...world, actions: 70_000 }, oracle, { episodes: 2 })).toThrow(/actions|features/);
    expect(() => pbts(world, () => 2, { episodes: 20, queryRule: 'always' })).toThrow(/answer/);
  });
});
