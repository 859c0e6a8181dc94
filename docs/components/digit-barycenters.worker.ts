// Wasserstein barycentres of images, which become sharper while the weights are unchanged.
import { convolutionalBarycenterSteps } from '@infimum/ot/steps';

/** The request of the page; a new one replaces the one before. */
export interface MixRequest {
  /** The number of the request. */
  readonly wish: number;
  /** Square images of equal totals. */
  readonly images: readonly Float64Array[];
  readonly weights: Float64Array;
  readonly epsilon: number;
  readonly debiased: boolean;
}

/** A barycentre with the progress of the iteration. */
export interface MixReply {
  readonly wish: number;
  readonly barycenter: Float64Array;
  readonly iteration: number;
  readonly marginalError: number;
  readonly isLast: boolean;
}

const TOLERANCE = 1e-3;
const MAX_ITERATIONS = 512;
/** The first picture is drawn at once, so that it follows the pointer; the next ones after 16, 32, … iterations. */
const FIRST_SHOWN = 8;

let wanted: MixRequest | undefined;
let isRunning = false;

addEventListener('message', async ({ data }: MessageEvent<MixRequest>) => {
  wanted = data;
  if (isRunning) return;
  isRunning = true;
  while (wanted) {
    const request: MixRequest = wanted;
    wanted = undefined;
    await mix(request);
  }
  isRunning = false;
});

/** Sends pictures until the iteration has converged or a new request arrives. */
async function mix({ wish, images, weights, epsilon, debiased }: MixRequest): Promise<void> {
  const side = Math.sqrt(images[0].length);
  const steps = convolutionalBarycenterSteps(
    images.map((values) => ({ rows: side, cols: side, values })),
    { weights, epsilon, debiased, tolerance: TOLERANCE },
  );
  let shown = FIRST_SHOWN;
  for (let step = steps.next(), iteration = 0; ; step = steps.next()) {
    if (!step.done) ({ iteration } = step.value);
    const isLast = step.done === true || iteration === MAX_ITERATIONS;
    if (!isLast && iteration < shown) continue;
    shown *= 2;
    const { barycenter, marginalError } = step.done ? step.value.solution : step.value.solution();
    postMessage({ wish, barycenter, iteration, marginalError, isLast } satisfies MixReply);
    await messages();
    if (!isLast && !wanted) continue;
    // Releases the kernel's memory for reuse.
    steps.return({} as never);
    return;
  }
}

/** Lets pending messages arrive. */
function messages(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
