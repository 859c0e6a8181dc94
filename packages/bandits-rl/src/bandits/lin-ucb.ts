// LinUCB: upper confidence bounds where rewards are linear in the context.
//
// L. Li, W. Chu, J. Langford, R. Schapire: A contextual-bandit approach to personalized news article recommendation,
// arXiv 1003.0146 (2010).
import type { OptionSpecs } from '@infimum/core';
import { defineSolver, resolveOptions } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { ArmRegressions } from './arm-regressions.ts';
import { banditProblem, contextDimension } from './bandit-problem.ts';
import { playSteps } from './play.ts';
import type { Policy, PolicyState } from './policy.ts';
import { shareAmongBest } from './policy.ts';

const linUcbOptions = {
  confidenceWidth: { type: 'number', min: 0, default: 1, description: 'Width α of the confidence bounds' },
  ridge: { type: 'number', above: 0, default: 1, description: 'Ridge λ of the regressions' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the choices among ties' },
} as const satisfies OptionSpecs;

/** The policy: a regression an arm on the context, or one for all on the arms' features. */
export class LinUcb implements Policy {
  readonly #models: ArmRegressions;
  readonly #width: number;
  readonly #features: readonly Float64Array[] | undefined;
  #indices = new Float64Array(0);

  constructor(
    arms: number,
    dimension: number,
    { confidenceWidth, ridge, features }: { confidenceWidth: number; ridge: number; features?: DenseMatrix | undefined },
  ) {
    this.#models = features ? new ArmRegressions(1, features.cols, ridge) : new ArmRegressions(arms, dimension, ridge);
    this.#width = confidenceWidth;
    this.#features =
      features &&
      Array.from({ length: arms }, (_, a) => features.values.slice(a * features.cols, (a + 1) * features.cols) as Float64Array);
  }

  weigh(context: Float64Array, available: Int32Array, out: Float64Array): void {
    if (this.#indices.length !== available.length) this.#indices = new Float64Array(available.length);
    for (let j = 0; j < available.length; j++) {
      const x = this.#features ? this.#features[available[j]] : context;
      const model = this.#features ? 0 : available[j];
      this.#indices[j] = this.#width * this.#models.uncertainty(model, x) - this.#models.predict(model, x);
    }
    shareAmongBest(this.#indices, out);
  }

  learn(context: Float64Array, arm: number, _: number, loss: number): void {
    if (this.#features) this.#models.learn(0, this.#features[arm], loss - 0.5);
    // The prior mean of a reward is ½, not 0: a loss of ½ carries no information.
    else this.#models.learn(arm, context, loss - 0.5);
  }

  grow(): void {
    this.#models.grow();
  }

  save(): PolicyState {
    return this.#models.save();
  }

  load(state: PolicyState): void {
    this.#models.load(state);
  }
}

export const linUcbSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/lin-ucb',
  title: 'LinUCB',
  summary: 'Plays the arm whose reward could be largest, by a regression on the context or on the arms’ features.',
  problem: banditProblem,
  role: 'baseline',
  paper: { title: 'A Contextual-Bandit Approach to Personalized News Article Recommendation', arxiv: '1003.0146', year: 2010 },
  cost: 'O(A d^2) \\text{ per round}',
  options: linUcbOptions,
  steps: (instance, options) => {
    const resolved = resolveOptions(linUcbOptions, options);
    const { rewards, features } = instance;
    const policy = new LinUcb(rewards.cols, contextDimension(instance), { ...resolved, features });
    return playSteps(instance, policy, resolved.seed);
  },
});
