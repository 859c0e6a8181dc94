// The worker of a gradient flow: makes the clouds, then takes one step at a request.
import type { Shape } from './cloud-shapes.ts';
import { cloudOf } from './cloud-shapes.ts';
import type { FlowState } from './gradient-flow.ts';
import { gradientFlow } from './gradient-flow.ts';

/** Start again, or make the next step of that run. */
export type FlowRequest =
  | {
      readonly type: 'start';
      readonly run: number;
      readonly from: Shape;
      readonly to: Shape;
      readonly points: number;
      readonly epsilon: number;
    }
  | { readonly type: 'step'; readonly run: number };

/** The positions of the cloud; without a state, the flow has ended. */
export interface FlowReply {
  readonly run: number;
  readonly target: Float64Array;
  readonly state: FlowState | undefined;
}

/** Share of the way in a step: small enough for curved paths to be seen. */
const STEP = 0.15;

let flow: Generator<FlowState, void> | undefined;
let target: Float64Array = new Float64Array();
let latest = 0;

addEventListener('message', async ({ data }: MessageEvent<FlowRequest>) => {
  if (data.type === 'start') {
    latest = data.run;
    const [start, goal] = await Promise.all([cloudOf(data.from, data.points, 1), cloudOf(data.to, data.points, 2)]);
    // Another run may have been requested while the digits were loading.
    if (data.run !== latest) return;
    target = goal.values;
    flow = gradientFlow(start, goal, { epsilon: data.epsilon, step: STEP });
  }
  if (data.run !== latest || !flow) return;
  const state = flow.next().value ?? undefined;
  postMessage({ run: data.run, target, state } satisfies FlowReply);
});
