// Lines around y = J s'(z), one entry of the backward pass through an activation, over L <= J <= U and l <= z <= u.
import type { Lines } from '../bounds/relaxation.ts';
import { emptyLines, relaxSlope, setLines, slopeRange } from '../bounds/relaxation.ts';
import type { Activation } from '../networks/network.ts';
import { activationOf } from '../networks/network.ts';

/** Bounds for a layer. */
export interface LayerRange {
  readonly activation: Activation;
  readonly slope: number;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly phases?: Int8Array;
  readonly carried: Uint8Array | undefined;
}

/**
 * Planes that depend only on J. For p <= s' <= q the product lies between min(pJ, qJ) and max(pJ, qJ); the first is
 * concave and the second convex, so that chords are the tightest lines. `constants` uses constants where J may have both signs, as RecurJac
 * does.
 */
export function linePlanes(range: LayerRange, low: Float64Array, high: Float64Array, constants: boolean): Lines {
  const planes = emptyLines(low.length);
  for (let i = 0; i < low.length; i++) {
    const { slope, lower, upper, phases } = range;
    const [p, q] = slopeRange(activationOf(range, i), slope, lower[i], upper[i], phases?.[i] ?? 0);
    const [L, U] = [low[i], high[i]];
    if (p === q) setLines(planes, i, p, 0, p, 0);
    else if (L >= 0) setLines(planes, i, p, 0, q, 0);
    else if (U <= 0) setLines(planes, i, q, 0, p, 0);
    else if (constants) setLines(planes, i, 0, q * L, 0, q * U);
    else {
      const width = U - L;
      const up = clamp((q * U - p * L) / width, p, q);
      const down = clamp((p * U - q * L) / width, p, q);
      const lowerIntercept = Math.min(q * L - down * L, p * U - down * U);
      setLines(planes, i, down, lowerIntercept, up, Math.max(q * U - up * U, p * L - up * L));
    }
  }
  return planes;
}

const clamp = (x: number, p: number, q: number): number => (x >= p ? Math.min(x, q) : p);

/**
 * Which of McCormick's planes are taken: of two on each side, and the chord in J alone, the one that is best in the middle;
 * the same with other lines; or everywhere those at the least derivative; or at the least J. The best choice in the middle of every neuron
 * need not be the best overall, so each choice is propagated separately.
 */
export type Corners = 'best' | 'mirrored' | 'least-slope' | 'least-gradient';

/** The corresponding lines around s'. */
const LINES = {
  best: 'best in the middle',
  mirrored: 'mirrored at the chord',
  'least-slope': 'parallel to the chord',
  'least-gradient': 'parallel to the chord',
} as const;

/**
 * McCormick's planes of the product of J and s', with s' between two lines in z: tighter where s' bends little, as on
 * small boxes.
 */
export function mcCormickPlanes(range: LayerRange, low: Float64Array, high: Float64Array, corners: Corners): Lines {
  const { activation, slope, lower, upper } = range;
  const planes = linePlanes(range, low, high, false);
  const lowerZ = new Float64Array(low.length);
  const upperZ = new Float64Array(low.length);
  const lines = emptyLines(1);
  for (let i = 0; i < low.length; i++) {
    const [p, q] = slopeRange(activationOf(range, i), slope, lower[i], upper[i], 0);
    if (p === q) continue;
    relaxSlope(lines, 0, activation, lower[i], upper[i], LINES[corners]);
    const [L, U] = [low[i], high[i]];
    const J = L / 2 + U / 2;
    const z = lower[i] / 2 + upper[i] / 2;
    const [under, over] = [
      [lines.lowerSlope[0], lines.lowerIntercept[0]],
      [lines.upperSlope[0], lines.upperIntercept[0]],
    ];
    let best = corners === 'best' ? planes.upperSlope[i] * J + planes.upperIntercept[i] : Infinity;
    let worst = corners === 'best' ? planes.lowerSlope[i] * J + planes.lowerIntercept[i] : -Infinity;
    const isSkipped = (e: number, r: number) =>
      (corners === 'least-slope' && r === q) || (corners === 'least-gradient' && e === U);
    // y <= e s + r (J - e) for (e, r) = (U, p), (L, q); y >= the same for (L, p), (U, q).
    for (const [e, r] of [
      [U, p],
      [L, q],
    ]) {
      if (isSkipped(e, r)) continue;
      const [m, t] = e >= 0 ? over : under;
      const at = e * (m * z + t) + r * (J - e);
      if (!(at < best)) continue;
      best = at;
      planes.upperSlope[i] = r;
      planes.upperIntercept[i] = e * t - r * e;
      upperZ[i] = e * m;
    }
    for (const [e, r] of [
      [L, p],
      [U, q],
    ]) {
      if (isSkipped(e, r)) continue;
      const [m, t] = e >= 0 ? under : over;
      const at = e * (m * z + t) + r * (J - e);
      if (!(at > worst)) continue;
      worst = at;
      planes.lowerSlope[i] = r;
      planes.lowerIntercept[i] = e * t - r * e;
      lowerZ[i] = e * m;
    }
  }
  return { ...planes, lowerZ, upperZ };
}
