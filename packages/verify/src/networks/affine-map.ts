// The affine part of a layer as a linear operator: products with vectors and with blocks of rows, from both sides.
// Convolutions stay convolutions: their rows are sparse, and zeros are skipped.

/** z = W x + b, as far as linear algebra is concerned. */
export interface AffineMap {
  readonly inputs: number;
  readonly outputs: number;
  /** b, a number an output. */
  readonly bias: Float64Array;
  /** The most products that are summed up to one number by W or its transpose; rounding errors grow with it. */
  readonly terms: number;
  /** W, where it is stored whole. */
  readonly dense?: Float64Array;
  /** W x. */
  apply(x: Float64Array): Float64Array;
  /** W x + b in single precision. */
  applySingle(x: Float64Array): Float64Array;
  /** W' u. */
  applyTransposed(u: Float64Array): Float64Array;
  /** |W| x. */
  applyAbsolute(x: Float64Array): Float64Array;
  /** |W|' u. */
  applyAbsoluteTransposed(u: Float64Array): Float64Array;
  /** Rows `from` <= i < `to` of W, into `out`. */
  rows(from: number, to: number, out: Float64Array): void;
  /** Rows `from` <= i < `to` of W', into `out`. */
  columns(from: number, to: number, out: Float64Array): void;
  /** Every row a of `a` becomes a W' = (W a')' in `out`; both have `count` rows. */
  forwardRows(a: Float64Array, count: number, out: Float64Array): void;
  /** Every row a of `a` becomes a W in `out`. */
  backwardRows(a: Float64Array, count: number, out: Float64Array): void;
}

interface DenseParts {
  readonly inputs: number;
  readonly outputs: number;
  readonly weight: Float64Array;
  readonly bias: Float64Array;
}

/** The map of a dense layer. */
export function denseMap({ inputs, outputs, weight, bias }: DenseParts): AffineMap {
  const timesRow = (a: Float64Array, from: number, out: Float64Array, to: number, absolute: boolean) => {
    for (let i = 0; i < outputs; i++) {
      const row = i * inputs;
      let sum = 0;
      if (absolute) for (let j = 0; j < inputs; j++) sum += Math.abs(weight[row + j]) * a[from + j];
      else for (let j = 0; j < inputs; j++) sum += weight[row + j] * a[from + j];
      out[to + i] = sum;
    }
  };
  const rowTimes = (a: Float64Array, from: number, out: Float64Array, to: number, absolute: boolean) => {
    out.fill(0, to, to + inputs);
    for (let i = 0; i < outputs; i++) {
      const factor = a[from + i];
      if (factor === 0) continue;
      const row = i * inputs;
      if (absolute) for (let j = 0; j < inputs; j++) out[to + j] += factor * Math.abs(weight[row + j]);
      else for (let j = 0; j < inputs; j++) out[to + j] += factor * weight[row + j];
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
    terms: Math.max(inputs, outputs),
    dense: weight,
    apply: (x) => into(outputs, (out) => timesRow(x, 0, out, 0, false)),
    applyTransposed: (u) => into(inputs, (out) => rowTimes(u, 0, out, 0, false)),
    applyAbsolute: (x) => into(outputs, (out) => timesRow(x, 0, out, 0, true)),
    applyAbsoluteTransposed: (u) => into(inputs, (out) => rowTimes(u, 0, out, 0, true)),
    applySingle: (x) =>
      into(outputs, (out) => {
        for (let i = 0; i < outputs; i++) {
          let sum = 0;
          for (let j = 0; j < inputs; j++) {
            sum = Math.fround(sum + Math.fround(Math.fround(weight[i * inputs + j]) * x[j]));
          }
          out[i] = Math.fround(sum + Math.fround(bias[i]));
        }
      }),
    rows: (from, to, out) => out.set(weight.subarray(from * inputs, to * inputs)),
    columns: (from, to, out) => {
      for (let j = from; j < to; j++) {
        for (let i = 0; i < outputs; i++) out[(j - from) * outputs + i] = weight[i * inputs + j];
      }
    },
    forwardRows: (a, count, out) => {
      for (let r = 0; r < count; r++) timesRow(a, r * inputs, out, r * outputs, false);
    },
    backwardRows: (a, count, out) => {
      for (let r = 0; r < count; r++) rowTimes(a, r * outputs, out, r * inputs, false);
    },
  };
}

interface ConvolutionParts {
  readonly shape: readonly [number, number, number];
  readonly channels: number;
  readonly size: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number, number, number];
  readonly kernel: Float64Array;
  readonly bias: Float64Array;
}

/** The map of a convolution whose output has the given height and width. */
export function convolutionMap(
  { shape, channels, size, stride, padding, kernel, bias }: ConvolutionParts,
  [rows, cols]: readonly [number, number],
): AffineMap {
  const [depth, height, width] = shape;
  const [kernelHeight, kernelWidth] = size;
  const inputs = depth * height * width;
  const outputs = channels * rows * cols;
  const plane = rows * cols;
  const taps = kernelHeight * kernelWidth;
  const magnitude = kernel.map(Math.abs);

  /** Adds the image of every entry that is not zero: sparse rows cost what they hold. */
  const scatter = (k: Float64Array, a: Float64Array, from: number, out: Float64Array, to: number): void => {
    out.fill(0, to, to + outputs);
    for (let c = 0, at = from; c < depth; c++) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++, at++) {
          const value = a[at];
          if (value === 0) continue;
          for (let v = (y + padding[0]) % stride[0]; v < kernelHeight; v += stride[0]) {
            const row = (y + padding[0] - v) / stride[0];
            if (row < 0 || row >= rows) continue;
            for (let h = (x + padding[1]) % stride[1]; h < kernelWidth; h += stride[1]) {
              const col = (x + padding[1] - h) / stride[1];
              if (col < 0 || col >= cols) continue;
              let tap = c * taps + v * kernelWidth + h;
              let place = to + row * cols + col;
              for (let o = 0; o < channels; o++, tap += depth * taps, place += plane) {
                out[place] += value * k[tap];
              }
            }
          }
        }
      }
    }
  };
  /** The transposed convolution of a row, zeros skipped likewise. */
  const gather = (k: Float64Array, a: Float64Array, from: number, out: Float64Array, to: number): void => {
    out.fill(0, to, to + inputs);
    for (let o = 0, at = from; o < channels; o++) {
      for (let row = 0; row < rows; row++) {
        const top = row * stride[0] - padding[0];
        for (let col = 0; col < cols; col++, at++) {
          const value = a[at];
          if (value === 0) continue;
          const left = col * stride[1] - padding[1];
          const first = Math.max(0, -left);
          const last = Math.min(kernelWidth, width - left);
          for (let c = 0; c < depth; c++) {
            for (let v = Math.max(0, -top); v < kernelHeight && top + v < height; v++) {
              const tap = ((o * depth + c) * kernelHeight + v) * kernelWidth;
              const place = to + (c * height + top + v) * width + left;
              for (let h = first; h < last; h++) out[place + h] += value * k[tap + h];
            }
          }
        }
      }
    }
  };
  const into = (length: number, work: (out: Float64Array) => void) => {
    const out = new Float64Array(length);
    work(out);
    return out;
  };
  const fullBias = new Float64Array(outputs);
  for (let o = 0; o < channels; o++) fullBias.fill(bias[o], o * plane, (o + 1) * plane);
  return {
    inputs,
    outputs,
    bias: fullBias,
    terms: Math.max(depth, channels) * taps,
    apply: (x) => into(outputs, (out) => scatter(kernel, x, 0, out, 0)),
    applyTransposed: (u) => into(inputs, (out) => gather(kernel, u, 0, out, 0)),
    applyAbsolute: (x) => into(outputs, (out) => scatter(magnitude, x, 0, out, 0)),
    applyAbsoluteTransposed: (u) => into(inputs, (out) => gather(magnitude, u, 0, out, 0)),
    applySingle: (x) =>
      into(outputs, (out) => {
        for (let o = 0, at = 0; o < channels; o++) {
          for (let row = 0; row < rows; row++) {
            for (let col = 0; col < cols; col++, at++) {
              let sum = 0;
              for (let c = 0; c < depth; c++) {
                for (let v = 0; v < kernelHeight; v++) {
                  const y = row * stride[0] - padding[0] + v;
                  for (let h = 0; h < kernelWidth && y >= 0 && y < height; h++) {
                    const xs = col * stride[1] - padding[1] + h;
                    if (xs < 0 || xs >= width) continue;
                    const weight = Math.fround(kernel[((o * depth + c) * kernelHeight + v) * kernelWidth + h]);
                    sum = Math.fround(sum + Math.fround(weight * x[(c * height + y) * width + xs]));
                  }
                }
              }
              out[at] = Math.fround(sum + Math.fround(bias[o]));
            }
          }
        }
      }),
    rows: (from, to, out) => {
      const unit = new Float64Array(outputs);
      for (let i = from; i < to; i++) {
        unit[i] = 1;
        gather(kernel, unit, 0, out, (i - from) * inputs);
        unit[i] = 0;
      }
    },
    columns: (from, to, out) => {
      const unit = new Float64Array(inputs);
      for (let j = from; j < to; j++) {
        unit[j] = 1;
        scatter(kernel, unit, 0, out, (j - from) * outputs);
        unit[j] = 0;
      }
    },
    forwardRows: (a, count, out) => {
      for (let r = 0; r < count; r++) scatter(kernel, a, r * inputs, out, r * outputs);
    },
    backwardRows: (a, count, out) => {
      for (let r = 0; r < count; r++) gather(kernel, a, r * outputs, out, r * inputs);
    },
  };
}
