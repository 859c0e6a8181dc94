// `infimum-bench race`: two solvers, or two versions of the code, against each other.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { Command, Option } from 'commander';
import { ProcessCleaner } from '../cell/cleaner.ts';
import { JudgePool } from '../cell/judges.ts';
import type { Cell } from '../cell/messages.ts';
import { codeVersions } from '../code-version.ts';
import { formatSeconds, formatTable, terminalWidth } from '../format.ts';
import { listPeers } from '../guests.ts';
import { print, tell } from '../output.ts';
import { planCells } from '../plan.ts';
import { filesOf, loadPlugins, peersOf } from '../plugins.ts';
import type { Difference } from '../statistics.ts';
import { styled } from '../style.ts';
import { UsageError } from '../usage-error.ts';
import type { Outcome, Side } from '../versus.ts';
import { judgePairs, mediansOf, overallOf, pairUp, runBlocks, sameInstances } from '../versus.ts';
import type { SetExitCode } from './arguments.ts';
import { positiveInteger, positiveNumber, seed, seedList, withPlugins } from './arguments.ts';

interface RaceArguments {
  readonly family?: string;
  readonly params?: string;
  readonly options?: string;
  readonly seeds: readonly number[];
  readonly budget: number;
  readonly memory: number;
  readonly blocks: number;
  readonly order: number;
  readonly factor: number;
  readonly failOn?: 'regression';
  readonly plugin: readonly string[];
  readonly json?: boolean;
}

/** Builds the command. */
export function raceCommand(setExitCode: SetExitCode): Command {
  const command = new Command('race')
    .description(
      'Races two solvers, or two versions of the code, in blocks in random order, each in a fresh process; reports processor ' +
        'time and wall-clock time.',
    )
    .argument('<A>', 'a solver, or FOLDER:SOLVER for another checkout, which must be built')
    .argument('<B>', 'the same')
    .option('--family <id>', 'only this family of instances')
    .option('--params <json>', "parameters of the family in place of the quick suite's")
    .option('--options <json>', 'options by solver id')
    .addOption(new Option('--seeds <list>', 'seeds, separated by commas').argParser(seedList).default([1], '1'))
    .option('--budget <seconds>', 'time limit of a run', positiveNumber, 1)
    .option('--memory <megabytes>', 'memory limit of a run', positiveInteger, 4096)
    .option('--blocks <number>', 'blocks per side', positiveInteger, 10)
    .addOption(new Option('--order <seed>', 'seed of the order of blocks').argParser(seed).default(0))
    .addOption(new Option('--fail-on <what>', 'exit with 1 if B is worse than A').choices(['regression']))
    .option('--factor <ratio>', 'least slowdown of B for --fail-on: the whole interval must lie above it', positiveNumber, 1)
    .option('--json', 'one JSON object per instance, with the times of all blocks')
    .action(async (a: string, b: string, args: RaceArguments) => setExitCode(await race(a, b, args)))
    .addHelpText('after', EXAMPLES);
  return withPlugins(command);
}

async function race(a: string, b: string, args: RaceArguments): Promise<number> {
  const loaded = await loadPlugins(args.plugin);
  const { registry } = loaded;
  const isPeer = (name: string) => !registry.solvers.some(({ id }) => id === parse(name).solver);
  const guests = [a, b].some(isPeer) ? await listPeers() : undefined;
  const versions = codeVersions(loaded.plugins);
  const sideOf = (name: string): Side => {
    const { programs, solver } = parse(name);
    const request = { ...args, suite: 'quick' as const, solvers: [solver] };
    const planned = planCells(request, { registry, peers: guests ? [...guests.solvers, ...peersOf(loaded)] : [], versions });
    return { name, programs, cells: planned.filter((cell) => cell.solver === solver) };
  };
  const sides = [sideOf(a), sideOf(b)] as const;
  if (!sameInstances(sides[0].cells, sides[1].cells)) {
    throw new UsageError(`${a} and ${b} do not solve the same problem, or one of them has several sets of options`);
  }
  const cleaner = new ProcessCleaner();
  const end = new AbortController();
  process.once('SIGINT', () => end.abort(new Error('interrupted')));
  const launch = { memory: args.memory, signal: end.signal, cleaner };
  const judges = new JudgePool(launch);
  const settings = { ...launch, judges, files: (cell: Cell) => filesOf(loaded, cell) };
  try {
    const onBlock = (done: number) => tell(`[${done}/${args.blocks}] blocks of both`);
    const results = await runBlocks(sides, { blocks: args.blocks, settings, seed: args.order, onBlock });
    const outcomes = judgePairs(pairUp(sides, results, registry));
    if (args.json) for (const outcome of outcomes) print(JSON.stringify(outcome));
    else show(a, b, outcomes);
    return args.failOn === 'regression' && outcomes.some((outcome) => isRegression(outcome, args.factor)) ? 1 : 0;
  } finally {
    await judges.close();
    cleaner.close();
  }
}

/** `FOLDER:SOLVER`, where the folder is a checkout, or one in which the package is installed. */
function parse(name: string): { readonly programs: string | undefined; readonly solver: string } {
  const colon = name.lastIndexOf(':');
  if (colon < 0) return { programs: undefined, solver: name };
  const folder = path.resolve(name.slice(0, colon));
  const places = ['apps/bench/dist', 'node_modules/@infimum/bench/dist', 'dist'];
  const programs = places.map((place) => path.join(folder, place)).find((place) => existsSync(path.join(place, 'cell.js')));
  if (programs === undefined) throw new UsageError(`${folder} has no built benchmark: there is no apps/bench/dist/cell.js`);
  return { programs, solver: name.slice(colon + 1) };
}

const isRegression = ({ verdict, wall, cpu }: Outcome, factor: number): boolean =>
  verdict === 'A reaches the target more often' ||
  (verdict === 'A is faster' && Math.exp(wall?.interval[0] ?? 0) > factor) ||
  (verdict === 'A takes less processor time' && Math.exp(cpu?.interval[0] ?? 0) > factor);

function show(a: string, b: string, outcomes: readonly Outcome[]): void {
  const head = ['instance and goal', 'verdict', 'A', 'B', 'B / A', '95 %', 'processor', 'p', 'visible from', 'reached'];
  const rows = outcomes.map((outcome) => {
    const { instance, goal, wall, cpu, probability, verdict, detectable, reached, blocks } = outcome;
    const [before, after] = mediansOf(outcome);
    return [
      `${instance}: ${goal}`,
      verdict === 'level' ? verdict : styled(verdict.startsWith('A') ? 'bad' : 'good', verdict),
      formatSeconds(before),
      formatSeconds(after),
      ...ratioAndInterval(wall),
      ratioAndInterval(cpu)[0],
      probability < 1e-3 ? '< 0.001' : probability.toFixed(3),
      detectable === undefined ? '–' : `x ${detectable.toPrecision(3)}`,
      `${reached[0]} and ${reached[1]} of ${blocks}`,
    ];
  });
  print(`A: ${a}\nB: ${b}\n`);
  print(formatTable(head, rows, terminalWidth()));
  const [wall, cpu] = [overallOf(outcomes, 'seconds'), overallOf(outcomes, 'processor')].map(ratioAndInterval);
  print(
    `\nOverall, B takes ${wall[0]} times the seconds of A (${wall[1]}), and ${cpu[0]} times the processor time (${cpu[1]}).` +
      ' p is the smallest p of counts (Fisher), seconds and processor time, adjusted for their number (Benjamini-Hochberg).' +
      ' A ratio of at least “visible from” would be detected in four races out of five.',
  );
}

function ratioAndInterval(difference: Difference | undefined): readonly [string, string] {
  if (!difference) return ['–', '–'];
  const [low, high] = difference.interval.map((bound) => Math.exp(bound).toPrecision(3));
  return [Math.exp(difference.center).toPrecision(3), `${low} to ${high}`];
}

const EXAMPLES = `
Exit code: 0, or 1 with --fail-on regression if B is slower or reaches the target less often.

Examples:
  infimum-bench race ot/sinkhorn ot/sinkhorn-log
  infimum-bench race ../before:ot/sinkhorn ot/sinkhorn --blocks 20     another built checkout against this one
  infimum-bench race POT/sinkhorn ot/sinkhorn --family clouds          a peer and ours
  infimum-bench race ../main:ot/sinkhorn ot/sinkhorn --fail-on regression --factor 1.05`;
