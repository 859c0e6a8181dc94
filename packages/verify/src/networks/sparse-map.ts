// A sparse matrix as a linear operator: what pools, permutations and branches of a network are made of.
import type { AffineMap } from './affine-map.ts';

/** W by rows: row i holds `weight[at]` in column `columns[at]` for starts[i] <= at < starts[i + 1]. */
export interface SparseParts {
  readonly inputs: number;
  readonly outputs: number;
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly weight: Float64Array;
  readonly bias: Float64Array;
}

/** The map of a sparse layer; products cost what is stored. */
export function sparseMap({ inputs, outputs, starts, columns, weight, bias }: SparseParts): AffineMap {
  const magnitude = weight.map(Math.abs);
  const timesRow = (w: Float64Array, a: Float64Array, from: number, out: Float64Array, to: number) => {
    for (let i = 0, at = starts[0]; i < outputs; i++) {
      const end = starts[i + 1];
      let sum = 0;
      for (; at < end; at++) sum += w[at] * a[from + columns[at]];
      out[to + i] = sum;
    }
  };
  const rowTimes = (w: Float64Array, a: Float64Array, from: number, out: Float64Array, to: number) => {
    out.fill(0, to, to + inputs);
    for (let i = 0; i < outputs; i++) {
      const factor = a[from + i];
      if (factor === 0) continue;
      const end = starts[i + 1];
      for (let at = starts[i]; at < end; at++) out[to + columns[at]] += factor * w[at];
    }
  };
  const into = (length: number, work: (out: Float64Array) => void) => {
    const out = new Float64Array(length);
    work(out);
    return out;
  };
  return {
    inputs,
    outputs,
    bias,
    terms: mostTerms(starts, columns, inputs),
    apply: (x) => into(outputs, (out) => timesRow(weight, x, 0, out, 0)),
    applyTransposed: (u) => into(inputs, (out) => rowTimes(weight, u, 0, out, 0)),
    applyAbsolute: (x) => into(outputs, (out) => timesRow(magnitude, x, 0, out, 0)),
    applyAbsoluteTransposed: (u) => into(inputs, (out) => rowTimes(magnitude, u, 0, out, 0)),
    applySingle: (x) =>
      into(outputs, (out) => {
        for (let i = 0; i < outputs; i++) {
          let sum = 0;
          for (let at = starts[i]; at < starts[i + 1]; at++)
            sum = Math.fround(sum + Math.fround(Math.fround(weight[at]) * x[columns[at]]));
          out[i] = Math.fround(sum + Math.fround(bias[i]));
        }
      }),
    rows: (from, to, out) => {
      out.fill(0, 0, (to - from) * inputs);
      for (let i = from; i < to; i++) {
        for (let at = starts[i]; at < starts[i + 1]; at++) out[(i - from) * inputs + columns[at]] += weight[at];
      }
    },
    columns: (from, to, out) => {
      out.fill(0, 0, (to - from) * outputs);
      for (let i = 0; i < outputs; i++) {
        for (let at = starts[i]; at < starts[i + 1]; at++) {
          const j = columns[at];
          if (j >= from && j < to) out[(j - from) * outputs + i] += weight[at];
        }
      }
    },
    forwardRows: (a, count, out) => {
      for (let r = 0; r < count; r++) timesRow(weight, a, r * inputs, out, r * outputs);
    },
    backwardRows: (a, count, out) => {
      for (let r = 0; r < count; r++) rowTimes(weight, a, r * outputs, out, r * inputs);
    },
  };
}

/** The most entries of a row or a column. */
function mostTerms(starts: Int32Array, columns: Int32Array, inputs: number): number {
  const perColumn = new Int32Array(inputs);
  for (const j of columns) perColumn[j]++;
  let most = 1;
  for (const count of perColumn) most = Math.max(most, count);
  for (let i = 0; i + 1 < starts.length; i++) most = Math.max(most, starts[i + 1] - starts[i]);
  return most;
}
