import { InvalidInputError, Random, runAsync } from '@infimum/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerQuestions, centeredRanks, Search } from './black-box.ts';
import { cbo, cboSteps } from './cbo.ts';
import { Adaptation, adaptationConstants, cmaEs } from './cma-es.ts';
import { alphaForSampleSize, consensusPoint, gibbsWeights } from './consensus.ts';
import { consensusHopping } from './consensus-hopping.ts';
import { bbobBlackBox, shiftedFunction } from './continuous-families.ts';
import { differentialEvolution } from './differential-evolution.ts';
import { gradientDecomposition, proximalPoint } from './gradient-decomposition.ts';
import { langevin } from './langevin.ts';
import { laplaceBound, meanFieldCbo } from './mean-field.ts';
import { openEs } from './open-es.ts';
import { particleSwarm } from './particle-swarm.ts';
import { simulatedAnnealing } from './simulated-annealing.ts';
import { grandCanyon } from './test-functions.ts';
import { zoSgd } from './zo-sgd.ts';

describe('the consensus point', () => {
  it.each([
    [1, -0.238962154865],
    [10, -4.53978687e-5],
    [1e15, 0],
    [Infinity, 0],
  ])('of -1, 0, 2 under x² and alpha %d', (alpha, expected) => {
    const [point] = consensusPoint(Float64Array.of(-1, 0, 2), Float64Array.of(1, 0, 4), alpha);
    expect(point).toBeCloseTo(expected, 11);
  });

  it('of three points in the plane', () => {
    const point = consensusPoint(Float64Array.of(0.5, 1, -1, 0, 2, 2), Float64Array.of(1.25, 1, 8), 3);
    expect(point[0]).toBeCloseTo(-0.51876805, 8);
    expect(point[1]).toBeCloseTo(0.3208213, 8);
  });

  it('has the effective sample size of the definition', () => {
    expect(gibbsWeights(Float64Array.of(0, 1, 4), 1, new Float64Array(3))).toBeCloseTo(1.691984060504, 11);
  });

  it('lies in the hull, moves with the points, and does not see constants or failures', () => {
    const numbers = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 2, maxLength: 20 });
    fc.assert(
      fc.property(numbers, fc.double({ min: 1e-3, max: 1e3, noNaN: true }), (list, alpha) => {
        const particles = Float64Array.from(list);
        const values = particles.map((x) => Math.cos(x));
        const [point] = consensusPoint(particles, values, alpha);
        expect(point).toBeGreaterThanOrEqual(Math.min(...list));
        expect(point).toBeLessThanOrEqual(Math.max(...list));
        const [moved] = consensusPoint(
          particles.map((x) => x + 7),
          values.map((f) => f + 3),
          alpha,
        );
        expect(moved).toBeCloseTo(point + 7, 6);
        const [failed] = consensusPoint(
          Float64Array.of(1e9, ...particles, 1e9, 1e9),
          Float64Array.of(Number.NaN, ...values, Number.NaN, -Infinity),
          alpha,
        );
        expect(failed).toBeCloseTo(point, 9);
      }),
      { numRuns: 50 },
    );
  });

  it('finds the alpha of a sample size, whatever the scale of the values', () => {
    const values = new Random(1).uniforms(new Float64Array(200));
    const { alpha } = sampleSize(values, 0.25, 1);
    for (const [factor, guess] of [
      [1, 1e9],
      [2 ** 40, 1],
      [2 ** -1000, 1e9],
      [2 ** 1000, 1e-5],
    ]) {
      const scaled = values.map((f) => factor * f);
      const found = sampleSize(scaled, 0.25, guess);
      expect(Math.abs(Math.log(found.size / 50))).toBeLessThanOrEqual(1e-6);
      expect(gibbsWeights(scaled, found.alpha, new Float64Array(200))).toBeCloseTo(50, 3);
      expect(found.alpha * factor).toBeCloseTo(alpha, 4);
      expect(found.calls).toBeLessThan(20);
    }
    // From a guess that is nearly right, two sets of weights are enough.
    expect(sampleSize(values, 0.25, 1.02 * alpha).calls).toBeLessThanOrEqual(3);
  });

  it('comes as near to a sample size as values allow', () => {
    const size = (share: number, ...values: number[]) => sampleSize(Float64Array.from(values), share, 1).size;
    expect(size(0.9, 1, Number.NaN, 2, Infinity, -Infinity, 3)).toBeCloseTo(3, 6);
    expect(size(0.2, 5, 5, 5, 7, 8, 9)).toBeCloseTo(3, 12);
    expect(size(0.2, 5, 5, 5, 5, 5, 5)).toBe(6);
    expect(size(0.5, -1e308, 1e308, 0, 0, 0, 0)).toBe(1);
    expect(size(0.5, ...new Array<number>(6).fill(Number.NaN))).toBe(0);
    // Clusters at heights of many sizes: flat stretches between steps.
    expect(size(0.5, 0, 1e-9, 1e-9, 1e-3, 1, 1e6)).toBeCloseTo(3, 5);
  });
});

/** By weights in plain TypeScript, the slope from a difference; counts the sets of weights. */
function sampleSize(values: Float64Array, share: number, guess: number) {
  const weights = new Float64Array(values.length);
  let calls = 0;
  const found = alphaForSampleSize(values, share, guess, (alpha) => {
    calls++;
    const size = gibbsWeights(values, alpha, weights);
    const near = gibbsWeights(values, alpha * (1 + 1e-6), weights.slice());
    return { size, slope: Math.log(near / size) / 1e-6 };
  });
  return { ...found, calls };
}

describe('cbo', () => {
  it.each([
    ['anisotropic', 1],
    ['isotropic', 4],
  ] as const)('contracts at the rate of the theory with %s noise', (noise, factor) => {
    // One particle is best and stays the consensus; the variance of the others is multiplied by (1 - dt)² + factor sigma² dt.
    const d = 4;
    const blackBox = {
      dimension: d,
      value: (x: Float64Array) => x.reduce((sum, entry) => sum + Math.abs(entry - 50), 0),
      initial: new Float64Array(d).fill(50),
    };
    const settings = {
      noiseForm: noise,
      sigma: 0.3,
      timeStep: 0.1,
      schedule: 'fixed',
      alpha: 1e15,
      population: 20_000,
    } as const;
    const squares: number[] = [];
    cbo(blackBox, {
      ...settings,
      seed: 3,
      maxIterations: 2,
      onIteration: ({ points }) => {
        squares.push(points.reduce((sum, x) => sum + (x - 50) ** 2, 0));
      },
    });
    // The best of 20 000 particles is so near 50 that the consensus is 50 up to a tenth.
    const expected = 0.9 ** 2 + factor * 0.3 ** 2 * 0.1;
    expect(Math.abs(squares[1] / squares[0] / expected - 1)).toBeLessThan(0.02);
  });

  it('solves shifted Ackley in 20 dimensions by its defaults, also with other scales of the values', () => {
    for (const factor of [1e-6, 1, 1e6]) {
      for (const seed of process.env['INFIMUM_FULL'] ? [1, 2] : [1]) {
        const blackBox = shiftedFunction('ackley', 20, { factor, accuracy: 0.01 });
        expect(cbo(blackBox, { seed, maxEvaluations: 60_000 }).status).toBe('converged');
      }
    }
  });

  it('polarises to several minimisers', () => {
    const value = ([x]: Float64Array) => (x * x - 1) ** 2;
    const { particles } = cbo(
      { dimension: 1, value, scale: Float64Array.of(2) },
      { polarization: 0.2, sigma: 1, schedule: 'fixed', alpha: 30, restarts: false, timeStep: 0.05, maxEvaluations: 15_000 },
    );
    expect(particles.some((x) => Math.abs(x - 1) < 0.1)).toBe(true);
    expect(particles.some((x) => Math.abs(x + 1) < 0.1)).toBe(true);
  });

  it('with a wide polarisation does what it does without', () => {
    const blackBox = shiftedFunction('rastrigin', 3);
    const options = { seed: 5, schedule: 'fixed', maxEvaluations: 2000 } as const;
    const [plain, wide] = [cbo(blackBox, options), cbo(blackBox, { ...options, polarization: 1e8 })];
    expect(wide.value).toBeCloseTo(plain.value, 6);
  });

  it.each([
    ['batches', { batchSize: 10 }],
    ['batches that move all', { batchSize: 10, batchUpdate: 'full' }],
    ['memory', { memoryDrift: 1 }],
    ['the Heaviside factor', { heaviside: 0.1 }],
    ['truncated noise', { truncation: 1, noiseForm: 'isotropic', sigma: 0.5 }],
    ['a growing alpha and cooling', { schedule: 'multiply', cooling: 300, sigma: 4 }],
    ['fewer particles', { reduction: 0.2, sigma: 4 }],
  ] as const)('reaches the minimum of a bowl with %s', (_, options) => {
    const blackBox = shiftedFunction('sphere', 3, { accuracy: 1e-3 });
    expect(cbo(blackBox, { ...options, seed: 1 }).status).toBe('converged');
  });

  it('gives the same bits when answers come later', async () => {
    const blackBox = shiftedFunction('ackley', 3);
    const direct = cbo(blackBox, { maxEvaluations: 2000, seed: 4 });
    const later = await runAsync(cboSteps(blackBox, { maxEvaluations: 2000, seed: 4 }), {}, async (question) =>
      answerQuestions(blackBox, question),
    );
    expect(later.x).toEqual(direct.x);
    expect(later.particles).toEqual(direct.particles);
  });
});

describe('constraints', () => {
  it('are kept at the minimiser that they bound', () => {
    // The nearest point to (2, 2) with x + y <= 1 and x >= 0.7 is (0.7, 0.3): f = 1.69 + 2.89.
    const blackBox = {
      dimension: 2,
      value: ([x, y]: Float64Array) => (x - 2) ** 2 + (y - 2) ** 2,
      constraints: ([x, y]: Float64Array) => [x + y - 1, 0.7 - x],
      target: 4.65,
    };
    for (const factor of [1e-6, 1, 1e6]) {
      const scaled = { ...blackBox, value: (x: Float64Array) => factor * blackBox.value(x), target: factor * 4.65 };
      for (const seed of [1, 2, 3]) {
        const { status, x, value } = cbo(scaled, { seed });
        expect(status).toBe('converged');
        expect(x[0] + x[1]).toBeLessThanOrEqual(1);
        expect(x[0]).toBeGreaterThanOrEqual(0.7);
        // No feasible point is better than the minimum by the conditions of Karush, Kuhn and Tucker.
        expect(value).toBeGreaterThanOrEqual(factor * (1.3 ** 2 + 1.7 ** 2) * (1 - 1e-12));
      }
    }
  });

  it('that nobody can keep leave no best point', () => {
    const impossible = { dimension: 2, value: () => 0, constraints: () => [1], target: 1 };
    const { status, value } = cbo(impossible, { maxEvaluations: 2000 });
    expect(status).not.toBe('converged');
    expect(value).toBe(Infinity);
  });

  it('are refused by methods that do not take them', () => {
    const blackBox = { dimension: 2, value: () => 0, constraints: () => [-1] };
    for (const solve of [cmaEs, openEs, particleSwarm, differentialEvolution])
      expect(() => solve(blackBox)).toThrow('constraints');
  });
});

describe('swarms and differences', () => {
  it.each(['sphere', 'ackley', 'rastrigin'] as const)('solve shifted %s in five dimensions', (name) => {
    for (const seed of [1, 2]) {
      const blackBox = shiftedFunction(name, 5, { accuracy: 1e-3 });
      expect(differentialEvolution(blackBox, { seed }).status).toBe('converged');
      if (name !== 'rastrigin') expect(particleSwarm(blackBox, { seed }).status).toBe('converged');
    }
  });

  it('see ranks only', () => {
    const blackBox = shiftedFunction('ackley', 4);
    const { target: _, ...stretched } = { ...blackBox, value: (x: Float64Array) => Math.sqrt(blackBox.value(x)) };
    const { target: __, ...plain } = blackBox;
    for (const solve of [particleSwarm, differentialEvolution])
      expect(solve(stretched, { maxEvaluations: 3000 }).x).toEqual(solve(plain, { maxEvaluations: 3000 }).x);
  });
});

describe('simulated annealing', () => {
  it('leaves a valley that is not the deepest, and freezes in the deepest', () => {
    // Double wells (x² - 1)² + 0.3 x along every axis, from the shallow side.
    const d = 3;
    const value = (x: Float64Array) => x.reduce((sum, e) => sum + (e * e - 1) ** 2 + 0.3 * e, 0);
    const initial = new Float64Array(d).fill(1);
    const least = d * value(Float64Array.of(-1.0355));
    const reached = [1, 2, 3, 4, 5].filter(
      (seed) => simulatedAnnealing({ dimension: d, value, initial, target: least + 1e-4 }, { seed }).status === 'converged',
    );
    expect(reached.length).toBeGreaterThanOrEqual(4);
    const frozen = simulatedAnnealing({ dimension: d, value, initial }, { heat: 1e-12, maxEvaluations: 2000 });
    expect(frozen.value).toBeCloseTo(d * value(Float64Array.of(0.9601)), 3);
  });

  it('stands failures, at the start too', () => {
    const value = ([x]: Float64Array) => (x > 0 ? Number.NaN : (x + 2) ** 2);
    const { status } = simulatedAnnealing({ dimension: 1, value, initial: Float64Array.of(0.1), target: 1e-6 });
    expect(status).toBe('converged');
  });
});

describe('zoSgd', () => {
  it('follows the gradient on average, and contracts a quadratic at its rate', () => {
    // E x_1 = (1 - eta) x_0 for f = |x|² / 2, whatever the number of directions.
    const initial = Float64Array.of(1, -2, 3);
    const mean = new Float64Array(3);
    const runs = 4000;
    for (let seed = 0; seed < runs; seed++) {
      const asked: Float64Array[] = [];
      const value = (x: Float64Array) => {
        asked.push(x.slice());
        return x.reduce((sum, e) => sum + (e * e) / 2, 0);
      };
      zoSgd({ dimension: 3, value, initial }, { seed, directions: 4, stepSize: 0.1, maxEvaluations: 6 });
      // After x_0 and four points around it comes x_1.
      for (let j = 0; j < 3; j++) mean[j] += asked[5][j] / runs;
    }
    for (let j = 0; j < 3; j++) expect(Math.abs(mean[j] - 0.9 * initial[j])).toBeLessThan(0.03);
  });

  it('solves shifted sphere, and does not run beyond the numbers with too large a step', () => {
    const sphere = shiftedFunction('sphere', 5, { accuracy: 1e-6 });
    expect(zoSgd(sphere, { stepSize: 0.02, maxEvaluations: 50_000 }).status).toBe('converged');
    const { x, value } = zoSgd(sphere, { stepSize: 1e9, maxEvaluations: 2000 });
    expect([...x, value].every(Number.isFinite)).toBe(true);
  });
});

describe('consensus hopping', () => {
  it('is the implicit gradient step of a quadratic, 1/14 from 1/2', () => {
    const { consensus } = consensusHopping(
      { dimension: 1, value: ([x]) => 1.5 * x * x, initial: Float64Array.of(0.5) },
      { population: 400_000, alpha: 50, sigma: 0.2, maxEvaluations: 400_000 },
    );
    expect(Math.abs(consensus[0] - 1 / 14)).toBeLessThan(3e-3);
  });

  it('comes closer with the root of the samples', () => {
    const error = (population: number) => {
      let sum = 0;
      for (let seed = 0; seed < 40; seed++) {
        const { next } = gradientDecomposition(([x]) => 1.5 * x * x, Float64Array.of(0.4), {
          population,
          alpha: 20,
          sigma: 0.2,
          seed,
        });
        sum += (next[0] - 0.4 / (1 + 20 * 0.04 * 3)) ** 2;
      }
      return Math.sqrt(sum / 40);
    };
    const slope = Math.log(error(10_000) / error(100)) / Math.log(100);
    expect(Math.abs(slope + 0.5)).toBeLessThan(0.1);
  });

  it('crosses the barrier of a double well if the samples are wide enough', () => {
    const value = ([x]: Float64Array) => (x * x - 1) ** 2 + 0.3 * x;
    const ends = (sigma: number) =>
      [1, 2, 3, 4, 5].filter(
        (seed) =>
          consensusHopping(
            { dimension: 1, value, initial: Float64Array.of(1) },
            { population: 100, alpha: 50, sigma, maxEvaluations: 25_000, seed },
          ).consensus[0] < 0,
      ).length;
    expect(ends(0.2)).toBe(0);
    expect(ends(0.7)).toBe(5);
  });

  it('has the implicit step of the specification on the canyon', () => {
    expect(grandCanyon(Float64Array.of(8, 8))).toBeCloseTo(39.01254, 5);
    expect(grandCanyon(Float64Array.of(1, 2))).toBeCloseTo(4.34701, 5);
    const [x, y] = proximalPoint(grandCanyon, Float64Array.of(6, 5), 0.02);
    expect(x).toBeCloseTo(6.003679, 5);
    expect(y).toBeCloseTo(4.957257, 5);
  });

  it('is taken apart without a rest', () => {
    const parts = gradientDecomposition(grandCanyon, Float64Array.of(6, 5), {
      population: 10_000,
      alpha: 10,
      sigma: Math.sqrt(0.002),
    });
    expect(parts.remainder).toBeLessThanOrEqual(parts.sampling + parts.discretization + 1e-12);
    expect(parts.sampling).toBeLessThan(5e-3);
  });
});

describe('the mean field', () => {
  it('has the moments of many particles', () => {
    const field = meanFieldCbo((x) => x * x + 2.5 * (1 - Math.cos(2 * Math.PI * x)), {
      alpha: 30,
      sigma: 0.7,
      mean: 2,
      time: 1,
    });
    expect(field.consensus).toBeCloseTo(0.00515, 4);
    expect(field.mean).toBeCloseTo(0.7413, 3);
    expect(field.variance).toBeCloseTo(1.112, 2);
    expect(field.density.every((entry) => entry >= 0)).toBe(true);
    expect(field.density.reduce((sum, entry) => sum + entry, 0) * 0.01).toBeCloseTo(1, 12);
  });

  it('is bounded by the Laplace principle', () => {
    const mass = (r: number) => Math.min(2 * r, r + 3, 8) / 8;
    const bounds = [10, 100, 1000].map((alpha) =>
      laplaceBound({ alpha, stepSize: 1, nu: 0.5, excess: (r) => r * r, mass, meanDistance: 17 / 8 }),
    );
    [0.894, 0.323, 0.113].forEach((expected, i) => {
      expect(bounds[i]).toBeCloseTo(expected, 2);
    });
    // The true consensus, by a sum over the interval.
    for (const [i, alpha] of [10, 100, 1000].entries()) {
      const grid = Float64Array.from({ length: 80_001 }, (_, k) => -3 + k * 1e-4);
      expect(
        Math.abs(
          consensusPoint(
            grid,
            grid.map((x) => x * x),
            alpha,
          )[0],
        ),
      ).toBeLessThan(bounds[i]);
    }
  });
});

describe('cma-es', () => {
  it('has the constants of the tutorial', () => {
    const { mass, c1, cMu, cc, cSigma, dSigma } = adaptationConstants(10, 10);
    expect(mass).toBeCloseTo(3.16729928, 8);
    expect(c1).toBeCloseTo(0.01528382, 8);
    expect(cMu).toBeCloseTo(0.02015428, 8);
    expect(cc).toBeCloseTo(0.29499038, 8);
    expect(cSigma).toBeCloseTo(0.28442859, 8);
    expect(dSigma).toBeCloseTo(1 + cSigma, 12);
  });

  it('moves mean and step as the reference does', () => {
    const adaptation = new Adaptation(Float64Array.of(1, 2, 3), 0.5, 7, { covariance: 'full', active: true });
    const points = new Float64Array(21);
    const values = new Float64Array(7);
    for (let i = 1; i <= 7; i++) {
      for (let j = 1; j <= 3; j++) {
        const x = j + 0.75 * Math.sin(2 * i + 3 * j);
        points[(i - 1) * 3 + j - 1] = x;
        values[i - 1] += j * x * x;
      }
    }
    adaptation.tell(points, values);
    [0.271562588825, 2.735328022787, 2.272498960977].forEach((expected, j) => {
      expect(adaptation.mean[j]).toBeCloseTo(expected, 11);
    });
    expect(adaptation.sigma).toBeCloseTo(0.656676286577, 11);
  });

  it.each([1, 2, 8, 10, 11, 12, 14])('solves f%i of BBOB in five dimensions', (number) => {
    const { status, evaluations } = cmaEs(bbobBlackBox(number, 5, 1, 3), { seed: 2, maxEvaluations: 20_000 });
    expect(status).toBe('converged');
    expect(evaluations.value).toBeLessThan(number === 8 ? 12_000 : 8000);
  });

  it('sees ranks only', () => {
    const blackBox = { dimension: 4, value: (x: Float64Array) => x.reduce((sum, e, j) => sum + (j + 1) * (e - 1) ** 2, 0) };
    const options = { maxEvaluations: 1000, seed: 1, restarts: false } as const;
    const stretched = { ...blackBox, value: (x: Float64Array) => Math.log(blackBox.value(x)) };
    expect(cmaEs(stretched, options).x).toEqual(cmaEs(blackBox, options).x);
  });

  it('solves the ellipsoid along the axes faster if separable', () => {
    const blackBox = bbobBlackBox(2, 20, 1, 3);
    const count = (covariance: 'full' | 'separable') => cmaEs(blackBox, { covariance, seed: 1 }).evaluations.value;
    expect(count('separable')).toBeLessThan(count('full'));
  });

  it('finds a minimiser on a bound and keeps fixed variables', () => {
    const { x, value } = cmaEs(
      {
        dimension: 3,
        value: (x) => (x[0] + 1) ** 2 + (x[1] - 0.5) ** 2 + (x[2] - 9) ** 2,
        lower: Float64Array.of(0, 0, 2),
        upper: Float64Array.of(1, 1, 2),
      },
      { maxEvaluations: 3000 },
    );
    expect(x[0]).toBe(0);
    expect(x[1]).toBeCloseTo(0.5, 5);
    expect(x[2]).toBe(2);
    expect(value).toBeCloseTo(50, 8);
  });

  it('refuses matrices that no memory holds', () => {
    const blackBox = { dimension: 5000, value: () => 0 };
    expect(() => cmaEs(blackBox)).toThrow(InvalidInputError);
    expect(cmaEs(blackBox, { covariance: 'separable', maxEvaluations: 50 }).status).toBe('iteration-limit');
  });
});

describe('ranks', () => {
  it('share places when values are equal', () => {
    const ranks = centeredRanks(Float64Array.of(-3, -1, -2, -2, -5, -2));
    expect([...ranks].map((rank) => Number(rank.toFixed(12)))).toEqual([0.3, -0.5, -0.1, -0.1, 0.5, -0.1]);
  });

  it('put failures last', () => {
    expect([...centeredRanks(Float64Array.of(Infinity, 1, 2))]).toEqual([-0.5, 0.5, 0]);
  });

  it('lead PGPE and OpenES to the minimum', () => {
    const blackBox = shiftedFunction('sphere', 5, { accuracy: 1e-3 });
    for (const adaptation of ['decay', 'pgpe'] as const) expect(openEs(blackBox, { adaptation }).status).toBe('converged');
  });
});

it('a search counts failures and never takes them for the best', () => {
  const search = new Search({ dimension: 1, value: () => 0 }, 10);
  const asking = search.ask(Float64Array.of(1, 2), 2);
  asking.next();
  const { value } = asking.next(Float64Array.of(Number.NaN, -Infinity));
  expect(value).toEqual(Float64Array.of(Infinity, Infinity));
  expect(search.solution()).toEqual({ x: Float64Array.of(0), value: Infinity, evaluations: { value: 2 } });
});

it('names what is too large for a method', () => {
  const box = { dimension: 200_000, value: () => 0 };
  expect(() => langevin(box)).toThrow('dimension');
  expect(() => cmaEs(box)).toThrow('covariance');
});
