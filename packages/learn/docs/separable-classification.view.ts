// The picture of a separation: points by their distance from the plane, the wrong side shaded.
import type { Scene, Surface, View } from '../../../docs/demo/view.ts';
import type { Separation } from '../src/separable/separation.ts';
import type { SeparableInstance } from '../src/separable/signed-rows.ts';
import { decisionOf } from '../src/separable/signed-rows.ts';

/** The view of `learn/separable-classification`. */
export const view: View<SeparableInstance, Separation> = {
  aspect: 2.1,
  opening: { family: 'digits', params: { a: 1, b: 8 }, seed: 1 },
  caption: () =>
    'Every point, by its signed distance from the plane to the right; points on the shaded side are errors. In the plane, points lie as they are, with the line between them.',
  describe: ({ instance: { points }, solution: { errors, margin } }) =>
    `${points.rows} points, ${errors} of them on the wrong side; the margin is ${margin.toExponential(1)}.`,
  draw(surface, scene) {
    if (scene.instance.points.cols === 2 && 'cols' in scene.instance.points) drawPlane(surface, scene);
    else drawDistances(surface, scene);
  },
};

/** Signed distances to the right, points one below the other in their order. */
function drawDistances({ context, width, height, palette }: Surface, scene: Scene<SeparableInstance, Separation>): void {
  const { points, labels } = scene.instance;
  const distances = Float64Array.from(labels, (label, i) => label * decisionOf(points, i, scene.solution));
  const largest = distances.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  const middle = width / 3;
  context.fillStyle = palette.hairline;
  context.fillRect(0, 0, middle, height);
  const size = Math.max(2, Math.min(6, (2 * height) / labels.length));
  for (const [i, distance] of distances.entries()) {
    const x = middle + (distance / largest) * (distance > 0 ? width - middle - 8 : middle - 8);
    const y = ((i + 0.5) / labels.length) * height;
    context.fillStyle = distance > 0 ? (labels[i] > 0 ? palette.first : palette.second) : palette.ink;
    context.fillRect(x - size / 2, y - size / 2, size, size);
  }
  context.fillStyle = palette.muted;
  context.fillRect(middle - 0.5, 0, 1, height);
}

/** Points of the plane where they are, and the line. */
function drawPlane({ context, width, height, palette }: Surface, scene: Scene<SeparableInstance, Separation>): void {
  const { points, labels } = scene.instance;
  const { weights, intercept } = scene.solution;
  const largest = points.values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  const scale = (0.45 * Math.min(width, height)) / largest;
  const place = (x: number, y: number): [number, number] => [width / 2 + scale * x, height / 2 - scale * y];
  const length = Math.hypot(weights[0], weights[1]);
  if (length > 0) {
    const [nx, ny] = [weights[0] / length, weights[1] / length];
    const [cx, cy] = [(-intercept / length) * nx, (-intercept / length) * ny];
    const reach = 3 * largest;
    context.strokeStyle = palette.muted;
    context.beginPath();
    context.moveTo(...place(cx - reach * ny, cy + reach * nx));
    context.lineTo(...place(cx + reach * ny, cy - reach * nx));
    context.stroke();
  }
  for (let i = 0; i < points.rows; i++) {
    const [x, y] = place(points.values[2 * i], points.values[2 * i + 1]);
    context.fillStyle = labels[i] > 0 ? palette.first : palette.second;
    context.beginPath();
    context.arc(x, y, 4, 0, 2 * Math.PI);
    context.fill();
  }
}
