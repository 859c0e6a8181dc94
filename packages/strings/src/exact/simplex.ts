// Small alphabets by one real correlation less than they have symbols.
//
// Symbols become the corners v of a regular simplex in R^{s-1}: v_a . v_b is s-1 if a = b and -1 otherwise. Summed
// over a window with W symbols of the alphabet, S = s matches - W, so matches = (S + W) / s.

/** Coordinates of the corners: `coordinates[d][c]` is the d-th of symbol c. */
export function simplexCorners(symbols: number): Float64Array[] {
  return Number.isInteger(Math.log2(symbols)) ? hadamardRows(symbols) : helmertRows(symbols);
}

/** Rows of a Hadamard matrix without the row of ones: coordinates ±1, so that transforms stay exact integers. */
function hadamardRows(symbols: number): Float64Array[] {
  return Array.from({ length: symbols - 1 }, (_, d) =>
    Float64Array.from({ length: symbols }, (_, c) => (oddBits((d + 1) & c) ? -1 : 1)),
  );
}

function oddBits(integer: number): boolean {
  let odd = false;
  for (; integer > 0; integer &= integer - 1) odd = !odd;
  return odd;
}

/** Rows of Helmert's orthogonal matrix without the constant row, scaled. */
function helmertRows(symbols: number): Float64Array[] {
  return Array.from({ length: symbols - 1 }, (_, d) => {
    const k = d + 1;
    const scale = Math.sqrt(symbols / (k * (k + 1)));
    return Float64Array.from({ length: symbols }, (_, c) => (c < k ? scale : c === k ? -k * scale : 0));
  });
}
