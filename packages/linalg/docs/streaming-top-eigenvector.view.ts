// The picture of a stream: its rows in the plane of the exact eigenvector and of where the estimate deviates from it.
import type { Scene, Surface, View } from '../../../docs/demo/view.ts';
import type { RowStream, StreamedEigenvectors } from '../src/streaming/streaming-options.ts';
import { streamingTopEigenvector } from '../src/streaming/streaming-top-eigenvector.ts';

type StreamScene = Scene<RowStream, StreamedEigenvectors>;

/** Rows beyond which only some are drawn. */
const MAX_POINTS = 3000;

const exact = new WeakMap<object, Float64Array>();

/** The view of `linalg/streaming-top-eigenvector`. */
export const view: View<RowStream, StreamedEigenvectors> = {
  aspect: 1.8,
  opening: { family: 'light', params: { n: 6000, d: 40, R: 12 }, seed: 1 },
  caption: () =>
    'Rows of the stream, faint until they have come, in the plane of the exact top eigenvector (horizontal line) and of what the estimate (thick line) has besides.',
  describe: ({ instance, solution }) => {
    const truth = exactVector(instance);
    const degrees = (Math.acos(Math.min(1, Math.abs(inner(truth, solution.vector)))) * 180) / Math.PI;
    return (
      `After ${solution.rowsSeen} of ${instance.rows.rows} rows the estimate is ${degrees.toFixed(1)} degrees from the ` +
      `exact eigenvector; ${solution.floatsStored} numbers and ${solution.heavyRows} heavy rows are stored.`
    );
  },
  draw(surface, { instance, solution }: StreamScene) {
    const { width, height, context, palette } = surface;
    const truth = exactVector(instance);
    const along = inner(truth, solution.vector);
    const rest = solution.vector.map((value, j) => value - along * truth[j]);
    const across = Math.sqrt(inner(rest, rest));
    const axis = across > 1e-9 ? rest.map((value) => value / across) : unitAcross(truth);
    const [x, y] = [products(instance, truth), products(instance, axis)];
    const reach = Math.max(1e-300, ...quantile(x), ...quantile(y));
    const scale = (Math.min(width, height) / 2 - 12) / reach;
    drawRows(surface, { x, y, scale, seen: solution.rowsSeen });
    const length = Math.min(width, height) / 2 - 8;
    drawLine(surface, [length, 0], palette.muted, 1);
    const turn = along < 0 ? -1 : 1;
    drawLine(surface, [turn * along * length, turn * across * length], palette.first, 3);
    context.globalAlpha = 1;
  },
};

function drawRows(
  { context, width, height, palette }: Surface,
  { x, y, scale, seen }: { x: Float64Array; y: Float64Array; scale: number; seen: number },
): void {
  const stride = Math.max(1, Math.ceil(x.length / MAX_POINTS));
  context.fillStyle = palette.muted;
  for (let i = 0; i < x.length; i += stride) {
    context.globalAlpha = i < seen ? 0.6 : 0.12;
    context.fillRect(width / 2 + scale * x[i] - 1, height / 2 - scale * y[i] - 1, 2, 2);
  }
  context.globalAlpha = 1;
}

/** A line through the middle, both ways. */
function drawLine({ context, width, height }: Surface, [x, y]: [number, number], style: string, lineWidth: number): void {
  context.strokeStyle = style;
  context.lineWidth = lineWidth;
  context.beginPath();
  context.moveTo(width / 2 - x, height / 2 + y);
  context.lineTo(width / 2 + x, height / 2 - y);
  context.stroke();
}

function exactVector({ rows }: RowStream): Float64Array {
  let found = exact.get(rows);
  if (!found) {
    found = streamingTopEigenvector(rows, { method: 'covariance' }).vector;
    exact.set(rows, found);
  }
  return found;
}

/** Some direction orthogonal to a unit vector. */
function unitAcross(vector: Float64Array): Float64Array {
  const place = vector.reduce((least, value, j) => (Math.abs(value) < Math.abs(vector[least]) ? j : least), 0);
  const direction = vector.map((value, j) => (j === place ? 1 : 0) - vector[place] * value);
  const norm = Math.sqrt(inner(direction, direction)) || 1;
  return direction.map((value) => value / norm);
}

/** The product of every row with a vector. */
function products({ rows }: RowStream, vector: Float64Array): Float64Array {
  const out = new Float64Array(rows.rows);
  for (let i = 0; i < rows.rows; i++) {
    if ('rowPointers' in rows) {
      for (let k = rows.rowPointers[i]; k < rows.rowPointers[i + 1]; k++) {
        out[i] += rows.values[k] * vector[rows.columnIndices[k]];
      }
    } else {
      for (let j = 0; j < rows.cols; j++) out[i] += rows.values[i * rows.cols + j] * vector[j];
    }
  }
  return out;
}

/** The magnitude that all but one in a thousand stay below. */
function quantile(values: Float64Array): number[] {
  const sorted = values.map(Math.abs).sort();
  return [sorted[Math.min(sorted.length - 1, Math.ceil(0.999 * sorted.length))]];
}

function inner(x: Float64Array, y: Float64Array): number {
  return x.reduce((sum, value, j) => sum + value * y[j], 0);
}
