// Networks evaluated in whole numbers times powers of two: an oracle that shares no code with the bounds.

/** m 2^e. */
export interface Exact {
  readonly m: bigint;
  readonly e: number;
}

const ZERO: Exact = { m: 0n, e: 0 };

/** A double, exactly. */
export function exact(x: number): Exact {
  if (x === 0) return ZERO;
  let [value, e] = [x, 0];
  while (Math.abs(value) < 2 ** 52) [value, e] = [value * 2, e - 1];
  while (Math.abs(value) >= 2 ** 53) [value, e] = [value / 2, e + 1];
  return { m: BigInt(value), e };
}

export function plus(a: Exact, b: Exact): Exact {
  if (a.m === 0n) return b;
  if (b.m === 0n) return a;
  const e = Math.min(a.e, b.e);
  return { m: (a.m << BigInt(a.e - e)) + (b.m << BigInt(b.e - e)), e };
}

export const times = (a: Exact, b: Exact): Exact => ({ m: a.m * b.m, e: a.e + b.e });
export const minus = (a: Exact): Exact => ({ m: -a.m, e: a.e });
const magnitude = (a: Exact): Exact => (a.m < 0n ? minus(a) : a);

/** The sign of a - b. */
export function compare(a: Exact, b: Exact): number {
  const { m } = plus(a, minus(b));
  return m > 0n ? 1 : m < 0n ? -1 : 0;
}

/** A dense ReLU network as plain lists: weights row by row. */
export interface PlainNetwork {
  readonly weights: readonly Float64Array[];
  readonly biases: readonly Float64Array[];
}

/** Sums of all layers at x, the outputs last. */
export function exactLayers({ weights, biases }: PlainNetwork, x: readonly Exact[]): Exact[][] {
  let input = x;
  return weights.map((weight, k) => {
    const sums = Array.from(biases[k], (bias, i) =>
      input.reduce((sum, value, j) => plus(sum, times(exact(weight[i * input.length + j]), value)), exact(bias)),
    );
    input = sums.map((z) => (z.m > 0n ? z : ZERO));
    return sums;
  });
}

/** The gradient of an output at x; undefined where a sum is 0. */
export function exactGradient(network: PlainNetwork, x: readonly Exact[], output: number): Exact[] | undefined {
  const layers = exactLayers(network, x);
  if (layers.slice(0, -1).some((sums) => sums.some(({ m }) => m === 0n))) return undefined;
  let row: Exact[] = layers[layers.length - 1].map((_, i) => (i === output ? exact(1) : ZERO));
  for (let k = layers.length - 1; k >= 0; k--) {
    const inputs = network.weights[k].length / row.length;
    const next: Exact[] = Array.from({ length: inputs }, (_, j) =>
      row.reduce((sum, g, i) => plus(sum, times(g, exact(network.weights[k][i * inputs + j]))), ZERO),
    );
    row = k === 0 ? next : next.map((g, i) => (layers[k - 1][i].m > 0n ? g : ZERO));
  }
  return row;
}

/** Σ |g_j|. */
export const sumOf = (gradient: readonly Exact[]): Exact => gradient.reduce((sum, g) => plus(sum, magnitude(g)), ZERO);

/** The Lipschitz constant of a network of one input and one hidden layer on [lower, upper]: the steepest of its pieces. */
export function exactConstant(network: PlainNetwork, lower: number, upper: number): Exact {
  const [w, v] = network.weights;
  const b = network.biases[0];
  // Breakpoints -b/w as fractions with the common denominator; pieces are identified by a point between neighbours.
  const ends = [
    { num: exact(lower), den: exact(1) },
    { num: exact(upper), den: exact(1) },
  ];
  w.forEach((weight, i) => {
    if (weight === 0) return;
    const sign = weight > 0 ? 1 : -1;
    ends.push({ num: times(exact(-b[i]), exact(sign)), den: exact(Math.abs(weight)) });
  });
  const order = (p: (typeof ends)[number], q: (typeof ends)[number]) => compare(times(p.num, q.den), times(q.num, p.den));
  const inside = ends.filter((p) => order(p, ends[0]) >= 0 && order(p, ends[1]) <= 0).sort(order);
  let most = ZERO;
  for (let k = 0; k + 1 < inside.length; k++) {
    const [p, q] = [inside[k], inside[k + 1]];
    if (order(p, q) === 0) continue;
    // The middle, times twice both denominators.
    const num = plus(times(p.num, q.den), times(q.num, p.den));
    const den = times(exact(2), times(p.den, q.den));
    let slope = ZERO;
    w.forEach((weight, i) => {
      const z = plus(times(exact(weight), num), times(exact(b[i]), den));
      if (z.m > 0n) slope = plus(slope, times(exact(v[i]), exact(weight)));
    });
    if (compare(magnitude(slope), most) > 0) most = magnitude(slope);
  }
  return most;
}
