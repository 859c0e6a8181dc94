// The picture of optimisation through a network: how the best value falls with the evaluations, and the inputs of the
// best point.
import type { Scene, Surface, View } from '../../../docs/demo/view.ts';
import type { SurrogateInstance, SurrogateSolution } from '../src/attacks/network-surrogate.ts';

type SurrogateScene = Scene<SurrogateInstance, SurrogateSolution>;

/** The view of `verify/network-surrogate`. */
export const view: View<SurrogateInstance, SurrogateSolution> = {
  aspect: 2,
  opening: { family: 'constrained', params: { n: 10, width: 16 }, seed: 2 },
  wantsTrail: true,
  caption: () =>
    'The best value after every solution drawn, on a logarithmic scale from the worst to the best; below, the inputs of the best point.',
  describe: ({ solution: { value, evaluations } }) =>
    `Value ${value.toPrecision(4)} after ${evaluations.value} evaluations and ${evaluations.pullBack} products.`,
  draw(surface, scene) {
    drawValues(surface, scene);
    drawInputs(surface, scene);
  },
};

function drawValues({ context, width, height, palette }: Surface, { solution, trail }: SurrogateScene): void {
  const points = [...(trail ?? []), solution].filter(({ value }) => value < Number.MAX_VALUE);
  if (points.length === 0) return;
  const best = Math.min(...points.map(({ value }) => value));
  const range = Math.max(...points.map(({ value }) => value)) - best || 1;
  const last = Math.max(1, solution.evaluations.value);
  const top = height * 0.6;
  context.strokeStyle = palette.first;
  context.lineWidth = 2;
  context.beginPath();
  for (const { value, evaluations } of points) {
    const level = 1 + Math.log10(Math.max((value - best) / range, 1e-6)) / 6;
    context.lineTo(10 + ((width - 20) * evaluations.value) / last, 10 + (top - 20) * (1 - level));
  }
  context.stroke();
}

function drawInputs({ context, width, height, palette }: Surface, { solution: { x } }: SurrogateScene): void {
  const reach = x.reduce((most, value) => Math.max(most, Math.abs(value)), Number.MIN_VALUE);
  const middle = height * 0.8;
  const bar = (width - 20) / x.length;
  context.strokeStyle = palette.hairline;
  context.beginPath();
  context.moveTo(10, middle);
  context.lineTo(width - 10, middle);
  context.stroke();
  context.fillStyle = palette.second;
  x.forEach((value, j) => {
    const size = (height * 0.17 * value) / reach;
    context.fillRect(10 + j * bar, middle - Math.max(0, size), Math.max(1, bar * 0.8), Math.abs(size));
  });
}
