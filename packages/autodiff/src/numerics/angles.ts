// Sines and cosines of angles of any size, with the same bits in every engine: the nearest multiple of pi/2 is taken out
// to about 100 bits, so that even cos(1e300) is right to the last bits.
//
// M. Payne, R. Hanek: Radian reduction for trigonometric functions (1983); W. Cody, W. Waite: Software manual for the
// elementary functions (1980).

/** pi/2 in three parts of 33, 33 and 53 bits: products of the first two with integers up to 2^20 are exact. */
const HALF_PI_HIGH = 1.5707963267341256;
const HALF_PI_MIDDLE = 6.077100506303966e-11;
const HALF_PI_LOW = 2.0222662487959506e-21;

/** The first 1216 bits of 2/pi behind the point. */
const TWO_OVER_PI =
  0xa2f9836e4e441529fc2757d1f534ddc0db6295993c439041fe5163abdebbc561b7246e3a424dd2e006492eea09d1921cfe1deb1cb129a73ee88235f52ebb4484e99c7026b45f7e413991d639835339f49c845f8bbdf9283b1ff897ffde05980fef2f118b5a0a6d1f6d367ecf27cb09b74f463f669e5fea2d7527bac7ebe5f17b3d0739f78a5292ea6bfb5fb11f8d5d0856033046fc7b6babn;
const TWO_OVER_PI_BITS = 1216;

/** Bits that are kept of the fraction of a quarter turn. */
const FRACTION_BITS = 160;

/** The sine of an angle in radians. */
export function sine(x: number): number {
  return wave(x, 0);
}

/** The cosine of an angle in radians. */
export function cosine(x: number): number {
  return wave(x, 1);
}

/** sin(x + phase pi/2). */
function wave(x: number, phase: number): number {
  if (!(Math.abs(x) < Infinity)) return Number.NaN;
  const size = Math.abs(x);
  if (size < 1e-8) return phase === 0 ? x : 1;
  if (size < 0.78) return phase === 0 ? sineNearZero(x, 0) : cosineNearZero(x, 0);
  if (size > 1e6) return reducedWave(x, phase);
  const quarters = Math.round(x * (2 / Math.PI));
  const first = x - quarters * HALF_PI_HIGH;
  const part = quarters * HALF_PI_MIDDLE;
  const second = first - part;
  // What the subtraction rounded away (D. Knuth's two-sum), and the third part.
  const taken = second - first;
  const rest = first - (second - taken) - (part + taken) - quarters * HALF_PI_LOW;
  const angle = second + rest;
  return quadrantOf(quarters + phase, angle, second - angle + rest);
}

/** The same for angles so large that integers of any length must help. */
function reducedWave(x: number, phase: number): number {
  const [mantissa, exponent] = parts(Math.abs(x));
  // |x| 2/pi = mantissa 2^exponent (2/pi): only its last two whole bits and the fraction matter.
  const shift = TWO_OVER_PI_BITS - exponent;
  const product = mantissa * TWO_OVER_PI;
  const turns = BigInt.asUintN(FRACTION_BITS + 2, product >> BigInt(shift - FRACTION_BITS));
  const half = 1n << BigInt(FRACTION_BITS - 1);
  const quarters = (turns + half) >> BigInt(FRACTION_BITS);
  const fraction = turns - (quarters << BigInt(FRACTION_BITS));
  // The fraction, at most a half, times pi/2 = 1.57… in integers, so that tiny remainders keep their bits.
  const scaled = fraction * HALF_PI_INTEGER;
  const angle = ratio(scaled, FRACTION_BITS + HALF_PI_BITS);
  const sign = x < 0 ? -1 : 1;
  return quadrantOf(sign * Number(quarters) + phase, sign * angle, 0);
}

/** pi/2 times 2^128. */
const HALF_PI_INTEGER = 0x1921fb54442d18469898cc51701b839a2n;
const HALF_PI_BITS = 128;

/** A positive number as an integer of 53 bits times a power of two. */
function parts(x: number): [bigint, number] {
  const exponent = Math.max(-1074, Math.floor(Math.log2(x)) - 53);
  // Division by a power of two is exact; large ones are split, since 2^1024 is infinite.
  const half = Math.trunc(exponent / 2);
  return [BigInt(Math.round(x / 2 ** half / 2 ** (exponent - half))), exponent];
}

/** value / 2^bits, rounded once. */
function ratio(value: bigint, bits: number): number {
  const size = value < 0n ? -value : value;
  const length = size.toString(2).length;
  const drop = Math.max(0, length - 64);
  const top = Number(size >> BigInt(drop)) * 2 ** (drop - bits);
  return value < 0n ? -top : top;
}

/** sin(quarters pi/2 + angle + rest). */
function quadrantOf(quarters: number, angle: number, rest: number): number {
  const quadrant = ((quarters % 4) + 4) % 4;
  const value = quadrant % 2 === 0 ? sineNearZero(angle, rest) : cosineNearZero(angle, rest);
  return quadrant < 2 ? value : -value;
}

/** sin(x + rest) for |x| <= pi/4 and a tiny rest: the Taylor polynomial of degree 17. */
function sineNearZero(x: number, rest: number): number {
  const z = x * x;
  let tail = 1 / 355687428096000;
  for (const factorial of ODD) tail = factorial - z * tail;
  return x + (rest * (1 - 0.5 * z) - z * x * tail);
}

/** 1/15!, …, 1/3!. */
const ODD = [1 / 1307674368000, 1 / 6227020800, 1 / 39916800, 1 / 362880, 1 / 5040, 1 / 120, 1 / 6];

/** cos(x + rest) for |x| <= pi/4 and a tiny rest: the Taylor polynomial of degree 18. */
function cosineNearZero(x: number, rest: number): number {
  const z = x * x;
  let tail = 1 / 6402373705728000;
  for (const factorial of EVEN) tail = factorial - z * tail;
  const half = 0.5 * z;
  const rough = 1 - half;
  return rough + (1 - rough - half + (z * z * tail - x * rest));
}

/** 1/16!, …, 1/4!. */
const EVEN = [1 / 20922789888000, 1 / 87178291200, 1 / 479001600, 1 / 3628800, 1 / 40320, 1 / 720, 1 / 24];
