// What once was called a success and was none, and what never ended.
import type { FiniteSum, InvalidInputError, LimitOptions, Objective, Steps } from '@infimum/core';
import { createRegistry, run, solve } from '@infimum/core';
import { matrixFromRows } from '@infimum/linalg';
import { describe, expect, it } from 'vitest';
import { dopri5 } from './acceleration/dopri5.ts';
import { simulateAcceleration } from './acceleration/simulate-acceleration.ts';
import { blockCoordinateDescent } from './blocks/block-coordinate-descent.ts';
import { ggt } from './fisher/ggt.ts';
import { kfac } from './fisher/kfac.ts';
import { kroneckerInverse } from './fisher/kronecker-inverse.ts';
import { mfac } from './fisher/mfac.ts';
import { windowInverseFisher } from './fisher/window-inverse-fisher.ts';
import { woodFisher } from './fisher/wood-fisher.ts';
import { lbfgs } from './line-search/lbfgs.ts';
import { blockLeastSquares, blockLogistic } from './losses/block-margin-loss.ts';
import { blockQuadratic } from './losses/block-quadratic-loss.ts';
import { blockSoftmax } from './losses/block-softmax-loss.ts';
import { minimize } from './minimize.ts';
import { GradientSystem } from './newton/gradient-system.ts';
import { trustRegionNewton } from './newton/trust-region-newton.ts';
import { classicalFunction } from './objectives/classical-functions.ts';
import { leastSquaresLoss } from './objectives/least-squares-loss.ts';
import { logBarrier } from './objectives/log-barrier.ts';
import { logSumExp } from './objectives/log-sum-exp.ts';
import { logisticLoss } from './objectives/logistic-loss.ts';
import { powerChain } from './objectives/power-chain.ts';
import { quadraticForm } from './objectives/quadratic-form.ts';
import { softmaxLoss } from './objectives/softmax-loss.ts';
import { rosenbrock } from './objectives/test-functions.ts';
import { plugin } from './plugin.ts';
import { functionOfOne } from './smooth/hard-functions.ts';
import { smooth } from './smooth/smooth-problem.ts';
import { adaHessian } from './training/adahessian.ts';
import { adam, adamW } from './training/adam.ts';
import { hessianDiagonal } from './training/hutchinson.ts';
import { perceptronLoss } from './training/multilayer-perceptron.ts';
import { minimizeStochastic } from './training/training.ts';

/** `run` for solvers that ask nothing, whatever the registry's type says. */
const drive = (steps: unknown, limits: LimitOptions) => run(steps as Steps<object>, limits);

const smoothSolvers = createRegistry(plugin).solvers.filter(({ problem }) => problem.id === 'optim/smooth');

describe('indefinite quadratics', () => {
  const loss = blockQuadratic(
    matrixFromRows([
      [1, 3],
      [3, 1],
    ]),
    Float64Array.of(1, 2),
  );
  it.each(['lipschitz', 'backtracking', 'matrix', 'newton', 'cubic', 'prox', 'two-metric', 'exact'] as const)(
    'are no success of the update %s, say why, and leave numbers',
    (update) => {
      for (const blockSize of [1, 2]) {
        const { status, reason, x, value, stationarity } = blockCoordinateDescent(
          { loss },
          { update, blockSize, maxSeconds: 2 },
        );
        expect(status).toBe('stalled');
        expect(reason).toMatch(/not convex|not finite|no longer finite/);
        expect([value, stationarity, ...x].filter((entry) => !Number.isFinite(entry))).toEqual([]);
      }
    },
  );
});

describe('a loss that contradicts itself', () => {
  it('is no success of the state that follows the moves', () => {
    const loss = blockLeastSquares(
      matrixFromRows([
        [1, 0, 1],
        [0, 1, 1],
        [1, 1, 0],
      ]),
      Float64Array.of(3, 0.5, 2.5),
    );
    const silent = { ...loss, gradient: (_: Float64Array, out: Float64Array) => void out.fill(0) };
    expect(blockCoordinateDescent({ loss, l1: 1 / 3 }, { blockSize: 2 }).status).toBe('converged');
    const { status, reason } = blockCoordinateDescent({ loss: silent, l1: 1 / 3 }, { blockSize: 2 });
    expect(status).toBe('stalled');
    expect(reason).toMatch(/does not match the one tracked in its state/);
  });
});

describe('a graph that is not symmetric', () => {
  it('is refused by elimination, which looked for mirror images without an end', () => {
    const loss = blockQuadratic(
      matrixFromRows([
        [2, 1],
        [1, 3],
      ]),
      Float64Array.of(1, 2),
    );
    const values = Float64Array.of(2, 0, 1, 3);
    const problem = { loss: { ...loss, graph: { ...loss.graph, values } } };
    const solver = createRegistry(plugin).solver('optim/quadratic-cholesky');
    expect(() => solve(solver as never, problem as never)).toThrow(
      expect.objectContaining({ argument: 'loss.graph', code: 'shape' }),
    );
  });
});

describe('at the ends of the range of numbers', () => {
  // One solver of each family: those that double L, and those that may stop by value.
  it.each(smoothSolvers.map((solver) => [solver.id, solver] as const))('%s ends, and truly', (_, solver) => {
    const bowl = functionOfOne(
      (x) => x * x,
      (x) => 2 * x,
      () => 2,
    );
    const fall = functionOfOne(
      (x) => -x * x,
      (x) => -2 * x,
      () => -2,
    );
    for (const [objective, start] of [
      [bowl, 5e-324],
      [bowl, 1e-200],
      [bowl, -1e308],
      [fall, -1e308],
    ] as const) {
      const instance = { objective, initial: Float64Array.of(start), strongConvexity: 1e-9 };
      const found = solve(solver as never, instance, { maxIterations: 200, maxSeconds: 5 }) as { status: string };
      const left = () => smooth.metrics.gradientNorm.compute(instance, found as never);
      expect(found.status !== 'converged' || left() <= 1.000001e-8).toBe(true);
    }
  });
});

describe('simulations', () => {
  it('end where the slope is not finite', () => {
    const found = simulateAcceleration(quadraticForm(Float64Array.of(9)), Float64Array.of(1), {
      ode: 'nesterov-convex',
      from: 0,
      to: 2,
      maxSeconds: 2,
    });
    expect(found.status).toBe('stalled');
    expect(found.reason).toMatch(/not finite/);
  });
});

describe('the paper on acceleration', () => {
  it('has solvers of its own in the registry', () => {
    const arxiv = '2509.18346';
    const own = smoothSolvers.filter(({ role, paper }) => role === 'paper' && paper?.arxiv === arxiv);
    expect(own.map(({ id }) => id)).toEqual(['optim/controlled-acceleration']);
  });
});

describe('integrators', () => {
  it('end where a slope is NaN, at an abort before that', () => {
    const controller = new AbortController();
    let calls = 0;
    const field = (_: number, __: Float64Array, out: Float64Array) => {
      // What never ends, ends here, and is seen.
      if (++calls > 10_000) throw new Error('goes on and on');
      if (calls === 3) controller.abort();
      out.fill(Number.NaN);
    };
    expect(dopri5(field, Float64Array.of(1), { to: 2 }).status).toBe('stalled');
    expect(calls).toBeLessThan(100);
    calls = 0;
    const { status } = dopri5(field, Float64Array.of(1), { to: 2, signal: controller.signal });
    expect(status).toMatch(/aborted|stalled/);
    expect(calls).toBeLessThan(100);
  });

  it('hear an abort, also where the step size shrinks without end', () => {
    for (const field of [
      (_: number, z: Float64Array, out: Float64Array) => out.set([-1e6 * z[0]]),
      // Another slope at every call: no step is ever taken for good enough.
      (() => {
        let calls = 0;
        return (_: number, __: Float64Array, out: Float64Array) => out.set([++calls % 2 === 0 ? 1e9 : -1e9]);
      })(),
    ]) {
      const controller = new AbortController();
      let calls = 0;
      const counting = (t: number, z: Float64Array, out: Float64Array) => {
        if (++calls === 300) controller.abort();
        field(t, z, out);
      };
      const { status } = dopri5(counting, Float64Array.of(1), { to: 1e12, signal: controller.signal });
      expect(status).toMatch(/aborted|stalled/);
      expect(calls).toBeLessThan(2000);
    }
  });
});

describe('the test for the end', () => {
  const exponential = functionOfOne(
    (x) => Math.exp(x) - x,
    (x) => Math.exp(x) - 1,
    Math.exp,
  );
  const fourth = functionOfOne(
    (x) => x ** 4,
    (x) => 4 * x ** 3,
    (x) => 12 * x * x,
  );

  it('does not take a steep start for a measure', () => {
    for (const method of ['lbfgs', 'newton-cg', 'trust-region-newton'] as const) {
      const flat = minimize(fourth, Float64Array.of(1e4), { method });
      expect(Math.abs(flat.x[0])).toBeLessThan(0.01);
      for (const start of [50, 360]) {
        const { status, x } = minimize(exponential, Float64Array.of(start), { method });
        if (status === 'converged') expect(Math.abs(x[0])).toBeLessThan(1e-7);
      }
    }
    expect(minimize(exponential, Float64Array.of(50), { method: 'newton-cg' }).status).toBe('converged');
  });

  it('is met by tiny functions when their gradients have fallen, not before', () => {
    const tiny = quadraticForm(Float64Array.of(1e-150, 9e-150), Float64Array.of(1e-150, 1e-150));
    const { x, status } = lbfgs(tiny, Float64Array.of(3, 3));
    expect(status).toBe('converged');
    expect(x[0]).toBeCloseTo(1, 6);
  });

  it('is not met by values that are NaN', () => {
    const objective = functionOfOne(
      () => Number.NaN,
      (x) => 2 * x,
      () => 2,
    );
    for (const solver of smoothSolvers) {
      const instance = { objective, initial: Float64Array.of(0), lipschitz: 2, strongConvexity: 2 };
      const steps = solver.steps(instance as never, {}, { seed: 0 });
      expect([solver.id, drive(steps, { maxIterations: 50 }).status]).not.toEqual([solver.id, 'converged']);
    }
  });

  it('lets the trust region grow as far as it must', () => {
    const { objective, initial, minimum } = classicalFunction('brown-badly-scaled');
    const found = trustRegionNewton(objective, initial);
    expect(found.value - minimum).toBeLessThan(1e-10);
  });
});

describe('gradients that are returned', () => {
  const returning = {
    dimension: 2,
    value: ([x, y]: Float64Array) => (x - 1) ** 2 + (y - 2) ** 2,
    gradient: ([x, y]: Float64Array) => [2 * (x - 1), 2 * (y - 2)],
  } as unknown as Objective;

  it('are taken as if they had been written, by all methods', () => {
    const instance = { objective: returning, initial: new Float64Array(2), lipschitz: 2, strongConvexity: 1 };
    const taking = smoothSolvers.filter((solver) => solver.declines?.(instance as never) === undefined);
    expect(taking.length).toBeGreaterThan(5);
    for (const solver of taking) {
      const found = drive(solver.steps(instance as never, {}, { seed: 0 }), { maxIterations: 2000 });
      const { x } = found as unknown as { x: Float64Array };
      expect([solver.id, ...x.map((entry) => Math.round(1e4 * entry) / 1e4)]).toEqual([solver.id, 1, 2]);
    }
  });

  it('are refused at another length, and missing ones are no zeros', () => {
    const short = { ...returning, gradient: () => [1] } as unknown as Objective;
    expect(() => lbfgs(short, new Float64Array(2))).toThrow(
      expect.objectContaining({ argument: 'objective.gradient', code: 'shape' }),
    );
    const silent = { ...returning, gradient: () => {} } as Objective;
    expect(lbfgs(silent, new Float64Array(2)).status).toBe('stalled');
  });
});

describe('matrices of low rank', () => {
  it('do not cancel at a tiny lambda', () => {
    const gradient = Float64Array.of(0.3, -0.7, 0.2);
    const system = new GradientSystem(3, () => 2);
    system.prepare(gradient, gradient, gradient);
    const square = gradient.reduce((sum, value) => sum + value * value, 0);
    const out = new Float64Array(3);
    for (const lambda of [1e-12, 1e-15]) {
      expect(system.factor(lambda)).toBe(true);
      system.solve(gradient, gradient, out);
      out.forEach((value, i) => {
        expect(value).toBeCloseTo(gradient[i] / (lambda + 2 * square), 12);
      });
    }
  });
});

describe('windows of gradients', () => {
  it('move x alike by both engines with a gradient of 1e12 among them', () => {
    const [a, b] = (['cholesky', 'lu'] as const).map((factorization) => {
      const x = Float64Array.of(1, 2, 3);
      const optimizer = mfac(3, { window: 4, damping: 1e-5, learningRate: 0.1, factorization });
      for (const gradient of [
        [1, 0.5, 0.2],
        [1e12, -1e12, 3e11],
        [0.3, 0.1, -0.2],
        [0.1, 0.2, 0.4],
      ])
        optimizer.step(x, Float64Array.from(gradient));
      return x;
    });
    a.forEach((value, i) => {
      expect(b[i] / value).toBeCloseTo(1, 3);
    });
  });

  it('multiply a new gradient without cancellation', () => {
    for (const factorization of ['cholesky', 'lu'] as const) {
      const inverse = windowInverseFisher(2, { window: 2, damping: 1e-12, factorization });
      const g = Float64Array.of(3, 4);
      const out = new Float64Array(2);
      inverse.replaceMultiply(g, out);
      // F g = (lambda + |g|²/2) g
      out.forEach((value, i) => {
        expect(value / (g[i] / (1e-12 + 12.5))).toBeCloseTo(1, 13);
      });
    }
  });

  it('of GGT cost what is in them', () => {
    const optimizer = ggt(4, { window: 500 });
    const x = Float64Array.of(1, 1, 1, 1);
    for (let step = 0; step < 20; step++) optimizer.step(x, x.slice());
    expect(optimizer.state.numbers['count']).toBe(20);
    expect(() => ggt(4, { window: 10_000 })).toThrow(expect.objectContaining({ argument: 'window' }));
  });
});

describe('training', () => {
  const points = matrixFromRows([
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ]);
  const loss = perceptronLoss(points, Uint8Array.of(0, 1, 1, 0), { hidden: 4 });

  it('makes no AdaHessian step before there is an estimate', () => {
    const optimizer = adaHessian(2);
    const x = Float64Array.of(1, 1);
    optimizer.step(x, Float64Array.of(5, 5), (_, out) => out.fill(Number.NaN));
    expect(x).toEqual(Float64Array.of(1, 1));
    optimizer.step(x, Float64Array.of(5, 5), (v, out) => out.set(v));
    expect(x[0]).toBeLessThan(1);
  });

  it('counts neither ties nor NaN as right', () => {
    expect(loss.accuracy(new Float64Array(loss.dimension))).toBe(0);
    expect(loss.accuracy(new Float64Array(loss.dimension).fill(Number.NaN))).toBe(0);
  });

  it('ends with its epochs, whatever the loss', () => {
    const far = Float64Array.of(1e150);
    const sum: FiniteSum = {
      dimension: 1,
      terms: 4,
      value: ([x]) => x * x,
      gradient: ([x], out) => {
        out[0] = 2 * x;
      },
    };
    const found = minimizeStochastic(sum, far, adam(1), { epochs: 2 });
    expect(found.status).toBe('iteration-limit');
    expect(found.value).toBeGreaterThan(1e299);
  });

  it('refuses samples that are not there, and parameters of another length', () => {
    const x = new Float64Array(loss.dimension);
    for (const bad of [-1, 4]) {
      expect(() => loss.value(x, Int32Array.of(0, bad))).toThrow(expect.objectContaining({ argument: 'indices', index: 1 }));
    }
    expect(() => loss.value(new Float64Array(1))).toThrow(expect.objectContaining({ argument: 'x' }));
  });
});

describe('arguments', () => {
  it.each(smoothSolvers.map((solver) => [solver.id, solver] as const))(
    'of single precision are computed with in double precision, by %s',
    (_, solver) => {
      const found = [Float32Array.of(-1.2, 1), Float64Array.of(Math.fround(-1.2), 1)].map((start) => {
        const initial = start as Float64Array;
        const instance = { objective: rosenbrock(), initial, lipschitz: 2000, strongConvexity: 0.1 };
        return drive(solver.steps(instance as never, {}, { seed: 0 }), { maxIterations: 20 }) as unknown as { x: Float64Array };
      });
      expect(found[0].x).toBeInstanceOf(Float64Array);
      expect(found[0].x).toEqual(found[1].x);
    },
  );

  it('of losses fit, and their terms are there', () => {
    const design = matrixFromRows([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    const targets = Float64Array.of(1, -1, 1);
    const losses: Record<string, Objective> = {
      leastSquaresLoss: leastSquaresLoss(design, targets),
      logisticLoss: logisticLoss(design, targets),
      softmaxLoss: softmaxLoss(design, Uint8Array.of(0, 1, 2)),
      logSumExp: logSumExp(design, targets),
      logBarrier: logBarrier(design),
      quadraticForm: quadraticForm(Float64Array.of(1, 2)),
      powerChain: powerChain(2, 3),
      rosenbrock: rosenbrock(),
      blockLeastSquares: blockLeastSquares(design, targets),
      blockLogistic: blockLogistic(design, targets),
      blockSoftmax: blockSoftmax(design, Int32Array.of(0, 1, 2)),
      blockQuadratic: blockQuadratic(
        matrixFromRows([
          [2, 1],
          [1, 2],
        ]),
        Float64Array.of(1, 2),
      ),
    };
    for (const [name, loss] of Object.entries(losses)) {
      const { dimension } = loss;
      const [x, short] = [new Float64Array(dimension), new Float64Array(dimension - 1)];
      const argumentOf = (call: () => unknown) => {
        try {
          call();
        } catch (error) {
          return [name, (error as InvalidInputError).argument, (error as InvalidInputError).index];
        }
        return [name];
      };
      expect(argumentOf(() => loss.value(short))).toEqual([name, 'x', undefined]);
      expect(argumentOf(() => loss.gradient(short, x))).toEqual([name, 'x', undefined]);
      expect(argumentOf(() => loss.gradient(x, short))).toEqual([name, 'out', undefined]);
      expect(argumentOf(() => loss.hessianVector?.(x, short, x.slice()))).toEqual([name, 'v', undefined]);
      if (!('terms' in loss)) continue;
      const sum = loss as FiniteSum;
      for (const bad of [-1, 3]) {
        const indices = Int32Array.of(0, bad);
        expect(argumentOf(() => sum.value(x, indices))).toEqual([name, 'indices', 1]);
        expect(argumentOf(() => sum.gradient(x, x.slice(), indices))).toEqual([name, 'indices', 1]);
        expect(argumentOf(() => sum.hessianVector?.(x, x, x.slice(), indices))).toEqual([name, 'indices', 1]);
      }
    }
  });

  it('that are undefined take their defaults', () => {
    const start = Float64Array.of(-1.2, 1);
    expect(lbfgs(rosenbrock(), start, { tolerance: undefined, memory: undefined }).x).toEqual(lbfgs(rosenbrock(), start).x);
    const undefinedOptions = { learningRate: undefined, epsilon: undefined, weightDecay: undefined };
    for (const create of [adaHessian, adam, adamW]) {
      const [given, left] = [undefinedOptions, {}].map((options) => {
        const x = Float64Array.of(1, 1);
        create(2, options).step(x, Float64Array.of(1, 2), (v, out) => out.set(v));
        return x;
      });
      expect(given).toEqual(left);
    }
  });

  it('that nobody knows are refused with what was meant', () => {
    expect(() => lbfgs(rosenbrock(), Float64Array.of(1, 2), { memoryy: 3 } as object)).toThrow(/memory/);
    const unknown = { noSuchOption: 1 } as object;
    const gradients = matrixFromRows([
      [1, 2],
      [3, 4],
    ]);
    const refuses = expect.objectContaining({ argument: 'noSuchOption', code: 'unknown' });
    for (const call of [
      () => woodFisher(gradients, unknown),
      () => kroneckerInverse(gradients, [[1, 1], [1]], unknown),
      () => windowInverseFisher(2, unknown),
      () => hessianDiagonal((v, out) => out.set(v), 2, unknown),
      () => kfac([[1, 1], [1]], { sampleGradients: () => {}, ...unknown }),
      () => dopri5((_, z, out) => out.set(z), Float64Array.of(1), { to: 1, ...unknown }),
      () => minimize(rosenbrock(), Float64Array.of(1, 2), unknown),
      () => adam(2, unknown),
    ]) {
      expect(call).toThrow(refuses);
    }
  });

  it('that are matrices of quadratics are symmetric', () => {
    const skew = matrixFromRows([
      [1, 2],
      [3, 4],
    ]);
    expect(() => quadraticForm(skew)).toThrow(expect.objectContaining({ argument: 'a', code: 'out-of-range' }));
  });
});
