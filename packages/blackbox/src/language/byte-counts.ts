// Counts of bytes, and of bytes after each byte: the baseline of every language model.
import type { Iterate, OptionSpecs, OptionsOf, Steps } from '@infimum/core';
import { converged, defineSolver, resolveOptions, stalled } from '@infimum/core';
import { byteCounts } from './counted-bits.ts';
import type { LanguageSolution, LanguageTask } from './language-problem.ts';
import { checkLanguageTask, heldOutBits, languageProblem } from './language-problem.ts';

const byteCountsOptions = {
  contextLength: { type: 'integer', was: 'order', min: 0, max: 1, default: 1, description: 'Number of previous bytes' },
} as const satisfies OptionSpecs;

/** The steps of `byteCounts`. */
export function* byteCountsSteps(
  task: LanguageTask,
  options: OptionsOf<typeof byteCountsOptions> = {},
): Steps<LanguageSolution, Iterate<LanguageSolution>> {
  const { contextLength } = resolveOptions(byteCountsOptions, options);
  checkLanguageTask(task);
  const solution: LanguageSolution = {
    weights: new Int8Array(0),
    counts: byteCounts(task.text, contextLength),
    bits: Infinity,
    evaluations: { value: 0 },
  };
  const copy = () => ({ ...solution, counts: solution.counts.slice() });
  yield { iteration: 0, solution: copy };
  solution.bits = heldOutBits(task, solution);
  yield { iteration: 1, solution: copy };
  if (solution.bits <= task.target) return converged(copy(), `${solution.bits} bits are at most the target`);
  return stalled(copy(), 'the text was counted; counting has nothing more to learn');
}

export const byteCountsSolver = /* @__PURE__ */ defineSolver({
  id: 'blackbox/byte-counts',
  title: 'Byte counts',
  summary: 'How often each byte follows each other byte.',
  problem: languageProblem,
  role: 'baseline',
  paper: { title: 'A mathematical theory of communication', year: 1948 },
  cost: 'O(n)',
  options: byteCountsOptions,
  steps: (task, options) => byteCountsSteps(task, options),
});
