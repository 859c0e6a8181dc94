// `infimum-bench run`: plans the cells, runs those that the store does not have, shows table and report.

import { availableParallelism, constants } from 'node:os';
import type { Registry } from '@infimum/core';
import { Random } from '@infimum/core';
import { Command, Option } from 'commander';
import { solutionKeeper } from '../bundle.ts';
import { ProcessCleaner } from '../cell/cleaner.ts';
import { JudgePool } from '../cell/judges.ts';
import { CellRunner } from '../cell/launch.ts';
import type { Cell, CellResult } from '../cell/messages.ts';
import { withoutRun } from '../cell/messages.ts';
import { codeVersions } from '../code-version.ts';
import { describeEnvironment } from '../environment.ts';
import { terminalWidth } from '../format.ts';
import type { AbsentCell } from '../guests.ts';
import { absentCells, listPeers } from '../guests.ts';
import { print, tell } from '../output.ts';
import type { PlanRequest, Suite } from '../plan.ts';
import { planCells } from '../plan.ts';
import type { Loaded } from '../plugins.ts';
import { filesOf, loadPlugins, peersOf } from '../plugins.ts';
import type { Progress } from '../progress.ts';
import { createProgress } from '../progress.ts';
import { CELL_TASK } from '../queue/cell-job.ts';
import { connectQueue, delegate } from '../queue/delegate.ts';
import { racesOf, timeTo } from '../race.ts';
import { checkReportFile, writeReport } from '../report/report.ts';
import { Outgrown, smallestFirst } from '../skip.ts';
import type { StoredCell } from '../store.ts';
import { Store } from '../store.ts';
import { formatRaces, formatVerdicts } from '../table.ts';
import { UsageError } from '../usage-error.ts';
import type { SetExitCode } from './arguments.ts';
import { nameList, positiveInteger, positiveNumber, seedList, withPlugins, withQueue, withStore } from './arguments.ts';

/** Seconds a cell, unless the user says otherwise. */
const BUDGETS: Readonly<Record<Suite, number>> = { smoke: 0.25, quick: 0.25, full: 1.5 };

/** Cells at a time: the full suite would take an afternoon with one. */
const JOBS: Readonly<Record<Suite, number>> = { smoke: 1, quick: 1, full: Math.min(2, availableParallelism()) };

/** Cells that are left to a solver before a second job takes some of them. */
const WORTH_A_PROCESS = 3;

/** The report that every run ends with. */
const REPORT_FILE = 'bench-report.html';

interface RunArguments extends Omit<PlanRequest, 'budget'> {
  readonly budget?: number;
  readonly memory: number;
  readonly jobs?: number;
  readonly peers?: boolean;
  readonly env: readonly string[];
  readonly plugin: readonly string[];
  readonly fresh?: boolean;
  readonly certify?: boolean;
  /** Where solutions are kept. */
  readonly bundle?: string;
  /** Measurements of every cell. */
  readonly repeat: number;
  readonly store: string;
  readonly report: string;
  readonly json?: boolean;
  /** Where workers take the cells from; they are run here otherwise. */
  readonly queue?: string;
  readonly prefix?: string;
}

/** What a run works with. */
interface Run {
  readonly id: number;
  readonly store: Store;
  readonly args: RunArguments;
  readonly progress: Progress;
  readonly loaded: Loaded;
  readonly registry: Registry;
  /** Whether results of earlier runs may stand for those of this one. */
  readonly reuses: boolean;
  /** Hash of all code that takes part. */
  readonly version: string;
  /** Interruption by the user. */
  readonly signal: AbortSignal;
  /** Who need not be run on larger instances; in the full suite, unless the user sets the budget. */
  readonly outgrown: Outgrown | undefined;
  /** Which repetition a cell is, from 0. */
  counted(cell: Cell): number;
}

/** Builds the command. */
export function runCommand(setExitCode: SetExitCode): Command {
  const command = new Command('run')
    .description(
      'Runs solvers on instances, each in its own process, with a time and a memory limit per ' +
        'instance. ' +
        'Ends with a table and a report.\n\nResults already measured with the same code are not measured ' +
        'again, so an interrupted run continues where it stopped.',
    )
    .addOption(
      new Option(
        '--suite <name>',
        'smoke: one instance per problem; quick: minutes on a laptop; full: within an hour on two cores',
      )
        .choices(['smoke', 'quick', 'full'])
        .default('quick'),
    )
    .option('--problem <id>', 'only this problem')
    .option('--family <id>', 'only this family of instances')
    .option('--params <json>', "parameters of the family in place of the suite's: an object or a list of objects")
    .option('--solvers <ids>', 'only these solvers, separated by commas', nameList)
    .option('--options <json>', 'options by solver id; each element of a list is raced')
    .addOption(
      new Option('--seeds <list>', 'seeds of instances and solvers, separated by commas').argParser(seedList).default([1], '1'),
    )
    .option('--budget <seconds>', 'time limit of a cell (default: 0.25, with --suite full 1.5)', positiveNumber)
    .option('--memory <megabytes>', 'memory limit of a cell', positiveInteger, 4096)
    .option(
      '--jobs <number>',
      'cells run in parallel; more than one disturbs the timing (default: 1, with --suite full 2)',
      positiveInteger,
    )
    .option('--peers', 'also race other packages, from npm and Python (`pnpm peers:install` installs the latter)')
    .option('--repeat <number>', 'measurements per cell, for medians with intervals', positiveInteger, 1)
    .option('--env <names>', 'environment variables that solvers may see, separated by commas', nameList, [])
    .option('--certify', 'try to prove every answer of problems that have certificates')
    .option('--fresh', 'ignore stored results and measure everything again')
    .option('--bundle <folder>', 'keep every judged solution, for `infimum-bench bundle`')
    .option('--report <file>', 'file of the report', REPORT_FILE)
    .option('--json', 'one line of JSON per cell on standard output, in place of the table')
    .action(async (args: RunArguments) => setExitCode(await run(args)))
    .addHelpText('after', EXAMPLES);
  return withStore(withPlugins(withQueue(command, 'run cells on the workers of this queue')));
}

async function run(args: RunArguments): Promise<number> {
  checkQueueArguments(args);
  const loaded = await loadPlugins(args.plugin);
  const guests = args.peers ? await listPeers() : undefined;
  const versions = codeVersions(loaded.plugins);
  const request = { ...args, budget: args.budget ?? BUDGETS[args.suite] };
  const planned = planCells(request, {
    registry: loaded.registry,
    peers: guests ? [...guests.solvers, ...peersOf(loaded)] : [],
    versions,
  });
  // A repetition is a cell of its own, with the same identity.
  const cells = planned.flatMap((cell) => Array.from({ length: args.repeat }, () => ({ ...cell })));
  const absent = guests ? absentCells(planned, guests) : [];
  checkReportFile(args.report);
  const store = await Store.open(args.store);
  const interruption = interruptible();
  try {
    const environment = describeEnvironment(guests?.environment);
    // What was stored may have no proof, and no solutions.
    const reuses = !args.fresh && !args.certify && args.bundle === undefined && (await store.hasResults());
    const id = await store.beginRun(environment, versions.all, commandLine());
    const progress = createProgress(cells.length + absent.length);
    const { registry } = loaded;
    const { signal } = interruption;
    const places = new Map(cells.map((cell, index) => [cell, index % args.repeat]));
    const counted = (cell: Cell) => places.get(cell) ?? 0;
    const version = versions.all;
    // Whoever says how long a cell may take wants every cell.
    const outgrown =
      args.suite === 'full' && args.budget === undefined ? new Outgrown((problem) => registry.problem(problem)) : undefined;
    const context: Run = { id, store, args, progress, loaded, registry, reuses, version, signal, outgrown, counted };
    const results = await runCells(cells, absent, context).finally(() => progress.close());
    if (interruption.signal.aborted) {
      tell('interrupted; finished cells are kept; the same command continues from here');
      return interruption.exitCode();
    }
    await showResults(results, loaded, context);
    return results.some(({ status }) => status === 'failed') ? 1 : 0;
  } finally {
    interruption.release();
    store.close();
  }
}

function checkQueueArguments({ queue, prefix, jobs, bundle }: RunArguments): void {
  if (queue === undefined) {
    if (prefix !== undefined) throw new UsageError('--prefix is for the keys of --queue');
  } else if (bundle !== undefined) {
    throw new UsageError('--bundle: solutions stay with the workers under --queue');
  } else if (jobs !== undefined) {
    throw new UsageError('--jobs: with --queue the workers say how many cells they run at a time (--concurrency)');
  }
}

/** As it was typed, but for passwords. */
function commandLine(): string {
  return process.argv
    .slice(2)
    .map((argument) => argument.replace(/(rediss?:\/\/)[^@]*@/i, '$1***@'))
    .join(' ');
}

/** The cells here or on the workers of a queue; results in the order of the plan. */
async function runCells(cells: readonly Cell[], absent: readonly AbsentCell[], run: Run): Promise<StoredCell[]> {
  const results = run.args.queue === undefined ? await runHere(cells, run) : await runOnQueue(cells, run);
  for (const { cell, reason } of run.signal.aborted ? [] : absent) {
    results.push(await keep(cell, { ...withoutRun('absent', reason), samples: [] }, run));
  }
  return results;
}

/** Cells of one solver follow each other, so that a worker's process meets it again. */
async function runOnQueue(cells: readonly Cell[], run: Run): Promise<StoredCell[]> {
  const { args, progress, version, signal } = run;
  const results: StoredCell[] = [];
  const groups = Map.groupBy(cells.keys(), (index) => `${cells[index].problem} ${cells[index].solver}`);
  const places = new Map(cells.map((cell, index) => [cell, index]));
  async function* unknown() {
    for (const index of [...groups.values()].flat()) {
      const known = await findKnown(cells[index], run);
      if (known) results[index] = known;
      else yield cells[index];
    }
  }
  const executor = await connectQueue({ queue: args.queue as string, prefix: args.prefix });
  try {
    await delegate(unknown(), executor, {
      version,
      memory: args.memory,
      fresh: args.fresh === true,
      signal,
      repetition: run.counted,
      keep: async (cell, result, machine) => {
        results[places.get(cell) as number] = await keep(cell, result, run, machine);
      },
      onBegin: (cell, worker) => progress.begin(cell, worker),
      onSample: (cell, sample) => progress.sample(cell, sample),
      onCrew: (crew) => {
        const ours = crew.filter(({ tasks }) => tasks[CELL_TASK] === version);
        const others = crew.filter(({ tasks }) => tasks[CELL_TASK] !== undefined).length - ours.length;
        progress.crew(
          ours.map(({ name }) => name),
          others,
        );
      },
    });
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await executor.close();
  }
  return results;
}

/** Cells side by side as `--jobs` allows, those of a solver one after the other; results in the order of the plan. */
async function runHere(cells: readonly Cell[], run: Run): Promise<StoredCell[]> {
  const results: StoredCell[] = [];
  const failure = new AbortController();
  const signal = AbortSignal.any([run.signal, failure.signal]);
  const cleaner = new ProcessCleaner();
  const { memory, env, certify, bundle } = run.args;
  const keep = bundle === undefined ? undefined : solutionKeeper(bundle);
  const launch = { memory, environment: env, certify, keep, signal, cleaner };
  const judges = new JudgePool(launch);
  const settings = { ...launch, judges, files: (cell: Cell) => filesOf(run.loaded, cell) };
  const places = new Map(cells.map((cell, index) => [cell, index]));
  const queues = queuesOf(cells, run.args.repeat, (own) =>
    run.outgrown ? smallestFirst(own.map((index) => cells[index])).map((cell) => places.get(cell) as number) : own,
  );
  const work = async () => {
    for (let queue = queues.next(); queue; queue = queues.next()) {
      const runner = new CellRunner(settings);
      try {
        for (let index = queue.shift(); index !== undefined && !signal.aborted; index = queue.shift()) {
          results[index] = await resultOf(cells[index], runner, run);
        }
      } catch (error) {
        // What is no interruption, a full disk for one, ends the other jobs too.
        if (!signal.aborted) failure.abort(error);
      } finally {
        await runner.close();
      }
      if (signal.aborted) return;
    }
  };
  await Promise.all(Array.from({ length: run.args.jobs ?? JOBS[run.args.suite] }, work));
  await judges.close();
  cleaner.close();
  if (failure.signal.aborted) throw failure.signal.reason;
  return results;
}

/**
 * The places of the cells of each problem and solver, which share a warm process. Repetitions come in rounds, each in an order of
 * its own, so that what disturbs the machine for a while disturbs all alike. A job that finds no queue untouched helps with the
 * longest one, if a process of its own is worth its start there.
 */
function queuesOf(
  cells: readonly Cell[],
  rounds: number,
  sort: (places: number[]) => number[],
): { next(): number[] | undefined } {
  const random = new Random(rounds);
  const waiting = Array.from({ length: rounds }, (_, round) => {
    const places = cells.flatMap((_, index) => (index % rounds === round ? [index] : []));
    const groups = [...Map.groupBy(places, (index) => `${cells[index].problem} ${cells[index].solver}`).values()];
    if (rounds > 1) shuffle(groups, random);
    return groups.map(sort);
  }).flat();
  const begun: number[][] = [];
  return {
    next() {
      const queue = waiting.shift() ?? begun.toSorted((a, b) => b.length - a.length)[0];
      if (!queue || (begun.includes(queue) && queue.length < WORTH_A_PROCESS)) return undefined;
      begun.push(queue);
      return queue;
    },
  };
}

function shuffle(values: unknown[], random: Random): void {
  for (let i = values.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [values[i], values[j]] = [values[j], values[i]];
  }
}

async function resultOf(cell: Cell, runner: CellRunner, run: Run): Promise<StoredCell> {
  const reason = run.outgrown?.reason(cell);
  if (reason) return keep(cell, { ...withoutRun('skipped', reason), samples: [] }, run);
  const known = await findKnown(cell, run);
  if (!known) run.progress.begin(cell);
  const end = known ?? (await keep(cell, await runner.run(cell, (sample) => run.progress.sample(cell, sample)), run));
  run.outgrown?.note(cell, end);
  return end;
}

/** What the store has of a cell, unless everything is to be measured anew. */
async function findKnown(cell: Cell, run: Run): Promise<StoredCell | undefined> {
  const { args, store } = run;
  const known = run.reuses ? await store.findResult(cell, run.counted(cell)) : undefined;
  if (!known) return undefined;
  await store.reuse(run.id, known);
  // Samples are read only where they are told.
  const [sampled] = args.json ? await store.withSamples([known]) : [{ ...known, samples: [] }];
  announce(cell, sampled, true, run);
  return known;
}

async function keep(cell: Cell, result: CellResult, run: Run, machine = ''): Promise<StoredCell> {
  const stored = await run.store.addResult(run.id, cell, result, machine);
  announce(cell, result, false, run);
  return stored;
}

function announce(cell: Cell, end: CellResult, reused: boolean, { args, progress, registry }: Run): void {
  progress.finish(cell, end, reused);
  if (!args.json) return;
  const { problem, family, params, seed, solver, role, variant, options } = cell;
  const { status, reason, seconds, iterations, metrics, samples } = end;
  const { primaryMetric: name, metrics: known } = registry.problem(problem);
  const { direction, targets = [] } = known[name];
  const failure = ['failed', 'absent', 'declined', 'skipped'].includes(status) ? reason : null;
  const line = {
    problem,
    family,
    params,
    seed,
    solver,
    role,
    variant,
    options,
    status,
    failure,
    seconds,
    iterations,
    metrics,
    unconfirmed: end.unconfirmed === true,
    setupSeconds: end.setupSeconds ?? null,
    solutionSeconds: end.solutionSeconds ?? null,
    processorSeconds: end.processorSeconds ?? null,
    ...(end.proof && { proof: end.proof }),
    timeTo: targets.map((target) => timeTo({ samples, budget: cell.budget }, { name, direction }, target)),
  };
  print(JSON.stringify(line));
}

async function showResults(results: readonly StoredCell[], { registry }: Loaded, { args, store, id }: Run) {
  const problemOf = (problem: string) => registry.problems.find((candidate) => candidate.id === problem);
  if (!args.json) {
    const sampled = await store.withSamples(results);
    const races = racesOf(sampled, problemOf);
    print(formatRaces(races, terminalWidth()));
    print(`\n\n${formatVerdicts(races, terminalWidth())}`);
  }
  const file = await writeReport(store, problemOf, args.report, id);
  tell(`\nThe report is in ${file}, the results are in ${args.store}.`);
}

/** Ctrl-C and its like end the cells and close the store; a second one ends everything at once. */
function interruptible() {
  const controller = new AbortController();
  let received: 'SIGINT' | 'SIGTERM' = 'SIGINT';
  const interrupt = (signal: 'SIGINT' | 'SIGTERM') => {
    received = signal;
    controller.abort(new Error('interrupted'));
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupt);
  return {
    signal: controller.signal,
    /** As a shell tells it of a program that a signal ended. */
    exitCode: () => 128 + constants.signals[received],
    release: () => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, interrupt);
    },
  };
}

const EXAMPLES = `
A cell is one run: a solver with its options on an instance.
Exit code: 0 every cell ran (reaching a time limit is a result), 1 a cell failed, 2 wrong usage.

Examples:
  infimum-bench run --problem ot/transport --solvers ot/sinkhorn,ot/sinkhorn-log --seeds 1,2,3
  infimum-bench run --problem ot/transport --family assignment --params '[{"n": 500}, {"n": 1000}]' --budget 20
  infimum-bench run --options '{"ot/sinkhorn": [{"tolerance": 1e-6}, {"tolerance": 1e-9}]}'
  infimum-bench run --plugin ./mine.ts --peers
  infimum-bench run --json > results.jsonl
  infimum-bench run --problem ot/transport --repeat 5    medians with intervals
  infimum-bench run --queue redis://queue.example:6379   on every machine running \`infimum-bench worker\``;
