// Iteration counts against worked examples, theorems on drawn data, and certificates against linear programmes.
import type { Outcome } from '@infimum/core';
import { InvalidInputError } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import fc from 'fast-check';
import type { LegacyHighs } from 'highs';
import highsModule from 'highs';
import { describe, expect, it } from 'vitest';
import { batchPerceptron } from './batch-perceptron.ts';
import { iterationBound } from './iteration-bound.ts';
import { lbfgsLogistic } from './lbfgs-logistic.ts';
import { logisticGradientDescent } from './lr-gd.ts';
import { maxMargin } from './max-margin.ts';
import { normalizedGradientDescent } from './normalized-gd.ts';
import { normalizedBatchPerceptron, normalizedLogisticDescent, stochasticLogisticDescent } from './normalized-lr-gd.ts';
import { perceptron } from './perceptron.ts';
import { separability } from './separability.ts';
import { digitPair, hardSeparable, separableLadder, separatedSphere, standardizedColumns } from './separable-families.ts';
import type { Separation } from './separation.ts';
import type { SeparableInstance } from './signed-rows.ts';
import { errorsOf } from './signed-rows.ts';
import { smoothPerceptron } from './smooth-perceptron.ts';

/** An instance of rows that are signed already. */
const signed = (...rows: number[][]): SeparableInstance => ({
  points: { rows: rows.length, cols: rows[0].length, values: Float64Array.from(rows.flat()) },
  labels: new Int8Array(rows.length).fill(1),
  fitIntercept: false,
});

// The package's types describe its CommonJS build; the ES module's default export is the loader itself.
const highs = await (highsModule as unknown as () => Promise<LegacyHighs>)();

/** max t with B h >= t, |h_j| <= 1: positive exactly if the rows can be separated. Shares nothing with the package. */
function programMargin({ points, labels, fitIntercept }: SeparableInstance): number {
  const { rows, cols, values } = points as DenseMatrix;
  const names = Array.from({ length: cols + (fitIntercept ? 1 : 0) }, (_, j) => `h${j}`);
  const constraints = Array.from({ length: rows }, (_, i) => {
    const terms = names.map((name, j) => {
      const entry = labels[i] * (j < cols ? values[i * cols + j] : 1);
      return `${entry < 0 ? '-' : '+'} ${Math.abs(entry)} ${name}`;
    });
    return ` c${i}: ${terms.join(' ')} - t >= 0`;
  });
  const bounds = names.map((name) => ` -1 <= ${name} <= 1`);
  const program = `Maximize\n obj: t\nSubject To\n${constraints.join('\n')}\nBounds\n${bounds.join('\n')}\n 0 <= t <= 1\nEnd`;
  return highs.solve(program).ObjectiveValue;
}

/** Points in general position with classes that a drawn plane makes, and the margin that it has. */
const drawn = fc
  .record({
    n: fc.integer({ min: 1, max: 12 }),
    d: fc.integer({ min: 2, max: 4 }),
    m: fc.double({ min: 0.05, max: 0.3, noNaN: true }),
    seed: fc.integer({ min: 1, max: 1e6 }),
  })
  .map(({ n, d, m, seed }) => separatedSphere(n, d, m, seed));

describe('worked examples', () => {
  it('1: two orthogonal rows', () => {
    const instance = signed([1, 0], [0, 1]);
    expect(batchPerceptron(instance).iterations).toBe(1);
    const { iterations, weights } = normalizedBatchPerceptron(instance);
    expect(iterations).toBe(1);
    expect(weights[0]).toBe(weights[1]);
  });

  it('2: the margin of two rows by hand', () => {
    const instance = signed([1, 0.5], [-1, 1]);
    expect(batchPerceptron(instance).iterations).toBe(1);
    expect(maxMargin(instance).margin).toBeCloseTo(0.75 / Math.sqrt(1.0625), 12);
  });

  it.each([
    [10, 0.1, [5], [20, 22], 28, 5],
    [10, 0.03, [5], [224], 338, 5],
    [100, 0.1, [50], [2], 2, 50],
    [1000, 0.1, [491], [2], 2, 491],
    [1000, 0.03, [500], [4], 4, 500],
    // The longest is among the long tests.
    ...(process.env['INFIMUM_FULL'] ? [[10_000, 0.5, [3001], [2], 2, 3001] as const] : []),
  ] as const)('3: hard(%d, %d)', (n, m, plain, limit, normalized, steep) => {
    const instance = hardSeparable(n, m);
    expect(plain).toContain(batchPerceptron(instance).iterations);
    expect(limit).toContain(normalizedBatchPerceptron(instance).iterations);
    expect(normalizedLogisticDescent(instance, { stepSize: n }).iterations).toBe(normalized);
    if (n <= 1000) expect(logisticGradientDescent(instance, { stepSize: 1e6 }).iterations).toBe(steep);
  });

  it.each([
    [4, 35, 26, 25],
    [8, 7391, undefined, 689],
  ])('the ladder of %d rows takes the counts of exact arithmetic', (d, batch, normalized, smooth) => {
    const instance = separableLadder(d);
    expect(perceptron(instance).updates).toBe((4 ** d - 1) / 3);
    expect(batchPerceptron(instance).iterations).toBe(batch);
    if (normalized !== undefined) expect(normalizedBatchPerceptron(instance).iterations).toBe(normalized);
    expect(smoothPerceptron(instance).iterations).toBe(smooth);
    expect(maxMargin(instance).margin / Math.sqrt(3 / (4 ** d - 1))).toBeCloseTo(1, 9);
  });

  it('the hard instance takes the cyclic perceptron two updates, and the smooth one 29, 100 and 1010 iterations', () => {
    expect(perceptron(hardSeparable(1000, 0.1)).updates).toBe(2);
    const counts = [0.1, 0.03, 0.003].map((m) => smoothPerceptron(hardSeparable(100, m)).iterations);
    expect(counts).toEqual([29, 100, 1010]);
  });
});

describe('digits', () => {
  it.each([
    [3, 8, 0.207727, [278, 92, 69, 74, 72], [75, 52, 67, 78, 43], 72, 43, 108, 33],
    [1, 8, 0.110538, [2627, 355, 299, 303, 299], [288, 218, 224, 210, 208], 299, 208, 447, 71],
    [4, 9, 0.373568, [280, 28, 17, 16, 19], [31, 35, 35, 35, 35], 19, 35, 41, undefined],
    [0, 1, 0.591676, [6, 2, 3, 3, 3], [11, 10, 14, 14, 14], 3, 14, 11, undefined],
  ])('%d against %d', async (a, b, mu, plain, normalized, batch, limit, updates, smooth) => {
    const instance = await digitPair(a, b);
    // Counts at near-ties depend on the order of sums: a tenth either way.
    const near = (count: number, expected: number) =>
      expect(Math.abs(count - expected)).toBeLessThanOrEqual(Math.max(1, 0.1 * expected));
    [1, 10, 100, 1e4, 1e6].forEach((stepSize, k) => {
      near(logisticGradientDescent(instance, { stepSize }).iterations, plain[k]);
      near(normalizedLogisticDescent(instance, { stepSize }).iterations, normalized[k]);
    });
    near(batchPerceptron(instance).iterations, batch);
    near(normalizedBatchPerceptron(instance).iterations, limit);
    near(perceptron(instance, { order: 'first' }).updates, updates);
    if (smooth !== undefined) near(smoothPerceptron(instance).iterations, smooth);
    const best = maxMargin(instance);
    expect(best.status).toBe('converged');
    expect(best.margin).toBeCloseTo(mu, 6);
    if (a === 1) {
      expect(best.margin).toBeCloseTo(0.11053808, 8);
      expect(maxMargin(instance, { margin: 'geometric' }).geometricMargin).toBeCloseTo(0.11257627, 8);
    }
  });

  it('3 against 8: the loss rises in proportion to the step (T6)', async () => {
    const instance = await digitPair(3, 8);
    const most = [1, 100, 1e4, 1e6].map((stepSize) => {
      let largest = 0;
      const onIteration = ({ loss }: { loss: number }) => {
        largest = Math.max(largest, loss);
      };
      logisticGradientDescent(instance, { stepSize, onIteration });
      return largest;
    });
    expect(most[0]).toBeCloseTo(Math.LN2, 12);
    expect(most[1] / 254.3).toBeCloseTo(1, 2);
    expect(most[2] / 24928).toBeCloseTo(1, 2);
    expect(most[3] / 2.494e6).toBeCloseTo(1, 2);
  });
});

describe('the theorems hold on drawn data', () => {
  const within = (outcome: Outcome<Separation>, bound: number) => {
    expect(outcome.status).toBe('converged');
    expect(outcome.iterations).toBeLessThanOrEqual(bound);
  };

  it('T2 to T4, the perceptron’s and the smooth one’s bound', () => {
    fc.assert(
      fc.property(drawn, fc.constantFrom(0.1, 1, 100, 1e6), (instance, stepSize) => {
        const { margin } = maxMargin(instance);
        const constants = { count: instance.labels.length, radius: 1, margin };
        within(batchPerceptron(instance), iterationBound('batch-perceptron', constants));
        within(normalizedBatchPerceptron(instance), iterationBound('normalized-batch-perceptron', constants) + 1);
        within(logisticGradientDescent(instance, { stepSize }), iterationBound('lr-gd', { ...constants, stepSize }));
        within(
          normalizedLogisticDescent(instance, { stepSize }),
          iterationBound('normalized-lr-gd', { ...constants, stepSize }),
        );
        within(smoothPerceptron(instance), iterationBound('smooth-perceptron', constants));
        for (const order of ['cyclic', 'first'] as const) {
          expect(perceptron(instance, { order }).updates).toBeLessThanOrEqual(
            iterationBound('perceptron', constants) * (1 + 1e-9),
          );
        }
      }),
      { numRuns: 60 },
    );
  });

  it('T1: gradient descent with a huge step is the batch perceptron', () => {
    const instance = separatedSphere(40, 6, 0.02, 5);
    const limit = batchPerceptron(instance, { maxIterations: 3 });
    const steep = logisticGradientDescent(instance, { stepSize: 1e10, maxIterations: 3 });
    for (const [j, weight] of limit.weights.entries()) expect(steep.weights[j]).toBeCloseTo(weight, 6);
  });

  it('T5: on the hard instance the plain method pays n / 2, the normalised one nothing', () => {
    for (const n of [200, 2000]) {
      expect(batchPerceptron(hardSeparable(n, 0.03)).iterations).toBeGreaterThan(0.45 * n);
      expect(normalizedBatchPerceptron(hardSeparable(n, 0.03)).iterations).toBeLessThan(1 / 0.03 ** 2);
    }
  });

  it('does not change with the unit of the points, their order, or rows given twice', () => {
    const instance = separatedSphere(30, 4, 0.05, 3);
    const { rows, cols, values } = instance.points;
    const scaled = (factor: number) => ({ ...instance, points: { rows, cols, values: values.map((value) => value * factor) } });
    const twice: SeparableInstance = {
      points: { rows: 2 * rows, cols, values: Float64Array.from([...values, ...values]) },
      labels: Int8Array.from([...instance.labels, ...instance.labels]),
      fitIntercept: false,
    };
    const count = normalizedBatchPerceptron(instance).iterations;
    for (const factor of [2 ** 400, 2 ** -400, 2 ** -1030]) {
      expect(normalizedBatchPerceptron(scaled(factor)).status).toBe('converged');
      if (factor > 2 ** -1000) expect(normalizedBatchPerceptron(scaled(factor)).iterations).toBe(count);
    }
    expect(normalizedBatchPerceptron(twice).iterations).toBe(count);
    const plain = logisticGradientDescent(scaled(8), { stepSize: 2 });
    expect(logisticGradientDescent(instance, { stepSize: 128 }).iterations).toBe(plain.iterations);
  });
});

describe('baselines', () => {
  it('separate what can be separated', () => {
    const instance = separatedSphere(60, 5, 0.05, 9);
    const outcomes = [
      normalizedGradientDescent(instance),
      normalizedGradientDescent(instance, { normalize: 'loss' }),
      lbfgsLogistic(instance),
      stochasticLogisticDescent(instance, { seed: 4 }),
      perceptron(instance, { order: 'averaged' }),
    ];
    for (const outcome of outcomes) {
      expect(outcome.status).toBe('converged');
      expect(errorsOf(instance, outcome)).toBe(0);
    }
  });

  it('end at their limit on data that no plane separates', () => {
    const instance = signed([1, 0], [-1, 0], [0, 1]);
    for (const method of [batchPerceptron, normalizedBatchPerceptron, smoothPerceptron, perceptron, lbfgsLogistic]) {
      const { status, errors } = method(instance, { maxIterations: 200 });
      expect(status).toBe('iteration-limit');
      expect(errors).toBeGreaterThan(0);
    }
    expect(maxMargin(instance).status).toBe('stalled');
  });
});

describe('separability', () => {
  it('agrees with a linear programme, and its certificates hold', () => {
    const entry = fc.integer({ min: -3, max: 3 });
    const cases = fc
      .record({ n: fc.integer({ min: 1, max: 8 }), d: fc.integer({ min: 1, max: 3 }), intercept: fc.boolean() })
      .chain(({ n, d, intercept }) =>
        fc.tuple(
          fc.array(entry, { minLength: n * d, maxLength: n * d }),
          fc.array(fc.constantFrom(1, -1), { minLength: n, maxLength: n }),
          fc.constant({ n, d, intercept }),
        ),
      );
    fc.assert(
      fc.property(cases, ([values, labels, { n, d, intercept }]) => {
        const instance: SeparableInstance = {
          points: { rows: n, cols: d, values: Float64Array.from(values) },
          labels: Int8Array.from(labels),
          fitIntercept: intercept,
        };
        for (let i = 0; i < n && !intercept; i++) fc.pre(values.slice(i * d, (i + 1) * d).some((value) => value !== 0));
        const answer = separability(instance);
        const isSeparable = programMargin(instance) > 1e-9;
        expect(answer.kind === 'separable').toBe(isSeparable);
        if (answer.kind === 'separable') expect(errorsOf(instance, answer.plane)).toBe(0);
        if (answer.kind === 'inseparable' || answer.kind === 'quasi-separable') {
          const sum = new Float64Array(d + 1);
          answer.proof.forEach((weight, i) => {
            expect(weight).toBeGreaterThanOrEqual(0);
            for (let j = 0; j < d; j++) sum[j] += weight * labels[i] * values[i * d + j];
            if (intercept) sum[d] += weight * labels[i];
          });
          for (const part of sum) expect(Math.abs(part)).toBeLessThan(1e-8);
          expect(answer.proof.reduce((total, weight) => total + weight, 0)).toBeCloseTo(1, 10);
        }
        expect(answer.kind === 'quasi-separable').toBe(!isSeparable && isQuasiSeparable(instance));
      }),
      { numRuns: process.env['INFIMUM_FULL'] ? 300 : 75 },
    );
  });

  it('takes no plane of rounding for quasi-separation', () => {
    const points = { rows: 4, cols: 1, values: Float64Array.of(-3, -3, 1, -1) };
    const labels = Int8Array.of(-1, 1, 1, -1);
    expect(separability({ points, labels, fitIntercept: true }).kind).toBe('inseparable');
  });

  /** max sum_i b_i . h with b_i . h >= 0, |h_j| <= 1: positive for points that are not separable is quasi-separation. */
  function isQuasiSeparable(instance: SeparableInstance): boolean {
    const { points, labels, fitIntercept } = instance;
    const { rows, cols, values } = points as DenseMatrix;
    const width = cols + (fitIntercept ? 1 : 0);
    const entry = (i: number, j: number) => labels[i] * (j < cols ? values[i * cols + j] : 1);
    const terms = (coefficient: (j: number) => number) =>
      Array.from({ length: width }, (_, j) => `${coefficient(j) < 0 ? '-' : '+'} ${Math.abs(coefficient(j))} h${j}`).join(' ');
    const total = (j: number) => Array.from({ length: rows }, (_, i) => entry(i, j)).reduce((sum, value) => sum + value, 0);
    const lines = Array.from({ length: rows }, (_, i) => ` c${i}: ${terms((j) => entry(i, j))} >= 0`);
    const bounds = Array.from({ length: width }, (_, j) => ` -1 <= h${j} <= 1`);
    const program = `Maximize\n obj: ${terms(total)}\nSubject To\n${lines.join('\n')}\nBounds\n${bounds.join('\n')}\nEnd`;
    return highs.solve(program).ObjectiveValue > 1e-9;
  }

  it('names the tumours separable and two of the irises not', async () => {
    const { loadIris } = await import('@infimum/datasets/iris');
    const { loadBreastCancer } = await import('@infimum/datasets/breast-cancer');
    const irises = loadIris();
    const kinds = [0, 1, 2].map(
      (species) =>
        separability({
          points: irises.features,
          labels: Int8Array.from(irises.labels, (label) => (label === species ? 1 : -1)),
          fitIntercept: true,
        }).kind,
    );
    expect(kinds).toEqual(['separable', 'inseparable', 'inseparable']);
    const tumours = loadBreastCancer();
    const answer = separability({
      points: standardizedColumns(tumours.features),
      labels: Int8Array.from(tumours.labels, (label) => (label > 0 ? 1 : -1)),
      fitIntercept: true,
    });
    expect(answer.kind).toBe('separable');
  });
});

it('sparse points give what dense ones give', () => {
  const dense = separatedSphere(20, 3, 0.05, 2);
  const { rows, cols, values } = dense.points as DenseMatrix;
  const sparse: SeparableInstance = {
    ...dense,
    points: {
      rows,
      cols,
      rowPointers: Int32Array.from({ length: rows + 1 }, (_, i) => i * cols),
      columnIndices: Int32Array.from(values, (_, k) => k % cols),
      values,
    },
  };
  for (const method of [batchPerceptron, smoothPerceptron, perceptron]) {
    expect(method(sparse).weights).toEqual(method(dense).weights);
  }
});

it('refuses bad options and rows by name', () => {
  const instance = hardSeparable(5, 0.3);
  const fault = (call: () => unknown) => {
    try {
      call();
    } catch (error) {
      if (error instanceof InvalidInputError) return error.message;
      throw error;
    }
    return 'none';
  };
  expect(fault(() => logisticGradientDescent(instance, { stepSize: 0 }))).toContain('stepSize');
  expect(fault(() => logisticGradientDescent(instance, { lr: 1 } as object))).toContain('lr');
  expect(fault(() => batchPerceptron(signed([1, 0], [0, 0])))).toContain('row 1 is zero');
  expect(fault(() => maxMargin(instance, { margin: 'geometric' }))).toContain('intercept');
  expect(fault(() => batchPerceptron(instance, { initial: Float64Array.of(1) }))).toContain('initial');
});

describe('the plane that is returned', () => {
  it('is in the units of a start: the sum of the rows that were added, whatever the scale', () => {
    for (const factor of [1, 3, 1024]) {
      const ladder = separableLadder(6);
      const values = ladder.points.values.map((value) => factor * value);
      const instance = { ...ladder, points: { ...ladder.points, values } as DenseMatrix };
      const { weights, updates } = perceptron(instance);
      expect(updates).toBeGreaterThan(100);
      for (const weight of weights) expect(Math.abs(weight / factor - Math.round(weight / factor))).toBeLessThan(1e-9);
      expect(Math.max(...weights.map((weight) => Math.abs(weight / factor)))).toBeGreaterThan(5);
      expect(perceptron(instance, { initial: weights }).iterations).toBe(0);
      // A plane on the way is gone on from: there are no more updates than without the stop.
      const first = perceptron(instance, { initial: weights.map((weight) => 0.5 * weight), order: 'first' });
      expect(first.updates).toBeLessThan(updates / 4);
    }
  });
});
