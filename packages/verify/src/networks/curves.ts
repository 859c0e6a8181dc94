// Smooth activations that are bounded by their curvature: their inflection points, slopes and minima.
import { errorFunction, normalCdf } from '@infimum/linalg/numerics';

/** tanh z, 1 / (1 + e^-z), ln(1 + e^z), z / (1 + e^-z), z Φ(z), z or slope (e^z - 1) below 0, erf z, e^z, z², √z (0 below 0), 1/z (bounded where z > 0). */
export type CurveName =
  | 'tanh'
  | 'sigmoid'
  | 'softplus'
  | 'silu'
  | 'gelu'
  | 'elu'
  | 'erf'
  | 'exp'
  | 'square'
  | 'sqrt'
  | 'reciprocal';

/** A smooth function of one number. */
export interface Curve {
  value(z: number, slope: number): number;
  derivative(z: number, slope: number): number;
  /** Its inflection points. */
  readonly bends: readonly number[];
  /** Whether it is convex below the first bend. */
  readonly isConvexFirst: boolean;
  /** Its minimiser, and a lower bound of its minimum. */
  readonly least?: readonly [at: number, value: number];
  /** The lower end of its domain; all numbers by default. */
  readonly from?: number;
  /** Whether its slope exceeds about 1. */
  readonly isSteep: boolean;
}

const density = (z: number): number => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
const convex = { bends: [], isConvexFirst: true, isSteep: true };
const wave = (bend: number) => ({ bends: [-bend, bend], isConvexFirst: false, isSteep: false });

/** 1 / (1 + e^-z), without overflow. */
export function sigmoid(z: number): number {
  if (z >= 0) return 1 / (1 + Math.exp(-z));
  const e = Math.exp(z);
  return e / (1 + e);
}

/** 1 - tanh² z = 1 / cosh² z without cancellation. */
function tanhSlope(z: number): number {
  const e = Math.exp(-2 * Math.abs(z));
  return (4 * e) / ((1 + e) * (1 + e));
}

const sShape = { bends: [0], isConvexFirst: true, isSteep: false };

/** The properties of each. */
export const CURVES: Readonly<Record<CurveName, Curve>> = {
  tanh: { value: Math.tanh, derivative: tanhSlope, ...sShape },
  sigmoid: { value: sigmoid, derivative: (z) => tanhSlope(z / 2) / 4, ...sShape },
  softplus: {
    value: (z) => Math.max(0, z) + Math.log1p(Math.exp(-Math.abs(z))),
    derivative: sigmoid,
    ...convex,
    isSteep: false,
  },
  silu: {
    value: (z) => z * sigmoid(z),
    derivative: (z) => sigmoid(z) * (1 + z * sigmoid(-z)),
    least: [-1.278464542761074, -0.2784645427610739],
    ...wave(2.399357280515467),
  },
  gelu: {
    value: (z) => z * normalCdf(z),
    derivative: (z) => normalCdf(z) + z * density(z),
    least: [-0.7517915246935646, -0.1699712074799038],
    ...wave(Math.SQRT2),
  },
  elu: {
    value: (z, slope) => (z > 0 ? z : slope * Math.expm1(z)),
    derivative: (z, slope) => (z > 0 ? 1 : slope * Math.exp(z)),
    ...convex,
    isSteep: false,
  },
  erf: { value: errorFunction, derivative: (z) => (2 / Math.sqrt(Math.PI)) * Math.exp(-z * z), ...sShape },
  exp: { value: Math.exp, derivative: Math.exp, ...convex },
  square: { value: (z) => z * z, derivative: (z) => 2 * z, least: [0, 0], ...convex },
  sqrt: {
    value: (z) => Math.sqrt(Math.max(0, z)),
    derivative: (z) => 0.5 / Math.sqrt(z),
    from: 0,
    ...convex,
    isConvexFirst: false,
  },
  reciprocal: { value: (z) => 1 / z, derivative: (z) => -1 / (z * z), from: 0, ...convex },
};

/** Whether a curve is convex just above z. */
export const isConvexAt = ({ bends, isConvexFirst }: Curve, z: number): boolean =>
  bends.filter((bend) => bend <= z).length % 2 === 0 ? isConvexFirst : !isConvexFirst;

/** The least and the greatest value on [l, u]; infinite if unknown. */
export function curveRange(curve: Curve, slope: number, l: number, u: number): [number, number] {
  if (curve.from !== undefined && !(l > curve.from)) {
    const top = curve.value(u, slope);
    return curve.value(-1, slope) === 0 ? [0, top] : [-Infinity, Infinity];
  }
  const ends = [curve.value(l, slope), curve.value(u, slope)];
  const [at, value] = curve.least ?? [NaN, NaN];
  return [l <= at && at <= u ? value : Math.min(...ends), Math.max(...ends)];
}

/** The least and the greatest value of s(z) - m z on [l, u], up to rounding. */
export function tiltedRange(curve: Curve, slope: number, m: number, l: number, u: number): [number, number] {
  const at = (z: number) => curve.value(z, slope) - m * z;
  let [least, most] = [Math.min(at(l), at(u)), Math.max(at(l), at(u))];
  const ends = [l, ...curve.bends.filter((bend) => bend > l && bend < u), u];
  for (let k = 0; k + 1 < ends.length; k++) {
    const [a, b] = [ends[k], ends[k + 1]];
    const isConvex = isConvexAt(curve, a);
    // The points of slope m; the tangents there bound the function on the whole piece.
    let [low, high] = [a, b];
    for (let step = 0; step < 40; step++) {
      const middle = low / 2 + high / 2;
      if (curve.derivative(middle, slope) > m === isConvex) high = middle;
      else low = middle;
    }
    const rise = curve.derivative(low, slope) - m;
    const [first, second] = [rise * (a - low), rise * (b - low)];
    if (isConvex) least = Math.min(least, at(low) + Math.min(first, second));
    else most = Math.max(most, at(low) + Math.max(first, second));
    [least, most] = [Math.min(least, at(a), at(b)), Math.max(most, at(a), at(b))];
  }
  return [least, most];
}
