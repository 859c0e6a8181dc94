// The angle between a vector and the top eigenvector of A'A, from a better approximation and a guess of the second eigenvalue.
//
// B. N. Parlett: The Symmetric Eigenvalue Problem (1998), sections 10 and 11.
import type { Verdict } from '@infimum/core/certificate';
import type { Interval } from '@infimum/rigor';
import {
  add,
  divide,
  dot2,
  interval,
  leastEigenvalueBound,
  multiply,
  square,
  squareRoot,
  subtract,
  U,
  up,
} from '@infimum/rigor';
import { gramOf, lengthOf } from '../systems/gradient-checker.ts';
import { exponentOf, times } from '../systems/linear-system-checker.ts';
import type { RowStream, StreamedEigenvectors } from './streaming-options.ts';

/** What is known better, of A'A with A over the power of two next above its largest entry. */
export interface TopEigenvectorWitness {
  /** w, near the top eigenvector. */
  readonly vector: Float64Array;
  /** A guess of the second eigenvalue from above. */
  readonly second: number;
}

const isVector = (given: unknown, length: number): given is Float64Array =>
  given instanceof Float64Array && given.length === length && given.every(Number.isFinite);

/** The entries of G x. */
const product = (gram: Float64Array, x: Float64Array): Interval[] =>
  Array.from(x, (_, i) => {
    const { value, radius } = dot2(gram, x, x.length, i * x.length);
    return add(interval(value), interval(-radius, radius));
  });

const inner = (a: readonly Interval[], b: Float64Array): Interval =>
  a.reduce((sum, entry, i) => add(sum, multiply(entry, interval(b[i]))), interval(0));

/**
 * Encloses the squared sine of the angle between the solution v and the top eigenvector, and what of its eigenvalue v loses. With the
 * Rayleigh quotient rho and the residual r of w, |w| = 1, and a bound lambda < rho of the second eigenvalue, from that of G - rho ww', the
 * sine of w is at most |r| / (rho - lambda), and the top eigenvalue between rho and rho + |r|^2 / (rho - lambda). Throws nothing.
 */
export function check({ rows: a }: RowStream, { vector: v }: StreamedEigenvectors, witness: unknown): Verdict {
  const refused = (reason: string): Verdict => ({ proved: false, reason });
  const { vector: w, second } = (witness ?? {}) as Partial<TopEigenvectorWitness>;
  const d = a.cols;
  if (!isVector(v, d) || !isVector(w, d) || typeof second !== 'number')
    return refused('the witness has no vector of this length');
  const values = times(a.values, -exponentOf(a.values));
  if (!values) return refused('the range of numbers is too large');
  const { gram, spread } = gramOf({ ...a, values });
  const off = interval(-spread, spread);
  const [image, squared] = [
    product(gram, w),
    inner(
      Array.from(w, (value) => interval(value)),
      w,
    ),
  ];
  const rho = add(divide(inner(image, w), squared), off);
  const residual = divide(
    lengthOf(image.map((entry, i) => subtract(entry, multiply(rho, interval(w[i]))))),
    lengthOf(Array.from(w, (value) => interval(value))),
  );
  const factor = rho.lower / squared.upper;
  const deflated = new Float64Array(d * d);
  let rounding = 0;
  for (let i = 0; i < d; i++) {
    let sum = 0;
    for (let j = 0; j < d; j++) {
      const [k, part] = [i * d + j, factor * (w[Math.max(i, j)] * w[Math.min(i, j)])];
      deflated[k] = part - gram[k];
      sum = up(sum + up(4 * U * (Math.abs(part) + Math.abs(gram[k])) + 1e-300));
    }
    rounding = Math.max(rounding, sum);
  }
  const most = up(up(-leastEigenvalueBound(deflated, d, -second) + rounding) + spread);
  const gap = subtract(rho, interval(most));
  if (!(factor >= 0 && most < Infinity && gap.lower > 0)) return refused('no gap below the largest eigenvalue is proved');
  const size = up(residual.upper + spread);
  const sine = divide(interval(size), gap).upper;
  const top = interval(rho.lower, up(rho.upper + divide(square(interval(size)), gap).upper));
  // v less its part along w, whose factor need not be the best.
  const own = inner(
    Array.from(v, (value) => interval(value)),
    v,
  );
  if (!(own.lower > 0)) return refused('the answer has no direction');
  const along = inner(
    Array.from(v, (value) => interval(value)),
    w,
  );
  const part = along.lower / squared.lower;
  const rest = Array.from(v, (value, i) => subtract(interval(value), multiply(interval(part), interval(w[i]))));
  const distance = divide(subtract(square(lengthOf(rest)), divide(square(inner(rest, w)), squared)), own);
  const angle = squareRoot(interval(Math.max(0, distance.lower), Math.max(0, distance.upper)));
  const misalignment = square(interval(Math.max(0, angle.lower - sine), Math.min(1, up(angle.upper + sine))));
  const kept = divide(add(divide(inner(product(gram, v), v), own), off), top);
  const { lower, upper } = subtract(interval(1), kept);
  return { proved: true, figures: { misalignment, lost: { lower: Math.max(0, lower), upper } } };
}
