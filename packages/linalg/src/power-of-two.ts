// Powers of two to scale by: exact, and the same on every machine, which Math.log2 need not be.

const memory = /* @__PURE__ */ (() => {
  const value = new Float64Array(1);
  return { value, words: new Int32Array(value.buffer) };
})();

/** The largest integer e with 2^e <= x, for a positive finite x. */
export function exponentOf(x: number): number {
  memory.value[0] = x;
  const exponent = (memory.words[1] >>> 20) & 2047;
  return exponent === 0 ? exponentOf(x * 2 ** 54) - 54 : exponent - 1023;
}

/** A power of two by which the largest entry becomes about one, so that no square over- or underflows; 1 for zeros. */
export function powerOfTwoNear(values: Float64Array): number {
  let largest = 0;
  // A branch would take twice the time, in a pass that counts beside a factorisation.
  for (let k = 0; k < values.length; k++) largest = Math.max(largest, Math.abs(values[k]));
  return largest === 0 ? 1 : 2 ** Math.max(-1022, Math.min(1023, exponentOf(largest)));
}

/** A matrix over a power of two where its largest entry is extreme, so that no norm over- or underflows; itself otherwise. */
export function scaledMatrix<A extends { readonly values: Float64Array }>(
  a: A,
): { readonly matrix: A; readonly scale: number } {
  const scale = powerOfTwoNear(a.values);
  if (scale > 2 ** -400 && scale < 2 ** 400) return { matrix: a, scale: 1 };
  return { matrix: { ...a, values: a.values.map((value) => value / scale) }, scale };
}

/**
 * A power of two to divide a matrix by where squares of its entries would overflow, or all of them are tiny: 1 for most. Large ones
 * come down to 2^310 only, so that small entries beside them are not lost.
 */
export function spectralScale(values: Float64Array): number {
  const scale = powerOfTwoNear(values);
  return scale > 2 ** 310 ? scale / 2 ** 310 : scale < 2 ** -200 ? scale : 1;
}
