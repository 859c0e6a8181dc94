// `infimum-bench solve`: a user's own instance from a file.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { AnyProblem, AnySolver, Outcome } from '@infimum/core';
import { answererOf, prepare, runAsync } from '@infimum/core';
import { certify } from '@infimum/core/certificate';
import { Command } from 'commander';
import { evaluate } from '../cell/evaluate.ts';
import { readTextFile } from '../files.ts';
import { formatNumber, formatSeconds } from '../format.ts';
import { parseJson } from '../json.ts';
import { readNpyReferences } from '../npy.ts';
import { print, tell } from '../output.ts';
import { solversLike } from '../plan.ts';
import { loadPlugins } from '../plugins.ts';
import { formatProof } from '../proof.ts';
import { UsageError, withChoices, withSource } from '../usage-error.ts';
import type { SetExitCode } from './arguments.ts';
import { positiveNumber, seed, withPlugins } from './arguments.ts';

interface SolveArguments {
  readonly instance: string;
  readonly options?: string;
  readonly seed: number;
  readonly maxSeconds?: number;
  readonly plugin: readonly string[];
  readonly json?: boolean;
  readonly proof?: string;
}

/** Builds the command. */
export function solveCommand(_setExitCode: SetExitCode): Command {
  const command = new Command('solve')
    .description('Solves your own instance and prints the solution and its metrics.')
    .argument('<solver>', 'id of a solver; `infimum-bench list` shows them')
    .requiredOption(
      '--instance <file>',
      "JSON in the problem's format; an array may be the path of a .npy file, relative to this file",
    )
    .option('--options <json>', "the solver's options")
    .option('--seed <number>', 'seed of all random numbers', seed, 0)
    .option('--max-seconds <seconds>', 'time limit; at the limit the best solution so far is printed', positiveNumber)
    .option('--json', 'the whole solution as JSON')
    .option('--proof <file>', 'try to prove the answer and write the proof, for `infimum-bench check`')
    .action(solve)
    .addHelpText('after', EXAMPLES);
  return withPlugins(command);
}

async function solve(id: string, args: SolveArguments): Promise<void> {
  const { registry } = await loadPlugins(args.plugin);
  const solver = withChoices(
    'solver',
    () => registry.solver(id),
    () => solversLike(id, registry),
  );
  const problem = registry.problem(solver.problem.id);
  const instance = readInstance(args.instance, problem);
  const options = args.options === undefined ? {} : parseJson(args.options, '--options');
  const outcome = await solveInstance(solver, instance, options, args);
  const { status, reason, iterations, seconds, trace: _, ...solution } = outcome as Outcome<Record<string, unknown>>;
  const metrics = evaluate(problem, instance, solution);
  if (args.proof !== undefined) await writeProof(args.proof, problem, instance, solution);
  if (args.json) {
    const result = { solver: id, problem: problem.id, status, reason, seconds, iterations, metrics, solution };
    print(JSON.stringify(result, (_, value: unknown) => plain(value)));
    return;
  }
  const lines = [
    `${id}: ${status} after ${iterations} iterations and ${formatSeconds(seconds)}`,
    `  ${reason}`,
    '',
    'metrics',
    ...aligned(
      Object.entries(metrics).map(([name, value]) => [name, `${formatNumber(value)}  ${problem.metrics[name].title}`]),
    ),
    '',
    'solution (--json prints all of it)',
    ...aligned(Object.entries(solution).map(([name, value]) => [name, summarize(value)])),
  ];
  print(lines.join('\n'));
}

/** Where there is a proof, it is written; where there is none, the reason is told. */
async function writeProof(file: string, problem: AnyProblem, instance: unknown, solution: object): Promise<void> {
  const { certificate, verdict } = await certify(problem, instance, solution);
  if (!certificate || !verdict.proved) {
    tell(`no proof: ${verdict.proved ? 'there is no witness' : verdict.reason}`);
    return;
  }
  try {
    writeFileSync(file, formatProof({ problem: problem.id, instance, solution, certificate }));
  } catch (error) {
    throw new UsageError(`--proof: ${file} cannot be written: ${(error as Error).message}`);
  }
  tell(`the proof is in ${file}; infimum-bench check ${file}`);
}

/** Ctrl-C ends the solver with the best solution so far. */
async function solveInstance(solver: AnySolver, instance: unknown, options: unknown, args: SolveArguments) {
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  const limits = { maxSeconds: args.maxSeconds, signal: controller.signal };
  try {
    const steps = prepare(solver, instance, options, args.seed);
    return await runAsync(steps, limits, ...answererOf(solver, instance));
  } catch (error) {
    // Options are checked against their schema by `prepare`, and against the instance by the first step.
    return withChoices(
      solver.id,
      () => {
        throw error;
      },
      () => Object.keys(solver.options),
    );
  }
}

function readInstance(file: string, problem: AnyProblem): unknown {
  const { instanceFile } = problem;
  if (!instanceFile) {
    throw new UsageError(`instances of ${problem.id} cannot be read from a file; \`infimum-bench run\` makes them`);
  }
  const json = readNpyReferences(parseJson(readTextFile(file, '--instance'), file), path.dirname(path.resolve(file)));
  try {
    return withSource(file, () => {
      const instance = instanceFile.parse(json);
      problem.validate(instance);
      return instance;
    });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const example = JSON.stringify(instanceFile.example);
    throw new UsageError(`${error.message}\n\n${instanceFile.description}\nExample: ${example}`, { cause: error });
  }
}

/** Typed arrays as lists; what JSON has no number for as a string. */
function plain(value: unknown): unknown {
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return Array.from(value as Float64Array);
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

/** One line about a field of a solution. */
function summarize(value: unknown): string {
  if (typeof value === 'number') return formatNumber(value);
  if (ArrayBuffer.isView(value)) {
    const entries = value as Float64Array;
    const shown = [...entries.subarray(0, 6)].map(formatNumber).join(', ');
    return `${entries.length} numbers: ${shown}${entries.length > 6 ? ', …' : ''}`;
  }
  if (typeof value !== 'object' || value === null) return String(value);
  const { rows, cols, values, rowPointers } = value as {
    readonly [key in 'rows' | 'cols']?: number;
  } & { readonly values?: Float64Array; readonly rowPointers?: Int32Array };
  if (rows === undefined || cols === undefined || !values) return JSON.stringify(value, (_, item) => plain(item)).slice(0, 200);
  const kind = rowPointers ? `sparse matrix, ${values.length} entries that are not zero` : 'matrix';
  if (rowPointers || rows > 8 || cols > 8) return `${rows} x ${cols} ${kind}`;
  const lines = Array.from({ length: rows }, (_, i) =>
    [...values.subarray(i * cols, (i + 1) * cols)].map((entry) => formatNumber(entry).padStart(10)).join(' '),
  );
  return [`${rows} x ${cols} ${kind}`, ...lines].join('\n    ');
}

function aligned(entries: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(0, ...entries.map(([name]) => name.length));
  return entries.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`);
}

const EXAMPLES = `
Exit code: 0 solved (a limit or a stall is a result too), 2 wrong usage or an invalid instance.

Examples:
  echo '{"a": [0.5, 0.5], "b": [0.25, 0.75], "cost": [[0, 1], [1, 0]]}' > instance.json
  infimum-bench solve ot/sinkhorn --instance instance.json
  echo '{"a": "a.npy", "b": "b.npy", "cost": "cost.npy"}' > instance.json
  infimum-bench solve ot/network-simplex --instance instance.json --json`;
