// The random numbers of COCO's test functions: the generator of the BBOB workshops of 2009, bit for bit.

/** Fills `out` with the uniform numbers in (0, 1) of a seed: Lehmer's generator behind a shuffle table of 32 entries. */
export function bbobUniforms(out: Float64Array, seed: number): Float64Array {
  let state = Math.max(1, Math.abs(seed));
  const advance = () => {
    const quotient = Math.floor(state / 127_773);
    state = 16_807 * (state - quotient * 127_773) - 2836 * quotient;
    if (state < 0) state += 2_147_483_647;
  };
  const table = new Float64Array(32);
  for (let i = 39; i >= 0; i--) {
    advance();
    if (i < 32) table[i] = state;
  }
  let drawn = table[0];
  for (let i = 0; i < out.length; i++) {
    advance();
    const place = Math.floor(drawn / 67_108_865);
    drawn = table[place];
    table[place] = state;
    out[i] = drawn / 2.147483647e9 || 1e-99;
  }
  return out;
}

/** The `count` normal numbers of a seed, by Box and Muller from two halves of uniform ones. */
export function bbobNormals(count: number, seed: number): Float64Array {
  const uniforms = bbobUniforms(new Float64Array(2 * count), seed);
  return Float64Array.from({ length: count }, (_, i) => {
    const radius = Math.sqrt(-2 * Math.log(uniforms[i]));
    return radius * Math.cos(2 * Math.PI * uniforms[count + i]) || 1e-99;
  });
}

/** The orthogonal d x d matrix of a seed, row by row: normal columns, orthonormalised one after the other. */
export function bbobRotation(d: number, seed: number): Float64Array {
  const normals = bbobNormals(d * d, seed);
  const matrix = new Float64Array(d * d);
  for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) matrix[i * d + j] = normals[j * d + i];
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < i; j++) {
      let product = 0;
      for (let k = 0; k < d; k++) product += matrix[k * d + i] * matrix[k * d + j];
      for (let k = 0; k < d; k++) matrix[k * d + i] -= product * matrix[k * d + j];
    }
    let square = 0;
    for (let k = 0; k < d; k++) square += matrix[k * d + i] ** 2;
    for (let k = 0; k < d; k++) matrix[k * d + i] /= Math.sqrt(square);
  }
  return matrix;
}

/** The minimizer of a seed, in (-4, 4)^d. */
export function bbobMinimizer(d: number, seed: number): Float64Array {
  return bbobUniforms(new Float64Array(d), seed).map((uniform) => (8 * Math.floor(1e4 * uniform)) / 1e4 - 4 || -1e-5);
}

/** The least value of a function's instance: a Cauchy number, rounded, in [-1000, 1000]. */
export function bbobLeastValue(seed: number): number {
  const [above] = bbobNormals(1, seed);
  const [below] = bbobNormals(1, seed + 1);
  return Math.min(1000, Math.max(-1000, Math.floor((100 * 100 * above) / below + 0.5) / 100));
}
