// The picture of a language model that learns from rewards: its share of right answers along the way, and what it answers.
import type { Scene, View } from '../../../docs/demo/view.ts';
import { answer, rewardsOf } from '../src/countdown/answers.ts';
import { answerLength, COUNTDOWN_CHARACTERS } from '../src/countdown/countdown.ts';
import type { CountdownSolution, CountdownTask } from '../src/countdown/countdown-problem.ts';
import { countdownModel } from '../src/countdown/countdown-problem.ts';

/** Problems that are shown with their answers. */
const SHOWN = 8;

/** The view of `blackbox/countdown`. */
export const view: View<CountdownTask, CountdownSolution> = {
  aspect: 1.6,
  opening: { family: 'two-numbers', params: { hidden: 16, warmSteps: 200, gain: 0.02 }, seed: 1 },
  wantsTrail: true,
  caption: () =>
    'Above: the share of right answers in the exam, batch by batch; the dashed line is the target. Below: what is answered to the first problems of the exam; right answers are marked.',
  describe: ({ solution: { accuracy, answers } }) =>
    `${(100 * accuracy).toFixed(1)} % of the answers are right after ${answers} answers in practice.`,
  draw({ context, width, height, palette }, { instance, solution, trail = [] }: Scene<CountdownTask, CountdownSolution>) {
    const shares = [...trail, solution].map(({ accuracy }) => accuracy);
    const upper = 0.6 * height;
    const high = Math.min(1, Math.max(0.1, instance.target, ...shares) + 0.05);
    const heightOf = (share: number) => 6 + (1 - share / high) * (upper - 12);
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
    for (const [i, share] of shares.entries()) {
      context.lineTo((i / Math.max(1, shares.length - 1)) * width, heightOf(share));
    }
    context.stroke();
    const problems = instance.exam.slice(0, SHOWN);
    const model = countdownModel(instance.hidden, solution.parameters);
    const made = answer(model, model.plain(), problems);
    const rewards = rewardsOf(problems, made);
    const size = Math.max(9, Math.min(16, (height - upper) / 6));
    context.font = `${size}px sans-serif`;
    for (const [i, { numbers, target }] of problems.entries()) {
      const own = made.tokens.subarray(i * answerLength(numbers.length), (i + 1) * answerLength(numbers.length));
      const text = Array.from(own, (token) => COUNTDOWN_CHARACTERS[token]).join('');
      context.fillStyle = rewards[i] === 1 ? palette.second : palette.muted;
      const [x, y] = [((i % 2) * width) / 2 + 8, upper + size * (1.2 + 1.3 * Math.floor(i / 2))];
      context.fillText(`${numbers.join(', ')} → ${target}: ${text}${rewards[i] === 1 ? ' ✓' : ''}`, x, y);
    }
  },
};
