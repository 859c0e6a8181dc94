// The picture of a policy that learns: its mean return along the way, and its weights.
import type { Scene, View } from '../../../docs/demo/view.ts';
import type { PolicySolution, PolicyTask } from '../src/eggroll/policy.ts';

/** The view of `blackbox/policy`. */
export const view: View<PolicyTask, PolicySolution> = {
  aspect: 1.6,
  opening: { family: 'cart-pole', params: { neurons: 16 }, seed: 1 },
  wantsTrail: true,
  caption: () =>
    'Above: the mean return over 20 fixed starts, generation by generation; the dashed line is the target. Below: the weights.',
  describe: ({ solution: { meanReturn, episodes } }) =>
    `The mean return is ${meanReturn.toFixed(1)} after ${episodes} episodes.`,
  draw({ context, width, height, palette }, { instance, solution, trail = [] }: Scene<PolicyTask, PolicySolution>) {
    const returns = [...trail, solution].map(({ meanReturn }) => meanReturn);
    const upper = 0.7 * height;
    const [low, high] = [Math.min(0, ...returns), Math.max(0, instance.target, ...returns)];
    const heightOf = (value: number) => 6 + (1 - (value - low) / (high - low || 1)) * (upper - 12);
    context.strokeStyle = palette.muted;
    context.setLineDash([5, 5]);
    context.beginPath();
    context.moveTo(0, heightOf(instance.target));
    context.lineTo(width, heightOf(instance.target));
    context.stroke();
    context.setLineDash([]);
    context.strokeStyle = palette.first;
    context.lineWidth = 2;
    context.beginPath();
    for (const [i, value] of returns.entries()) {
      context.lineTo((i / Math.max(1, returns.length - 1)) * width, heightOf(value));
    }
    context.stroke();
    const weights = solution.parameters.subarray(0, 400);
    const largest = weights.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0) || 1;
    const middle = (upper + height) / 2;
    const slot = width / weights.length;
    context.fillStyle = palette.second;
    for (const [j, weight] of weights.entries()) {
      const bar = (weight / largest) * 0.45 * (height - upper);
      context.fillRect(j * slot, middle - Math.max(bar, 0), Math.max(0.5, slot - 1), Math.abs(bar));
    }
  },
};
