import { parseWith, Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { brownianValue, callPrice, callValue, linearValue } from './approximators.ts';
import type { TestFunction } from './continuous-lstd.ts';
import { continuousLstd } from './continuous-lstd.ts';
import { continuousTd } from './continuous-td.ts';
import { geometricPath, ornsteinUhlenbeckPath, simulateDiffusion } from './diffusions.ts';
import type { Episode, EvaluationInstance } from './evaluation-instance.ts';
import {
  brownianSquare,
  europeanCall,
  evaluationProblem,
  geometricSquare,
  ornsteinUhlenbeck,
  ornsteinUhlenbeckFixedPoint,
} from './evaluation-problem.ts';
import { orthogonalityError, testMartingale } from './increments.ts';
import { martingaleLoss } from './martingale-loss.ts';

/** The path 0, 1, 0 of a Brownian motion at 0, ½, 1, and J = x² + θ(1 - t). */
const byHand: EvaluationInstance = {
  episodes: [{ times: Float64Array.of(0, 0.5, 1), states: Float64Array.of(0, 1, 0), rewards: new Float64Array(2) }],
  approximator: brownianValue(1),
  initialParameters: Float64Array.of(1),
  discountRate: 0,
  isContinuing: false,
};

describe('three points by hand', () => {
  const step = (options: Parameters<typeof continuousTd>[1]) =>
    continuousTd(byHand, { update: 'offline', averaging: 'none', stepSize: 1, decayTime: 1e12, ...options }).parameters[0] - 1;

  it('CTD(0) moves by -0.25, CTD(1) by -0.875', () => {
    expect(step({})).toBeCloseTo(-0.25, 9);
    expect(step({ lambda: 1 })).toBeCloseTo(-0.875, 9);
  });

  it('the martingale loss is least at its normal equation’s solution', () => {
    // Σ (0 - J_i) ∂J_i Δ = 0 with J = (θ, 1 + θ/2), ∂J = (1, ½).
    expect(martingaleLoss(byHand).parameters[0]).toBeCloseTo(-0.4, 12);
    // Σ ξ ΔM = (1 - θ/2) + ½(-1 - θ/2) = 0.
    expect(continuousLstd(byHand).parameters[0]).toBeCloseTo(2 / 3, 12);
    expect(orthogonalityError(byHand, Float64Array.of(2 / 3))).toBeLessThan(1e-15);
  });
});

it('CLSTD does not vouch for a family whose values are not those of its gradients', () => {
  for (const value of [() => Number.NaN, ([theta]: Float64Array) => 3 * theta]) {
    const { status, reason } = continuousLstd({ ...byHand, approximator: { ...brownianValue(1), value } });
    expect(status).toBe('stalled');
    expect(reason).toMatch(/values of the family/);
  }
});

describe('the Ornstein-Uhlenbeck process', () => {
  it('has the fixed points that are known', () => {
    for (const [mesh, slope, constant] of [
      [0.2, 0.46546272, 0.76726864],
      [0.1, 0.43239644, 0.78380178],
      [0.05, 0.41610291, 0.79194855],
      [0.01, 0.40320424, 0.79839788],
    ]) {
      const point = ornsteinUhlenbeckFixedPoint(mesh);
      expect(point[0]).toBeCloseTo(slope, 8);
      expect(point[1]).toBeCloseTo(constant, 8);
    }
  });

  it('a family that does not hold the truth has another solution for every test function', () => {
    // J = θx²: for ξ = 1, x², x⁴ the limits are 2, 6/11, 10/21.
    const mesh = 0.01;
    const instance: EvaluationInstance = {
      ...ornsteinUhlenbeck(process.env['INFIMUM_FULL'] ? 1_000_000 : 400_000, mesh, 5),
      approximator: linearValue(
        {
          count: 1,
          value: (x, out) => {
            out[0] = x[0] * x[0];
          },
          gradient: () => {},
        },
        1,
        false,
      ),
      initialParameters: new Float64Array(1),
    };
    const tests: [TestFunction, number][] = [
      [(_, __, ___, out) => out.fill(1), 2],
      [(_, [x], __, out) => out.fill(x * x), 6 / 11],
      [(_, [x], __, out) => out.fill(x ** 4), 10 / 21],
    ];
    for (const [testFunction, limit] of tests) {
      const [theta] = continuousLstd(instance, { testFunction }).parameters;
      expect(Math.abs(theta / limit - 1)).toBeLessThan(0.06);
    }
  });

  it('the minimiser of the mean-square TD error is the one that Gaussian moments give', () => {
    for (const [mesh, slope, constant] of [
      [0.2, 0.11687266, 0.94156367],
      [0.05, 0.03069941, 0.9846503],
    ]) {
      const instance = ornsteinUhlenbeck(process.env['INFIMUM_FULL'] ? 400_000 : 200_000, mesh, 2);
      const { parameters } = martingaleLoss(instance, { loss: 'mean-square' });
      expect(Math.abs(parameters[0] - slope)).toBeLessThan(0.01);
      expect(Math.abs(parameters[1] - constant)).toBeLessThan(0.05);
    }
  });

  it('CTD with Euler’s increments is TD(0) with the discount 1 - βΔ', () => {
    const { episodes } = ornsteinUhlenbeck(2000, 0.1, 4);
    const [episode] = episodes as Episode[];
    const instance = ornsteinUhlenbeck(2000, 0.1, 4);
    const { parameters } = continuousTd(instance, { averaging: 'none', stepSize: 0.1, decayTime: 1e15 });
    // J' - (1 + βΔ)J + rΔ = (1 + βΔ)(γJ' + γrΔ - J) with γ = 1/(1 + βΔ).
    const theta = [0, 0];
    const gamma = 1 / 1.05;
    for (let i = 0; i < 2000; i++) {
      const [x, y] = [episode.states[i], episode.states[i + 1]];
      const difference = gamma * (theta[0] * y * y + theta[1]) + gamma * 0.1 * x * x - (theta[0] * x * x + theta[1]);
      theta[0] += 0.1 * 1.05 * difference * x * x;
      theta[1] += 0.1 * 1.05 * difference;
    }
    for (const i of [0, 1]) expect(parameters[i]).toBeCloseTo(theta[i], 6);
  });
});

describe('tasks that end', () => {
  it('CTD(1) offline is the gradient of the martingale loss where nothing is discounted', () => {
    const instance = { ...brownianSquare(1, 40, 9), initialParameters: Float64Array.of(0.3) };
    const [{ times, states }] = instance.episodes as Episode[];
    const { parameters } = continuousTd(instance, {
      lambda: 1,
      update: 'offline',
      averaging: 'none',
      stepSize: 1,
      decayTime: 1e15,
    });
    let gradient = 0;
    for (let i = 0; i < 40; i++) {
      const left = 1 - times[i];
      gradient += (states[40] ** 2 - states[i] ** 2 - 0.3 * left) * left * (times[i + 1] - times[i]);
    }
    expect(parameters[0] - 0.3).toBeCloseTo(gradient, 10);
  });

  it('have their parameters found, and the martingale’s means are zero there', () => {
    const brownian = brownianSquare(4000, 20, 1);
    expect(continuousLstd(brownian).parameters[0]).toBeCloseTo(1, 1);
    expect(martingaleLoss(brownian).parameters[0]).toBeCloseTo(1, 1);
    const { means, standardErrors } = testMartingale(brownian, Float64Array.of(1), [
      () => 1,
      (t) => t,
      (_, [x]) => x * x,
      (t, [x]) => t * x,
    ]);
    means.forEach((mean, k) => {
      expect(Math.abs(mean)).toBeLessThan(4 * standardErrors[k]);
    });
    const wrong = testMartingale(brownian, Float64Array.of(1.3), [() => 1]);
    expect(Math.abs(wrong.means[0])).toBeGreaterThan(4 * wrong.standardErrors[0]);
    const geometric = geometricSquare(20_000, 10, 1);
    expect(Math.abs(martingaleLoss(geometric).parameters[0] - 0.25)).toBeLessThan(0.06);
    // Where there is noise the mean-square TD error flattens: -2.4 on ten steps.
    const flat = martingaleLoss(geometric, { loss: 'mean-square' }).parameters[0];
    expect(Math.abs(flat + 2.4)).toBeLessThan(0.25);
  });

  it('price a call: CTD from a wrong volatility, one pass', () => {
    const instance = europeanCall(4000, 50, 2);
    const { parameters } = continuousTd(instance, { stepSize: 2, decayTime: 100 });
    expect(Math.abs(parameters[0] - 0.3)).toBeLessThan(0.03);
    expect(evaluationProblem.metrics['parameterError'].compute(instance, { parameters })).toBeLessThan(0.1);
  });

  it('do not depend on the order of episodes', () => {
    const instance = brownianSquare(50, 8, 3);
    const backwards = { ...instance, episodes: [...instance.episodes].reverse() };
    expect(continuousLstd(backwards).parameters[0]).toBeCloseTo(continuousLstd(instance).parameters[0], 12);
  });
});

describe('in many dimensions', () => {
  it('the truth of Lyapunov’s equation is found', () => {
    const family = evaluationProblem.families['many-dimensions'];
    const params = parseWith(
      family.params,
      { n: 2, steps: process.env['INFIMUM_FULL'] ? 60_000 : 30_000, mesh: 0.02 },
      'params',
    );
    const instance = family.generate(params, 1) as EvaluationInstance;
    const { parameters } = continuousLstd(instance);
    expect(evaluationProblem.metrics['parameterError'].compute(instance, { parameters })).toBeLessThan(0.15);
  });
});

describe('formulas', () => {
  it('of Black and Scholes, with their vega and parity', () => {
    expect(callPrice(1, 1, 0.02, 0.3, 1)).toBeCloseTo(0.128215813926914, 13);
    const put = (x: number) => callPrice(x, 1, 0.02, 0.3, 1) - x + Math.exp(-0.02);
    expect(put(1e-6)).toBeCloseTo(Math.exp(-0.02) - 1e-6, 9);
    const family = callValue(1, 0.02, 1);
    const vega = new Float64Array(1);
    family.gradient(Float64Array.of(0.3), 0.4, Float64Array.of(1.1), vega);
    const at = (volatility: number) => family.value(Float64Array.of(volatility), 0.4, Float64Array.of(1.1));
    expect((at(0.3 + 1e-5) - at(0.3 - 1e-5)) / 2e-5).toBeCloseTo(vega[0], 7);
  });

  it('of the paths: moments of exact samples, order of the schemes', () => {
    const random = new Random(1);
    const times = Float64Array.from({ length: 100_001 }, (_, i) => 0.1 * i);
    const path = ornsteinUhlenbeckPath(2, 1, times, random);
    expect(path.reduce((sum, x) => sum + x * x, 0) / path.length).toBeCloseTo(0.25, 1);
    const ends = Array.from({ length: 20_000 }, () => geometricPath(1, 0.1, 0.2, Float64Array.of(0, 1), random)[1]);
    expect(ends.reduce((a, b) => a + b, 0) / 20_000).toBeCloseTo(Math.exp(0.1), 2);
    const error = (steps: number, hasSlope: boolean) => {
      let sum = 0;
      for (let k = 0; k < 400; k++) {
        const diffusion = {
          drift: (_: number, __: Float64Array, out: Float64Array) => out.fill(0),
          deviation: (_: number, [x]: Float64Array, out: Float64Array) => out.fill(0.5 * x),
          ...(hasSlope && { deviationSlope: (_: number, __: Float64Array, out: Float64Array) => out.fill(0.5) }),
        };
        const simulated = simulateDiffusion(diffusion, Float64Array.of(1), 1, steps, new Random(k));
        const noise = new Random(k);
        let motion = 0;
        for (let i = 0; i < steps; i++) motion += noise.normal() / Math.sqrt(steps);
        sum += Math.abs(simulated[steps] - Math.exp(0.5 * motion - 0.125));
      }
      return sum / 400;
    };
    // Strong orders one half and one.
    expect(error(16, false) / error(256, false)).toBeLessThan(6);
    expect(error(16, true) / error(256, true)).toBeGreaterThan(10);
  });
});

describe('bad input', () => {
  it('is named', () => {
    expect(() => continuousLstd(geometricSquare(1, 3, 1))).toThrow(/approximator: is not linear/);
    const [episode] = byHand.episodes as Episode[];
    const backwards = { ...byHand, episodes: [{ ...episode, times: Float64Array.of(0, 1, 0.5) }] };
    expect(() => continuousLstd(backwards)).toThrow(/times: do not increase at index 2/);
  });
});
