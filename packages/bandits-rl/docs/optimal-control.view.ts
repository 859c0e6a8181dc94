// The picture of a control problem: how the coordinates of the state die out under the policy found, and under the optimal one.
import type { Scene, Surface, View } from '../../../docs/demo/view.ts';
import type { ControlInstance, ControlSolution } from '../src/quadrature/control-instance.ts';
import { linearSystem, nonlinearSystem, policyOf } from '../src/quadrature/control-problem.ts';
import { quadraticMonomials } from '../src/quadrature/monomials.ts';

type ControlScene = Scene<ControlInstance, ControlSolution>;

/** Instances come without their functions: the nonlinear one is known by name, linear ones by their matrices. */
function systemOf({ family, instance }: Pick<ControlScene, 'family' | 'instance'>): ControlInstance | undefined {
  if (family === 'nonlinear') return nonlinearSystem();
  const { linear } = instance;
  return linear && { ...instance, system: linearSystem(linear), features: quadraticMonomials(linear.a.rows) };
}

const STEPS = 400;

/** The state at equal times, by Heun's method. */
function trajectory(instance: ControlInstance, weights: Float64Array, duration: number): Float64Array[] {
  const { system, features, initialState } = instance;
  const { states: n, inputs: m } = system;
  const policy = policyOf(system, features, weights);
  const [u, map] = [new Float64Array(m), new Float64Array(n * m)];
  const rate = (x: Float64Array, out: Float64Array) => {
    system.drift(x, out);
    system.inputMap(x, map);
    policy(x, u);
    for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) out[i] += map[i * m + j] * u[j];
  };
  const h = duration / STEPS;
  const [first, second] = [new Float64Array(n), new Float64Array(n)];
  let x = initialState.slice();
  const path = [x];
  for (let k = 0; k < STEPS; k++) {
    rate(x, first);
    const ahead = x.map((entry, i) => entry + h * first[i]);
    rate(ahead, second);
    x = x.map((entry, i) => entry + (h * (first[i] + second[i])) / 2) as Float64Array<ArrayBuffer>;
    path.push(x);
  }
  return path;
}

/** The view of `bandits-rl/optimal-control`. */
export const view: View<ControlInstance, ControlSolution> = {
  aspect: 1.8,
  opening: { family: 'third-order' },
  caption: () => 'The coordinates of the state over time, under the policy found; faint under the optimal one.',
  describe: ({ solution: { weights }, instance: { optimum } }) => {
    const error = Math.hypot(...weights.map((weight, i) => weight - optimum[i])) / Math.hypot(...optimum);
    return `The weights are ${error.toExponential(1)} of their norm away from the optimum.`;
  },
  draw(surface, scene) {
    const instance = systemOf(scene);
    if (!instance) return drawWeights(surface, scene);
    const duration = 80 * instance.window;
    const paths = [instance.optimum, scene.solution.weights].map((weights) => trajectory(instance, weights, duration));
    const reach = Math.max(1e-300, ...paths[0].flatMap((x) => [...x].map(Math.abs))) * 1.2;
    const { context, width, height, palette } = surface;
    context.strokeStyle = palette.hairline;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(0, height / 2);
    context.lineTo(width, height / 2);
    context.stroke();
    paths.forEach((path, which) => {
      context.strokeStyle = which === 0 ? palette.muted : palette.first;
      context.lineWidth = which === 0 ? 3 : 1.5;
      context.globalAlpha = which === 0 ? 0.35 : 1;
      for (let i = 0; i < instance.initialState.length; i++) {
        context.beginPath();
        path.forEach((x, k) => {
          const y = Number.isFinite(x[i]) ? Math.max(-2, Math.min(2, x[i] / reach)) : 2;
          context.lineTo((width * k) / STEPS, (height / 2) * (1 - y));
        });
        context.stroke();
      }
    });
    context.globalAlpha = 1;
  },
};

/** Bars: the weights beside those of the optimum. */
function drawWeights(
  { context, width, height, palette }: Surface,
  { instance: { optimum }, solution: { weights } }: ControlScene,
): void {
  const reach = Math.max(1e-300, ...optimum.map(Math.abs)) * 1.2;
  const wide = width / optimum.length;
  [optimum, weights].forEach((values, which) => {
    context.fillStyle = which === 0 ? palette.muted : palette.first;
    values.forEach((value, i) => {
      const share = Number.isFinite(value) ? Math.max(-1, Math.min(1, value / reach)) : 0;
      context.fillRect((i + 0.1 + 0.4 * which) * wide, height / 2, 0.4 * wide, (-share * height) / 2);
    });
  });
}
