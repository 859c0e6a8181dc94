// The methods of acceleration step by step: worked examples, textbook forms, and iterations to a tolerance.

import type { Objective } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { quadraticForm } from '../objectives/quadratic-form.ts';
import { smooth } from '../smooth/smooth-problem.ts';
import type { Method } from '../testing/acceleration-runs.ts';
import { expectClose, iterationsToDistance, methods, outputs } from '../testing/acceleration-runs.ts';
import { counterexample, knownFunctions } from '../testing/convex-functions.ts';
import { itemCoefficients } from './item.ts';
import { nesterovConvex } from './nesterov-convex.ts';

describe('worked examples', () => {
  const bowl = quadraticForm(Float64Array.of(1, 25));
  const constants = { lipschitz: 25, strongConvexity: 1, count: 3 };

  it.each([
    [
      'Nesterov, strongly convex',
      [
        [0.96, 0],
        [0.896, 0],
        [0.8192, 0],
      ],
    ],
    [
      'triple momentum',
      [
        [0.8, -4],
        [0.64, 3.2],
        [0.512, -2.56],
      ],
    ],
    [
      // In the steep direction z changes its sign in every step, as the output of triple momentum does.
      'ITEM',
      [
        [0.923076923, -0.923076923],
        [0.816486566, 0.816486566],
        [0.699843993, -0.699843993],
      ],
    ],
  ] as const)('%s on a quadratic', (name, expected) => {
    const [, ...found] = outputs(methods[name], bowl, Float64Array.of(1, 1), constants);
    found.forEach((output, k) => {
      expectClose(output, expected[k], 1e-9);
    });
  });

  it.each([
    ['Nesterov, strongly convex', [0.96, 0, 0]],
    ['triple momentum', [-8.4, 3.648, -1.8816]],
    ['ITEM', [-1.2, 0.0992292945, -0.0850534823]],
  ] as const)('%s on the function on which heavy ball fails', (name, expected) => {
    const { objective, initial } = counterexample;
    const [, ...found] = outputs(methods[name], objective, initial, constants);
    found.forEach((output, k) => {
      expectClose(output, [expected[k]], 1e-9);
    });
  });

  it('weights of ITEM', () => {
    let weight = 0;
    for (const expected of [4.340277777778, 12.500919901084, 26.043157244805]) {
      weight = itemCoefficients(weight, 1 / 25).nextWeight;
      expect(weight).toBeCloseTo(expected, 11);
    }
  });
});

describe('textbook forms', () => {
  /** Runs a recursion that is handed the gradient as a function. */
  const gradientOf = (f: Objective) => (x: number[]) => {
    const out = new Float64Array(x.length);
    f.gradient(Float64Array.from(x), out);
    return out;
  };
  const combine = (...terms: [number, ArrayLike<number>][]) =>
    Array.from(terms[0][1], (_, i) => terms.reduce((sum, [factor, x]) => sum + factor * x[i], 0));
  const STEPS = 60;

  it.each(knownFunctions)('agree with the family on $name', ({ objective, initial, lipschitz, strongConvexity }) => {
    const gradient = gradientOf(objective);
    const known = { lipschitz, strongConvexity, count: STEPS };
    const [L, mu] = [lipschitz, strongConvexity];
    const q = mu / L;

    const agree = (name: keyof typeof methods, expected: number[][]) => {
      const found = outputs(methods[name], objective, initial, known);
      const scale = Math.max(...expected.flat().map(Math.abs));
      found.forEach((output, k) => {
        expectClose(output, expected[k], 1e-10 * scale);
      });
      expect(found.length).toBeGreaterThan(3);
    };

    {
      // Polyak
      const [alpha, beta] = [4 / (Math.sqrt(L) + Math.sqrt(mu)) ** 2, ((Math.sqrt(L / mu) - 1) / (Math.sqrt(L / mu) + 1)) ** 2];
      let [last, x] = [[...initial], [...initial]];
      const path = [x];
      for (let k = 0; k < STEPS; k++) {
        [last, x] = [x, combine([1 + beta, x], [-beta, last], [-alpha, gradient(x)])];
        path.push(x);
      }
      agree('heavy ball', path);
    }
    {
      // Nesterov, constant and growing momentum
      const b = (1 - Math.sqrt(q)) / (1 + Math.sqrt(q));
      for (const name of ['Nesterov, strongly convex', 'Nesterov, convex'] as const) {
        let [x, y, t] = [[...initial], [...initial], 1];
        const path = [y];
        for (let k = 0; k < STEPS; k++) {
          const next = combine([1, x], [-1 / L, gradient(x)]);
          const nextT = (1 + Math.sqrt(1 + 4 * t * t)) / 2;
          const momentum = name === 'Nesterov, convex' ? (t - 1) / nextT : b;
          [x, y, t] = [combine([1 + momentum, next], [-momentum, y]), next, nextT];
          path.push(y);
        }
        agree(name, path);
      }
    }
    {
      // Van Scoy, Freeman, Lynch
      const rho = 1 - Math.sqrt(q);
      const [alpha, beta] = [(1 + rho) / L, rho ** 2 / (2 - rho)];
      const [gamma, delta] = [rho ** 2 / ((1 + rho) * (2 - rho)), rho ** 2 / (1 - rho ** 2)];
      let [last, xi] = [[...initial], [...initial]];
      const path = [xi];
      for (let k = 0; k < STEPS; k++) {
        const y = combine([1 + gamma, xi], [-gamma, last]);
        [last, xi] = [xi, combine([1 + beta, xi], [-beta, last], [-alpha, gradient(y)])];
        path.push(combine([1 + delta, xi], [-delta, last]));
      }
      agree('triple momentum', path);
    }
    {
      // Kim, Fessler
      let [x, y, t] = [[...initial], [...initial], 1];
      const path = [x];
      for (let k = 0; k < STEPS; k++) {
        const next = combine([1, y], [-1 / L, gradient(y)]);
        const nextT = (1 + Math.sqrt(1 + 4 * t * t)) / 2;
        const [along, again] = [(t - 1) / nextT, t / nextT];
        y = combine([1 + along + again, next], [-along, x], [-again, y]);
        [x, t] = [next, nextT];
        path.push(x);
      }
      agree('OGM', path);
    }
  });

  it('k/(k+3) is the momentum of the simple growth', () => {
    const { objective, initial, lipschitz } = knownFunctions[0];
    const gradient = gradientOf(objective);
    let [x, y] = [[...initial], [...initial]];
    const found: Float64Array[] = [];
    nesterovConvex(objective, initial, {
      lipschitz,
      growth: 'k/(k+3)',
      restart: 'none',
      tolerance: 0,
      maxIterations: STEPS,
      onIteration: (iterate) => void found.push(iterate.output()),
    });
    for (let k = 0; k < STEPS; k++) {
      const next = combine([1, x], [-1 / lipschitz, gradient(x)]);
      const momentum = k / (k + 3);
      [x, y] = [combine([1 + momentum, next], [-momentum, y]), next];
      expectClose(found[k + 1], y, 1e-12);
    }
  });
});

describe('iterations to a relative distance of 1e-8', () => {
  // Those of gradient descent, 82 375 and 161 390, are in the full suite.
  it.each([
    ['heavy ball', 1195],
    ['Nesterov, strongly convex', 1904],
    ['triple momentum', 2062],
    ['ITEM', 1705],
  ] as const)('%s: %i', (name, expected) => {
    expect(Math.abs(iterationsToDistance(name) - expected)).toBeLessThanOrEqual(1);
  });

  it('after 100 steps on the chain the gaps are those of the table', async () => {
    const chain = await smooth.families['chain'].generate({ n: 200 }, 0);
    const { objective, initial, minimum = Number.NaN } = chain;
    const gap = (method: Method) => {
      const path = outputs(method, objective, initial, { lipschitz: 1, strongConvexity: 0, count: 100 });
      return objective.value(path[100]) - minimum;
    };
    expect(gap(methods['Nesterov, convex'])).toBeCloseTo(1.9743026e-3, 9);
    expect(gap(methods['gradient descent'])).toBeCloseTo(9.320641e-3, 9);
  });
});
