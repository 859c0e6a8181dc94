// `infimum-bench compare`: what became slower and what faster between two sets of results.
import { existsSync } from 'node:fs';
import { Command, Option } from 'commander';
import type { Comparison } from '../compare.ts';
import { compareCells, regressions, summarize } from '../compare.ts';
import { formatNumber, formatSeconds, formatTable, terminalWidth } from '../format.ts';
import { canonicalJson } from '../json.ts';
import { print, tell } from '../output.ts';
import { loadPlugins } from '../plugins.ts';
import { describeParams, labelsOf } from '../race.ts';
import type { StoredCell } from '../store.ts';
import { Store } from '../store.ts';
import { styled } from '../style.ts';
import { UsageError } from '../usage-error.ts';
import type { SetExitCode } from './arguments.ts';
import { positiveNumber, withPlugins, withStore } from './arguments.ts';

interface CompareArguments {
  readonly store: string;
  readonly plugin: readonly string[];
  readonly failOn?: 'regression';
  readonly factor: number;
}

/** Builds the command. */
export function compareCommand(setExitCode: SetExitCode): Command {
  const command = new Command('compare')
    .description('Shows what became worse or better from A to B, regressions first.')
    .argument('<A>', 'before: a store, the number of a run, or the first characters of a code version')
    .argument('<B>', 'after: the same')
    .addOption(new Option('--fail-on <what>', 'exit with 1 if anything became significantly worse').choices(['regression']))
    .option('--factor <ratio>', 'least ratio for --fail-on: the whole interval must lie above it', positiveNumber, 1.1)
    .action(async (a: string, b: string, args: CompareArguments) => setExitCode(await compare(a, b, args)))
    .addHelpText('after', EXAMPLES);
  return withStore(withPlugins(command));
}

async function compare(a: string, b: string, { store, plugin, failOn, factor }: CompareArguments): Promise<number> {
  const { registry } = await loadPlugins(plugin);
  const [before, after] = [await select(a, store), await select(b, store)];
  const comparisons = compareCells(before, after, (id) => registry.problems.find((problem) => problem.id === id));
  if (comparisons.length === 0) throw new UsageError(`${a} and ${b} have no cell in common`);
  const labels = labelsIn(comparisons);
  const rows = comparisons.map((comparison) => [
    `${labels.get(comparison)} on ${comparison.cell.family} (${describeParams(comparison.cell.params)})`,
    styledVerdict(comparison.verdict),
    ...numbersOf(comparison),
  ]);
  const head = ['solver and instance', 'verdict', 'of', 'A', 'B', 'B / A', '95 % interval', 'p'];
  const count = (verdict: string) => comparisons.filter((comparison) => comparison.verdict === verdict).length;
  print(formatTable(head, rows, terminalWidth()));
  print(
    `\n${count('worse')} worse, ${count('better')} better, ${comparisons.length - count('worse') - count('better')} neither.` +
      ' A ratio above 1 is worse; p is adjusted for the number of comparisons (Benjamini-Hochberg); 5 % or less is significant.' +
      ' Intervals need several seeds (--seeds) or repetitions (--repeat, --fresh).',
  );
  const summary = summarize(comparisons);
  if (summary) {
    print(`Overall, B takes ${summary.ratio.toPrecision(3)} times the seconds of A${describeInterval(summary.interval)}.`);
  }
  const failed = failOn === 'regression' ? regressions(comparisons, factor) : [];
  if (failed.length === 0) return 0;
  tell(`${failed.length === 1 ? '1 regression' : `${failed.length} regressions`} beyond a factor of ${factor}`);
  return 1;
}

function describeInterval(interval: readonly [number, number] | null): string {
  return interval ? `, 95 % bootstrap interval ${interval[0].toPrecision(3)} to ${interval[1].toPrecision(3)}` : '';
}

function styledVerdict(verdict: string): string {
  return verdict === 'worse' ? styled('bad', verdict) : verdict === 'better' ? styled('good', verdict) : verdict;
}

/** Solvers by name; where one stands on an instance more than once, with the options in which these differ. */
function labelsIn(comparisons: readonly Comparison[]): Map<Comparison, string> {
  const groups = Map.groupBy(comparisons, ({ cell: { problem, family, params } }) => canonicalJson([problem, family, params]));
  return new Map(
    [...groups.values()].flatMap((group) => {
      const labels = labelsOf(group.map(({ cell }) => cell));
      return group.map((comparison, index) => [comparison, labels[index]] as const);
    }),
  );
}

function numbersOf({ quantity, before, after, ratio, interval, probability, note }: Comparison): string[] {
  const chance = probability === null ? '–' : probability < 1e-3 ? '< 0.001' : probability.toFixed(3);
  if (ratio === null) return [quantity, note, '', '', '', chance];
  const show = quantity === 'seconds' ? formatSeconds : formatNumber;
  const range = interval ? `${interval[0].toPrecision(3)} to ${interval[1].toPrecision(3)}` : '–';
  return [quantity, show(before), show(after), ratio.toPrecision(3), range, chance];
}

/** The cells that a name on the command line stands for. */
async function select(name: string, storeFile: string): Promise<StoredCell[]> {
  const isFile = existsSync(name);
  const store = await Store.openExisting(isFile ? name : storeFile);
  try {
    const runs = await store.runs();
    const latest = runs.at(-1);
    const chosen = runs.filter(({ id, codeVersion }) =>
      isFile ? codeVersion === latest?.codeVersion : String(id) === name || (name.length >= 4 && codeVersion.startsWith(name)),
    );
    if (chosen.length > 0) return await store.cellsOf(chosen.map(({ id }) => id));
    const known = runs.map(({ id, codeVersion, began }) => `  ${id}  ${codeVersion}  ${began}`).join('\n');
    throw new UsageError(
      `'${name}' is not a store, and ${storeFile} has no run with that number or code version; its runs are:\n${known || '  none'}`,
    );
  } finally {
    store.close();
  }
}

const EXAMPLES = `
A store means all runs of its latest code version.

Examples:
  infimum-bench compare 1 2                    two runs of bench.duckdb
  infimum-bench compare old.duckdb bench.duckdb
  infimum-bench compare 3f2a 91bc              two code versions; \`compare ? ?\` lists them
  infimum-bench compare main.duckdb bench.duckdb --fail-on regression --factor 1.2`;
