// A visitor's own instance: JSON in the format of the command line, and tables (CSV) that fill one of its fields; and the run as a program.
import type { RunRequest } from './protocol.ts';

/** How a problem's instances are written. */
export interface OwnFormat {
  readonly description: string;
  /** An instance, as JSON. */
  readonly example: string;
}

/** The family's name in pictures and addresses when the instance is the visitor's own. */
export const OWN = 'own';

/**
 * Rows of numbers from CSV, with commas, semicolons, tabs or blanks between them. A first line of names is skipped.
 *
 * @throws {Error} naming the line that has no number or another length
 */
export function parseTable(text: string): number[][] {
  const lines = text
    .split(/\r?\n/)
    .map((line, index) => ({ cells: line.trim().split(/\s*[,;\t]\s*|\s+/), number: index + 1, isEmpty: line.trim() === '' }))
    .filter(({ isEmpty }) => !isEmpty);
  const isNumber = (cell: string) => cell !== '' && Number.isFinite(Number(cell));
  const [head, ...rest] = lines;
  const body = head?.cells.some((cell) => !isNumber(cell)) && rest.length > 0 ? rest : lines;
  if (body.length === 0) throw new Error('the table has no rows');
  return body.map(({ cells, number }) => {
    const wrong = cells.find((cell) => !isNumber(cell));
    if (wrong !== undefined) throw new Error(`line ${number}: '${wrong}' is not a number`);
    if (cells.length !== body[0].cells.length) {
      throw new Error(`line ${number}: expected ${body[0].cells.length} numbers, got ${cells.length}`);
    }
    return cells.map(Number);
  });
}

/** The fields of an instance that a table can fill: lists of numbers, and lists of such lists. */
export function tableFields(example: string): string[] {
  return Object.entries(JSON.parse(example) as object)
    .filter(([, value]) => Array.isArray(value))
    .map(([name]) => name);
}

/** The instance with a table in one of its fields: a matrix where the example has one, otherwise one list of numbers. */
export function withTable(json: string, field: string, table: readonly (readonly number[])[], example: string): string {
  const instance = (json.trim() === '' ? {} : JSON.parse(json)) as Record<string, unknown>;
  const [first] = (JSON.parse(example) as Record<string, readonly unknown[]>)[field] ?? [];
  return JSON.stringify({ ...instance, [field]: Array.isArray(first) ? table : table.flat() });
}

/** Whether a text is meant as JSON. */
export function looksLikeJson(text: string): boolean {
  return /^\s*[{[]/.test(text);
}

/** The run of a demo as a program; of two solvers, the first. */
export function programOf({ family, params, seed, lanes, own }: RunRequest): string {
  const [{ solver, options }] = lanes;
  const isOwn = own !== undefined;
  const instance = isOwn
    ? [
        `const file = ${JSON.stringify(JSON.parse(own))};`,
        'const instance = solver.problem.instanceFile?.parse(file);',
        'solver.problem.validate(instance);',
      ]
    : [
        `const family = solver.problem.families[${quoted(family)}];`,
        `const params = parseWith(family.params, ${JSON.stringify(params)}, 'params');`,
        `const instance = await family.generate(params, ${seed});`,
      ];
  const given = [...(Object.keys(options).length > 0 ? [`options: ${JSON.stringify(options)}`] : []), `seed: ${seed}`];
  return [
    `import { ${isOwn ? 'solve' : 'parseWith, solve'} } from '@infimum/core';`,
    "import { createInfimumRegistry } from 'infimum';",
    '',
    `const solver = createInfimumRegistry().solver(${quoted(solver)});`,
    ...instance,
    `const outcome = solve(solver, instance, { ${[...given, 'maxIterations: 20_000'].join(', ')} });`,
    'console.log(outcome.status, outcome.iterations, outcome.reason);',
    'for (const [name, { compute }] of Object.entries(solver.problem.metrics)) console.log(name, compute(instance, outcome));',
  ].join('\n');
}

function quoted(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`;
}
