// Sketching at the largest grid that the accuracy of doubles leaves to it.
import { expect, it } from 'vitest';
import { expectContraction, expectControl } from '../testing/sketch-runs.ts';
import { adaSketchNewton } from './ada-sketch-newton.ts';
import { gridProgram } from './data-programs.ts';

it.each(['kaczmarz', 'weighted-kaczmarz'] as const)(
  '%s controls a grid of 8 x 8 points',
  (sketch) => {
    const program = gridProgram(8);
    const settings = { sketch, innerLimit: 1e9, tolerance: 1e-4, seed: 1 } as const;
    const { status, value } = adaSketchNewton(program, new Float64Array(program.variables).fill(1), settings);
    expect(status).toBe('converged');
    expect(Math.abs(value - 74.0930223283)).toBeLessThan(1e-4);
  },
  300_000,
);

it('contracts by at least the rate of randomized Kaczmarz in the mean of 2000 runs', () => expectContraction(2000));

it('controls a grid of 6 x 6 points, in steps that cost the entries of a row', () => expectControl(6));
