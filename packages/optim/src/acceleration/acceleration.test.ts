// The methods of acceleration against their textbook forms, the literature's tables and what must not change them.
import { InvalidInputError, type Objective, Random } from '@infimum/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quadraticForm } from '../objectives/quadratic-form.ts';
import { rosenbrock } from '../objectives/test-functions.ts';
import { smooth } from '../smooth-problem.ts';
import {
  counterexample,
  knownFunctions,
  randomQuadratic,
  randomRotation,
} from '../testing/convex-functions.ts';
import { norm } from '../vectors.ts';
import { gradientDescent, gradientDescentMomentum } from './gradient-descent.ts';
import type { GradientIterate } from './gradient-method.ts';
import { heavyBall, heavyBallMomentum, type StronglyConvexOptions } from './heavy-ball.ts';
import { item, itemCoefficients } from './item.ts';
import { betweenMomenta, momentumFamily } from './momentum-family.ts';
import { nesterovConvex } from './nesterov-convex.ts';
import { nesterovMomentum, nesterovStronglyConvex } from './nesterov-strongly-convex.ts';
import { ogm } from './ogm.ts';
import { tripleMomentum, tripleMomentumMomentum } from './triple-momentum.ts';

type Options = StronglyConvexOptions & {
  maxIterations?: number;
  onIteration?: (iterate: GradientIterate) => void;
};

const methods = {
  'gradient descent': gradientDescent,
  'long gradient descent': (f: Objective, x: Float64Array, options: Options) =>
    gradientDescent(f, x, { ...options, step: '2/(L+mu)' }),
  'heavy ball': heavyBall,
  'Nesterov, strongly convex': nesterovStronglyConvex,
  'Nesterov, convex': (f: Objective, x: Float64Array, { strongConvexity: _, ...options }: Options) =>
    nesterovConvex(f, x, options),
  'triple momentum': tripleMomentum,
  ITEM: item,
  OGM: (f: Objective, x: Float64Array, { strongConvexity: _, ...options }: Options) => ogm(f, x, options),
};
type Method = (typeof methods)[keyof typeof methods];

/** The outputs of iterations 0 to `count`. */
function outputs(
  method: Method,
  objective: Objective,
  initial: Float64Array,
  { count, ...options }: Omit<Options, 'tolerance'> & { count: number },
): Float64Array[] {
  const found: Float64Array[] = [];
  method(objective, initial, {
    ...options,
    tolerance: 0,
    maxIterations: count,
    onIteration: (iterate) => void found.push(iterate.output()),
  });
  return found;
}

function expectClose(found: Float64Array, expected: ArrayLike<number>, error: number): void {
  const scale = Math.max(1, ...Array.from(expected, Math.abs));
  found.forEach((value, i) => {
    expect(Math.abs(value - expected[i])).toBeLessThanOrEqual(error * scale);
  });
}

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

  it.each(knownFunctions)(
    'agree with the family on $name',
    ({ objective, initial, lipschitz, strongConvexity }) => {
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
        const [alpha, beta] = [
          4 / (Math.sqrt(L) + Math.sqrt(mu)) ** 2,
          ((Math.sqrt(L / mu) - 1) / (Math.sqrt(L / mu) + 1)) ** 2,
        ];
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
    },
  );

  it('k/(k+3) is the momentum of the simple growth', () => {
    const { objective, initial, lipschitz } = knownFunctions[0];
    const gradient = gradientOf(objective);
    let [x, y] = [[...initial], [...initial]];
    const found: Float64Array[] = [];
    nesterovConvex(objective, initial, {
      lipschitz,
      growth: 'k/(k+3)',
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
  // 100 eigenvalues from 1 to 1e4, from (1, …, 1).
  const n = 100;
  const objective = quadraticForm(Float64Array.from({ length: n }, (_, i) => 1e4 ** (i / (n - 1))));
  it.each([
    ['gradient descent', 161_390],
    ['long gradient descent', 82_375],
    ['heavy ball', 1195],
    ['Nesterov, strongly convex', 1904],
    ['triple momentum', 2062],
    ['ITEM', 1705],
  ] as const)('%s: %i', (name, expected) => {
    const done = new AbortController();
    const { iterations } = methods[name](objective, new Float64Array(n).fill(1), {
      lipschitz: 1e4,
      strongConvexity: 1,
      tolerance: 0,
      maxIterations: 200_000,
      signal: done.signal,
      onIteration: ({ output }) => {
        if (norm(output()) <= 1e-8 * Math.sqrt(n)) done.abort();
      },
    } as Options);
    expect(Math.abs(iterations - expected)).toBeLessThanOrEqual(1);
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

describe.each(Object.entries(methods))('%s', (_, method) => {
  const quadratic = randomQuadratic(11);
  const { objective, initial, lipschitz, strongConvexity } = quadratic;
  const COUNT = 40;
  const known = { lipschitz, strongConvexity, count: COUNT };
  const path = outputs(method, objective, initial, known);

  it('turns and moves with the function', () => {
    const random = new Random(5);
    const rotation = randomRotation(initial.length, random);
    const offset = random.normals(new Float64Array(initial.length));
    const forth = (x: Float64Array) =>
      Float64Array.from(
        rotation,
        (row, i) => row.reduce((sum, value, j) => sum + value * x[j], 0) + offset[i],
      );
    const turnedBack = (x: Float64Array) =>
      x.map((__, j) => rotation.reduce((sum, row, i) => sum + row[j] * x[i], 0));
    const back = (x: Float64Array) => turnedBack(x.map((value, i) => value - offset[i]));
    // g(x) = f(Q x + c): the iterates of f are Q x + c.
    const inner = new Float64Array(initial.length);
    const turned: Objective = {
      dimension: initial.length,
      value: (x) => objective.value(forth(x)),
      gradient: (x, out) => {
        objective.gradient(forth(x), inner);
        out.set(turnedBack(inner));
      },
    };
    outputs(method, turned, back(initial), known).forEach((output, k) => {
      expectClose(forth(output), path[k], 1e-9);
    });
  });

  it('does not care about the unit of the function', () => {
    // A power of two changes no rounding.
    const scaled: Objective = {
      dimension: objective.dimension,
      value: (x) => 64 * objective.value(x),
      gradient: (x, out) => {
        objective.gradient(x, out);
        for (let i = 0; i < out.length; i++) out[i] *= 64;
      },
    };
    const constants = { lipschitz: 64 * lipschitz, strongConvexity: 64 * strongConvexity, count: COUNT };
    outputs(method, scaled, initial, constants).forEach((output, k) => {
      expectClose(output, path[k], 1e-12);
    });
  });

  it('stays where the gradient is zero', () => {
    const zero = new Float64Array(2);
    const { status, iterations, x } = method(quadraticForm(Float64Array.of(1, 4)), zero, {
      lipschitz: 4,
      strongConvexity: 1,
    });
    expect([status, iterations, [...x]]).toEqual(['converged', 0, [0, 0]]);
  });

  it('counts one gradient an iteration, and hands back its own arrays', () => {
    const { calls, iterations, x, gradientNorm } = method(objective, initial, {
      lipschitz,
      strongConvexity,
      tolerance: 1e-3,
    });
    expect(calls).toEqual({ value: 0, gradient: iterations + 1, hessianVector: 0, hessian: 0 });
    const gradient = new Float64Array(x.length);
    objective.gradient(x, gradient);
    expect(gradientNorm).toBeCloseTo(norm(gradient), 12);
  });

  it('finds the Lipschitz constant by itself', () => {
    for (const { name, objective, initial, strongConvexity, minimizer } of knownFunctions) {
      if (name === 'counterexample') continue; // no promise of heavy ball
      const { x, status } = method(objective, initial, {
        strongConvexity,
        tolerance: 1e-7,
        maxIterations: 100_000,
      });
      expect([name, status]).toEqual([name, 'converged']);
      // |x - x*| <= |g| / mu
      expect(norm(x.map((value, i) => value - minimizer[i]))).toBeLessThan(1e-4);
    }
  });

  it('refuses what does not fit', () => {
    const bowl = quadraticForm(Float64Array.of(1, 2));
    const start = Float64Array.of(1, 1);
    const constants = { lipschitz: 2, strongConvexity: 1 };
    const argument = (name: string) => expect.objectContaining({ argument: name });
    expect(() => method(bowl, Float64Array.of(1), constants)).toThrow(argument('initial'));
    expect(() => method(bowl, Float64Array.of(1, Number.NaN), constants)).toThrow(argument('initial'));
    expect(() => method({} as Objective, start, constants)).toThrow(argument('objective'));
    expect(() => method(bowl, start, { ...constants, tolerance: -1 })).toThrow(argument('tolerance'));
    for (const lipschitz of [0, -1, Number.NaN, Infinity]) {
      expect(() => method(bowl, start, { ...constants, lipschitz })).toThrow(argument('lipschitz'));
    }
  });

  it('says so when the gradient is not finite', () => {
    const broken: Objective = { dimension: 1, value: () => 0, gradient: (_x, out) => out.fill(Number.NaN) };
    const { status, x } = method(broken, Float64Array.of(1), { lipschitz: 1, strongConvexity: 1 });
    expect([status, x[0]]).toEqual(['stalled', 1]);
    const edge: Objective = {
      dimension: 1,
      value: ([x]) => (x > 0 ? x - Math.log(x) : Number.NaN),
      gradient: ([x], out) => out.fill(x > 0 ? 1 - 1 / x : Number.NaN),
    };
    const away = method(edge, Float64Array.of(4), {
      lipschitz: 0.1,
      strongConvexity: 0.1,
      maxIterations: 50,
    });
    expect(away.status).toBe('stalled');
    expect(away.x[0]).toBeGreaterThan(0);
  });
});

describe('constants', () => {
  const bowl = quadraticForm(Float64Array.of(1, 2));
  const start = Float64Array.of(1, 1);
  const argument = (name: string) => expect.objectContaining({ argument: name });

  it('of strong convexity must be there where they are needed, and below the other', () => {
    for (const method of [heavyBall, nesterovStronglyConvex, tripleMomentum]) {
      expect(() => method(bowl, start, { lipschitz: 2, strongConvexity: 0 })).toThrow(
        argument('strongConvexity'),
      );
      expect(() => method(bowl, start, {} as StronglyConvexOptions)).toThrow(argument('strongConvexity'));
    }
    for (const method of [gradientDescent, heavyBall, nesterovStronglyConvex, tripleMomentum, item]) {
      expect(() => method(bowl, start, { lipschitz: 2, strongConvexity: 3 })).toThrow(
        argument('strongConvexity'),
      );
      expect(() => method(bowl, start, { lipschitz: 2, strongConvexity: -1 })).toThrow(
        argument('strongConvexity'),
      );
    }
    expect(() => gradientDescent(bowl, start, { step: '2/(L+mu)' })).toThrow(argument('strongConvexity'));
    expect(() => nesterovConvex(bowl, start, { restart: 'maybe' as 'none' })).toThrow(argument('restart'));
    expect(() => nesterovConvex(bowl, start, { growth: 'fast' as 'nesterov' })).toThrow(argument('growth'));
  });

  it('that are equal make one step enough', () => {
    const { OGM: _, ...told } = methods;
    for (const [name, method] of Object.entries(told)) {
      const f = quadraticForm(Float64Array.of(4, 4));
      const { status, iterations, x } = method(f, Float64Array.of(1, -2), {
        lipschitz: 4,
        strongConvexity: 4,
      });
      expect([name, status, iterations, ...x.map(Math.abs)]).toEqual([name, 'converged', 1, 0, 0]);
    }
  });

  it('of the family must be in range', () => {
    const expectRefused = (momentum: object, name: string) =>
      expect(() => momentumFamily(bowl, start, momentum as { stepSize: number; momentum: number })).toThrow(
        argument(name),
      );
    expectRefused({ stepSize: 0, momentum: 0 }, 'momentum.stepSize');
    expectRefused({ stepSize: 1, momentum: -1 }, 'momentum.momentum');
    expectRefused({ stepSize: 1, momentum: 0, lookAhead: Number.NaN }, 'momentum.lookAhead');
    expectRefused({ stepSize: 1, momentum: 0, outputAhead: Infinity }, 'momentum.outputAhead');
    expect(() => betweenMomenta(nesterovMomentum(2, 1), heavyBallMomentum(2, 1), 2)).toThrow(
      InvalidInputError,
    );
  });

  it('found by doubling stay below twice the right one, from the first gradient on', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (curvature) => {
        const f = quadraticForm(Float64Array.of(curvature, curvature / 10));
        // The shortest step of gradient descent tells the constant.
        let shortest = Infinity;
        let last: Float64Array | undefined;
        gradientDescent(f, Float64Array.of(1, 1), {
          maxIterations: 30,
          onIteration: ({ output, point, gradient }) => {
            const here = output();
            if (last) shortest = Math.min(shortest, (last[0] - here[0]) / (curvature * last[0]));
            last = here;
            expect(gradient[0]).toBeCloseTo(curvature * point[0], 12);
          },
        });
        expect(1 / shortest).toBeLessThan(2.001 * curvature);
      }),
      { numRuns: 30 },
    );
  });
});

describe('ITEM', () => {
  it('becomes triple momentum', () => {
    const q = 0.01;
    let weight = 0;
    for (let k = 0; k < 400; k++) weight = itemCoefficients(weight, q).nextWeight;
    const { mixing, reach } = itemCoefficients(weight, q);
    // Triple momentum in the same form: z <- sqrt q y + (1 - sqrt q) z - g / (L sqrt q).
    expect(reach * q).toBeCloseTo(Math.sqrt(q), 12);
    expect(mixing).toBeCloseTo((1 - Math.sqrt(q)) / (1 + Math.sqrt(q)), 12);
    // In numbers: both shrink a generic quadratic by the same factor once A is large.
    const { objective, initial, lipschitz, strongConvexity, minimizer } = randomQuadratic(3);
    const distance = (x: Float64Array) => norm(x.map((value, i) => value - minimizer[i]));
    const rate = (method: Method) => {
      const path = outputs(method, objective, initial, { lipschitz, strongConvexity, count: 120 });
      return (distance(path[120]) / distance(path[60])) ** (1 / 60);
    };
    expect(rate(item)).toBeCloseTo(rate(tripleMomentum), 2);
    expect(rate(item)).toBeLessThan(0.93);
  });

  it('keeps its rate where nothing is strongly convex, and its numbers after thousands of steps', () => {
    const far = item(quadraticForm(Float64Array.of(1e-4, 1)), Float64Array.of(1, 1), {
      lipschitz: 1,
      strongConvexity: 1e-4,
      tolerance: 0,
      maxIterations: 60_000,
    });
    expect(far.x.every(Number.isFinite)).toBe(true);
    expect(norm(far.x)).toBeLessThan(1e-150);
    let weight = 0;
    for (let k = 0; k < 5000; k++) weight = itemCoefficients(weight, 0).nextWeight;
    expect(weight / 5000 ** 2).toBeCloseTo(1, 2);
  });
});

describe('Nesterov’s method with restarts', () => {
  const n = 100;
  const objective = quadraticForm(Float64Array.from({ length: n }, (_, i) => 1e4 ** (i / (n - 1))));
  const run = (options: object) =>
    nesterovConvex(objective, new Float64Array(n).fill(1), {
      lipschitz: 1e4,
      maxIterations: 20_000,
      ...options,
    });

  it('is linearly convergent without knowing mu', () => {
    expect(run({ restart: 'gradient' }).iterations).toBeLessThan(4000);
    const byValue = run({ restart: 'function' });
    expect(byValue.iterations).toBeLessThan(4000);
    expect(byValue.calls.value).toBe(byValue.iterations + 1);
    expect(run({ restart: 'none' }).iterations).toBeGreaterThan(10_000);
  });

  it('falls from restart to restart as the rules say', () => {
    let last = Infinity;
    let rises = 0;
    run({
      restart: 'function',
      maxIterations: 2000,
      onIteration: ({ output }: GradientIterate) => {
        const value = objective.value(output());
        if (value > last) rises++;
        last = value;
      },
    });
    expect(rises).toBeLessThan(40);
    expect(last).toBeLessThan(1e-3);
  });
});

describe('the optimised method with restarts', () => {
  it('is linearly convergent without knowing mu', () => {
    for (const { name, objective, initial, lipschitz, minimizer } of knownFunctions) {
      const { x, status, iterations } = ogm(objective, initial, {
        lipschitz,
        restart: 'gradient',
        tolerance: 1e-9,
      });
      expect([name, status]).toEqual([name, 'converged']);
      expect(iterations).toBeLessThan(1000);
      expect(norm(x.map((value, i) => value - minimizer[i]))).toBeLessThan(1e-5);
    }
    const plain = ogm(knownFunctions[0].objective, knownFunctions[0].initial, {
      lipschitz: knownFunctions[0].lipschitz,
      tolerance: 1e-9,
    });
    expect(plain.status).toBe('iteration-limit');
  });

  it('refuses another rule', () => {
    const options = { restart: 'function' as 'none' };
    expect(() => ogm(quadraticForm(Float64Array.of(1)), Float64Array.of(1), options)).toThrow(
      expect.objectContaining({ argument: 'restart' }),
    );
  });
});

describe('the family', () => {
  it('has the known methods as members', () => {
    const { objective, initial, lipschitz, strongConvexity } = randomQuadratic(4);
    const members = {
      'gradient descent': gradientDescentMomentum(lipschitz),
      'long gradient descent': gradientDescentMomentum(lipschitz, strongConvexity),
      'heavy ball': heavyBallMomentum(lipschitz, strongConvexity),
      'Nesterov, strongly convex': nesterovMomentum(lipschitz, strongConvexity),
      'triple momentum': tripleMomentumMomentum(lipschitz, strongConvexity),
    };
    for (const [name, momentum] of Object.entries(members)) {
      const path: Float64Array[] = [];
      const onIteration = ({ output }: GradientIterate) => void path.push(output());
      momentumFamily(objective, initial, momentum, { tolerance: 0, maxIterations: 30, onIteration });
      const known = { lipschitz, strongConvexity, count: 30 };
      expect(path).toEqual(outputs(methods[name as keyof typeof methods], objective, initial, known));
    }
  });

  it('lies between two members where theta says', () => {
    const [a, b] = [heavyBallMomentum(25, 1), nesterovMomentum(25, 1)];
    expect(betweenMomenta(a, b, 0)).toEqual({ ...a, lookAhead: 0, outputAhead: 0 });
    expect(betweenMomenta(a, b, 1)).toEqual({ ...b, outputAhead: 0 });
    expect(betweenMomenta(a, b, 0.5).momentum).toBeCloseTo((4 / 9 + 2 / 3) / 2, 15);
  });

  it('ends a divergence with a point that is still finite', () => {
    const { status, reason, x, value } = momentumFamily(rosenbrock(), Float64Array.of(-2, 2), {
      stepSize: 0.1,
      momentum: 0.9,
    });
    expect(status).toBe('stalled');
    expect(reason).toMatch(/diverge/);
    expect([...x, value].every(Number.isFinite)).toBe(true);
  });
});
