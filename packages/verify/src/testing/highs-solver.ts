// HiGHS as an oracle.

import type { LegacyHighs } from 'highs';
import highsModule from 'highs';

// The package's types describe its CommonJS build; the ES module's default export is the loader itself.
const loadHighs = highsModule as unknown as () => Promise<LegacyHighs>;

/** Solves a program in the LP format. */
export type ProgramSolver = (program: string) => { status: string; value: number };

/** A function that solves programs to 1e-9. */
export async function highsSolver(): Promise<ProgramSolver> {
  const highs = await loadHighs();
  return (program) => {
    const { Status, ObjectiveValue } = highs.solve(program, {
      primal_feasibility_tolerance: 1e-9,
      dual_feasibility_tolerance: 1e-9,
      mip_feasibility_tolerance: 1e-9,
      mip_rel_gap: 0,
      mip_abs_gap: 1e-9,
    });
    return { status: Status, value: ObjectiveValue };
  };
}
