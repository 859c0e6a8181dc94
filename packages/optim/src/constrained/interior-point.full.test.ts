// Constrained minimisation without second derivatives.
import { expect, it } from 'vitest';
import { hockSchittkowski } from '../testing/hock-schittkowski.ts';
import { programOf } from './formula-program.ts';
import { interiorPoint } from './interior-point.ts';

it('solves most problems of Hock and Schittkowski by quasi-Newton matrices', () => {
  const solved = Object.values(hockSchittkowski).filter((problem) => {
    const { hessian: _, ...program } = programOf(problem);
    const found = interiorPoint(program, Float64Array.from(problem.start), { maxIterations: 300 });
    return (
      found.status === 'converged' && problem.minima.some((f) => Math.abs(found.value - f) <= 1e-6 * Math.max(1, Math.abs(f)))
    );
  });
  expect(solved.length).toBeGreaterThanOrEqual(110);
}, 120_000);
