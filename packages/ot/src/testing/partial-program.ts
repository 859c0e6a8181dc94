// Partial transport as a linear program for HiGHS.
import type { Transport } from '../transport.ts';
import { loadHighs } from './highs.ts';

/** A function that finds the least cost of moving a given mass. */
export async function partialOracle(): Promise<(problem: Transport, mass: number) => number> {
  const highs = await loadHighs();
  return (problem, mass) => {
    const { Status, ObjectiveValue } = highs.solve(programOf(problem, mass), {
      primal_feasibility_tolerance: 1e-10,
      dual_feasibility_tolerance: 1e-10,
    });
    if (Status !== 'Optimal') throw new Error(`HiGHS ended with status ${Status}`);
    return ObjectiveValue;
  };
}

function programOf({ a, b, cost: { rows, cols, values } }: Transport, mass: number): string {
  const term = (coefficient: number, k: number) => `${coefficient < 0 ? '-' : '+'} ${Math.abs(coefficient)} p${k}`;
  const sum = (length: number, entry: (index: number) => number) =>
    Array.from({ length }, (_, index) => term(1, entry(index))).join('\n');
  return [
    'Minimize',
    Array.from(values, term).join('\n'),
    'Subject To',
    ...Array.from(a, (weight, i) => `${sum(cols, (j) => i * cols + j)} <= ${weight}`),
    ...Array.from(b, (weight, j) => `${sum(rows, (i) => i * cols + j)} <= ${weight}`),
    `${sum(values.length, (k) => k)} = ${mass}`,
    'End',
  ].join('\n');
}
