// Problems that were looked up or drawn after the barrier method was made: designs at their known values, and stationary points by
// differences; and what formulas refuse.
import { describe, expect, it } from 'vitest';
import { expectNoneBetterNearby } from '../testing/expect-none-better.ts';
import { constrained } from './constrained-problem.ts';
import { designProblems } from './design-problems.ts';
import type { FormulaProblem } from './formula-program.ts';
import { programOf } from './formula-program.ts';
import { interiorPoint } from './interior-point.ts';

describe('optim/constrained', () => {
  it.each(Object.keys(designProblems).filter((name) => name !== 'pooling'))(
    '%s ends at the least value that is known',
    (name) => {
      const { optimum, ...problem } = designProblems[name];
      const { status, value, violation, reason } = interiorPoint(programOf(problem), Float64Array.from(problem.start));
      expect(status, reason).toBe('converged');
      expect(Math.abs(value - optimum)).toBeLessThan(1e-6 * Math.abs(optimum));
      expect(violation).toBeLessThan(1e-5 * Math.max(...problem.start));
    },
  );

  it('ends at one of the two local minima of pooling', () => {
    const { optimum, ...problem } = designProblems['pooling'];
    const { status, value } = interiorPoint(programOf(problem), Float64Array.from(problem.start));
    expect(status).toBe('converged');
    expect(value).toBeGreaterThan(optimum - 1e-5);
    expect(
      [-400, -100, 0].some((known) => Math.abs(value - known) < 1e-3),
      String(value),
    ).toBe(true);
  });

  it.each([500, 501])('finds no point nearby that is better, on a drawn problem, seed %i', expectNoneBetterNearby);

  it.each([
    ['2^-x1', 0.25, -0.25 * Math.LN2],
    ['-x1^2', -4, -4],
    ['(x1+1)*(x1-1)/x1', 1.5, 1.25],
    ['1.5e1*x1 - .5', 29.5, 15],
    ['exp(log(x1))', 2, 1],
  ])('reads %s', (objective, value, slope) => {
    const program = programOf({ start: [2], objective });
    const gradient = new Float64Array(1);
    program.gradient(Float64Array.of(2), gradient);
    expect(program.value(Float64Array.of(2))).toBeCloseTo(value, 12);
    expect(gradient[0]).toBeCloseTo(slope, 12);
  });

  it.each([
    '',
    '(x1',
    'x1)',
    'x1 x1',
    'tan(x1)',
    'x2',
    'x0',
    'exp x1',
    '2..3',
    'constructor(x1)',
    '$',
    `${'('.repeat(5000)}x1`,
    '-'.repeat(5000),
  ])('refuses %s by name', (objective) => {
    expect(() => programOf({ start: [2], objective })).toThrow('objective');
  });

  it('reads an instance file with nulls for bounds that are none', () => {
    const { instanceFile } = constrained;
    const instance = instanceFile?.parse(JSON.parse(JSON.stringify(instanceFile.example))) as FormulaProblem;
    const { x, status } = interiorPoint(programOf(instance), Float64Array.from(instance.start));
    expect(status).toBe('converged');
    expect(x[1]).toBeCloseTo(Math.sqrt(1 - 0.81), 6);
  });
});
