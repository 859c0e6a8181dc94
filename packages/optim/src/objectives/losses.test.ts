// The losses against their definitions and against differences.
import type { Objective } from '@infimum/core';
import { gradientError, hessianVectorError, InvalidInputError, Random } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { csrFromDense } from '@infimum/linalg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leastSquaresLoss } from './least-squares-loss.ts';
import type { LinearModel } from './linear-model.ts';
import { logisticLoss, sigmoid, softplus } from './logistic-loss.ts';
import { quadraticForm } from './quadratic-form.ts';
import { rosenbrock } from './test-functions.ts';

const [ROWS, COLS] = [7, 4];
const random = new Random(3);
const design: DenseMatrix = { rows: ROWS, cols: COLS, values: random.normals(new Float64Array(ROWS * COLS)) };
design.values[5] = 0;
const targets = random.normals(new Float64Array(ROWS));
const labels = targets.map((value) => (value > 0 ? 1 : -1));
const symmetric: DenseMatrix = { rows: 3, cols: 3, values: Float64Array.of(4, 1, 0, 1, 3, -2, 0, -2, 5) };

const models: Record<string, LinearModel> = {
  'least squares': leastSquaresLoss(design, targets, { ridge: 0.1 }),
  'sparse least squares': leastSquaresLoss(csrFromDense(design), targets, { ridge: 0.1 }),
  logistic: logisticLoss(design, labels, { ridge: 0.1 }),
  'sparse logistic': logisticLoss(csrFromDense(design), labels, { ridge: 0.1 }),
};
const objectives: Record<string, Objective> = {
  ...models,
  quadratic: quadraticForm(symmetric, Float64Array.of(1, 2, 3)),
  'diagonal quadratic': quadraticForm(Float64Array.of(1, 2, 3), Float64Array.of(1, 2, 3)),
  'sparse quadratic': quadraticForm(csrFromDense(symmetric)),
  rosenbrock: rosenbrock(5),
};

const points = (length: number) =>
  fc
    .array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: length, maxLength: length })
    .map((values) => Float64Array.from(values));

describe.each(Object.entries(objectives))('%s', (_, objective) => {
  const { dimension } = objective;

  it('has the derivatives that differences find', () => {
    fc.assert(
      fc.property(points(dimension), points(dimension), (x, v) => {
        expect(gradientError(objective, x)).toBeLessThan(1e-6);
        v[0] += 3;
        expect(hessianVectorError(objective, x, v)).toBeLessThan(1e-6);
      }),
      { numRuns: 30 },
    );
  });

  it('has the Hessian whose columns are its products', () => {
    fc.assert(
      fc.property(points(dimension), (x) => {
        const hessian = new Float64Array(dimension * dimension);
        objective.hessian?.(x, hessian);
        const column = new Float64Array(dimension);
        for (let j = 0; j < dimension; j++) {
          const unit = new Float64Array(dimension);
          unit[j] = 1;
          objective.hessianVector?.(x, unit, column);
          column.forEach((value, i) => {
            expect(hessian[i * dimension + j]).toBeCloseTo(value, 8);
          });
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe.each(Object.entries(models))('%s', (_, model) => {
  it('is the mean of its terms, in batches with repetitions too', () => {
    const x = Float64Array.of(0.3, -0.2, 0.1, 0.5);
    const indices = Int32Array.of(3, 3, 0, 6, 1, 2, 4, 5, 3);
    const singles = Array.from(indices, (index) => Int32Array.of(index));
    const mean = (of: (indices: Int32Array) => number) => singles.reduce((sum, single) => sum + of(single) / singles.length, 0);
    expect(model.value(x, indices)).toBeCloseTo(
      mean((single) => model.value(x, single)),
      12,
    );
    expect(model.value(x)).toBeCloseTo(model.value(x, Int32Array.of(0, 1, 2, 3, 4, 5, 6)), 12);
    const [whole, part] = [new Float64Array(COLS), new Float64Array(COLS)];
    model.gradient(x, whole, indices);
    for (let j = 0; j < COLS; j++) {
      const expected = mean((single) => {
        model.gradient(x, part, single);
        return part[j];
      });
      expect(whole[j]).toBeCloseTo(expected, 12);
    }
    const v = Float64Array.of(1, 2, 3, 4);
    model.hessianVector(x, v, whole, indices);
    for (let j = 0; j < COLS; j++) {
      const expected = mean((single) => {
        model.hessianVector(x, v, part, single);
        return part[j];
      });
      expect(whole[j]).toBeCloseTo(expected, 12);
    }
  });
});

describe('values', () => {
  it('are those of the definitions', () => {
    const x = Float64Array.of(0.3, -0.2, 0.1, 0.5);
    const margin = (i: number) => x.reduce((sum, value, j) => sum + value * design.values[i * COLS + j], 0);
    const ridge = x.reduce((sum, value) => sum + 0.05 * value * value, 0);
    const squares = targets.reduce((sum, target, i) => sum + (margin(i) - target) ** 2 / (2 * ROWS), ridge);
    const logs = labels.reduce((sum, y, i) => sum + Math.log1p(Math.exp(-y * margin(i))) / ROWS, ridge);
    expect(models['least squares'].value(x)).toBeCloseTo(squares, 12);
    expect(models['logistic'].value(x)).toBeCloseTo(logs, 12);
    expect(objectives['quadratic'].value(Float64Array.of(1, 1, 1))).toBeCloseTo(5 - 6, 12);
  });

  it('of logarithms and sigmoids are exact to rounding at every scale', () => {
    for (const t of [-800, -40, -20, -1e-9, 0, 1e-9, 1, 20, 40, 800]) {
      const exact = Math.max(t, 0) + Math.log1p(Math.exp(-Math.abs(t)));
      expect(Math.abs(softplus(t) - exact)).toBeLessThanOrEqual(4e-16 * exact);
      expect(sigmoid(t) + sigmoid(-t)).toBeCloseTo(1, 15);
    }
    expect(softplus(-40)).toBeGreaterThan(4e-18);
  });
});

describe('what does not fit', () => {
  it('is refused with its name', () => {
    const argument = (name: string) => expect.objectContaining({ argument: name });
    expect(() => leastSquaresLoss(design, targets.slice(1))).toThrow(argument('targets'));
    expect(() => logisticLoss(design, targets)).toThrow(argument('labels'));
    expect(() => logisticLoss(design, labels, { ridge: -1 })).toThrow(argument('ridge'));
    expect(() => quadraticForm(design)).toThrow(argument('a'));
    expect(() => quadraticForm(symmetric, Float64Array.of(1))).toThrow(argument('b'));
    expect(() => rosenbrock(1)).toThrow(InvalidInputError);
    const broken = { ...design, values: design.values.map((value, k) => (k === 9 ? Number.NaN : value)) };
    expect(() => leastSquaresLoss(broken, targets)).toThrow(argument('design'));
  });
});
