// The picture of training: the weights of a model, tensor by tensor. What looks at images, units of a perceptron and kernels of
// a convolution, is drawn as the image that it looks for.
import { drawHeatMap } from '../../../docs/demo/heat-map.ts';
import type { Surface, View } from '../../../docs/demo/view.ts';
import type { TrainingSolution } from '../src/training/training.ts';
import type { TrainingProblem } from '../src/training/training-instance.ts';

/** A tensor as a matrix, with its entries. */
interface Part {
  readonly rows: number;
  readonly cols: number;
  readonly values: Float64Array;
}

/** Pixels of a side of the digits. */
const DIGIT = 8;

/** The view of `optim/training`. */
export const view: View<TrainingProblem, TrainingSolution> = {
  aspect: 2,
  opening: { family: 'digits-mlp', params: { samples: 256, epochs: 20 }, seed: 1 },
  caption: ({ family }) =>
    family.startsWith('digits')
      ? 'Weights, from the most negative to the most positive: what each unit looks for in the image, and below what the classes make of the units.'
      : 'The weights, tensor by tensor, from the most negative to the most positive.',
  describe: ({ solution: { x, value, evaluations } }) =>
    `The training loss of ${x.length} weights is ${value.toPrecision(4)} after ${evaluations.gradient} gradients of batches.`,
  draw: (surface, { family, instance: { shapes }, solution: { x } }) => drawWeights(surface, { family, shapes, x }),
};

/** The parameters of a model. */
interface Weights extends Pick<TrainingProblem, 'shapes'>, Pick<TrainingSolution, 'x'> {
  readonly family: string;
}

/** Draws the weights of a model, those that look at digits as images. */
export function drawWeights(surface: Surface, weights: Weights): void {
  const [first, ...rest] = matricesOf(weights);
  const { height } = surface;
  const side = weights.family === 'digits-mlp' ? DIGIT : Math.round(Math.sqrt(first.cols));
  if (weights.family.startsWith('digits') && side * side === first.cols) {
    drawTiles(surface, first, side, 0.65 * height);
    drawRow(surface, rest, 0.65 * height, 0.35 * height);
  } else drawRow(surface, [first, ...rest], 0, height);
}

/** The tensors with two axes and more, their first axis as rows. */
function matricesOf({ shapes, x }: Weights): Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (const shape of shapes) {
    const size = shape.reduce((product, length) => product * length, 1);
    if (shape.length > 1) parts.push({ rows: shape[0], cols: size / shape[0], values: x.slice(at, at + size) });
    at += size;
  }
  return parts;
}

/** Shades from 0 for the most negative weight to 1 for the most positive one, a half for none. */
function shades(values: Float64Array): Float64Array {
  const most = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) || 1;
  return values.map((value) => 0.5 + value / most / 2);
}

/** A square image for every row, side by side in as many lines as fit best. */
function drawTiles(surface: Surface, { rows, values }: Part, side: number, height: number): void {
  const perLine = Math.max(1, Math.ceil(Math.sqrt((rows * surface.width) / height)));
  const size = Math.min(surface.width / perLine, height / Math.ceil(rows / perLine));
  const shaded = shades(values);
  for (let unit = 0; unit < rows; unit++) {
    const box = { x: (unit % perLine) * size + 2, y: Math.floor(unit / perLine) * size + 2, width: size - 4, height: size - 4 };
    const pixels = shaded.subarray(unit * side * side, (unit + 1) * side * side);
    drawHeatMap(surface, { rows: side, cols: side, values: pixels }, box);
  }
}

/** Matrices beside each other, as wide as they have columns, but for some width that all have. */
function drawRow(surface: Surface, parts: readonly Part[], top: number, height: number): void {
  const weights = parts.map(({ cols }) => Math.sqrt(cols));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let left = 0;
  parts.forEach(({ rows, cols, values }, k) => {
    const width = (surface.width * weights[k]) / total;
    const box = { x: left + 3, y: top + 3, width: width - 6, height: height - 6 };
    drawHeatMap(surface, { rows, cols, values: shades(values) }, box);
    left += width;
  });
}
