// A check of constrained minima by brute force.
import { expect } from 'vitest';
import { constrained } from '../constrained/constrained-problem.ts';
import type { FormulaProblem } from '../constrained/formula-program.ts';
import { programOf } from '../constrained/formula-program.ts';
import { interiorPoint } from '../constrained/interior-point.ts';

/** Expects that no feasible point of a fine grid around the minimum of a drawn problem is better. */
export async function expectNoneBetterNearby(seed: number): Promise<void> {
  const instance = (await constrained.families['ellipsoids'].generate({ n: 3, m: 2 } as never, seed)) as FormulaProblem;
  const program = programOf(instance);
  const { status, x, value } = interiorPoint(program, Float64Array.from(instance.start));
  expect(status).toBe('converged');
  const g = new Float64Array(program.constraints);
  let least = Infinity;
  for (let k = 0; k < 21 ** 3; k++) {
    const at = x.map((v, i) => v + 1e-3 * ((Math.floor(k / 21 ** i) % 21) - 10));
    program.values(at, g);
    const isInside = at.every((v) => Math.abs(v) <= 1) && g.every((v, j) => v <= program.high[j]);
    if (isInside) least = Math.min(least, program.value(at));
  }
  expect(least).toBeGreaterThan(value - 1e-7);
}
