// A pole that learns to stand: N-PG-IGT a trajectory at a time, and a cart that is driven by the current policy.
import type { PolicyInstance } from '@infimum/bandits-rl';
import { cartPole, environmentOf, softmaxPolicy } from '@infimum/bandits-rl';
import { plugin } from '@infimum/bandits-rl/plugin';
import type { PolicyIterate } from '@infimum/bandits-rl/steps';
import { Random } from '@infimum/core';
import type { Surface } from '../demo/view.ts';

/** Steps of an episode. */
export const LONGEST = 200;

/** Learns by trajectories, and shows an episode of the current policy. */
export class PoleLearner {
  /** Trajectories so far. */
  trajectories = 0;
  /** Mean returns of batches, with the trajectories before them. */
  readonly returns: (readonly [trajectories: number, mean: number])[] = [];
  readonly #policy = softmaxPolicy(4, 2);
  readonly #steps: Generator<PolicyIterate>;
  readonly #shown = environmentOf(cartPole(LONGEST));
  readonly #random: Random;
  #parameters: Float64Array;
  #observation: Float64Array;
  #isOver = true;
  /** Steps that the shown pole has stood. */
  age = 0;

  constructor(seed: number) {
    this.#random = new Random(seed, 0x706f6c65);
    this.#parameters = new Float64Array(this.#policy.size);
    this.#observation = this.#shown.reset(seed);
    const instance: PolicyInstance = {
      createEnvironment: () => environmentOf(cartPole(LONGEST)),
      policy: this.#policy,
      initialParameters: this.#parameters.slice(),
      horizon: LONGEST,
      discount: 0.99,
    };
    const solver = plugin.solvers?.find(({ id }) => id === 'bandits-rl/n-pg-igt') as
      | { steps(instance: PolicyInstance, options: object): unknown }
      | undefined;
    if (!solver) throw new Error('N-PG-IGT is not registered');
    this.#steps = solver.steps(instance, { batchSize: 5, seed }) as Generator<PolicyIterate>;
  }

  /** Learns from some more trajectories. */
  learn(count: number): void {
    for (let k = 0; k < count; k++) {
      const { value, done } = this.#steps.next();
      if (done) return;
      this.trajectories = value.iteration;
      const last = this.returns.at(-1);
      if (value.iteration > 0 && value.meanReturn !== last?.[1]) this.returns.push([value.iteration, value.meanReturn]);
      this.#parameters = value.solution().parameters;
    }
  }

  /** Moves the shown cart by a step of time; a pole that has fallen is set up again. */
  show(): Float64Array {
    if (this.#isOver) {
      this.#observation = this.#shown.reset(this.#random.integer(2 ** 31));
      this.age = 0;
    }
    const action = new Float64Array(1);
    this.#policy.act(this.#parameters, this.#observation, this.#random, action);
    const { observation, terminated, truncated } = this.#shown.step(action);
    this.#observation = observation;
    this.#isOver = terminated || truncated;
    this.age++;
    return observation;
  }
}

/** Draws a cart at x with a pole that leans by an angle, and the returns below. */
export function drawPole(
  { context, width, height, palette }: Surface,
  [x, , angle]: ArrayLike<number> & Iterable<number>,
  returns: readonly (readonly [number, number])[],
): void {
  const ground = 0.55 * height;
  const scale = width / 5.4;
  const middle = width / 2 + x * scale;
  context.strokeStyle = palette.hairline;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(0, ground);
  context.lineTo(width, ground);
  context.stroke();
  context.fillStyle = palette.ink;
  context.fillRect(middle - 22, ground - 14, 44, 14);
  context.strokeStyle = palette.second;
  context.lineWidth = 6;
  context.lineCap = 'round';
  context.beginPath();
  context.moveTo(middle, ground - 14);
  context.lineTo(middle + 0.42 * height * Math.sin(angle), ground - 14 - 0.42 * height * Math.cos(angle));
  context.stroke();
  const [top, bottom] = [0.66 * height, height - 6];
  const most = Math.max(100, returns.at(-1)?.[0] ?? 0);
  const heightOf = (value: number) => bottom - ((bottom - top) * value) / LONGEST;
  context.strokeStyle = palette.muted;
  context.lineWidth = 1;
  context.setLineDash([4, 4]);
  context.beginPath();
  context.moveTo(0, heightOf(195));
  context.lineTo(width, heightOf(195));
  context.stroke();
  context.setLineDash([]);
  context.strokeStyle = palette.first;
  context.lineWidth = 2;
  context.beginPath();
  for (const [trajectories, mean] of returns) context.lineTo((trajectories / most) * width, heightOf(mean));
  context.stroke();
}
