// The affine part of a layer as a linear operator: products with vectors and with blocks of rows, from both sides.
// Convolutions are not expanded: their rows are sparse, and zeros are skipped.
import { rowDot } from '@infimum/linalg/numerics';

/** z = W x + b, as far as linear algebra is concerned. */
export interface AffineMap {
  readonly inputs: number;
  readonly outputs: number;
  /** b, a number an output. */
  readonly bias: Float64Array;
  /** The most products that are summed up to one number by W or its transpose; rounding errors grow with it. */
  readonly terms: number;
  /** W, if it is stored as a dense matrix. */
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

/** A row of `a`, from place `from` on, times a matrix, into `out` at place `to`. */
export type RowProduct = (w: Float64Array, a: Float64Array, from: number, out: Float64Array, to: number) => void;

/** A map by its products with rows, W' and W from the right, for weights or their magnitudes. */
export function mapOfProducts(
  sizes: Pick<AffineMap, 'inputs' | 'outputs' | 'bias' | 'terms' | 'dense'>,
  weight: Float64Array,
  forward: RowProduct,
  backward: RowProduct,
  own: Partial<Pick<AffineMap, 'rows' | 'columns'>> = {},
): AffineMap {
  const { inputs, outputs, bias } = sizes;
  let sizesOfWeights: Float64Array | undefined;
  const magnitude = () => {
    sizesOfWeights ??= weight.map(Math.abs);
    return sizesOfWeights;
  };
  const applied = (product: RowProduct, w: Float64Array, x: Float64Array, length: number) => {
    const out = new Float64Array(length);
    product(w, x, 0, out, 0);
    return out;
  };
  const units = (product: RowProduct, length: number, width: number) => (from: number, to: number, out: Float64Array) => {
    const unit = new Float64Array(length);
    for (let i = from; i < to; i++) {
      unit[i] = 1;
      product(weight, unit, 0, out, (i - from) * width);
      unit[i] = 0;
    }
  };
  const map: AffineMap = {
    ...sizes,
    apply: (x) => applied(forward, weight, x, outputs),
    applyTransposed: (u) => applied(backward, weight, u, inputs),
    applyAbsolute: (x) => applied(forward, magnitude(), x, outputs),
    applyAbsoluteTransposed: (u) => applied(backward, magnitude(), u, inputs),
    applySingle: (x) => {
      const row = new Float64Array(inputs);
      return bias.map((b, i) => {
        map.rows(i, i + 1, row);
        let sum = 0;
        for (let j = 0; j < inputs; j++) if (row[j] !== 0) sum = Math.fround(sum + Math.fround(Math.fround(row[j]) * x[j]));
        return Math.fround(sum + Math.fround(b));
      });
    },
    rows: units(backward, outputs, inputs),
    columns: units(forward, inputs, outputs),
    forwardRows: (a, count, out) => {
      for (let r = 0; r < count; r++) forward(weight, a, r * inputs, out, r * outputs);
    },
    backwardRows: (a, count, out) => {
      for (let r = 0; r < count; r++) backward(weight, a, r * outputs, out, r * inputs);
    },
    ...own,
  };
  return map;
}

/** The map of a dense layer. */
export function denseMap({ inputs, outputs, weight, bias }: DenseParts): AffineMap {
  const forward: RowProduct = (w, a, from, out, to) => {
    for (let i = 0; i < outputs; i++) out[to + i] = rowDot(w, i * inputs, a, from, inputs);
  };
  const backward: RowProduct = (w, a, from, out, to) => {
    out.fill(0, to, to + inputs);
    for (let i = 0; i < outputs; i++) {
      const factor = a[from + i];
      if (factor === 0) continue;
      const row = i * inputs;
      for (let j = 0; j < inputs; j++) out[to + j] += factor * w[row + j];
    }
  };
  const sizes = { inputs, outputs, bias, terms: Math.max(inputs, outputs), dense: weight };
  return mapOfProducts(sizes, weight, forward, backward, {
    rows: (from, to, out) => out.set(weight.subarray(from * inputs, to * inputs)),
    columns: (from, to, out) => {
      for (let j = from; j < to; j++) {
        for (let i = 0; i < outputs; i++) out[(j - from) * outputs + i] = weight[i * inputs + j];
      }
    },
  });
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

  /** Adds the image of every entry that is not zero: the cost is proportional to the nonzero entries. */
  const scatter: RowProduct = (k, a, from, out, to) => {
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
  const gather: RowProduct = (k, a, from, out, to) => {
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
  const fullBias = new Float64Array(outputs);
  for (let o = 0; o < channels; o++) fullBias.fill(bias[o], o * plane, (o + 1) * plane);
  return mapOfProducts({ inputs, outputs, bias: fullBias, terms: Math.max(depth, channels) * taps }, kernel, scatter, gather);
}
