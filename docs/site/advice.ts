// The advice of ‘Choosing’ for a problem, compared with the solvers that measurements name, and the reason where they differ. Both use the
// same map.
import type { AnyProblem } from '@infimum/core';
import type { Choice } from '../data/choices.ts';
import { BRANCHES } from '../data/choices.ts';
import { escapeText } from './markdown.ts';
import { apiLinkOf } from './packages.ts';
import { registry } from './registry.ts';
import { sourceOf } from './source.ts';
import { namedByVerdicts } from './verdict.ts';

/** The choices that lead to a problem, with their branches. */
const choicesOf = (problem: string): { readonly branch: string; readonly choice: Choice }[] =>
  BRANCHES.flatMap(({ id, choices }) => choices.map((choice) => ({ branch: id, choice }))).filter(
    ({ choice }) => choice.problem === problem,
  );

/** The registered solvers that the function of a choice runs. */
const solversOfChoice = ({ problem, use, from, runs }: Choice): readonly string[] =>
  runs ??
  registry
    .solversOf(problem)
    .map(({ id }) => id)
    .filter((id) => {
      const { imported } = sourceOf(id);
      return imported?.name === use && imported.from.startsWith(from.split('/').slice(0, 2).join('/'));
    });

/** Whether measurements name one of a choice's solvers too: the first of some kind at some accuracy, or level with it. */
export function isMeasuredFirst(choice: Choice): boolean {
  const named = namedByVerdicts(registry.problem(choice.problem));
  return solversOfChoice(choice).some((id) => named.has(id));
}

/** The verdict of measurements on the advice, in a sentence. */
export const measuredOf = (choice: Choice): string =>
  choice.despite ?? 'In the measurements it is the fastest of its kind, or level with the fastest.';

/** The advice at the head of a problem's page. */
export function adviceSection({ id }: AnyProblem): string {
  const lines = choicesOf(id).map(({ branch, choice }) => {
    const { say, use, from, despite } = choice;
    const why = despite ? ` ${escapeText(despite)}` : '';
    return `- [${escapeText(say)}](/guide/choosing#${branch}/${choice.id}) Use [\`${use}\`](${apiLinkOf({ name: use, from })}).${why}`;
  });
  return ['<div class="advice">', ...lines, '- [Measurements](#verdict), solver by solver.', '</div>']
    .join('\n')
    .replace('>\n-', '>\n\n-')
    .replace('\n</div', '\n\n</div');
}
