// Lines above and below an activation and its derivative on an interval, for linear bound propagation.
// Every line is valid in exact arithmetic; intercepts are computed so that slopes may be rounded.
import type { Curve } from '../networks/curves.ts';
import { CURVES, curveRange, isConvexAt, tiltedRange } from '../networks/curves.ts';
import type { Activation } from '../networks/network.ts';
import { activationSlope } from '../networks/network.ts';

/** For every neuron lower <= s(z) <= upper, with lines in z. */
export interface Lines {
  readonly lowerSlope: Float64Array;
  readonly lowerIntercept: Float64Array;
  readonly upperSlope: Float64Array;
  readonly upperIntercept: Float64Array;
  /** Of planes, the coefficients on a further variable; absent where all are zero. */
  readonly lowerZ?: Float64Array;
  readonly upperZ?: Float64Array;
}

export function emptyLines(length: number): Lines {
  return {
    lowerSlope: new Float64Array(length),
    lowerIntercept: new Float64Array(length),
    upperSlope: new Float64Array(length),
    upperIntercept: new Float64Array(length),
  };
}

/** Functions of the library are right to a few units in the last place; values of smooth ones get this margin. */
const MARGIN = 1e-14;

/** Line i around s on [l, u]. `phase` says that z >= 0 (1) or z <= 0 (-1) holds in the domain. */
export function relaxActivation(
  lines: Lines,
  i: number,
  activation: Activation,
  slope: number,
  l: number,
  u: number,
  phase: number,
): void {
  if (activation === 'linear') setLines(lines, i, 1, 0, 1, 0);
  else if (activation === 'relu' || activation === 'leaky-relu') relaxKink(lines, i, slope, l, u, phase);
  else relaxSmooth(lines, i, CURVES[activation], slope, l, u);
}

/** Sets line i on both sides. */
export function setLines(
  { lowerSlope, lowerIntercept, upperSlope, upperIntercept }: Lines,
  i: number,
  lower: number,
  lowerAt0: number,
  upper: number,
  upperAt0: number,
): void {
  lowerSlope[i] = lower;
  lowerIntercept[i] = lowerAt0;
  upperSlope[i] = upper;
  upperIntercept[i] = upperAt0;
}

function relaxKink(lines: Lines, i: number, slope: number, l: number, u: number, phase: number): void {
  if (phase > 0 || l >= 0) setLines(lines, i, 1, 0, 1, 0);
  else if (phase < 0 || u <= 0) setLines(lines, i, slope, 0, slope, 0);
  else if (l === -Infinity || u === Infinity) {
    // The limit of the chord, where there is one.
    setLines(lines, i, slope, 0, slope, u === Infinity ? Infinity : u - slope * u);
  } else {
    // The chord above; below, whichever of the two pieces makes the smaller triangle.
    const chord = Math.min(1, Math.max(slope, chordSlope(u, slope * l, u, l)));
    const intercept = Math.max(u - chord * u, slope * l - chord * l);
    setLines(lines, i, u >= -l ? 1 : slope, 0, chord, intercept);
  }
}

/** (high - low) / (u - l), also where the difference of the ends overflows. */
function chordSlope(high: number, low: number, u: number, l: number): number {
  const rise = high - low;
  const run = u - l;
  return Number.isFinite(run) ? rise / run : (high / 2 - low / 2) / (u / 2 - l / 2);
}

/**
 * Lines around a curve. Where its curvature has one sign, the chord on one side and the tangent in the middle on the other; where it
 * is S-shaped the chord if it lies on the safe side, or else the tangent parallel to it; with more bends those that are best in
 * the middle. Constants where an end is infinite, or a square root or a reciprocal reaches 0.
 */
function relaxSmooth(lines: Lines, i: number, curve: Curve, slope: number, l: number, u: number): void {
  const value = (z: number) => curve.value(z, slope);
  const slopeAt = (z: number) => curve.derivative(z, slope);
  const [least, most] = curveRange(curve, slope, l, u);
  if (!(Math.max(-least, most) < Infinity && u - l < Infinity) || (curve.from !== undefined && !(l > curve.from))) {
    const floor = curve.least?.[1] ?? (Number.isNaN(least) ? -Infinity : least);
    setLines(lines, i, 0, Math.min(floor, Number.isNaN(least) ? floor : least), 0, Number.isNaN(most) ? Infinity : most);
    return;
  }
  const [low, high] = [value(l), value(u)];
  const middle = l / 2 + u / 2;
  const chord = u > l ? (high - low) / (u - l) : slopeAt(l);
  const steepest = 1 + Math.abs(chord) + Math.abs(slopeAt(middle));
  const margin = MARGIN * (1 + Math.abs(low) + Math.abs(high) + steepest * (Math.abs(l) + Math.abs(u)));
  const chordAbove = Math.max(high - chord * u, low - chord * l) + margin;
  const chordBelow = Math.min(high - chord * u, low - chord * l) - margin;
  const tangent = (z: number) => value(z) - slopeAt(z) * z;
  if (!curve.bends.some((bend) => bend > l && bend < u)) {
    // Where s is convex the chord lies above and tangents below, where concave the other way.
    if (isConvexAt(curve, l)) setLines(lines, i, slopeAt(middle), tangent(middle) - margin, chord, chordAbove);
    else setLines(lines, i, chord, chordBelow, slopeAt(middle), tangent(middle) + margin);
  } else if (curve.bends.length === 1) {
    const above = parallelTangent(value, slopeAt, l, u);
    const below = parallelTangent(value, slopeAt, u, l);
    const [under, over] = [below === undefined ? chord : slopeAt(below), above === undefined ? chord : slopeAt(above)];
    const underAt = below === undefined ? chordBelow : tangent(below) - margin;
    setLines(lines, i, under, underAt, over, above === undefined ? chordAbove : tangent(above) + margin);
  } else {
    // Slopes of curves with two bends lie between -0.2 and 1.2.
    const [under, over] = ([0, 1] as const).map((side) => {
      const end = (m: number) => tiltedRange(curve, slope, m, l, u)[side];
      const m = goldenSection((m) => (side === 1 ? 1 : -1) * (end(m) + m * middle), -0.2, 1.2);
      return [m, end(m) + (side === 1 ? margin : -margin)];
    });
    setLines(lines, i, under[0], under[1], over[0], over[1]);
  }
}

/**
 * The point between 0 and `end` at which an S-shaped function has the slope of its chord from `from`, which lies on the
 * other side of 0. Where the tangent at `end` passes the function at `from` on the safe side, so does this one: it lies
 * beyond the tangent that touches, and keeps closer to the function than that one. Undefined if no tangent does.
 */
function parallelTangent(
  value: (z: number) => number,
  slopeAt: (z: number) => number,
  from: number,
  end: number,
): number | undefined {
  const sign = Math.sign(end);
  const start = value(from);
  /** How far the tangent at d passes beyond the function at `from`, on the safe side. */
  const excess = (d: number) => sign * (value(d) + slopeAt(d) * (from - d) - start);
  if (!(excess(end) > 0)) return undefined;
  const chord = (value(end) - start) / (end - from);
  let [inner, outer] = [0, end];
  for (let step = 0; step < 60; step++) {
    const d = (inner + outer) / 2;
    if (excess(d) > 0 && slopeAt(d) <= chord) outer = d;
    else inner = d;
  }
  return outer;
}

/** Bounds of s' on [l, u]: p <= s' <= q; equal where it is constant. */
export function slopeRange(activation: Activation, slope: number, l: number, u: number, phase: number): [p: number, q: number] {
  if (activation === 'linear') return [1, 1];
  if (activation === 'relu' || activation === 'leaky-relu') {
    // At a kink the generalised derivative is all of [slope, 1]: only strict signs are stable.
    if (phase > 0 || l > 0) return [1, 1];
    if (phase < 0 || u < 0) return [slope, slope];
    return [slope, 1];
  }
  const at = (z: number) => activationSlope(activation, 0, z);
  // An underflowed value is still above 0.
  const below = (value: number) => Math.max(0, value * (1 - 1e-12) - 2 ** -1022);
  const above = (value: number) => Math.min(1, value * (1 + 1e-12) + 2 ** -1022);
  if (activation === 'softplus') return [below(at(l)), above(at(u))];
  return [below(Math.min(at(l), at(u))), above(at(Math.min(u, Math.max(l, 0))))];
}

/** The kind of lines around s'. */
export type SlopeLines = 'best in the middle' | 'parallel to the chord' | 'mirrored at the chord';

/** Line i around s' on [l, u], for smooth activations. */
export function relaxSlope(lines: Lines, i: number, activation: Activation, l: number, u: number, kind: SlopeLines): void {
  if (!(Number.isFinite(l) && Number.isFinite(u))) {
    setLines(lines, i, 0, 0, 0, activation === 'sigmoid' ? 0.25 : 1);
  } else if (activation === 'softplus') {
    relaxSmooth(lines, i, CURVES.sigmoid, 1, l, u);
  } else relaxBell(lines, i, activation, l, u, kind);
}

/** Steps of the search for a slope: 0.618^30 of its range are left. */
const SLOPE_STEPS = 30;

/**
 * Lines around the bell-shaped derivative of tanh or sigmoid: those that are best in the middle, so that the area between
 * line and function is the least. For a slope m the extremes of s'(z) - m z lie at the ends of the interval and where
 * s''(z) = m, which is a cubic equation in t = tanh z: t³ - t = m / 2, so that every slope is safe. The value in the
 * middle is convex in m, and found by golden section. Lines parallel to the chord, and those as far beyond it as the best ones are before
 * it, are looser individually, but errors of both signs cancel in sums.
 */
function relaxBell(lines: Lines, i: number, activation: Activation, l: number, u: number, kind: SlopeLines): void {
  const isTanh = activation === 'tanh';
  const value = (z: number) => activationSlope(activation, 0, z);
  const middle = l / 2 + u / 2;
  const extremes = new Float64Array(2);
  /** The line of slope m above or below, and its height in the middle: that above from below, that below negated. */
  const intercept = (m: number, sign: number): number => {
    const margin = MARGIN * (1 + Math.abs(m) * (Math.abs(l) + Math.abs(u)));
    bellExtremes(value, m, isTanh, l, u, extremes);
    return sign > 0 ? extremes[1] + margin : extremes[0] - margin;
  };
  // The largest magnitude of s'': 4 / (3 sqrt 3) of tanh, an eighth of it of the sigmoid.
  const reach = (isTanh ? 1 : 0.125) * (4 / (3 * Math.sqrt(3)));
  const chord = u > l ? (value(u) - value(l)) / (u - l) : 0;
  for (const sign of [1, -1]) {
    const height = (m: number) => sign * (intercept(m, sign) + m * middle);
    const best = kind === 'parallel to the chord' ? chord : goldenSection(height, -reach, reach);
    const m = kind === 'mirrored at the chord' ? 2 * chord - best : best;
    if (sign > 0) {
      lines.upperSlope[i] = m;
      lines.upperIntercept[i] = intercept(m, sign);
    } else {
      lines.lowerSlope[i] = m;
      lines.lowerIntercept[i] = intercept(m, sign);
    }
  }
}

/** The approximate minimiser of a convex function. */
function goldenSection(f: (x: number) => number, from: number, to: number): number {
  const share = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [from, to];
  let [a, b] = [high - share * (high - low), low + share * (high - low)];
  let [fa, fb] = [f(a), f(b)];
  for (let step = 0; step < SLOPE_STEPS; step++) {
    if (fa <= fb) {
      [high, b, fb] = [b, a, fa];
      a = high - share * (high - low);
      fa = f(a);
    } else {
      [low, a, fa] = [a, b, fb];
      b = low + share * (high - low);
      fb = f(b);
    }
  }
  return fa <= fb ? a : b;
}

/** The least and greatest value of s'(z) - m z on [l, u]. */
function bellExtremes(value: (z: number) => number, m: number, isTanh: boolean, l: number, u: number, out: Float64Array): void {
  const ends = [value(l) - m * l, value(u) - m * u];
  let least = Math.min(...ends);
  let most = Math.max(...ends);
  // t³ - t - c = 0 has three real roots 2/sqrt(3) cos((arccos(c 3 sqrt(3) / 2) + 2 pi k) / 3) for |c| <= 2 / (3 sqrt 3).
  const c = isTanh ? m / 2 : 4 * m;
  const angle = Math.acos(Math.min(1, Math.max(-1, (c * 3 * Math.sqrt(3)) / 2)));
  for (let k = 0; k < 3; k++) {
    const t = (2 / Math.sqrt(3)) * Math.cos((angle + 2 * Math.PI * k) / 3);
    if (!(Math.abs(t) < 1)) continue;
    const z = Math.min(u, Math.max(l, isTanh ? Math.atanh(t) : 2 * Math.atanh(t)));
    const found = value(z) - m * z;
    least = Math.min(least, found);
    most = Math.max(most, found);
  }
  out[0] = least;
  out[1] = most;
}
