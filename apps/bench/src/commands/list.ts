// `infimum-bench list`: what there is.
import { type AnyProblem, type AnySolver, jsonSchemaOf, type Paper, type Registry } from '@infimum/core';
import { Command } from 'commander';
import { terminalWidth, wrap } from '../format.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import { print } from '../output.ts';
import { loadPlugins } from '../plugins.ts';
import { type SetExitCode, withPlugins } from './arguments.ts';

interface ListArguments {
  readonly plugin: readonly string[];
  readonly json?: boolean;
}

/** Builds the command. */
export function listCommand(_setExitCode: SetExitCode): Command {
  const command = new Command('list')
    .description(
      'Lists the problems with their families of instances and metrics, and the solvers with their options.',
    )
    .option('--json', 'everything as one JSON object, with JSON schemas of parameters and options')
    .action(async ({ plugin, json }: ListArguments) => {
      const { registry } = await loadPlugins(plugin);
      print(json ? JSON.stringify(describeRegistry(registry), null, 2) : printRegistry(registry));
    });
  return withPlugins(command);
}

function describeRegistry({ problems, solvers, claims }: Registry) {
  return {
    problems: problems.map(describeProblem),
    solvers: solvers.map(describeSolver),
    claims: claims.map(({ id, paper, statement, published, budget }) => ({
      id,
      paper,
      statement,
      published,
      budget,
    })),
  };
}

function describeProblem({
  id,
  title,
  statement,
  families,
  metrics,
  primaryMetric,
  instanceFile,
}: AnyProblem) {
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
  return {
    id,
    title,
    summary,
    problem: problem.id,
    variant,
    role,
    paper,
    cost,
    options: jsonSchemaOf(options),
  };
}

function printRegistry(registry: Registry): string {
  const width = Math.min(110, terminalWidth());
  const sections = registry.problems.map((problem) =>
    [
      `${problem.id}: ${problem.title}`,
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
      ...registry
        .solversOf(problem.id)
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
  const count = registry.claims.length;
  const claims = `${count} ${count === 1 ? 'claim' : 'claims'} of papers: \`infimum-bench claims --list\` tells more.`;
  return [...sections, claims].join('\n\n\n');
}

function heading(title: string): string {
  return `\n  ${title}`;
}

/** A family or a solver: title, description, and a line a parameter. */
function entry(title: string, description: string, schema: JsonObject, width: number): string {
  const lines = [wrap(`    ${title}`, width, '        '), wrap(`        ${description}`, width, '        ')];
  const properties = isJsonObject(schema['properties']) ? Object.entries(schema['properties']) : [];
  for (const [name, property] of properties) {
    if (isJsonObject(property))
      lines.push(wrap(`        - ${name}: ${describeProperty(property)}`, width, '          '));
  }
  return lines.join('\n');
}

/** `number > 0, default 0.01. Regularisation.` from a property's JSON schema. */
function describeProperty(property: JsonObject): string {
  const {
    type,
    description,
    default: fallback,
    minimum,
    maximum,
    exclusiveMinimum,
    exclusiveMaximum,
  } = property;
  const choices = property['enum'] ?? (property['const'] === undefined ? undefined : [property['const']]);
  const kind = Array.isArray(choices)
    ? choices.map((choice) => JSON.stringify(choice)).join(' | ')
    : (type ?? 'value');
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

/** Bounds that only say «safe integer» say nothing. */
function bound(sign: string, value: unknown): string {
  return typeof value === 'number' && Math.abs(value) < Number.MAX_SAFE_INTEGER ? `${sign} ${value}` : '';
}

function citation({ title, arxiv, year }: Paper): string {
  return arxiv ? `arXiv ${arxiv}` : `${title}, ${year < 0 ? `${-year} BC` : year}`;
}
