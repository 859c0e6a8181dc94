// What must hold of the arithmetic, as counts of breaches: 0 for the package, more for one with a fault put in.
import {
  edges,
  expOf,
  fixed,
  holds,
  hostile,
  near,
  next,
  numbers,
  ofBits,
  PI,
  previous,
  sinOf,
  tanhOf,
  UNIT,
  whole,
} from './oracle.ts';

export type Rigor = typeof import('../src/index.ts');

/** A count of breaches in so many drawn cases. */
export type Breaches = (rigor: Rigor, count: number, seed?: number) => number;

export const rounding: Breaches = ({ up, down }, count, seed = 1) => {
  const draw = numbers(seed);
  let breaches = 0;
  for (let turn = 0; turn < count + edges.length; turn++) {
    const x = turn < edges.length ? edges[turn] : ofBits(draw(), draw());
    if (!Number.isFinite(x)) continue;
    const [above, below] = [up(x), down(x)];
    const isNext = above >= next(x) && above <= next(next(x));
    const isPrevious = below <= previous(x) && below >= previous(previous(x));
    if (!isNext || !isPrevious) breaches++;
  }
  return breaches;
};

const fields = ['add', 'subtract', 'multiply', 'divide'] as const;

/** + - x / of points and of intervals, at a point inside of each. */
export const operations: Breaches = (rigor, count, seed = 2) => {
  const draw = hostile(seed);
  let breaches = 0;
  for (const [lower, upper] of [
    [-1, 0],
    [0, 1],
    [0, 0],
    [-1, 1],
  ]) {
    const quotient = rigor.divide(rigor.interval(1, 2), rigor.interval(lower, upper));
    if (quotient.lower !== -Infinity || quotient.upper !== Infinity) breaches++;
  }
  for (let turn = 0; turn < count; turn++) {
    const [x, y] = [draw(), draw()];
    const [a, b] = [whole(x), whole(y)];
    const isWide = turn % 3 === 0;
    const one = isWide ? rigor.interval(Math.min(x, draw()), Math.max(x, draw())) : rigor.interval(x);
    const two = isWide ? rigor.interval(Math.min(y, draw()), Math.max(y, draw())) : rigor.interval(y);
    const kind = fields[turn % 4];
    const { lower, upper } = rigor[kind](one, two);
    const [n, d] = {
      add: [a + b, UNIT],
      subtract: [a - b, UNIT],
      multiply: [a * b, UNIT * UNIT],
      divide: b < 0n ? [-a, -b] : [a, b],
    }[kind];
    if (d === 0n ? lower !== -Infinity || upper !== Infinity : !holds(lower, upper, n, d)) breaches++;
  }
  return breaches;
};

/** Squares and roots: the root of the square of what lies between. */
export const roots: Breaches = (rigor, count, seed = 3) => {
  const draw = hostile(seed);
  let breaches = 0;
  for (let turn = 0; turn < count; turn++) {
    const x = draw();
    const wide = rigor.interval(Math.min(x, draw()), Math.max(x, draw()));
    for (const a of [rigor.interval(x), wide]) {
      const { lower, upper } = rigor.square(a);
      if (!holds(lower, upper, whole(x) * whole(x), UNIT * UNIT) || lower < 0) breaches++;
    }
    const size = Math.abs(x);
    const below = rigor.rootOf(size, -1);
    const above = rigor.rootOf(size, 1);
    const squareOf = (r: number) => whole(r) * whole(r);
    const square = whole(size) * UNIT;
    const isTight = size === 0 || (squareOf(next(below)) > square && squareOf(previous(above)) < square);
    if (squareOf(below) > square || squareOf(above) < square || !isTight) breaches++;
    const root = rigor.squareRoot(rigor.interval(size));
    if (root.lower !== below || root.upper !== above) breaches++;
  }
  return breaches;
};

/** Sums of products, in one word and in two; half of them cancel nearly. */
export const dots: Breaches = ({ dot, dot2 }, count, seed = 4) => {
  const draw = hostile(seed);
  const pick = numbers(seed + 1);
  let breaches = 0;
  for (let turn = 0; turn < count; turn++) {
    const n = pick() % (turn % 20 === 0 ? 60 : 7);
    const wild = turn % 2 === 0;
    const entry = () => (wild ? draw() : (pick() - 2 ** 31) * 2 ** ((pick() % 60) - 30));
    const x = Float64Array.from({ length: n }, entry);
    const y = Float64Array.from({ length: n }, entry);
    for (let k = 0; k + 1 < n && turn % 3 === 0; k += 2) {
      x[k + 1] = -x[k] * (1 + (pick() % 3) * 2 ** -50);
      y[k + 1] = y[k];
    }
    const plus = turn % 5 === 0 ? entry() : 0;
    let sum = 0n;
    for (let k = 0; k < n; k++) sum += whole(x[k]) * whole(y[k]);
    const isOutside = (value: number, radius: number, truth: bigint) => {
      if (!Number.isFinite(value) || !(radius < Infinity)) return false; // nothing is said
      const distance = whole(value) * UNIT - truth;
      return (distance < 0n ? -distance : distance) > whole(radius) * UNIT;
    };
    const one = dot(x, y);
    if (isOutside(one.value, one.radius, sum)) breaches++;
    const two = dot2(x, y, n, 0, 0, 1, 1, plus);
    if (isOutside(two.value, two.radius, sum + whole(plus) * UNIT)) breaches++;
  }
  return breaches;
};

/** Whole numbers times powers of two as doubles, and fractions. */
export const dyadics: Breaches = (rigor, count, seed = 5) => {
  const draw = hostile(seed);
  const pick = numbers(seed + 1);
  let breaches = 0;
  const expect = (isTrue: boolean) => {
    if (!isTrue) breaches++;
  };
  for (let turn = 0; turn < count; turn++) {
    const x = draw();
    const { mantissa, exponent } = rigor.dyadic(x);
    expect(mantissa << BigInt(exponent + 1074) === whole(x));
    const m = (BigInt(pick() - 2 ** 31) << 64n) | (BigInt(pick()) << BigInt(pick() % 33)) | BigInt(pick() % 4);
    const e = (pick() % 2200) - 1150;
    const below = rigor.roundDyadic(m, e, -1);
    const above = rigor.roundDyadic(m, e, 1);
    const nearest = rigor.roundDyadic(m, e, 0);
    // m 2^e as a fraction.
    const [n, d] = e >= 0 ? [m << BigInt(e), 1n] : [m, 1n << BigInt(-e)];
    expect(holds(below, above, n, d));
    expect(below === above || above === next(below));
    // Division by 2^e of Number(m), which ECMAScript rounds to nearest, in the normal range.
    if (e > -1000 && e < 800 && m !== 0n) expect(nearest === Number(m) * 2 ** e);
    expect(nearest === below || nearest === above);
    const tie = 2n * (2n ** 52n + BigInt(pick())) + 1n;
    expect(rigor.roundDyadic(tie, e, 0) === Number(tie) * 2 ** e || e < -1000 || e > 800);
    const f = rigor.fraction(m, BigInt(1 + (pick() % 1000)) ** 5n);
    const g = rigor.toNumber(f);
    const twice = (v: number) => whole(v) * f.den - f.num * UNIT;
    const distance = (v: number) => (twice(v) < 0n ? -twice(v) : twice(v));
    if (Number.isFinite(g)) expect(distance(g) <= distance(next(g)) && distance(g) <= distance(previous(g)));
    const back = rigor.fractionOf(x);
    expect(whole(x) * back.den === back.num * UNIT);
    const y = draw();
    const product = rigor.exactDot([x, y, 1], [y, x, -x]);
    const truth = (2n * whole(x) * whole(y) - whole(x) * UNIT) << 200n;
    expect(product.mantissa << BigInt(product.exponent + 2148 + 200) === truth);
    const c = (BigInt(pick()) << BigInt(pick() % 300)) - BigInt(pick());
    const c2 = BigInt(pick() - 2 ** 31) << BigInt(pick() % 400);
    const sum = c * whole(x) + c2 * whole(y);
    expect(rigor.signOfForm([c, c2])([x, y]) === (sum > 0n ? 1 : sum < 0n ? -1 : 0));
    const rest = -c * whole(x);
    if (c2 !== 0n) {
      // A second number that makes the sum nearly 0.
      const z = rigor.roundDyadic(rest / c2, -1074, 0);
      // And a third one that makes up for what is left.
      const left = Number.isFinite(z) ? c * whole(x) + c2 * whole(z) : 0n;
      const w = rigor.roundDyadic(-left, -1074, 0);
      if (Number.isFinite(z) && Number.isFinite(w)) {
        const small = left + whole(w) + (left > 0n ? -1n : 1n) * whole(y % w || 0);
        const sign = rigor.signOfForm([c, c2, 1n, left > 0n ? -1n : 1n])([x, z, w, y % w || 0]);
        expect(sign === (small > 0n ? 1 : small < 0n ? -1 : 0));
      }
    }
  }
  return breaches;
};

/** exp, log, sin, cos, tanh at points, and how tight they are. */
export const elementary: Breaches = (rigor, count, seed = 6) => {
  const draw = numbers(seed);
  let breaches = 0;
  const expect = (isTrue: boolean) => {
    if (!isTrue) breaches++;
  };
  const within = (power: number) => (draw() % 2 === 0 ? 1 : -1) * (1 + draw() / 2 ** 32 + draw() / 2 ** 64) * 2 ** power;
  for (let turn = 0; turn < count; turn++) {
    const x = turn < 4 ? [0, 1, -1, 0.5][turn] : within((draw() % (turn % 2 === 0 ? 70 : 14)) - (turn % 2 === 0 ? 60 : 5));
    const at = rigor.interval(x);
    if (Math.abs(x) < 700) {
      const { lower, upper } = rigor.exp(at);
      expect(near(lower, upper, expOf(fixed(x))) && upper <= next(next(lower)));
      const tanh = rigor.tanh(at);
      expect(near(tanh.lower, tanh.upper, Math.abs(x) < 50 ? tanhOf(fixed(x)) : x > 0 ? fixed(1) : fixed(-1)));
      expect(tanh.upper <= next(next(tanh.lower)));
    }
    const size = Math.abs(within((draw() % 2000) - 1000));
    const log = rigor.log(rigor.interval(size));
    expect(expOf(fixed(log.lower)) <= fixed(size) + (fixed(size) >> 1000n) + (1n << 100n));
    expect(expOf(fixed(log.upper)) >= fixed(size) - (fixed(size) >> 1000n) - (1n << 100n));
    expect(log.upper <= next(next(log.lower)));
    const sin = rigor.sin(at);
    expect(near(sin.lower, sin.upper, sinOf(fixed(x))) && sin.upper <= next(next(sin.lower)));
    const cos = rigor.cos(at);
    expect(near(cos.lower, cos.upper, sinOf(fixed(x) + PI / 2n)) && cos.upper <= next(next(cos.lower)));
    // Over an interval, at a point inside.
    const wide = rigor.interval(x - (draw() % 80) / 10, x + (draw() % 80) / 10);
    const [sines, cosines] = [rigor.sin(wide), rigor.cos(wide)];
    expect(near(sines.lower, sines.upper, sinOf(fixed(x))));
    expect(near(cosines.lower, cosines.upper, sinOf(fixed(x) + PI / 2n)));
  }
  return breaches;
};

/** All, with the share of drawn cases that each takes. */
export const all: Readonly<Record<string, readonly [Breaches, number]>> = {
  rounding: [rounding, 1],
  operations: [operations, 0.5],
  roots: [roots, 0.06],
  dots: [dots, 0.2],
  dyadics: [dyadics, 0.06],
  elementary: [elementary, 0.002],
};
