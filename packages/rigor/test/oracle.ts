// The truth for the tests, in whole numbers, by code that shares nothing with the package; and hostile doubles.

/** A generator of 32-bit numbers (mulberry32). */
export function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };
}

const pattern = new Uint32Array(2);
const asDouble = new Float64Array(pattern.buffer);
const asBigint = new BigInt64Array(pattern.buffer);

/** The double of two words of bits. */
export function ofBits(high: number, low: number): number {
  pattern[1] = high;
  pattern[0] = low;
  return asDouble[0];
}

/** The next double above. */
export function next(x: number): number {
  if (x === Infinity || Number.isNaN(x)) return x;
  if (x === 0) return Number.MIN_VALUE;
  asDouble[0] = x;
  asBigint[0] += x > 0 ? 1n : -1n;
  return asDouble[0];
}

/** The next double below. */
export const previous = (x: number): number => -next(-x);

/** x 2^1074, which is whole for every double. */
export function whole(x: number): bigint {
  asDouble[0] = x;
  const exponent = (pattern[1] >>> 20) & 0x7ff;
  const fraction = asBigint[0] & 0xfffffffffffffn;
  const size = exponent === 0 ? fraction : (fraction | (1n << 52n)) << BigInt(exponent - 1);
  return x < 0 ? -size : size;
}

/** 2^1074: what `whole` multiplies by. */
export const UNIT = 1n << 1074n;

/** Doubles that are edges of something. */
export const edges: readonly number[] = [
  0,
  Number.MIN_VALUE,
  2 * Number.MIN_VALUE,
  2 ** -1022 - Number.MIN_VALUE,
  2 ** -1022,
  2 ** -1021,
  2 ** -969,
  2 ** -968,
  2 ** -537,
  1 - 2 ** -53,
  1,
  1 + 2 ** -52,
  2 ** 53 - 1,
  2 ** 53,
  2 ** 512,
  2 ** 970,
  2 ** 1023,
  Number.MAX_VALUE,
].flatMap((x) => [x, -x]);

/** Draws doubles with exponents up to ±1000, ordinary ones, denormals, edges, and ones near or opposite to the last. */
export function hostile(seed: number): () => number {
  const draw = numbers(seed);
  let last = 1;
  return () => {
    const kind = draw() % 8;
    const sign = draw() % 2 === 0 ? 1 : -1;
    const mantissa = 1 + draw() / 2 ** 32 + draw() / 2 ** 64;
    if (kind < 2) last = sign * mantissa * 2 ** ((draw() % 2001) - 1000);
    else if (kind < 4) last = sign * mantissa * 2 ** ((draw() % 41) - 20);
    else if (kind === 4) last = ofBits(draw() & 0x800fffff, draw());
    else if (kind === 5) last = edges[draw() % edges.length];
    else if (kind === 6) last = -last * (1 + (draw() % 5) * 2 ** -52);
    else last = sign * ((draw() % 2001) - 1000);
    if (!Number.isFinite(last)) last = sign;
    return last;
  };
}

/** Whether lower <= n / d <= upper, for d > 0, exactly; infinite ends hold everything. */
export function holds(lower: number, upper: number, n: bigint, d: bigint): boolean {
  const isAbove = lower === -Infinity || (Number.isFinite(lower) && whole(lower) * d <= n * UNIT);
  const isBelow = upper === Infinity || (Number.isFinite(upper) && whole(upper) * d >= n * UNIT);
  return isAbove && isBelow;
}

/** Binary places of the series below. */
const PLACES = 2300n;

const ONE = 1n << PLACES;

/** x 2^2300, exactly. */
export const fixed = (x: number): bigint => whole(x) << (PLACES - 1074n);

/** e^x for x in units of 2^-2300, up to some 2^-2250 of it: halved 64 times, the series, squared 64 times. */
export function expOf(x: bigint): bigint {
  if (x < 0n) return (ONE * ONE) / expOf(-x);
  const small = x >> 64n;
  let [term, sum] = [ONE, ONE];
  for (let j = 1n; term > 0n; j++) {
    term = ((term * small) >> PLACES) / j;
    sum += term;
  }
  for (let turn = 0; turn < 64; turn++) sum = (sum * sum) >> PLACES;
  return sum;
}

/** pi in units of 2^-2300, by Machin's formula. */
function machin(): bigint {
  const arctan = (n: bigint) => {
    let [sum, term] = [0n, ONE / n];
    for (let k = 1n; term !== 0n; k += 2n) {
      sum += term / k;
      term = -term / (n * n);
    }
    return sum;
  };
  return 4n * (4n * arctan(5n) - arctan(239n));
}

export const PI = machin();

/** The sine of x in units of 2^-2300: reduced by whole turns, then the series. */
export function sinOf(x: bigint): bigint {
  const r = x % (2n * PI);
  let [term, sum] = [r, r];
  for (let j = 2n; term !== 0n; j += 2n) {
    term = -(((term * r) >> PLACES) * r) / (ONE * j * (j + 1n));
    sum += term;
  }
  return sum;
}

/** The hyperbolic tangent of x in units of 2^-2300. */
export function tanhOf(x: bigint): bigint {
  const power = expOf(2n * x);
  return ((power - ONE) << PLACES) / (power + ONE);
}

/** Whether lower <= v <= upper for v in units of 2^-2300 that is known up to 2^-2150 of itself, or of 1. */
export function near(lower: number, upper: number, v: bigint): boolean {
  const slack = ((v < 0n ? -v : v) >> 2150n) + (1n << 100n);
  const isAbove = lower === -Infinity || fixed(lower) <= v + slack;
  return isAbove && (upper === Infinity || fixed(upper) >= v - slack);
}
