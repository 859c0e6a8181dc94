// Counts, and what operators may do wrong.
import { describe, expect, it } from 'vitest';
import { anchoredPopov } from './anchored-popov.ts';
import { extraAnchoredGradient } from './extra-anchored-gradient.ts';
import { extragradient } from './extragradient.ts';
import { gradientDescentAscent } from './gradient-descent-ascent.ts';
import { halpern } from './halpern.ts';
import { matrixGameInclusion } from './inclusion-families.ts';
import { optimisticGda } from './optimistic-gda.ts';
import { svrgExtragradient } from './svrg-extragradient.ts';
import { vrHalpern } from './vr-halpern.ts';
import { vrHalpernInexact } from './vr-halpern-inexact.ts';

const methods = {
  anchoredPopov,
  extraAnchoredGradient,
  extragradient,
  gradientDescentAscent,
  halpern,
  optimisticGda,
  svrgExtragradient,
  vrHalpern,
  vrHalpernInexact,
};
const both = Object.entries(methods).flatMap(([name, method]) =>
  [false, true].map((hasFull) => [name, hasFull, method] as const),
);

describe('the evaluations that are reported', () => {
  it.each(both)('are those that happen: %s, full %s', (_, hasFull, method) => {
    let seen = 0;
    const component = (i: number, u: Float64Array, out: Float64Array) => {
      seen++;
      out[0] = u[0] - i;
    };
    const full = (u: Float64Array, out: Float64Array) => {
      seen += 4;
      out[0] = u[0] - 1.5;
    };
    const operator = { terms: 4, dimension: 1, lipschitz: 1, component, ...(hasFull && { full }) };
    const counts: (readonly [number, number])[] = [];
    const { evaluations, x } = method(
      { operator, initial: [0] },
      {
        maxIterations: 40,
        tolerance: 1e-3,
        onIteration: ({ solution }) => void counts.push([solution().evaluations.value, seen]),
      },
    );
    expect(evaluations.value).toBe(seen);
    for (const [reported, counted] of counts) expect(reported).toBe(counted);
    expect(x[0]).toBeGreaterThan(0.5);
  });

  it('a known constant is not estimated', () => {
    const component = (i: number, u: Float64Array, out: Float64Array) => void out.fill(u[0] - i);
    const operator = { terms: 100, dimension: 1, lipschitz: 1, component };
    expect(vrHalpern({ operator, initial: [0] }, { maxIterations: 0 }).evaluations.value).toBe(100);
    const mean = { terms: 100, dimension: 1, meanLipschitz: 1, component };
    expect(halpern({ operator: mean, initial: [0] }, { maxIterations: 0 }).evaluations.value).toBe(100);
  });
});

it.each([1, 4, 100])('the inexact iteration solves F = u - 3 with %i components', (terms) => {
  const component = (_: number, u: Float64Array, out: Float64Array) => void out.fill(u[0] - 3);
  const { status, x, evaluations } = vrHalpernInexact({ operator: { terms, dimension: 1, component }, initial: [0] });
  expect(status).toBe('converged');
  expect(x[0]).toBeCloseTo(3, 5);
  expect(evaluations.value / terms).toBeLessThan(3000);
});

it.each(Object.entries(methods))('a component that is NaN is named as the cause by %s', (_, method) => {
  let calls = 0;
  const component = (__: number, u: Float64Array, out: Float64Array) =>
    void out.fill(calls++ > 60 ? Number.NaN : 0.1 * (u[0] - 5));
  const operator = { terms: 2, dimension: 1, lipschitz: 1, meanLipschitz: 1, component };
  const { status, reason } = method({ operator, initial: [0] }, { tolerance: 0, maxIterations: 500 });
  expect(status).toBe('stalled');
  expect(reason).toContain('NaN');
});

it('an operator that detaches its argument is refused by name', () => {
  const component = (_: number, u: Float64Array) => void structuredClone(u, { transfer: [u.buffer as ArrayBuffer] });
  const operator = { terms: 2, dimension: 1, lipschitz: 1, component };
  expect(() => vrHalpern({ operator, initial: [0] })).toThrow('operator');
});

it('a matrix game that is not square is refused', () => {
  expect(() => matrixGameInclusion({ rows: 2, cols: 3, values: new Float64Array(6) })).toThrow('matrix');
});
