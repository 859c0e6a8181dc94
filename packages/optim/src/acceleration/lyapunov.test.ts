// The theorems of acceleration, along runs: their Lyapunov functions fall as proved, and some bounds are attained.

import type { Objective } from '@infimum/core';
import { InvalidInputError } from '@infimum/core';
import { norm } from '@infimum/linalg/numerics';
import { describe, expect, it } from 'vitest';
import { quadraticForm } from '../objectives/quadratic-form.ts';
import type { KnownFunction } from '../testing/convex-functions.ts';
import { knownFunctions, randomQuadratic } from '../testing/convex-functions.ts';
import type { GradientIterate } from './gradient-method.ts';
import { item, itemCoefficients } from './item.ts';
import type { LyapunovMethod } from './lyapunov.ts';
import { lyapunov } from './lyapunov.ts';
import { nesterovConvex } from './nesterov-convex.ts';
import { nesterovStronglyConvex } from './nesterov-strongly-convex.ts';
import { ogm } from './ogm.ts';
import { tripleMomentum } from './triple-momentum.ts';

const methods = {
  'nesterov-strongly-convex': nesterovStronglyConvex,
  'nesterov-convex': (f: Objective, x: Float64Array, { strongConvexity: _, ...options }: RunOptions) =>
    nesterovConvex(f, x, { restart: 'none', ...options }),
  'triple-momentum': tripleMomentum,
  item,
};

interface RunOptions {
  lipschitz: number;
  strongConvexity: number;
  tolerance: number;
  maxIterations: number;
  onIteration: (iterate: GradientIterate) => void;
}

/** The Lyapunov function along a run, down to a share of 1e-12 of the first, below which it is rounding. */
function energies(name: LyapunovMethod, known: KnownFunction, steps = 300): number[] {
  const energy = lyapunov(name, known.objective, known);
  const found: number[] = [];
  methods[name](known.objective, known.initial, {
    lipschitz: known.lipschitz,
    strongConvexity: known.strongConvexity,
    tolerance: 0,
    maxIterations: steps,
    onIteration: (iterate) => void found.push(energy(iterate)),
  });
  const finite = found.filter(Number.isFinite);
  const end = finite.findIndex((value) => !(value > 1e-12 * finite[0]));
  const meant = end < 0 ? finite : finite.slice(0, end);
  expect(meant.length).toBeGreaterThan(2);
  return meant;
}

/** Expects that each of the numbers is at most `factor` times the one before, up to the rounding of values of f. */
function expectDecay(values: readonly number[], factor: number, known: KnownFunction, weight = 1): void {
  const size = Math.abs(known.minimum) + known.lipschitz * norm(known.minimizer) ** 2;
  const rounding = 4 * Number.EPSILON * size * weight;
  values.slice(1).forEach((value, k) => {
    expect(value).toBeLessThanOrEqual(factor * values[k] * (1 + 1e-12) + rounding);
    expect(value).toBeGreaterThanOrEqual(-rounding);
  });
}

const ratios = (values: readonly number[]) => values.slice(1).map((value, k) => value / values[k]);

/** Quadratics whose spectrum is {mu, L} alone. */
const extreme: KnownFunction = {
  name: 'diag(1, 25)',
  objective: quadraticForm(Float64Array.of(1, 25)),
  initial: Float64Array.of(1, 1),
  lipschitz: 25,
  strongConvexity: 1,
  minimizer: new Float64Array(2),
  minimum: 0,
};

describe.each([...knownFunctions, ...[21, 22, 23, 24].map((seed) => randomQuadratic(seed)), extreme])('on $name', (known) => {
  const root = Math.sqrt(known.strongConvexity / known.lipschitz);

  it('the energy of Nesterov’s method falls by 1 - sqrt q a step', () => {
    expectDecay(energies('nesterov-strongly-convex', known), 1 - root, known);
  });

  it('that of triple momentum by rho²', () => {
    expectDecay(energies('triple-momentum', known), (1 - root) ** 2, known);
  });

  it('that of ITEM never rises, and z keeps its bound', () => {
    let last = 0; // the gap is weighed by A, and its rounding with it
    for (let k = 0; k < 40; k++) last = itemCoefficients(last, root * root).nextWeight;
    expectDecay(energies('item', known, 40), 1, known, last);
    const distance = (x: Float64Array) => norm(x.map((value, i) => value - known.minimizer[i]));
    let weight = 0;
    const { lipschitz, strongConvexity } = known;
    item(known.objective, known.initial, {
      lipschitz,
      strongConvexity,
      tolerance: 0,
      maxIterations: 100,
      onIteration: ({ output }) => {
        const bound = distance(known.initial) ** 2 / (1 + root * root * weight);
        const square = distance(output()) ** 2;
        expect(square).toBeLessThanOrEqual(bound * (1 + 1e-9) + 1e-24);
        weight = itemCoefficients(weight, root * root).nextWeight;
      },
    });
  });

  it('that of Nesterov’s convex method never rises, and the gap keeps its bound', () => {
    expectDecay(energies('nesterov-convex', known, 100), 1, known, 51 ** 2); // t is about half of k
    const square = norm(known.initial.map((value, i) => value - known.minimizer[i])) ** 2;
    const rounding = 1e-14 * Math.max(1, Math.abs(known.minimum));
    nesterovConvex(known.objective, known.initial, {
      restart: 'none',
      lipschitz: known.lipschitz,
      maxIterations: 300,
      tolerance: 0,
      onIteration: ({ iteration, output }) => {
        const gap = known.objective.value(output()) - known.minimum;
        expect(gap).toBeLessThanOrEqual((2 * known.lipschitz * square) / (iteration + 1) ** 2 + rounding);
      },
    });
  });

  it('the gap of the optimised method keeps half of that bound', () => {
    const square = norm(known.initial.map((value, i) => value - known.minimizer[i])) ** 2;
    const rounding = 1e-14 * Math.max(1, Math.abs(known.minimum));
    let t = 0;
    ogm(known.objective, known.initial, {
      restart: 'none',
      lipschitz: known.lipschitz,
      maxIterations: 300,
      tolerance: 0,
      onIteration: ({ iteration, output }) => {
        if (iteration > 0) {
          const gap = known.objective.value(output()) - known.minimum;
          expect(gap).toBeLessThanOrEqual((known.lipschitz * square) / (4 * t * t) + rounding);
        }
        t = (1 + Math.sqrt(1 + 4 * t * t)) / 2;
      },
    });
  });
});

describe('bounds are attained', () => {
  it('by triple momentum at every step where the spectrum is {mu, L}', () => {
    for (const ratio of ratios(energies('triple-momentum', extreme))) expect(ratio / 0.64).toBeCloseTo(1, 6);
  });

  it('almost, by triple momentum on general quadratics and on the function on which heavy ball fails', () => {
    const counterexample = knownFunctions.find(({ name }) => name === 'counterexample') as KnownFunction;
    for (const known of [randomQuadratic(21), counterexample]) {
      const rho = 1 - Math.sqrt(known.strongConvexity / known.lipschitz);
      const relative = ratios(energies('triple-momentum', known)).map((ratio) => ratio / rho ** 2);
      expect(Math.max(...relative)).toBeGreaterThan(0.99);
      expect(Math.min(...relative)).toBeLessThan(0.97);
    }
  });

  it('by ITEM for every number of steps where the spectrum is {mu, L}, and not where there is something between', () => {
    const ratioOf = (eigenvalues: Float64Array) => {
      const initial = eigenvalues.map((_, i) => 1 - 0.3 * i);
      const found: number[] = [];
      let weight = 0;
      item(quadraticForm(eigenvalues), initial, {
        lipschitz: 25,
        strongConvexity: 1,
        tolerance: 0,
        maxIterations: 40,
        onIteration: ({ output }) => {
          found.push((norm(output()) ** 2 / norm(initial) ** 2) * (1 + weight / 25));
          weight = itemCoefficients(weight, 1 / 25).nextWeight;
        },
      });
      return found;
    };
    for (const ratio of ratioOf(Float64Array.of(1, 25))) expect(ratio).toBeCloseTo(1, 9);
    for (const ratio of ratioOf(Float64Array.of(1, 7, 25)).slice(1)) expect(ratio).toBeLessThan(0.99);
  });
});

describe('Lyapunov functions', () => {
  const f = quadraticForm(Float64Array.of(1, 4));
  const minimizer = new Float64Array(2);

  it('refuse what does not fit', () => {
    const argument = (name: string) => expect.objectContaining({ argument: name });
    const known = { minimizer, lipschitz: 4, strongConvexity: 1 };
    expect(() => lyapunov('heavy-ball' as 'item', f, known)).toThrow(argument('method'));
    expect(() => lyapunov('item', {} as Objective, known)).toThrow(argument('objective'));
    expect(() => lyapunov('item', f, { ...known, minimizer: Float64Array.of(1) })).toThrow(argument('minimizer'));
    expect(() => lyapunov('item', f, { ...known, lipschitz: 0 })).toThrow(argument('lipschitz'));
    for (const strongConvexity of [0, 4, 5]) {
      expect(() => lyapunov('triple-momentum', f, { ...known, strongConvexity })).toThrow(InvalidInputError);
    }
  });

  it('are zero at the minimum', () => {
    const iterate: GradientIterate = {
      iteration: 0,
      gradientNorm: 0,
      point: minimizer,
      gradient: minimizer,
      output: () => minimizer.slice(),
      solution: () => ({
        x: minimizer,
        value: 0,
        gradientNorm: 0,
        evaluations: { value: 0, gradient: 0, hessianVector: 0, hessian: 0 },
      }),
    };
    for (const name of Object.keys(methods) as LyapunovMethod[]) {
      const energy = lyapunov(name, f, { minimizer, lipschitz: 4, strongConvexity: 1 });
      energy(iterate);
      expect(energy({ ...iterate, iteration: 1 })).toBe(0);
    }
  });
});
