// Heat maps on a canvas, for views of matrices and images.
import type { Rgb } from './palette.ts';
import type { Surface } from './view.ts';

/** The position of a picture, in CSS pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Cells of a heat map, row by row, from 0 to 1. */
export interface Cells {
  readonly rows: number;
  readonly cols: number;
  readonly values: ArrayLike<number>;
}

/** Draws cells with crisp edges; values outside 0 to 1 are clamped, and NaN counts as 0. */
export function drawHeatMap({ context, palette }: Surface, { rows, cols, values }: Cells, box: Box): void {
  const image = new ImageData(cols, rows);
  for (let k = 0; k < rows * cols; k++) {
    const [red, green, blue]: Rgb = palette.ramp[Math.round(255 * Math.min(1, Math.max(0, values[k] || 0)))];
    image.data[4 * k] = red;
    image.data[4 * k + 1] = green;
    image.data[4 * k + 2] = blue;
    image.data[4 * k + 3] = 255;
  }
  const stamp = new OffscreenCanvas(cols, rows);
  stamp.getContext('2d')?.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(stamp, box.x, box.y, box.width, box.height);
  context.strokeStyle = palette.hairline;
  context.strokeRect(box.x - 0.5, box.y - 0.5, box.width + 1, box.height + 1);
}
