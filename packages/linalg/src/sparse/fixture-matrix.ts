// Sparse matrices of fixtures: arrays of unsigned integers of 16 bits, in base 64.
import type { CsrMatrix } from '../matrices.ts';

/** The matrix of a fixture. */
export function decodedMatrix(fixture: {
  readonly rows: number;
  readonly cols: number;
  readonly rowPointers: string;
  readonly columnIndices: string;
  readonly values: string;
}): CsrMatrix {
  const { rows, cols } = fixture;
  return {
    rows,
    cols,
    rowPointers: Int32Array.from(shorts(fixture.rowPointers)),
    columnIndices: Int32Array.from(shorts(fixture.columnIndices)),
    values: Float64Array.from(shorts(fixture.values)),
  };
}

function shorts(base64: string): Uint16Array {
  const text = atob(base64);
  return Uint16Array.from({ length: text.length / 2 }, (_, k) => {
    return text.charCodeAt(2 * k) + 256 * text.charCodeAt(2 * k + 1);
  });
}
