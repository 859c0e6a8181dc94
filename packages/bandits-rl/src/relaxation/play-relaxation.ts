// Solves a sequence of systems, each with the factor that a policy chooses.
import type { Steps } from '@infimum/core';
import { converged, Random, stalled } from '@infimum/core';
import type { Policy } from '../bandits/policy.ts';
import { drawArm } from '../bandits/policy.ts';
import { relaxedSolve } from './relaxed-solve.ts';
import type { RelaxationInstance, RelaxationIterate, RelaxationPlay } from './system-sequence.ts';
import { SOLVE_CAP, SystemSequence } from './system-sequence.ts';

/** The paper's grid: 1, 1.05, …, 1.95. */
export function defaultGrid(arms: number): Float64Array {
  return Float64Array.from({ length: arms }, (_, i) => (arms > 1 ? 1 + (0.95 * i) / (arms - 1) : 1.5));
}

/** A factor, or a search for one that yields every few milliseconds. */
type Choice = number | Generator<unknown, number>;

/** Solves all systems; `choose` gives the factor for one, `learn` receives the iterations it took. */
export function* relaxationSteps(
  instance: RelaxationInstance,
  choose: (t: number, context: number) => Choice,
  learn: (iterations: number) => void,
): Steps<RelaxationPlay, RelaxationIterate> {
  const sequence = new SystemSequence(instance);
  const { method, tolerance, warmStart, base } = instance;
  const relaxations = new Float64Array(sequence.count);
  const counts = new Int32Array(sequence.count);
  let x: Float64Array = (instance.initial ?? new Float64Array(base.rows)).slice();
  let [total, systems, failures, pauses] = [0, 0, 0, 0];
  const solution = (): RelaxationPlay => ({ relaxations: relaxations.slice(0, systems), counts: counts.slice(0, systems) });
  const news = (inside: number): RelaxationIterate => ({
    iteration: total + inside + systems + pauses,
    systems,
    total,
    solution,
  });
  yield news(0);
  for (; systems < sequence.count; ) {
    const choice = choose(systems, instance.contexts[systems]);
    let relaxation = choice as number;
    if (typeof choice !== 'number') {
      let search = choice.next();
      for (; !search.done; search = choice.next()) {
        pauses++;
        yield news(0);
      }
      relaxation = search.value;
    }
    const solve = relaxedSolve(sequence.matrix(systems), sequence.rightHandSide(systems, x), {
      method,
      relaxation,
      tolerance,
      cap: SOLVE_CAP,
      initial: warmStart ? x : undefined,
    });
    let last = 0;
    let step = solve.next();
    for (; !step.done; step = solve.next()) {
      last = step.value;
      yield news(last);
    }
    const { solved, iterations: taken, x: found } = step.value;
    const cost = solved ? taken : SOLVE_CAP;
    learn(cost);
    relaxations[systems] = relaxation;
    counts[systems] = taken;
    if (!solved) failures++;
    total += Math.max(taken, last);
    systems++;
    x = found;
    if (!x.every(Number.isFinite)) return stalled(solution(), `system ${systems - 1} has no finite solution with this factor`);
    yield news(0);
  }
  if (failures > 0) {
    return stalled(
      solution(),
      `${failures} of ${sequence.count} systems were not solved to ${tolerance} within ${SOLVE_CAP} iterations`,
    );
  }
  return converged(solution(), `all ${sequence.count} systems were solved to ${tolerance}`);
}

/** Lets a bandit choose from a grid. Losses are the iterations after the first. */
export function policySteps(
  instance: RelaxationInstance,
  grid: Float64Array,
  policy: Policy,
  seed: number,
): Steps<RelaxationPlay, RelaxationIterate> {
  const random = new Random(seed);
  const available = Int32Array.from({ length: grid.length }, (_, i) => i);
  const weights = new Float64Array(grid.length);
  const x = new Float64Array(2);
  let arm = 0;
  return relaxationSteps(
    instance,
    (_, context) => {
      x[0] = context;
      x[1] = 1;
      policy.weigh(x, available, weights);
      arm = drawArm(weights, grid.length, random.uniform());
      policy.chosen?.(arm);
      return grid[arm];
    },
    (iterations) => policy.learn(x, arm, weights[arm], Math.max(0, iterations - 1)),
  );
}
