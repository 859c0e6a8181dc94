// The rows of a layer's matrix with the entries that are not zero.
import type { ConvolutionLayer, Layer } from './network.ts';
import { convolvedSize } from './network.ts';

/** A sparse row: its entries, and its constant. */
export interface SparseRow {
  readonly entries: readonly (readonly [column: number, weight: number])[];
  readonly bias?: number;
}

/** All rows of a layer; `offset` is added to the columns. */
export function rowsOf(layer: Layer, offset = 0): SparseRow[] {
  if (layer.kind === 'convolution') return convolutionRows(layer, offset);
  const { outputs, bias } = layer;
  if (layer.kind === 'sparse') {
    const { starts, columns, weight } = layer;
    return Array.from({ length: outputs }, (_, i) => ({
      entries: Array.from(
        { length: starts[i + 1] - starts[i] },
        (_, at) => [columns[starts[i] + at] + offset, weight[starts[i] + at]] as const,
      ),
      bias: bias[i],
    }));
  }
  const { inputs, weight } = layer;
  return Array.from({ length: outputs }, (_, i) => {
    const entries: [number, number][] = [];
    for (let j = 0; j < inputs; j++) {
      const w = weight[i * inputs + j];
      if (w !== 0) entries.push([j + offset, w]);
    }
    return { entries, bias: bias[i] };
  });
}

function convolutionRows(layer: ConvolutionLayer, offset: number): SparseRow[] {
  const { shape, channels, size, stride, padding, kernel, bias } = layer;
  const [depth, height, width] = shape;
  const [rows, cols] = convolvedSize(layer);
  const out: SparseRow[] = [];
  for (let o = 0; o < channels; o++) {
    for (let row = 0; row < rows; row++) {
      for (let col = 0; col < cols; col++) {
        const entries: [number, number][] = [];
        for (let c = 0; c < depth; c++) {
          for (let v = 0; v < size[0]; v++) {
            const y = row * stride[0] - padding[0] + v;
            if (y < 0 || y >= height) continue;
            for (let h = 0; h < size[1]; h++) {
              const x = col * stride[1] - padding[1] + h;
              if (x < 0 || x >= width) continue;
              const w = kernel[((o * depth + c) * size[0] + v) * size[1] + h];
              if (w !== 0) entries.push([offset + (c * height + y) * width + x, w]);
            }
          }
        }
        out.push({ entries, bias: bias[o] });
      }
    }
  }
  return out;
}
