// The page of a solver, built from the registry, its text and the measurements.
import type { AnySolver, Paper } from '@infimum/core';
import { jsonSchemaOf } from '@infimum/core';
import { costInMarkdown } from './cost.ts';
import type { GeneratedPage } from './markdown.ts';
import { escapeText, facts, partsOf, table } from './markdown.ts';
import { solverRaces } from './measured.ts';
import { apiLinkOf } from './packages.ts';
import { registry, solverText } from './registry.ts';
import { readResults, rerunOf } from './results.ts';
import { fieldsOf, rangeOf } from './schema-fields.ts';
import { repository, sourceOf } from './source.ts';

/** The page of a solver. */
export function solverPage(solver: AnySolver): GeneratedPage {
  const { id, title, summary, problem, role, cost } = solver;
  const source = sourceOf(id);
  const { markdown, notes } = solverText(solver);
  const text = partsOf(markdown);
  const lead = [
    `<p class="summary">${escapeText(summary)}</p>`,
    facts([
      ['Id', `\`${id}\``],
      ['Solves', `[${problem.title}](/problems/${problem.id})`],
      ['Role', role === 'paper' ? "A paper's algorithm" : 'Baseline'],
      ['Cost', costInMarkdown(cost), 'wide'],
      ['Published in', citation(solver.paper), 'wide'],
    ]),
    '<LiveDemo :data="$params.demo" />',
    text.lead,
  ].join('\n\n');
  return {
    title,
    lead,
    words: notes['words'],
    sections: [
      ...text.sections,
      { heading: 'Options', body: optionsTable(solver) },
      { heading: 'Use it', body: usage(solver) },
      { heading: 'Measured', body: measured(solver) },
      { heading: 'Read on', body: links(solver, source.file, source.imported) },
    ],
  };
}

/** A paper with its link. */
function citation({ title, arxiv, year }: Paper): string {
  return arxiv ? `[${title}](https://arxiv.org/abs/${arxiv}), ${year}` : `${title}, ${year}`;
}

function optionsTable({ options }: AnySolver): string {
  const fields = fieldsOf(jsonSchemaOf(options));
  const limits = 'The drivers add `maxIterations`, `maxSeconds`, `signal`, `onIteration` and `trace`, which all solvers share.';
  if (fields.length === 0) return `This solver has no other options. ${limits}`;
  const rows = fields.map((field) => [
    `\`${field.name}\``,
    field.default === undefined ? '' : `\`${field.default}\``,
    escapeText(rangeOf(field)),
    field.unit,
    escapeText(field.description),
  ]);
  return `${table(['Option', 'Default', 'Range', 'Unit', 'Meaning'], rows)}\n\n${limits}`;
}

function usage({ id, problem }: AnySolver): string {
  const { example, imported } = sourceOf(id);
  const family = Object.keys(problem.families)[0];
  const code = `import { parseWith, solve } from '@infimum/core';
import { createInfimumRegistry } from 'infimum';

const registry = createInfimumRegistry();
const solver = registry.solver('${id}');
const family = solver.problem.families['${family}'];
const instance = await family.generate(parseWith(family.params, {}, 'params'), 1);
const outcome = solve(solver, instance, { maxIterations: 100 });
console.log(outcome.status, outcome.iterations);`;
  const byId = example
    ? 'By id, from the registry of `infimum`: the demo above shows its run as a program.'
    : `By id, on an instance of a registered family:\n\n\`\`\`ts\n${code}\n\`\`\``;
  return [
    ...(example
      ? [`As a function of \`${imported?.from}\`:`, `<RunnableExample>\n\n\`\`\`ts\n${example}\n\`\`\`\n\n</RunnableExample>`]
      : []),
    byId,
    `The same on the command line: \`infimum-bench run --problem ${problem.id} --solvers ${id}\`.`,
  ].join('\n\n');
}

/** The papers' claims beside their reruns, and the solver's place in the races. */
function measured(solver: AnySolver): string {
  const results = readResults();
  const claims = registry.claims.filter(({ paper }) => isSame(paper, solver.paper));
  const parts: string[] = [];
  if (claims.length > 0 && solver.role === 'paper') {
    const rows = claims.map((claim) => {
      const rerun = rerunOf(results, claim);
      return [claim.statement, claim.published, rerun?.measured ?? 'not measured yet', rerun?.verdict ?? ''].map(escapeText);
    });
    parts.push(table(['Claim', 'Published', 'Measured here', 'Verdict'], rows));
  }
  parts.push(solverRaces(solver), `[The verdict: which solver to take](/problems/${solver.problem.id}#verdict).`);
  return parts.join('\n\n');
}

function links(solver: AnySolver, file: string, imported?: { name: string; from: string }): string {
  // Not listed individually: all pages together would grow with the square of the solvers.
  const rivals = registry.solversOf(solver.problem.id).length - 1;
  return [
    `- Paper: ${citation(solver.paper)}`,
    imported && `- API: [\`${imported.name}\`](${apiLinkOf(imported)})`,
    repository ? `- Source: [\`${file}\`](${repository}/blob/main/${file})` : `- Source: \`${file}\``,
    rivals > 0 &&
      `- On the same problem: [${rivals} other ${rivals === 1 ? 'solver' : 'solvers'}](/problems/${solver.problem.id}#solvers)`,
  ]
    .filter(Boolean)
    .join('\n');
}

function isSame(first: Paper, second: Paper): boolean {
  return first.arxiv === second.arxiv && first.title === second.title;
}
