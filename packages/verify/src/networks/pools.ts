// Windows of pools over images, and the padding that keeps a size.
import type { Chain } from './chains.ts';
import { mapped, maxima } from './chains.ts';
import type { SparseRow } from './layer-rows.ts';

/** The placement of windows over an image. */
export interface PoolShape {
  readonly size: readonly number[];
  readonly stride: readonly number[];
  readonly dilation?: readonly number[];
  /** Above, left, below, right. */
  readonly padding: readonly number[];
  /** Whether a last window may extend beyond the edge. */
  readonly isRoundedUp?: boolean;
}

/** The largest entry or the mean of every window; padding is ignored in maxima, and counts in means only if `countsPadding`. */
export function pool(chain: Chain, kind: 'largest' | 'mean', shape: PoolShape, countsPadding = false): Chain | undefined {
  const { windows, to } = windowsOf(chain.shape, shape);
  if (windows.some((window) => window.length === 0)) return undefined;
  if (kind === 'largest') return maxima(chain, windows, to);
  const rows = windows.map((window): SparseRow => {
    const weight = 1 / (countsPadding ? shape.size[0] * shape.size[1] : window.length);
    return { entries: window.map((entry) => [entry, weight]) };
  });
  return mapped(chain, rows, to);
}

/** The entries of every window, channel by channel, row by row. */
function windowsOf(
  [channels, height, width]: readonly number[],
  { size, stride, dilation = [1, 1], padding, isRoundedUp = false }: PoolShape,
): { readonly windows: number[][]; readonly to: number[] } {
  const [rows, cols] = [height, width].map((extent, axis) => {
    const reach = (size[axis] - 1) * dilation[axis] + 1;
    const steps = (extent + padding[axis] + padding[axis + 2] - reach) / stride[axis];
    const count = (isRoundedUp ? Math.ceil(steps) : Math.floor(steps)) + 1;
    // The last window begins inside of the image or its padding before it.
    return isRoundedUp && (count - 1) * stride[axis] >= extent + padding[axis] ? count - 1 : count;
  });
  const windows: number[][] = [];
  for (let c = 0; c < channels; c++) {
    for (let row = 0; row < rows; row++) {
      for (let col = 0; col < cols; col++) {
        const window: number[] = [];
        for (let v = 0; v < size[0]; v++) {
          const y = row * stride[0] - padding[0] + v * dilation[0];
          for (let h = 0; h < size[1]; h++) {
            const x = col * stride[1] - padding[1] + h * dilation[1];
            if (y >= 0 && y < height && x >= 0 && x < width) window.push((c * height + y) * width + x);
          }
        }
        windows.push(window);
      }
    }
  }
  return { windows, to: [channels, rows, cols] };
}

/** Above, left, below, right: so that the output has a place for every step over the image; an odd remainder goes last. */
export function samePadding(
  extents: readonly number[],
  size: readonly number[],
  stride: readonly number[],
  isOddFirst = false,
): [number, number, number, number] {
  const total = extents.map((extent, axis) =>
    Math.max(0, (Math.ceil(extent / stride[axis]) - 1) * stride[axis] + size[axis] - extent),
  );
  const [top, left] = total.map((pad) => (isOddFirst ? Math.ceil(pad / 2) : Math.floor(pad / 2)));
  return [top, left, total[0] - top, total[1] - left];
}
