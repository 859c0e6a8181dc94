// The page of a solver, put together from the registry, its text and the measurements.
import { type AnyProblem, type AnySolver, jsonSchemaOf, type Paper } from '@infimum/core';
import { costInMarkdown } from './cost.ts';
import {
  escapeText,
  facts,
  formatNumber,
  formatSeconds,
  type GeneratedPage,
  sectionsOf,
  table,
} from './markdown.ts';
import { registry, solverText } from './registry.ts';
import { type ResultCell, racesOf, readResults, rerunOf } from './results.ts';
import { fieldsOf, rangeOf } from './schema-fields.ts';
import { repository, sourceOf } from './source.ts';

/** The page of a solver. */
export function solverPage(solver: AnySolver): GeneratedPage {
  const { id, title, summary, problem, role, cost } = solver;
  const source = sourceOf(id);
  const lead = [
    `<p class="summary">${escapeText(summary)}</p>`,
    facts([
      ['Id', `\`${id}\``],
      ['Solves', `[${problem.title}](/problems/${problem.id})`],
      ['Role', role === 'paper' ? "A paper's algorithm" : 'Baseline'],
      ['Cost', costInMarkdown(cost), 'wide'],
      ['Published in', citation(solver.paper), 'wide'],
    ]),
    `<LiveDemo :data="$params.demo" subject="${id}" />`,
  ].join('\n\n');
  return {
    title,
    lead,
    sections: [
      ...sectionsOf(solverText(solver).markdown),
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
  const limits =
    'The drivers add `maxIterations`, `maxSeconds`, `signal`, `onIteration` and `trace`, which all solvers share.';
  if (fields.length === 0) return `This solver has no options of its own. ${limits}`;
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
  return [
    ...(example ? [`As a function of \`${imported?.from}\`:`, `\`\`\`ts\n${example}\n\`\`\``] : []),
    'By its id, on an instance of a registered family:',
    `\`\`\`ts\n${code}\n\`\`\``,
    `The same on the command line: \`infimum-bench run --problem ${problem.id} --solvers ${id}\`.`,
  ].join('\n\n');
}

/** The papers' claims beside their reruns, and the races on the committed instances. */
function measured(solver: AnySolver): string {
  const results = readResults();
  const claims = registry.claims.filter(({ paper }) => isSame(paper, solver.paper));
  const parts: string[] = [];
  if (claims.length > 0 && solver.role === 'paper') {
    const rows = claims.map((claim) => {
      const rerun = rerunOf(results, claim);
      return [
        claim.statement,
        claim.published,
        rerun?.measured ?? 'not measured yet',
        rerun?.verdict ?? '',
      ].map(escapeText);
    });
    parts.push(table(['Claim', 'Published', 'Measured here', 'Verdict'], rows));
  }
  const races = racesOf(results, solver.id);
  if (races.length > 0) parts.push(raceTable(solver, races));
  else parts.push('Races on the registered instances: not measured yet.');
  if (results) {
    const { cpu, cores, system, node } = results.environment;
    parts.push(
      `<p class="environment">Measured on ${results.date}: ${cpu}, ${cores} cores, ${system}, Node ${node}.</p>`,
    );
  }
  return parts.join('\n\n');
}

/** One table an instance: who converged, the fastest first, then the others. */
function raceTable({ id, problem }: AnySolver, races: readonly (readonly ResultCell[])[]): string {
  const { title } = problem.metrics[problem.primaryMetric];
  return races
    .map((cells) => {
      const rows = [...cells]
        .sort(byMerit)
        .map((cell) => [
          cell.solver === id ? `**${cell.solver}**` : cell.solver,
          cell.seconds === null ? '' : formatSeconds(cell.seconds),
          cell.iterations === null ? '' : String(cell.iterations),
          cell.metrics ? formatNumber(cell.metrics[problem.primaryMetric]) : '',
          cell.status,
        ]);
      return `${instanceName(problem, cells[0])}\n\n${table(['Solver', 'Time', 'Iterations', title, 'Status'], rows)}`;
    })
    .join('\n\n');
}

function byMerit(first: ResultCell, second: ResultCell): number {
  const missed = ({ status }: ResultCell) => Number(status !== 'converged');
  return missed(first) - missed(second) || (first.seconds ?? Infinity) - (second.seconds ?? Infinity);
}

function instanceName({ families }: AnyProblem, { family, params, seed }: ResultCell): string {
  const values = Object.entries(params).map(
    ([name, value]) => `${name} ${typeof value === 'number' ? formatNumber(value) : value}`,
  );
  return `**${families[family]?.title ?? family}**, ${[...values, `seed ${seed}`].join(', ')}`;
}

function links(solver: AnySolver, file: string, imported?: { name: string; from: string }): string {
  const rivals = registry.solversOf(solver.problem.id).filter(({ id }) => id !== solver.id);
  return [
    `- Paper: ${citation(solver.paper)}`,
    imported && `- API: [\`${imported.name}\`](/api/${imported.from}/functions/${imported.name})`,
    repository ? `- Source: [\`${file}\`](${repository}/blob/main/${file})` : `- Source: \`${file}\``,
    rivals.length > 0 &&
      `- On the same problem: ${rivals.map(({ id, title }) => `[${title}](/solvers/${id})`).join(', ')}`,
  ]
    .filter(Boolean)
    .join('\n');
}

function isSame(first: Paper, second: Paper): boolean {
  return first.arxiv === second.arxiv && first.title === second.title;
}
