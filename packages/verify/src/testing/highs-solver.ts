// HiGHS as an oracle.
import highsModule, { type LegacyHighs } from 'highs';

// The package's types describe its CommonJS build; the ES module's default export is the loader itself.
const loadHighs = highsModule as unknown as () => Promise<LegacyHighs>;

/** A function that solves programs in the LP format to 1e-9. */
export async function highsSolver(): Promise<(program: string) => { status: string; value: number }> {
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
