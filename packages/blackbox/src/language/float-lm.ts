// A recurrent model trained through time: the baseline with gradients and floating point, which evolution strategies avoid.
import type { Iterate, OptionSpecs, OptionsOf, Steps } from '@infimum/core';
import { converged, defineSolver, exhausted, Random, resolveOptions } from '@infimum/core';
import { learnTokens } from '../countdown/token-model.ts';
import { Ascent } from '../eggroll/ascent.ts';
import type { LanguageSolution, LanguageTask } from './language-problem.ts';
import { checkLanguageTask, floatBits, floatModel, languageProblem } from './language-problem.ts';

const floatLanguageModelOptions = {
  batchSize: { type: 'integer', min: 1, max: 65_536, default: 16, description: 'Stretches an update' },
  steps: { type: 'integer', min: 1, max: 1_000_000, default: 200, description: 'Updates of the weights' },
  every: { type: 'integer', min: 1, default: 20, description: 'Updates between two looks at the held-out text' },
  learningRate: { type: 'number', above: 0, default: 3e-2, description: 'Step size of Adam' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the weights' },
} as const satisfies OptionSpecs;

/** The steps of training through time: Adam on the mean log-loss of a batch of stretches, each from its own part of the text. */
export function* floatLanguageModelSteps(
  task: LanguageTask,
  options: OptionsOf<typeof floatLanguageModelOptions> = {},
): Steps<LanguageSolution, Iterate<LanguageSolution>> {
  const { batchSize, steps, every, learningRate, seed } = resolveOptions(floatLanguageModelOptions, options);
  checkLanguageTask(task);
  const { text, heldOut, length, target } = task;
  const model = floatModel(task, new Random(seed, 0x677275));
  const adam = new Ascent(model.parameters.length, { optimizer: 'adam' });
  let [evaluations, bits] = [1, floatBits(model, heldOut)];
  const solution = (): LanguageSolution => {
    return { weights: model.parameters.slice(), counts: new Uint32Array(0), bits, evaluations: { value: evaluations } };
  };
  for (let update = 0; ; update++) {
    yield { iteration: update, solution };
    if (bits <= target) return converged(solution(), `${bits} bits are at most the target`);
    if (update === steps) return exhausted(solution(), `all ${steps} updates were made`);
    const byteAt = (_: unknown, t: number) =>
      Int32Array.from({ length: batchSize }, (_, i) => {
        const begin = Math.floor((i * text.length) / batchSize + update * length) % (text.length - length + 1);
        return t === 0 ? 0 : text[begin + t - 1];
      });
    const bytes = Array.from({ length: length + 1 }, byteAt);
    learnTokens(model, adam, bytes, 1, learningRate);
    const isLook = (update + 1) % every === 0 || update + 1 === steps;
    bits = isLook ? floatBits(model, heldOut) : Infinity;
    evaluations += batchSize + Number(isLook);
  }
}

export const floatLanguageSolver = /* @__PURE__ */ defineSolver({
  id: 'blackbox/float-lm',
  title: 'Recurrent network in floats',
  summary: 'A recurrent model of bytes in floating point as wide as the integer one, its slopes taken through time.',
  problem: languageProblem,
  role: 'baseline',
  paper: { title: 'Backpropagation through time: what it does and how to do it', year: 1990 },
  cost: 'O(B n w) \\text{ an update, for } B \\text{ stretches of } n \\text{ bytes and } w \\text{ weights}',
  options: floatLanguageModelOptions,
  steps: (task, options) => floatLanguageModelSteps(task, options),
});
