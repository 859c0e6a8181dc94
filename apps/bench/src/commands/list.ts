// `infimum-bench list`: what there is, a line each; all about it with --long.
import type { AnyProblem, AnySolver, Paper, Registry } from '@infimum/core';
import { jsonSchemaOf } from '@infimum/core';
import { Command } from 'commander';
import { clipped, terminalWidth, wrap } from '../format.ts';
import type { JsonObject } from '../json.ts';
import { isJsonObject } from '../json.ts';
import { print } from '../output.ts';
import { loadPlugins } from '../plugins.ts';
import { styled } from '../style.ts';
import { UsageError } from '../usage-error.ts';
import type { SetExitCode } from './arguments.ts';
import { withPlugins } from './arguments.ts';

interface ListArguments {
  readonly package?: string;
  readonly problem?: string;
  readonly long?: boolean;
  readonly plugin: readonly string[];
  readonly json?: boolean;
}

/** Builds the command. */
export function listCommand(_setExitCode: SetExitCode): Command {
  const command = new Command('list')
    .description('Lists problems and their solvers, a line each.')
    .argument('[words...]', 'only entries with all of these words in id, title or summary')
    .option('--package <name>', 'of this package only')
    .option('--problem <id>', 'of this problem only')
    .option('--long', 'also instances, metrics and options of solvers')
    .option('--json', 'all of it as one JSON object, with JSON schemas of parameters and options')
    .action(async (words: readonly string[], args: ListArguments) => {
      const { registry } = await loadPlugins(args.plugin);
      const listed = select(registry, words, args);
      if (args.json) print(JSON.stringify(describe(listed), null, 2));
      else if (args.long) print(printLong(listed));
      else print(printLines(listed));
    })
    .addHelpText('after', EXAMPLES);
  return withPlugins(command);
}

/** What was asked for: the problems, with those of their solvers that fit. */
interface Listed {
  readonly problems: readonly AnyProblem[];
  readonly solvers: readonly AnySolver[];
  readonly claims: Registry['claims'];
}

/** A problem that has all words is listed with all of its solvers, one that has not with those that do. */
function select(registry: Registry, words: readonly string[], args: ListArguments): Listed {
  const packages = [...new Set(registry.problems.map(({ id }) => packageOf(id)))];
  checkName('--package', args.package, packages);
  checkName(
    '--problem',
    args.problem,
    registry.problems.map(({ id }) => id),
  );
  const among = registry.problems.filter(
    ({ id }) =>
      (args.package === undefined || packageOf(id) === args.package) && (args.problem === undefined || id === args.problem),
  );
  const wanted = words.map((word) => word.toLowerCase());
  const has = (...texts: readonly string[]) => {
    const text = texts.join(' ').toLowerCase();
    return wanted.every((word) => text.includes(word));
  };
  const whole = among.filter(({ id, title }) => has(id, title));
  const solvers = registry.solvers.filter(
    ({ id, title, summary, problem }) =>
      whole.some((candidate) => candidate.id === problem.id) ||
      (among.some((candidate) => candidate.id === problem.id) && has(id, title, summary, problem.title)),
  );
  const problems = among.filter(
    (problem) => whole.includes(problem) || solvers.some((solver) => solver.problem.id === problem.id),
  );
  if (problems.length === 0) {
    throw new UsageError(`nothing has ${words.map((word) => `'${word}'`).join(' and ')} in its id, title or summary`);
  }
  return { problems, solvers, claims: registry.claims };
}

const packageOf = (id: string): string => id.split('/')[0];

function checkName(option: string, name: string | undefined, valid: readonly string[]): void {
  if (name === undefined || valid.includes(name)) return;
  throw new UsageError(`${option}: there is no '${name}'; there are ${valid.join(', ')}`);
}

function printLines({ problems, solvers }: Listed): string {
  const width = terminalWidth();
  const space = Math.min(38, Math.max(...[...problems, ...solvers].map(({ id }) => id.length)) + 4);
  const line = (indent: string, id: string, text: string) => {
    const gap = ' '.repeat(Math.max(2, space - indent.length - id.length));
    return [indent, id, gap, clipped(text, width - indent.length - id.length - gap.length)] as const;
  };
  const groups = problems.map((problem) => {
    const own = solvers.filter((solver) => solver.problem.id === problem.id);
    const [, id, gap, title] = line('', problem.id, problem.title);
    return [
      `${styled('bold', id)}${gap}${styled('bold', title)}`,
      ...own.map((solver) => {
        const [indent, id, gap, summary] = line('  ', solver.id, solver.summary);
        return `${indent}${styled('name', id)}${gap}${summary}`;
      }),
    ].join('\n');
  });
  const count = `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}, ${solvers.length} ${solvers.length === 1 ? 'solver' : 'solvers'}; --long shows details`;
  return [...groups, styled('dim', count)].join('\n\n');
}

function describe({ problems, solvers, claims }: Listed) {
  return {
    problems: problems.map(describeProblem),
    solvers: solvers.map(describeSolver),
    claims: claims.map(({ id, paper, statement, published, budget }) => ({ id, paper, statement, published, budget })),
  };
}

function describeProblem({ id, title, statement, families, metrics, primaryMetric, instanceFile }: AnyProblem) {
  return {
    id,
    title,
    statement,
    families: Object.entries(families).map(([name, { title, description, real, params, suites }]) => ({
      id: name,
      title,
      description,
      real,
      params: jsonSchemaOf(params),
      suites,
    })),
    metrics: Object.entries(metrics).map(([name, { title, description, unit, direction, targets = [] }]) => ({
      id: name,
      title,
      description,
      unit,
      direction,
      targets,
      primary: name === primaryMetric,
    })),
    instanceFile: instanceFile && { description: instanceFile.description, example: instanceFile.example },
  };
}

function describeSolver({ id, title, summary, problem, variant, role, paper, cost, options }: AnySolver) {
  return { id, title, summary, problem: problem.id, variant, role, paper, cost, options: jsonSchemaOf(options) };
}

function printLong({ problems, solvers, claims }: Listed): string {
  const width = Math.min(110, terminalWidth());
  const sections = problems.map((problem) =>
    [
      styled('bold', `${problem.id}: ${problem.title}`),
      heading('instances'),
      ...Object.entries(problem.families).map(([name, family]) =>
        entry(
          `${name}: ${family.title}${family.real ? ' (real data)' : ''}`,
          family.description,
          jsonSchemaOf(family.params),
          width,
        ),
      ),
      heading('metrics'),
      ...Object.entries(problem.metrics).map(([name, { description, unit }]) =>
        wrap(
          `    ${name}${name === problem.primaryMetric ? ' (primary)' : ''}: ${description}${unit && ` [${unit}]`}`,
          width,
          '        ',
        ),
      ),
      heading('solvers'),
      ...solvers
        .filter((solver) => solver.problem.id === problem.id)
        .map((solver) =>
          entry(
            `${solver.id}: ${solver.title} (${solver.role}; ${citation(solver.paper)})`,
            solver.summary,
            jsonSchemaOf(solver.options),
            width,
          ),
        ),
    ].join('\n'),
  );
  const count = claims.length;
  const more = `${count} ${count === 1 ? 'claim' : 'claims'} of papers: \`infimum-bench claims --list\` tells more.`;
  return [...sections, more].join('\n\n\n');
}

function heading(title: string): string {
  return `\n  ${title}`;
}

/** A family or a solver: title, description, and a line a parameter. */
function entry(title: string, description: string, schema: JsonObject, width: number): string {
  const lines = [wrap(`    ${title}`, width, '        '), wrap(`        ${description}`, width, '        ')];
  const properties = isJsonObject(schema['properties']) ? Object.entries(schema['properties']) : [];
  for (const [name, property] of properties) {
    if (isJsonObject(property)) lines.push(wrap(`        - ${name}: ${describeProperty(property)}`, width, '          '));
  }
  return lines.join('\n');
}

/** `number > 0, default 0.01. Regularisation.` from a property's JSON schema. */
function describeProperty(property: JsonObject): string {
  const { type, description, default: fallback, minimum, maximum, exclusiveMinimum, exclusiveMaximum } = property;
  const choices = property['enum'] ?? (property['const'] === undefined ? undefined : [property['const']]);
  const kind = Array.isArray(choices) ? choices.map((choice) => JSON.stringify(choice)).join(' | ') : (type ?? 'value');
  const bounds = [
    bound('>=', minimum),
    bound('>', exclusiveMinimum),
    bound('<=', maximum),
    bound('<', exclusiveMaximum),
  ].filter((text) => text !== '');
  const parts = [[kind, bounds.join(' and ')].filter(Boolean).join(' ')];
  if (fallback !== undefined) parts.push(`default ${JSON.stringify(fallback)}`);
  return `${parts.join(', ')}${description ? `. ${description}` : ''}`;
}

/** Bounds that only say “safe integer” say nothing. */
function bound(sign: string, value: unknown): string {
  return typeof value === 'number' && Math.abs(value) < Number.MAX_SAFE_INTEGER ? `${sign} ${value}` : '';
}

function citation({ title, arxiv, year }: Paper): string {
  return arxiv ? `arXiv ${arxiv}` : `${title}, ${year < 0 ? `${-year} BC` : year}`;
}

const EXAMPLES = `
Examples:
  infimum-bench list --package ot
  infimum-bench list --problem ot/transport --long
  infimum-bench list newton sparse`;
