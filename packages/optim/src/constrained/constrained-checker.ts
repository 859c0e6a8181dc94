// Proves that a point near a solution satisfies the first-order conditions exactly, by Krawczyk's test.
//
// R. Krawczyk: Newton-Algorithmen zur Bestimmung von Nullstellen mit Fehlerschranken, Computing 4 (1969).
import type { Verdict } from '@infimum/core/certificate';
import type { Interval, Jet } from '@infimum/rigor';
import { add, interval, matrixProduct, multiply, subtract, up, variableJets } from '@infimum/rigor';
import type { ConstrainedSolution } from './constrained-program.ts';
import { formulaJet } from './formula-checker.ts';
import type { FormulaProblem } from './formula-program.ts';

/** What is active, a point with multipliers, how far to look, and an approximate inverse. */
export interface ConstrainedWitness {
  /** Of every variable: -1 at its least value, 1 at its largest one, 0 between. */
  readonly places: ArrayLike<number>;
  /** Of every constraint: -1 at its least value, 1 at its largest one, 0 between. */
  readonly sides: ArrayLike<number>;
  /** The variables between their bounds, then the multipliers of the constraints that are not between theirs. */
  readonly center: ArrayLike<number>;
  /** How far from it, likewise. */
  readonly radii: ArrayLike<number>;
  /** Near the inverse of the Jacobian of the conditions, row by row. */
  readonly inverse: Float64Array;
}

function isListOf(given: unknown, length: number, accepts: (value: number) => boolean): given is ArrayLike<number> {
  const isList = given instanceof Float64Array || given instanceof Int8Array || Array.isArray(given);
  if (!isList || given.length !== length) return false;
  for (let i = 0; i < length; i++) if (!(typeof given[i] === 'number' && accepts(given[i] as number))) return false;
  return true;
}

const isSide = (value: number) => value === -1 || value === 0 || value === 1;
const isBounded = (value: number) => value > -Infinity && value < Infinity;

/** The functions of a problem on a box. */
function jetsOn(
  { objective, constraints = [], definitions = {} }: FormulaProblem,
  box: readonly Interval[],
): Jet[] | undefined {
  const variables = variableJets(box);
  const names = new Map<string, Jet>();
  for (const [name, text] of Object.entries(definitions)) {
    const jet = formulaJet(text, variables, names);
    if (!jet) return undefined;
    names.set(name, jet);
  }
  const jets = [objective, ...constraints.map(([text]) => text)].map((text) => formulaJet(text, variables, names));
  return jets.every((jet) => jet !== undefined) ? jets : undefined;
}

/**
 * Proves that exactly one point with multipliers within the witness's radii of its center satisfies ∇f + J'λ = 0 in the free variables and
 * g = its bound in the active constraints, that it is feasible and that all multipliers have the right signs, and bounds its largest
 * distance from x in a variable. With R the inverse, F the conditions and Z the box: -R F(z) + (I - R F'(Z)) (Z - z) inside Z - z.
 * Never throws, for any witness.
 */
export function check(problem: FormulaProblem, { x }: ConstrainedSolution, witness: unknown): Verdict {
  return checkPoint(problem, x, witness);
}

/** The same for a point alone. */
export function checkPoint(problem: FormulaProblem, x: Float64Array, witness: unknown): Verdict {
  const refused = (reason: string): Verdict => ({ proved: false, reason });
  const n = problem.start.length;
  const { constraints = [], lower = [], upper = [] } = problem;
  const least = (i: number) => lower[i] ?? -Infinity;
  const largest = (i: number) => upper[i] ?? Infinity;
  const { places, sides, center, radii, inverse } = (witness ?? {}) as Partial<ConstrainedWitness>;
  if (!(x instanceof Float64Array && isListOf(x, n, isBounded))) return refused('the solution is not a point');
  if (!isListOf(places, n, isSide) || !isListOf(sides, constraints.length, isSide))
    return refused('the witness has no active set');
  const free = [...Array(n).keys()].filter((i) => places[i] === 0);
  const active = [...constraints.keys()].filter((j) => sides[j] !== 0);
  const size = free.length + active.length;
  if (!isListOf(center, size, isBounded) || !isListOf(radii, size, (radius) => radius > 0 && radius < Infinity))
    return refused('the witness has no center with radii');
  if (!(inverse instanceof Float64Array) || inverse.length !== size * size) return refused('the witness has no inverse');
  const target = (j: number) => constraints[j][sides[j] < 0 ? 1 : 2];
  const held = Array.from(places, (place, i) => (place < 0 ? least(i) : largest(i)));
  if (held.some((value, i) => places[i] !== 0 && !isBounded(value)) || active.some((j) => !isBounded(target(j))))
    return refused('an active constraint has no bound');
  const boxOf = (spread: (k: number) => number) => {
    const at = (k: number) => add(interval(center[k]), interval(-spread(k), spread(k)));
    const box = held.map((value) => interval(value));
    for (const [k, i] of free.entries()) box[i] = at(k);
    return { box, multipliers: active.map((_, k) => at(free.length + k)) };
  };
  /** ∇f + J'λ. */
  const slopes = ([f, ...g]: readonly Jet[], multipliers: readonly Interval[], of: 'gradient' | 'hessian'): Interval[] =>
    f[of].map((entry, i) => active.reduce((sum, j, k) => add(sum, multiply(multipliers[k], g[j][of][i])), entry));
  const middle = boxOf(() => 0);
  const around = boxOf((k) => radii[k]);
  const [at, on] = [jetsOn(problem, middle.box), jetsOn(problem, around.box)];
  if (!at || !on) return refused('the formulas contain functions without enclosures');
  const gradient = slopes(at, middle.multipliers, 'gradient');
  const residual = [...free.map((i) => gradient[i]), ...active.map((j) => subtract(at[1 + j].value, interval(target(j))))];
  const hessian = slopes(on, around.multipliers, 'hessian');
  const jacobian = (a: number, b: number): Interval => {
    const [row, col] = [Math.max(a, b), Math.min(a, b)];
    if (row < free.length) {
      const [i, j] = [Math.max(free[row], free[col]), Math.min(free[row], free[col])];
      return hessian[(i * (i + 1)) / 2 + j];
    }
    return col < free.length ? on[1 + active[row - free.length]].gradient[free[col]] : interval(0);
  };
  const [mid, rad] = [new Float64Array(size * size), new Float64Array(size * size)];
  for (let a = 0; a < size; a++) {
    for (let b = 0; b < size; b++) {
      const { lower: from, upper: to } = jacobian(a, b);
      mid[a * size + b] = from + (to - from) / 2;
      rad[a * size + b] = up(Math.max(to - mid[a * size + b], mid[a * size + b] - from));
    }
  }
  const product = matrixProduct(inverse, mid, size, size, size);
  const spread = matrixProduct(inverse.map(Math.abs), rad, size, size, size);
  const moved = Array.from({ length: size }, (_, a) => {
    let step = interval(0);
    let rest = 0;
    for (let b = 0; b < size; b++) {
      step = add(step, multiply(interval(inverse[a * size + b]), residual[b]));
      const k = a * size + b;
      const off = up(
        up(Math.abs(product.values[k] - (a === b ? 1 : 0))) + up(product.radii[k] + up(spread.values[k] + spread.radii[k])),
      );
      rest = up(rest + up(off * radii[b]));
    }
    return up(Math.max(-step.lower, step.upper) + rest);
  });
  if (!moved.every((radius, k) => radius < radii[k]))
    return refused('no point within the radii is proved to meet the conditions');
  // The signs on the whole box.
  const all = slopes(on, around.multipliers, 'gradient');
  for (const [i, place] of Array.from(places).entries()) {
    const { lower: from, upper: to } = around.box[i];
    const isRight =
      place === 0
        ? from >= least(i) && to <= largest(i)
        : least(i) === largest(i) || -place * (place < 0 ? all[i].lower : all[i].upper) >= 0;
    if (!isRight) return refused(`variable ${i + 1} has no proved place or sign`);
  }
  for (const [j, [, low, high]] of constraints.entries()) {
    const k = active.indexOf(j);
    const isRight =
      k < 0
        ? on[1 + j].value.lower >= low && on[1 + j].value.upper <= high
        : low === high || (sides[j] > 0 ? around.multipliers[k].lower >= 0 : around.multipliers[k].upper <= 0);
    if (!isRight) return refused(`constraint ${j + 1} has no proved place or sign`);
  }
  let distance = 0;
  for (let i = 0; i < n; i++) {
    const k = free.indexOf(i);
    const gap = up(Math.abs((k < 0 ? held[i] : center[k]) - x[i]));
    distance = Math.max(distance, k < 0 ? gap : up(gap + moved[k]));
  }
  return { proved: true, figures: { distance: { lower: 0, upper: distance } } };
}
