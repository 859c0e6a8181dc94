// The picture of a policy at work: the pole it holds, and for linear systems the way of the state.
import type { Scene, Surface, View } from '../../../docs/demo/view.ts';
import { cartPole } from '../src/environments/classic-control.ts';
import { environmentOf } from '../src/environments/environment.ts';
import { softmaxPolicy } from '../src/policy-gradient/policy.ts';
import type { PolicyInstance, PolicySolution } from '../src/policy-gradient/policy-problem.ts';

type PolicyScene = Scene<PolicyInstance, PolicySolution>;

/** States of the pole under the policy, taking its likeliest action; undefined for other tasks. */
function poleStates({ family, params, solution: { parameters } }: PolicyScene): Float64Array[] | undefined {
  if (family !== 'cart-pole' || params['hidden'] !== 'none') return undefined;
  const environment = environmentOf(cartPole(Number(params['timeLimit'] ?? 200)));
  const policy = softmaxPolicy(4, 2);
  const action = new Float64Array(1);
  let observation = environment.reset(3);
  const states = [observation.slice()];
  for (let isOver = false; !isOver; ) {
    policy.act(parameters, observation, undefined, action);
    const result = environment.step(action);
    observation = result.observation;
    states.push(observation.slice());
    isOver = result.terminated || result.truncated;
  }
  return states;
}

/** The view of `bandits-rl/policy`. */
export const view: View<PolicyInstance, PolicySolution> = {
  aspect: 1.8,
  opening: { family: 'cart-pole', params: { timeLimit: 200 } },
  caption: ({ family }) =>
    family === 'cart-pole'
      ? 'One episode with the policy as it is now: the pole every few steps, from light to dark, and above it the angle over time.'
      : 'The parameters of the policy.',
  describe: (scene) => {
    const states = poleStates(scene);
    return states
      ? `The pole is held for ${states.length - 1} steps.`
      : `The policy has ${scene.solution.parameters.length} parameters.`;
  },
  draw(surface, scene) {
    const states = poleStates(scene);
    if (states) drawPole(surface, states);
    else drawParameters(surface, scene.solution.parameters);
  },
};

function drawPole({ context, width, height, palette }: Surface, states: readonly Float64Array[]): void {
  const floor = height * 0.85;
  const unit = width / 5.2;
  context.strokeStyle = palette.hairline;
  context.beginPath();
  context.moveTo(0, floor);
  context.lineTo(width, floor);
  context.stroke();
  const shown = 12;
  const stride = Math.max(1, Math.floor((states.length - 1) / shown));
  for (let k = 0; k < states.length; k += stride) {
    const isLast = k + stride >= states.length;
    const [x, , angle] = isLast ? states[states.length - 1] : states[k];
    const left = width / 2 + unit * x;
    context.globalAlpha = isLast ? 1 : 0.08 + 0.3 * (k / states.length);
    context.strokeStyle = palette.first;
    context.lineWidth = isLast ? 4 : 2;
    context.beginPath();
    context.moveTo(left, floor - 10);
    context.lineTo(left + unit * 1.4 * Math.sin(angle), floor - 10 - unit * 1.4 * Math.cos(angle));
    context.stroke();
    context.fillStyle = palette.muted;
    context.fillRect(left - 18, floor - 14, 36, 14);
  }
  context.globalAlpha = 1;
  context.strokeStyle = palette.muted;
  context.lineWidth = 1;
  context.beginPath();
  states.forEach((state, k) => {
    context.lineTo((width * k) / 200, height * (0.1 - (0.08 * state[2]) / 0.21));
  });
  context.stroke();
}

function drawParameters({ context, width, height, palette }: Surface, parameters: Float64Array): void {
  const reach = parameters.reduce((most, entry) => Math.max(most, Math.abs(entry)), 1e-300) * 1.1;
  const wide = width / parameters.length;
  context.fillStyle = palette.first;
  parameters.forEach((entry, i) => {
    context.fillRect((i + 0.15) * wide, height / 2, 0.7 * wide, ((-entry / reach) * height) / 2);
  });
}
