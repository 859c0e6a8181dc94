import { expect, it } from 'vitest';
import { searchDescent } from './line-search.ts';

/** The point that is found, and how often the search paused. */
function found(f: (step: number) => readonly [value: number, slope: number], firstStep: number) {
  let calls = 0;
  const evaluate = (step: number) => {
    calls++;
    const [value, slope] = f(step);
    return { step, value, slope };
  };
  const [value, slope] = f(0);
  const trials = searchDescent({ evaluate, start: { step: 0, value, slope }, firstStep });
  let pauses = 0;
  let trial = trials.next();
  for (; !trial.done; trial = trials.next()) pauses++;
  expect(pauses).toBe(calls);
  return { point: trial.value, calls };
}

it('takes a step that meets the Wolfe conditions, with a pause an evaluation', () => {
  const { point, calls } = found((step) => [(step - 3) ** 2, 2 * (step - 3)], 0.1);
  expect(calls).toBeGreaterThanOrEqual(2);
  expect(Math.abs(point?.slope ?? Infinity)).toBeLessThanOrEqual(0.9 * 6);
  expect(point?.value).toBeLessThan(9);
});

it('takes a halved step that lowers the value enough where slopes jump', () => {
  const { point } = found((step) => (step < 0.3 ? [-step, -1] : [-0.3 + 2 * (step - 0.3), 2]), 1);
  expect(point?.step).toBe(0.25);
});

it('finds nothing along a line that rises', () => {
  expect(found((step) => [step, 1], 1)).toEqual({ point: undefined, calls: 0 });
  expect(found((step) => [step, step > 0 ? 1 : -1], 1).point).toBeUndefined();
});
