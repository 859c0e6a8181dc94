import { powerExponent } from '@infimum/core/claim';
import { describe, expect, it } from 'vitest';
import { toyInstance } from '../models/bilevel-optimization.ts';
import { modelOf } from '../models/instance.ts';
import type { ToyName } from '../models/toys.ts';
import { toy } from '../models/toys.ts';
import { bome } from './bome.ts';
import { f2sa } from './f2sa.ts';
import { pbgd } from './pbgd.ts';
import { penalizedValue } from './penalized-value.ts';
import { penaltyBilevel } from './penalty-bilevel.ts';
import { penaltyBilevelSingleLoop } from './penalty-bilevel-single-loop.ts';
import { closeness, singleLoopError } from './penalty-claims.ts';
import { penaltyRichardson } from './penalty-richardson.ts';
import { probeErrorBound } from './probe-error-bound.ts';

/** Minimisers of the penalised problems, in closed form. */
const minimizers: Partial<Record<ToyName, (sigma: number) => number>> = {
  follow: (s) => (1 + 6 / (1 + s)) / (1 + 4 / (1 + s)),
  line: (s) => 3 / (6 + s),
  box: () => 2,
  circle: (s) => 25 / 9 - s / 10,
  segment: (s) => 10 / (11 + s),
};

describe.each([
  ['two loops', penaltyBilevel],
  ['one loop', penaltyBilevelSingleLoop],
] as const)('the penalty method with %s', (_, solver) => {
  it.each(Object.entries(minimizers))('finds the minimiser of the penalised %s', (name, exact) => {
    for (const sigma of [0.5, 0.1]) {
      const { problem, initial } = toy(name as ToyName);
      const { x, status } = solver(problem, initial, { sigma, tolerance: 1e-8 });
      expect(status).toBe('converged');
      expect(Math.abs(x[0] - exact(sigma))).toBeLessThan(2e-6);
    }
  });

  it('lets f choose among the lower solutions, where w_z stays elsewhere on the circle', () => {
    const { problem, initial } = toy('circle');
    const { y, z } = solver(problem, initial, { sigma: 0.1, tolerance: 1e-8 });
    expect(Math.hypot(y[0] - 5 / 3, y[1])).toBeLessThan(1e-5);
    expect(Math.hypot(z[0] - 5 / 3, z[1])).toBeGreaterThan(0.3);
  });

  it('lowers σ while it goes on', () => {
    const { problem, initial } = toy('follow');
    const seen = new Set<number>();
    const { x, sigma } = solver(problem, initial, {
      sigma: 1,
      continuation: 0.5,
      minSigma: 0.05,
      tolerance: 1e-8,
      onIteration: (iterate) => seen.add(iterate.sigma),
    });
    expect(sigma).toBe(0.05);
    expect(seen.size).toBeGreaterThan(4);
    expect(Math.abs(x[0] - (minimizers['follow'] as (s: number) => number)(0.05))).toBeLessThan(1e-6);
  });

  it('does not call a hyper-objective that jumps solved', () => {
    const { problem, initial } = toy('jump');
    expect(solver(problem, initial, { sigma: 0.1, maxIterations: 3000 }).status).not.toBe('converged');
  });

  it('finds the same with Adam on x', () => {
    const { problem, initial } = toy('follow');
    const { x } = solver(problem, initial, { sigma: 0.1, optimizer: 'adam', stepSize: 0.01, maxIterations: 4000 });
    expect(Math.abs(x[0] - 1.39215686)).toBeLessThan(1e-3);
  });

  it('refuses options out of range by name', () => {
    const { problem, initial } = toy('follow');
    for (const [name, value] of [
      ['sigma', 0],
      ['proximalStepSize', -1],
      ['anchorStepSize', 0],
      ['anchorStepSize', 1.5],
    ] as const) {
      expect(() => solver(problem, initial, { [name]: value })).toThrow(expect.objectContaining({ argument: name }));
    }
    expect(() => solver(problem, { x: [0, 0] })).toThrow(expect.objectContaining({ argument: 'initial.x' }));
    const moving = { ...problem, setY: (() => {}) as never };
    expect(() => solver(moving, initial)).toThrow(expect.objectContaining({ code: 'unsupported' }));
  });

  it('ends as stalled, naming the oracle, when a gradient is no number', () => {
    const { problem, initial } = toy('follow');
    const broken: typeof problem = {
      ...problem,
      gradGy: (x, y, out) => {
        problem.gradGy(x, y, out);
        if (x[0] > 0.5) out[0] = Number.NaN;
      },
    };
    const { status, reason, x } = solver(broken, initial, { sigma: 0.1 });
    expect(status).toBe('stalled');
    expect(reason).toContain('gradGy');
    expect(Number.isFinite(x[0])).toBe(true);
  });
});

it('needs the outer iterations that the theory’s prototype needed', () => {
  const counts = [1, 0.01].map((sigma) => {
    const { problem, initial } = toy('follow');
    let first = 0;
    penaltyBilevel(problem, initial, {
      sigma,
      lipschitz: 1,
      upperLipschitz: 1,
      tolerance: 1e-9,
      onIteration: ({ iteration, stationarity, residualY, residualZ }) => {
        if (!first && stationarity <= 1e-7 && Math.max(residualY, residualZ) <= 1e-7 * sigma) first = iteration;
      },
    });
    return first;
  });
  expect(Math.abs(counts[0] - 196)).toBeLessThanOrEqual(2);
  expect(Math.abs(counts[1] - 3522)).toBeLessThanOrEqual(4);
});

it('comes back from steps that are too long when it is adaptive', () => {
  const { problem, initial } = toy('follow');
  const options = { sigma: 0.01, stepSize: 40, tolerance: 1e-7, maxIterations: 20_000 };
  const [plain, adaptive] = [false, true].map((adaptive) => penaltyBilevel(problem, initial, { ...options, adaptive }));
  expect(plain.status).not.toBe('converged');
  expect(Math.abs(adaptive.x[0] - 1.3992016)).toBeLessThan(1e-4);
});

it('is not moved by an orthogonal change of y', () => {
  const { problem, initial } = toy('line');
  const [c, s] = [Math.cos(0.7), Math.sin(0.7)];
  const turn = (y: Float64Array) => Float64Array.of(c * y[0] - s * y[1], s * y[0] + c * y[1]);
  const back = (y: Float64Array, out: Float64Array) => out.set([c * y[0] + s * y[1], -s * y[0] + c * y[1]]);
  const turned: typeof problem = {
    ...problem,
    gradFx: (x, y, out) => problem.gradFx(x, turn(y), out),
    gradGx: (x, y, out) => problem.gradGx(x, turn(y), out),
    gradFy: (x, y, out) => {
      problem.gradFy(x, turn(y), out);
      back(out.slice(), out);
    },
    gradGy: (x, y, out) => {
      problem.gradGy(x, turn(y), out);
      back(out.slice(), out);
    },
  };
  const fixed = { sigma: 0.1, lipschitz: 5, upperLipschitz: 1, tolerance: 0, maxIterations: 300 };
  const [one, other] = [problem, turned].map((p) => penaltyBilevel(p, initial, fixed));
  expect(Math.abs(one.x[0] - other.x[0])).toBeLessThan(1e-10);
});

describe('the penalised value', () => {
  it('has the published values', () => {
    const at = (name: ToyName, x: number, sigma: number) => {
      const { problem, initial } = toy(name);
      return penalizedValue(problem, Float64Array.of(x), sigma, { initial: initial.y, tolerance: 1e-13 });
    };
    const cases: [ToyName, number, number[], number[]][] = [
      ['line', 0, [1, 0.1, 0.01], [0.75, 0.88235294, 0.89820359]],
      ['box', 0.5, [1, 0.1, 0.01], [1.578125, 1.59090909, 1.59344059]],
      ['jump', 0.1, [1, 0.1, 0.01], [0.1075, 0.76, 1.01]],
      ['jump', 0.01, [1, 0.1, 0.01], [0.010075, 0.0976, 0.7501]],
    ];
    for (const [name, x, sigmas, values] of cases) {
      for (const [k, sigma] of sigmas.entries()) {
        expect(Math.abs(at(name, x, sigma).value - values[k]), `${name} ${x} ${sigma}`).toBeLessThan(6e-9);
      }
    }
    expect([1, 0.1, 0.01].map((s) => at('line', 0, s).gradient[0].toFixed(7))).toEqual([
      '-0.5000000',
      '-0.5882353',
      '-0.5988024',
    ]);
  });

  it('has the gradient that differences of it give, and rises as σ falls', () => {
    for (const name of ['follow', 'line', 'segment', 'box'] as const) {
      const { problem, initial } = toy(name);
      const value = (t: number, s: number) =>
        penalizedValue(problem, Float64Array.of(t), s, { initial: initial.y, tolerance: 1e-13 });
      const difference = (value(0.6 + 1e-4, 0.1).value - value(0.6 - 1e-4, 0.1).value) / 2e-4;
      expect(Math.abs(difference - value(0.6, 0.1).gradient[0])).toBeLessThan(1e-6);
      const rising = [1, 0.3, 0.1, 0.03, 0.01].map((s) => value(0.6, s).value);
      for (let k = 1; k < rising.length; k++) expect(rising[k]).toBeGreaterThanOrEqual(rising[k - 1] - 1e-12);
    }
  });

  it.each(['follow', 'line', 'segment'] as const)('is within O(σ) in value and gradient, %s', (name) => {
    for (const slope of closeness(name, toy(name).initial.x)) expect(Math.abs(slope - 1)).toBeLessThan(0.02);
  });
});

it('extrapolates to an error of the order σ²', () => {
  const { problem, initial } = toy('follow');
  const errors = [0.2, 0.1, 0.05].map((sigma) => {
    const { x } = penaltyRichardson(problem, initial, { sigma, tolerance: 1e-9 });
    return Math.abs(x[0] - 1.4);
  });
  expect(powerExponent([0.2, 0.1, 0.05], errors)).toBeGreaterThan(1.8);
});

describe('the probe of the error bound', () => {
  it('finds λ/(1 + ρλ) of quadratics, and where it vanishes with σ', () => {
    const probe = (name: ToyName, x: number, sigmas: number[], proximalStepSize: number) =>
      probeErrorBound(toy(name).problem, Float64Array.of(x), Float64Array.from(sigmas), {
        proximalStepSize,
        starts: 8,
        samples: 60,
      });
    const follow = probe('follow', 0.3, [0, 0.1, 1], 0.5);
    for (const [k, s] of [0, 0.1, 1].entries()) {
      expect(Math.abs(follow.mu[k] - (1 + s) / (1 + 0.5 * (1 + s)))).toBeLessThan(1e-3);
    }
    const line = probe('line', 0.3, [0, 0.01, 0.1], 0.1);
    expect(line.mu[0]).toBeGreaterThan(3.3 - 0.01);
    expect(line.mu[0]).toBeLessThan(5 / 1.5 + 0.01);
    // Within the line of solutions only σf decides.
    expect(line.mu[1]).toBeLessThan(0.05);
    expect(line.mu[2]).toBeLessThan(0.4);
    expect(line.solutions[0]).toBeGreaterThan(1);
    expect(line.solutions[2]).toBe(1);
    expect(Math.abs(follow.slopeValue - 1)).toBeLessThan(0.05);
    expect(Math.abs(follow.slopeGradient - 1)).toBeLessThan(0.05);
  });
});

describe('noise', () => {
  /** Root mean square of x − x_σ over the last 40 % of runs. */
  const spread = (sigma: number, momentumWeight: number | undefined, seeds: number) => {
    const exact = (minimizers['follow'] as (s: number) => number)(sigma);
    let [sum, count] = [0, 0];
    for (let seed = 0; seed < seeds; seed++) {
      const instance = toyInstance('follow', { noise: 0.1, noiseSeed: seed });
      const { problem } = modelOf(instance);
      const length = momentumWeight === undefined ? 1500 : 5000;
      const onIteration = ({ iteration, solution }: { iteration: number; solution(): { x: Float64Array } }) => {
        if (iteration < 0.6 * length) return;
        sum += (solution().x[0] - exact) ** 2;
        count++;
      };
      const shared = {
        sigma,
        lipschitz: 1,
        upperLipschitz: 1,
        batchSize: 1,
        tolerance: 0,
        seed,
        maxIterations: length,
        onIteration,
      };
      if (momentumWeight === undefined) penaltyBilevel(problem, instance.initial, shared);
      else penaltyBilevelSingleLoop(problem, instance.initial, { ...shared, momentumWeight });
    }
    return Math.sqrt(sum / count);
  };

  it('dies out by recursive momentum', () => {
    const seeds = process.env['INFIMUM_FULL'] ? 6 : 3;
    for (const sigma of [1, 0.1]) expect(spread(sigma, 0.02, seeds)).toBeLessThan(0.65 * spread(sigma, 1, seeds));
  });

  it('is what the prototype of the double loop measured', () => {
    const measured = spread(1, undefined, 8);
    expect(measured).toBeGreaterThan(0.008);
    expect(measured).toBeLessThan(0.018);
  });

  it('falls with the number of iterations as the theory says', async () => {
    const seeds = Array.from({ length: process.env['INFIMUM_FULL'] ? 8 : 4 }, (_, seed) => seed);
    const errors = [1000, 10_000].map((length) =>
      seeds.reduce((sum, seed) => sum + singleLoopError('theory', length, seed) / seeds.length, 0),
    );
    expect(errors[0]).toBeLessThan(0.1);
    expect(powerExponent([1000, 10_000], errors)).toBeLessThan(-0.05);
  });
});

describe('gradient calls without noise', () => {
  it('grow no faster than ε^−3.2 by the theory’s schedule', () => {
    const epsilons = [0.1, 0.06, 0.04, 0.025];
    const { problem, initial } = toy('follow');
    const calls: number[] = [];
    penaltyBilevelSingleLoop(problem, initial, {
      schedule: 'theory',
      sigma: 1,
      tolerance: 0,
      maxIterations: 60_000,
      onIteration: ({ iteration, solution }) => {
        const { x } = solution();
        while (calls.length < 4 && Math.abs(x[0] - 1 + 2 * (2 * x[0] - 3)) <= epsilons[calls.length])
          calls.push(6 * iteration + 1);
      },
    });
    expect(calls.length).toBeGreaterThanOrEqual(3);
    expect(powerExponent(epsilons.slice(0, calls.length), calls)).toBeGreaterThan(-3.2);
  });
});

describe('the baselines', () => {
  it.each([
    ['F2SA', f2sa],
    ['BOME', bome],
    ['PBGD', pbgd],
  ] as const)('%s comes near the solution of the follower and of the line', (_, solver) => {
    for (const name of ['follow', 'line'] as const) {
      const { problem, solution, initial } = toy(name);
      const { x } = solver(problem, initial, { maxIterations: 20_000 });
      expect(Math.abs(x[0] - (solution?.[0] ?? 0)), name).toBeLessThan(0.02);
    }
  });
});
