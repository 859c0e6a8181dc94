// The transport problem as a linear program for HiGHS: an oracle that shares no code with this package.
import type { Transport } from '../transport.ts';
import { loadHighs } from './highs.ts';

/** A function that finds the least transport cost, accurate to about 1e-9 for masses and costs of order one. */
export async function highsOracle(): Promise<(problem: Transport) => number> {
  const highs = await loadHighs();
  return (problem) => {
    const { Status, ObjectiveValue } = highs.solve(programOf(problem), {
      primal_feasibility_tolerance: 1e-10,
      dual_feasibility_tolerance: 1e-10,
    });
    if (Status !== 'Optimal') throw new Error(`HiGHS ended with status ${Status}`);
    return ObjectiveValue;
  };
}

/** The program in the LP format. */
function programOf({ a, b, cost: { rows, cols, values } }: Transport): string {
  const term = (coefficient: number, k: number) => `${coefficient < 0 ? '-' : '+'} ${Math.abs(coefficient)} p${k}`;
  const sum = (length: number, entry: (index: number) => number) =>
    Array.from({ length }, (_, index) => term(1, entry(index))).join('\n');
  const objective = Array.from(values, term).join('\n');
  const rowSums = Array.from(a, (mass, i) => `${sum(cols, (j) => i * cols + j)} = ${mass}`);
  // One equation follows from the others; leaving it out keeps rounding of the masses from making it infeasible.
  const columnSums = Array.from(b.subarray(1), (mass, j) => `${sum(rows, (i) => i * cols + j + 1)} = ${mass}`);
  return `Minimize\n${objective}\nSubject To\n${[...rowSums, ...columnSums].join('\n')}\nEnd`;
}
