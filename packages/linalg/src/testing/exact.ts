// Exact arithmetic for tests: doubles as integers over a power of two, and functions to any number of digits.

/** A rational number `mantissa` 2^`exponent`. */
export interface Exact {
  readonly mantissa: bigint;
  readonly exponent: number;
}

const words = new DataView(new ArrayBuffer(8));

/** A finite double, exactly. */
export function exact(value: number): Exact {
  words.setFloat64(0, value);
  const bits = words.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & ((1n << 52n) - 1n);
  const magnitude = biased === 0 ? fraction : fraction | (1n << 52n);
  return { mantissa: bits >> 63n ? -magnitude : magnitude, exponent: Math.max(biased, 1) - 1075 };
}

function plus(a: Exact, b: Exact): Exact {
  const exponent = Math.min(a.exponent, b.exponent);
  const mantissa = (a.mantissa << BigInt(a.exponent - exponent)) + (b.mantissa << BigInt(b.exponent - exponent));
  return { mantissa, exponent };
}

function times(a: Exact, b: Exact): Exact {
  return { mantissa: a.mantissa * b.mantissa, exponent: a.exponent + b.exponent };
}

/** The nearest double, but for one unit in the last place. */
function toNumber({ mantissa, exponent }: Exact): number {
  const magnitude = mantissa < 0n ? -mantissa : mantissa;
  const excess = Math.max(0, magnitude.toString(2).length - 64);
  const power = excess + exponent;
  const half = Math.trunc(power / 2);
  return Number(mantissa >> BigInt(excess)) * 2 ** half * 2 ** (power - half);
}

/** The inner product without rounding. */
export function exactDot(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let sum: Exact = { mantissa: 0n, exponent: 0 };
  for (let i = 0; i < x.length; i++) sum = plus(sum, times(exact(x[i]), exact(y[i])));
  return toNumber(sum);
}

const BITS = 128n;
const ONE = 1n << BITS;
const LN2 = naturalLogOfTwo();

/** How many units in the last place `value` is from a positive number; the unit is that of the denormals below 2^-1022. */
export function unitsApart(truth: Exact, value: number): number {
  const length = truth.mantissa.toString(2).length + truth.exponent; // 2^(length-1) <= truth < 2^length
  const unit = Math.max(length - 53, -1074);
  if (value === Infinity) return length > 1024 ? 0 : Infinity;
  const difference = plus(exact(value), { mantissa: -truth.mantissa, exponent: truth.exponent });
  return Math.abs(toNumber({ mantissa: difference.mantissa, exponent: difference.exponent - unit }));
}

/** exp(x) to 110 bits: x = k ln 2 + r, and the Taylor series of exp(r / 16) squared four times. */
export function exactExp(x: number): Exact {
  const { mantissa, exponent } = exact(x);
  const shift = BigInt(exponent) + BITS;
  const fixed = shift >= 0n ? mantissa << shift : mantissa >> -shift;
  const k = fixed / LN2;
  const r = (fixed - k * LN2) / 16n;
  let term = ONE;
  let sum = ONE;
  for (let n = 1n; term !== 0n && term !== -1n; n++) {
    term = ((term * r) >> BITS) / n;
    sum += term;
  }
  for (let i = 0; i < 4; i++) sum = (sum * sum) >> BITS;
  return { mantissa: sum, exponent: Number(k - BITS) };
}

/** ln 2 = sum 1 / (n 2^n), to all of its bits and some to spare. */
function naturalLogOfTwo(): bigint {
  let sum = 0n;
  for (let n = 1n; n <= 300n; n++) sum += (ONE << 60n) / (n << n);
  return sum >> 60n;
}
