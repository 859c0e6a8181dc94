// The picture of a language model that learns: its bits a byte along the way, and its weights as a picture.
import type { Scene, View } from '../../../docs/demo/view.ts';
import type { LanguageSolution, LanguageTask } from '../src/language/language-problem.ts';

/** The view of `blackbox/language-model`. */
export const view: View<LanguageTask, LanguageSolution> = {
  aspect: 1.6,
  opening: { family: 'chain', params: { length: 5000 }, seed: 1 },
  wantsTrail: true,
  caption: () =>
    'Above: bits a byte of the held-out text whenever it was looked at; the dashed line is the target. Below: the weights, darker is larger.',
  describe: ({ solution: { bits, evaluations } }) =>
    Number.isFinite(bits)
      ? `${bits.toFixed(3)} bits a byte after ${evaluations.value} members.`
      : `${evaluations.value} members were scored.`,
  draw({ context, width, height, palette }, { instance, solution, trail = [] }: Scene<LanguageTask, LanguageSolution>) {
    const looks = [...trail, solution].filter(({ bits }) => Number.isFinite(bits));
    const upper = 0.6 * height;
    const [low, high] = [
      Math.min(instance.target, ...looks.map(({ bits }) => bits)) - 0.2,
      Math.max(instance.target, ...looks.map(({ bits }) => bits)) + 0.2,
    ];
    const heightOf = (bits: number) => 6 + (1 - (bits - low) / (high - low)) * (upper - 12);
    const last = Math.max(1, solution.evaluations.value);
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
    for (const { bits, evaluations } of looks) context.lineTo((evaluations.value / last) * width, heightOf(bits));
    context.stroke();
    const cells = 96;
    const rows = Math.max(1, Math.floor(((height - upper) / width) * cells));
    const size = width / cells;
    context.fillStyle = palette.second;
    for (let k = 0; k < Math.min(cells * rows, solution.weights.length); k++) {
      context.globalAlpha = Math.abs(solution.weights[k]) / 127;
      context.fillRect((k % cells) * size, upper + Math.floor(k / cells) * size, size, size);
    }
    context.globalAlpha = 1;
  },
};
