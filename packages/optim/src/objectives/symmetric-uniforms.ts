// Random numbers in [-1, 1) for the instances of papers.

/** `length` numbers in [-1, 1). */
export function symmetricUniforms(next: () => number, length: number): Float64Array {
  return Float64Array.from({ length }, () => 2 * next() - 1);
}
