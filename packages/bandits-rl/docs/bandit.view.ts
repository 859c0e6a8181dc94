// The picture of a bandit: how often every arm was played, as time goes by.
import type { View } from '../../../docs/demo/view.ts';
import type { BanditInstance, BanditPlay } from '../src/bandits/bandit-problem.ts';
import { regretOf } from '../src/bandits/bandit-problem.ts';

/** The view of `bandits-rl/bandit`. */
export const view: View<BanditInstance, BanditPlay> = {
  aspect: 1.6,
  opening: { family: 'switching', params: { rounds: 3000 } },
  caption: () => 'Time goes to the right; each arm’s band is as high as its share of the rounds just played.',
  describe: ({ instance, solution }) =>
    `${solution.arms.length} rounds were played, at a regret of ${regretOf(instance, solution.arms).toFixed(1)} against the best fixed arm.`,
  draw({ context, width, height, palette }, { instance, solution: { arms } }) {
    const count = instance.rewards.cols;
    const columns = Math.min(120, Math.max(1, arms.length));
    const shares = new Float64Array(count);
    for (let column = 0; column < columns; column++) {
      const [from, to] = [column, column + 1].map((edge) => Math.floor((edge * arms.length) / columns));
      shares.fill(0);
      for (let t = from; t < to; t++) shares[arms[t]] += 1 / (to - from);
      let top = 0;
      for (let a = 0; a < count; a++) {
        const [red, green, blue] = palette.ramp[Math.round((255 * (a + 0.5)) / count)];
        context.fillStyle = `rgb(${red}, ${green}, ${blue})`;
        const band = shares[a] * height;
        context.fillRect((column * width) / columns, top, width / columns + 0.5, band);
        top += band;
      }
    }
  },
};
