// Colour transfer by entropic optimal transport: previews while the plan converges, then the photograph at full size.
import type { Photograph } from '@infimum/datasets/china';
import { barycentricProjection, costMatrix } from '@infimum/ot';
import { sinkhornNewtonSparseSteps } from '@infimum/ot/steps';
import { displacements, nearestSamples, recolored, sampleColors } from './color-map.ts';

/** A photograph of the pavilion or the flower, or a visitor's own. */
export type Picture = 'china' | 'flower' | Blob;

/** The request of the page. */
export interface ColorRequest {
  /** The photograph that gets new colours. */
  readonly content: Picture;
  /** The photograph that has them. */
  readonly palette: Picture;
  readonly epsilon: number;
}

/** The answers of the worker: the two photographs, previews, and finally the picture. */
export type ColorReply =
  | { readonly type: 'decoded'; readonly content: ImageData; readonly palette: ImageData }
  | {
      readonly type: 'preview' | 'done';
      readonly picture: ImageData;
      readonly iteration: number;
      readonly marginalError: number;
    }
  | { readonly type: 'failed'; readonly message: string };

/** Colours that are sampled of either photograph. */
const SAMPLES = 600;
const TOLERANCE = 1e-4;
/** Photographs of more pixels are made smaller: canvases of some browsers hold no more. */
const MAX_PIXELS = 12e6;
const PREVIEW_PIXELS = 40_000;
/** Previews are drawn at iterations 1, 2, 4, 8, …: later ones change less. */
const isShown = (iteration: number) => (iteration & (iteration - 1)) === 0 && iteration > 0;

addEventListener('message', async ({ data }: MessageEvent<ColorRequest>) => {
  try {
    const [content, palette] = await Promise.all([decoded(data.content), decoded(data.palette)]);
    send({ type: 'decoded', content, palette });
    await transfer(content, palette, data.epsilon);
  } catch (error) {
    send({ type: 'failed', message: (error as Error).message });
  }
});

async function transfer(content: ImageData, palette: ImageData, epsilon: number): Promise<void> {
  const small = await shrunk(content, PREVIEW_PIXELS);
  const from = sampleColors(content.data, SAMPLES, 1);
  const to = sampleColors(palette.data, SAMPLES, 2);
  const nearest = nearestSamples(from);
  const [a, b] = [from, to].map(({ rows }) => new Float64Array(rows).fill(1 / rows));
  const steps = sinkhornNewtonSparseSteps({ a, b, cost: costMatrix(from, to) }, { epsilon, tolerance: TOLERANCE });
  for (let step = steps.next(), iteration = 0; ; step = steps.next()) {
    if (!step.done) ({ iteration } = step.value);
    if (!step.done && !isShown(iteration)) continue;
    const { plan, marginalError } = step.done ? step.value.solution : step.value.solution();
    const table = displacements(nearest, from, barycentricProjection(plan, to));
    const source = step.done ? content : small;
    const picture = new ImageData(recolored(source.data, table), source.width, source.height);
    send({ type: step.done ? 'done' : 'preview', picture, iteration, marginalError });
    if (step.done) return;
  }
}

async function decoded(picture: Picture): Promise<ImageData> {
  if (picture === 'china') return builtIn((await import('@infimum/datasets/china')).loadChina());
  if (picture === 'flower') return builtIn((await import('@infimum/datasets/flower')).loadFlower());
  try {
    return await shrunk(picture, MAX_PIXELS);
  } catch {
    throw new Error('This browser cannot read the file as a picture.');
  }
}

function builtIn({ pixels, shape: [height, width] }: Photograph): ImageData {
  const data = new Uint8ClampedArray(4 * width * height).fill(255);
  pixels.values.forEach((value, k) => {
    data[4 * Math.floor(k / 3) + (k % 3)] = value;
  });
  return new ImageData(data, width, height);
}

/** A picture with at most so many pixels, of the same shape. */
async function shrunk(picture: Blob | ImageData, most: number): Promise<ImageData> {
  const bitmap = await createImageBitmap(picture);
  const scale = Math.min(1, Math.sqrt(most / (bitmap.width * bitmap.height)));
  const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.floor(side * scale)));
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('This browser gives workers no canvas.');
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  return context.getImageData(0, 0, width, height);
}

function send(reply: ColorReply): void {
  postMessage(reply);
}
