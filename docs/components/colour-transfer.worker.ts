// Colour transfer by entropic optimal transport, a picture every few iterations.
import { Random } from '@infimum/core';
import { costMatrix, sinkhornSteps } from '@infimum/ot';

/** What the page asks for. */
export interface ColourRequest {
  /** The photograph that gets new colours: the one of the pavilion, or that of the flower. */
  readonly content: 'china' | 'flower';
  readonly epsilon: number;
}

/** A picture with how far the iteration is. */
export interface ColourFrame {
  readonly width: number;
  readonly height: number;
  readonly original: Uint8ClampedArray<ArrayBuffer>;
  readonly palette: Uint8ClampedArray<ArrayBuffer>;
  readonly result: Uint8ClampedArray<ArrayBuffer>;
  readonly iteration: number;
  readonly marginalError: number;
  readonly isLast: boolean;
}

/** Colours that are sampled of either photograph. */
const SAMPLES = 400;
const TOLERANCE = 1e-4;
/** Pictures are drawn at iterations 0, 1, 2, 4, 8, …: later ones change less. */
const isShown = (iteration: number) => (iteration & (iteration - 1)) === 0;

/** Colours from 0 to 1, a row a pixel. */
interface Colours {
  readonly rows: number;
  readonly cols: number;
  readonly values: Float64Array;
}

addEventListener('message', async ({ data }: MessageEvent<ColourRequest>) => {
  const photographs = await loadPhotographs();
  const [height, width] = photographs.shape;
  const [content, style] =
    data.content === 'china'
      ? [photographs.china, photographs.flower]
      : [photographs.flower, photographs.china];
  const from = sample(content, 1);
  const to = sample(style, 2);
  const nearest = nearestSamples(content, from);
  const uniform = new Float64Array(SAMPLES).fill(1 / SAMPLES);
  const transport = { a: uniform, b: uniform, cost: costMatrix(from, to) };
  const steps = sinkhornSteps(transport, { epsilon: data.epsilon, tolerance: TOLERANCE });
  for (let step = steps.next(), isLast = false, iteration = 0; !isLast; step = steps.next()) {
    isLast = step.done === true;
    if (!step.done) ({ iteration } = step.value);
    if (!isLast && !isShown(iteration)) continue;
    const { plan, marginalError } = step.done ? step.value.solution : step.value.solution();
    const targets = barycentres(plan, to);
    const frame: ColourFrame = {
      width,
      height,
      original: imageOf(content),
      palette: imageOf(style),
      result: imageOf(moved(content, nearest, from, targets)),
      iteration,
      marginalError,
      isLast,
    };
    postMessage(frame);
  }
});

async function loadPhotographs() {
  const [{ loadChina }, { loadFlower }] = await Promise.all([
    import('@infimum/datasets/china'),
    import('@infimum/datasets/flower'),
  ]);
  const [china, flower] = [loadChina(), loadFlower()];
  const scaled = ({ rows, cols, values }: Colours) => ({
    rows,
    cols,
    values: values.map((value) => value / 255),
  });
  return { china: scaled(china.pixels), flower: scaled(flower.pixels), shape: china.shape };
}

function sample({ rows, cols, values }: Colours, seed: number): Colours {
  const chosen = Array.from(new Random(seed).sample(rows, SAMPLES));
  const picked = chosen.flatMap((row) => Array.from(values.subarray(row * cols, (row + 1) * cols)));
  return { rows: SAMPLES, cols, values: Float64Array.from(picked) };
}

/** The nearest sampled colour of every pixel. */
function nearestSamples({ rows, values }: Colours, samples: Colours): Int32Array {
  return Int32Array.from({ length: rows }, (_, pixel) => {
    let best = 0;
    let least = Infinity;
    for (let i = 0; i < samples.rows; i++) {
      const distance =
        (values[3 * pixel] - samples.values[3 * i]) ** 2 +
        (values[3 * pixel + 1] - samples.values[3 * i + 1]) ** 2 +
        (values[3 * pixel + 2] - samples.values[3 * i + 2]) ** 2;
      if (distance < least) {
        least = distance;
        best = i;
      }
    }
    return best;
  });
}

/** The mean colour that every sampled colour is sent to. */
function barycentres(plan: Colours, to: Colours): Float64Array {
  const targets = new Float64Array(3 * plan.rows);
  for (let i = 0; i < plan.rows; i++) {
    let mass = 0;
    for (let j = 0; j < plan.cols; j++) {
      const share = plan.values[i * plan.cols + j];
      mass += share;
      for (let c = 0; c < 3; c++) targets[3 * i + c] += share * to.values[3 * j + c];
    }
    for (let c = 0; c < 3; c++) targets[3 * i + c] /= mass;
  }
  return targets;
}

/** Every pixel moved as its nearest sampled colour is. */
function moved(
  { rows, cols, values }: Colours,
  nearest: Int32Array,
  from: Colours,
  targets: Float64Array,
): Colours {
  const result = values.map((value, k) => {
    const place = 3 * nearest[Math.floor(k / 3)] + (k % 3);
    return value + targets[place] - from.values[place];
  });
  return { rows, cols, values: result };
}

function imageOf({ rows, values }: Colours): Uint8ClampedArray<ArrayBuffer> {
  const image = new Uint8ClampedArray(4 * rows).fill(255);
  values.forEach((value, k) => {
    image[4 * Math.floor(k / 3) + (k % 3)] = 255 * value;
  });
  return image;
}
