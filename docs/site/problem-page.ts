// The page of a problem, built from the registry and, if present, its text.
import type { AnyProblem } from '@infimum/core';
import { jsonSchemaOf } from '@infimum/core';
import { adviceSection } from './advice.ts';
import { costInMarkdown } from './cost.ts';
import type { GeneratedPage } from './markdown.ts';
import { escapeText, formatNumber, partsOf, table } from './markdown.ts';
import { problemRaces } from './measured.ts';
import { problemText, registry } from './registry.ts';
import { fieldsOf, rangeOf } from './schema-fields.ts';
import { verdictSection } from './verdict.ts';

/** The page of a problem. */
export function problemPage(problem: AnyProblem): GeneratedPage {
  const solvers = registry.solversOf(problem.id);
  const { markdown = '', notes = {} } = problemText(problem) ?? {};
  const text = partsOf(markdown);
  const demo = solvers.length > 0 ? '<LiveDemo :data="$params.demo" />' : '';
  return {
    title: problem.title,
    words: notes['words'],
    lead: [problem.statement, text.lead, adviceSection(problem), demo].join('\n\n'),
    sections: [
      { heading: 'Verdict', body: verdictSection(problem) },
      ...text.sections,
      { heading: 'Solvers', body: solverTable(problem) },
      { heading: 'Instances', body: families(problem) },
      { heading: 'Metrics', body: metrics(problem) },
      { heading: 'What can be proved', body: provable(problem) },
      { heading: 'Measured', body: problemRaces(problem) },
      ...instanceFile(problem),
    ],
  };
}

function solverTable({ id }: AnyProblem): string {
  const rows = registry
    .solversOf(id)
    .map(({ id, title, summary, cost }) => [
      `[${title}](/solvers/${id})`,
      `${escapeText(summary)}<br>Cost: ${costInMarkdown(cost)}`,
    ]);
  return table(['Solver', 'What it does'], rows);
}

function families({ families }: AnyProblem): string {
  return Object.entries(families)
    .map(([name, { title, description, real, params }]) => {
      const rows = fieldsOf(jsonSchemaOf(params)).map((field) => [
        `\`${field.name}\``,
        field.default === undefined
          ? ''
          : `\`${typeof field.default === 'number' ? formatNumber(field.default) : field.default}\``,
        escapeText(rangeOf(field)),
        escapeText(field.description),
      ]);
      const parameters = rows.length > 0 ? table(['Parameter', 'Default', 'Range', 'Meaning'], rows) : '';
      return `### ${title} {#family-${name}}\n\n\`${name}\`, ${real ? 'real data' : 'synthetic'}. ${escapeText(description)}\n\n${parameters}`;
    })
    .join('\n\n');
}

function metrics({ metrics, primaryMetric }: AnyProblem): string {
  const rows = Object.entries(metrics).map(([name, { title, description, unit, direction, targets = [] }]) => [
    `${title}${name === primaryMetric ? ' (primary)' : ''}`,
    escapeText(description),
    unit,
    direction === 'minimize' ? 'lower' : 'higher',
    targets.map(formatNumber).join(', '),
  ]);
  const intro = 'All are computed from the instance and the solution only, never from what a solver reports.';
  return `${intro}\n\n${table(['Metric', 'What it measures', 'Unit', 'Better', 'Targets'], rows)}`;
}

/** The figures that the checkers of the problem derive, or the reason if there is none. */
export function provable({ certificates = {}, unproved }: AnyProblem & { readonly unproved?: string }): string {
  const kinds = Object.entries(certificates).map(([name, { title, statement, about, figures, cost, always }]) =>
    [
      `**${title}** (\`${name}\`, of ${about === 'optimum' ? 'all answers' : 'this answer'}). ${statement}`,
      `Figures: ${figures.map((figure) => `\`${figure}\``).join(', ')}. Checking costs ${costInMarkdown(cost)}.${always ? ' Every answer that converges on the quick and hard instances is proved.' : ''}`,
    ].join('\n\n'),
  );
  const why = unproved ? [escapeText(sentence(unproved))] : [];
  if (kinds.length === 0) {
    return why[0] ?? 'Nothing yet: these answers have no checker, and `converged` is only measured in floating point.';
  }
  const how =
    'The demo’s ‘Prove’ button searches for a proof and checks it in your browser; in a program use [`certify`](/guide/rigor#certificates), and `infimum-bench solve --proof` to write a proof to a file.';
  return [...kinds, ...why, how].join('\n\n');
}

const sentence = (text: string): string => `${text[0]?.toUpperCase()}${text.slice(1).replace(/\.?$/, '.')}`;

function instanceFile({ id, instanceFile }: AnyProblem) {
  if (!instanceFile) return [];
  const example = `\`\`\`json\n${JSON.stringify(instanceFile.example)}\n\`\`\``;
  const command = `\`\`\`sh\ninfimum-bench solve ${registry.solversOf(id)[0]?.id ?? 'SOLVER'} --instance instance.json\n\`\`\``;
  return [{ heading: 'Your own instance', body: [instanceFile.description, example, command].join('\n\n') }];
}
