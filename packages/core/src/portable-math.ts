// Elementary functions that give the same bits in every engine. Those of `Math` may differ in the last bit between
// engines and between versions of one engine; these use nothing but the four operations and bits, which IEEE 754
// defines exactly. Accurate to within one unit in the last place.
//
// Reductions and polynomials of the logarithm, sine and cosine: K. C. Ng, FDLIBM (Sun Microsystems, 1993).

const LN2_HIGH = 0.6931471803691238; // ln 2 with 32 trailing zero bits: products with an exponent are exact
const LN2_LOW = 1.9082149292705877e-10; // the rest of it

const memory = /* @__PURE__ */ scratch();

/** One number, and its low and high word in the same place. */
function scratch(): { readonly float: Float64Array; readonly words: Uint32Array } {
  const float = new Float64Array(1);
  return { float, words: new Uint32Array(float.buffer) };
}

/** 2^k for k from -1024 to 1022, exact: a look is quicker than bits that are written in halves and read as a whole. */
const powers = /* @__PURE__ */ Float64Array.from({ length: 2047 }, (_, i) => 2 ** (i - 1024));

/** 2^k for exponents of normal numbers, -1022 to 1023. */
function powerOfTwo(k: number): number {
  memory.words[0] = 0;
  memory.words[1] = (k + 1023) << 20;
  return memory.float[0];
}

/**
 * e^x, with the same bits in every engine.
 *
 * @example
 * ```ts
 * import { portableExp } from '@infimum/core/portable-math';
 *
 * console.log(portableExp(1).toFixed(12)); // 2.718281828459
 * ```
 */
export function portableExp(x: number): number {
  if (!(x < 709.8)) return x >= 709.8 ? Infinity : x;
  if (x < -745.2) return 0;
  const k = Math.round(x * Math.LOG2E);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  // exp(r) = 1 + r + r^2 q(r) for |r| <= ln 2 / 2; the rounding of high - low is put back with r.
  const value = 1 + (r + (r * r * expTail(r) + (high - r - low)));
  if (k >= -1022 && k <= 1023) return value * powerOfTwo(k);
  // In two steps, so that results at both ends of the range round once.
  const half = k >> 1;
  return value * powerOfTwo(half) * powerOfTwo(k - half);
}

/**
 * e^x - 1 without cancellation near zero, with the same bits in every engine.
 *
 * @example
 * ```ts
 * import { portableExpm1 } from '@infimum/core/portable-math';
 *
 * console.log(portableExpm1(1e-10)); // 1.00000000005e-10
 * ```
 */
export function portableExpm1(x: number): number {
  if (!(Math.abs(x) < 0.34)) return portableExp(x) - 1;
  return x + x * x * expTail(x);
}

/** (e^x - 1 - x) / x^2 for small x: the sum of x^n / (n + 2)!, n from 0 to 11. */
function expTail(x: number): number {
  let q = 1 / 6227020800;
  q = q * x + 1 / 479001600;
  q = q * x + 1 / 39916800;
  q = q * x + 1 / 3628800;
  q = q * x + 1 / 362880;
  q = q * x + 1 / 40320;
  q = q * x + 1 / 5040;
  q = q * x + 1 / 720;
  q = q * x + 1 / 120;
  q = q * x + 1 / 24;
  q = q * x + 1 / 6;
  return q * x + 1 / 2;
}

/**
 * The natural logarithm, with the same bits in every engine; -Infinity at 0, NaN below.
 *
 * @example
 * ```ts
 * import { portableLog } from '@infimum/core/portable-math';
 *
 * console.log(portableLog(10)); // 2.302585092994046
 * ```
 */
export function portableLog(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : Number.NaN;
  if (x === Infinity) return x;
  const isTiny = x < 2 ** -1022;
  const y = isTiny ? x * 2 ** 54 : x;
  memory.float[0] = y;
  // y = 2^exponent m with m in [sqrt(1/2), sqrt(2)).
  const exponent = ((memory.words[1] + (0x3ff00000 - 0x3fe6a09e)) >>> 20) - 1023;
  const k = isTiny ? exponent - 54 : exponent;
  const f = y * powers[1024 - exponent] - 1;
  const halfSquare = 0.5 * f * f;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
  const odd = z * (0.6666666666666735 + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)));
  return s * (halfSquare + even + odd) + k * LN2_LOW - halfSquare + f + k * LN2_HIGH;
}

/**
 * The cosine of so many turns, cos(2 pi u), with the same bits in every engine.
 *
 * @param u - turns; accurate for |u| up to 2^50
 */
export function portableCosine(u: number): number {
  return quarterWave(u, 1);
}

/**
 * The sine of so many turns, sin(2 pi u), with the same bits in every engine.
 *
 * @param u - turns; accurate for |u| up to 2^50
 */
export function portableSine(u: number): number {
  return quarterWave(u, 0);
}

/** sin(2 pi u + phase pi / 2): the nearest quarter turn is taken out exactly, an eighth of a turn is left. */
function quarterWave(u: number, phase: number): number {
  const quarters = Math.round(4 * u);
  const angle = 2 * Math.PI * (u - quarters / 4);
  const quadrant = (((quarters + phase) % 4) + 4) % 4;
  const value = quadrant % 2 === 0 ? sineNearZero(angle) : cosineNearZero(angle);
  return quadrant < 2 ? value : -value;
}

/** sin x for |x| <= pi / 4. */
function sineNearZero(x: number): number {
  const z = x * x;
  const r =
    0.00833333333332249 +
    z * (-0.0001984126982985795 + z * (2.7557313707070068e-6 + z * (-2.5050760253406863e-8 + z * 1.58969099521155e-10)));
  return x + z * x * (-0.16666666666666632 + z * r);
}

/** cos x for |x| <= pi / 4. */
function cosineNearZero(x: number): number {
  const z = x * x;
  const r =
    z *
    (0.0416666666666666 +
      z *
        (-0.001388888888887411 +
          z *
            (2.480158728947673e-5 + z * (-2.7557314351390663e-7 + z * (2.087572321298175e-9 + z * -1.1359647557788195e-11)))));
  const half = 0.5 * z;
  const w = 1 - half;
  return w + (1 - w - half + z * r);
}
