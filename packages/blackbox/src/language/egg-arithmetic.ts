// The arithmetic of the integer language model: saturation, powers and logarithms in sixteenths, norms and gates.
//
// Evolution strategies at the hyperscale (2025), arXiv 2511.16652.

/** To [-127, 127]. */
export const clip = (x: number): number => Math.max(-127, Math.min(127, x));

/** The largest n with n^16 <= 2^(64 + i): floor(16 · 2^(i / 16)), by whole numbers, the same in every engine. */
function rootOf(i: number): number {
  const bound = 2n ** BigInt(64 + i);
  let n = Math.round(16 * 2 ** (i / 16));
  while (BigInt(n) ** 16n > bound) n--;
  while (BigInt(n + 1) ** 16n <= bound) n++;
  return n;
}

/** Powers above `LOG_LENGTH` sixteenths are beyond any sum of 256 of them. */
const LOG_LENGTH = 448;

/** floor(16 · 2^(i / 16)) for i < 256; then, for i < 448, the least S with floor(16 log2(S / 16)) >= i. */
export const eggTables: Int32Array = /* @__PURE__ */ tables();

function tables(): Int32Array {
  const out = new Int32Array(256 + LOG_LENGTH);
  for (let i = 0; i < LOG_LENGTH; i++) {
    // Beyond 2^31 - 1 there are no sums.
    const root = i < 432 ? rootOf(i) : 2 ** 31;
    const isExact = i < 432 && BigInt(root) ** 16n === 2n ** BigInt(64 + i);
    if (i < 256) out[i] = root;
    out[256 + i] = Math.min(2 ** 31 - 1, isExact ? root : root + 1);
  }
  return out;
}

/** EXP2[i] = floor(16 · 2^(i / 16)). */
export const eggExp2: Int32Array = /* @__PURE__ */ eggTables.subarray(0, 256);

/** floor(16 log2(S / 16)) of a sum of at most 256 powers. */
function logOf(sum: number): number {
  let [low, high] = [0, LOG_LENGTH];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (eggTables[256 + middle] <= sum) low = middle;
    else high = middle;
  }
  return low;
}

/** Log-probability of the target in sixteenths of a bit: y_t + 128 - floor(16 log2(S / 16)), S = sum EXP2[y + 128]. */
export function eggScore(logits: Int8Array | Int16Array | Int32Array, target: number): number {
  let sum = 0;
  for (let i = 0; i < 256; i++) sum += eggExp2[logits[i] + 128];
  return logits[target] + 128 - logOf(sum);
}

/** y = clip(floor(x w / s)), s = floor(max(1, sum |x|) / d): the norm of a layer. */
export function eggNorm(x: Int32Array, w: Int8Array | Int32Array, out: Int32Array): void {
  let sum = 0;
  for (const entry of x) sum += Math.abs(entry);
  const s = Math.floor(Math.max(1, sum) / x.length);
  for (let i = 0; i < x.length; i++) {
    const product = x[i] * w[i];
    out[i] = s === 0 ? Math.sign(product) * 127 : clip(Math.floor(product / s));
  }
}

/** The contribution of the state: g = ((f + 127) s) >> 8. */
export const eggReset = (f: number, s: number): number => ((f + 127) * s) >> 8;
/** The state after a step. */
export const eggMove = (f: number, s: number, h: number): number => s + (((f + 127) * (h - s)) >> 8);
