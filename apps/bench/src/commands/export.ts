// `infimum-bench export`: the store's contents for other tools.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Command, Option } from 'commander';
import { print } from '../output.ts';
import { loadPlugins } from '../plugins.ts';
import { racesOf } from '../race.ts';
import { Store } from '../store.ts';
import { UsageError } from '../usage-error.ts';
import type { Standing } from '../verdict.ts';
import { verdictsOf } from '../verdict.ts';
import { judgedOf } from '../verdicts.ts';
import type { SetExitCode } from './arguments.ts';
import { withPlugins, withStore } from './arguments.ts';

interface ExportArguments {
  readonly format: 'csv' | 'parquet';
  readonly out?: string;
  readonly verdicts?: string;
  readonly plugin: readonly string[];
  readonly store: string;
}

/** Builds the command. */
export function exportCommand(_setExitCode: SetExitCode): Command {
  const command = new Command('export')
    .description('Writes all results as CSV or Parquet: one file with a row per cell and one with a row per sample.')
    .addOption(new Option('--format <format>', 'format of the files').choices(['csv', 'parquet']).makeOptionMandatory())
    .option('--out <file>', 'file of the cells (default: bench-cells.FORMAT); the file of the samples is named after it')
    .option('--verdicts <file>', 'also write the verdicts of the latest run as JSON: times, ratios and intervals')
    .action(exportResults)
    .addHelpText(
      'after',
      `
Examples:
  infimum-bench export --format parquet
  infimum-bench export --format csv --out results.csv     results.csv and results-samples.csv`,
    );
  return withStore(withPlugins(command));
}

async function exportResults({ format, out, verdicts, plugin, store: storeFile }: ExportArguments): Promise<void> {
  const cells = out ?? `bench-cells.${format}`;
  const { dir, name, ext } = path.parse(cells);
  const samples = path.join(dir, `${out === undefined ? 'bench' : name}-samples${ext}`);
  const store = await Store.openExisting(storeFile);
  try {
    const metrics = (await store.metricNames()).map(metricColumn).join('');
    const identity = 'problem, family, params, seed, solver, role, variant, options';
    await store.copy(
      `SELECT cells.id AS cell, run_cells.run, ${identity}, budget, cells.code_version, status, reason, seconds,
         iterations, peak_memory, ${store.machineColumn} AS machine, began, cpu, cores, system, node, peers${metrics}
       FROM run_cells JOIN cells ON cells.id = run_cells.cell JOIN runs ON runs.id = run_cells.run
       WHERE NOT run_cells.reused ORDER BY cells.id`,
      cells,
      format,
    );
    await store.copy(
      `SELECT cell, ${identity}, samples.iteration, samples.seconds${metrics.replaceAll('cells.', 'samples.')}
       FROM samples JOIN (SELECT id AS cell, ${identity} FROM cells) USING (cell) ORDER BY cell, samples.seconds`,
      samples,
      format,
    );
    if (verdicts !== undefined) writeFileSync(verdicts, `${JSON.stringify(await verdictsIn(store, plugin), null, 1)}\n`);
    print([cells, samples, ...(verdicts === undefined ? [] : [verdicts])].join('\n'));
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(`--out: ${(error as Error).message}`);
  } finally {
    store.close();
  }
}

/** The verdicts by time of the latest run, as report and terminal show them. */
async function verdictsIn(store: Store, plugin: readonly string[]) {
  const { registry } = await loadPlugins(plugin);
  const latest = (await store.runs()).slice(-1).map(({ id }) => id);
  const cells = await store.withSamples(await store.cellsOf(latest));
  const races = racesOf(cells, (id) => registry.problems.find((problem) => problem.id === id));
  const rowOf = ({ solver, reached, won, isLevel, behind }: Standing) => ({ solver, reached, won, isLevel, ...behind });
  return [...Map.groupBy(races, ({ problem }) => problem)].flatMap(([problem, own]) => {
    const { name, direction, targets } = own[0].primary;
    return verdictsOf(judgedOf(own), targets.length).map(({ variant, target, instances, ranking, peers, isClear }) => ({
      ...{ problem, variant, metric: name, direction, target: targets[target], instances, isClear },
      ...{ ranking: ranking.map(rowOf), peers: peers.map(rowOf) },
    }));
  });
}

/** A metric as a column of its own: other tools read numbers, not JSON. */
function metricColumn(name: string): string {
  const text = name.replaceAll("'", "''");
  return `, (cells.metrics ->> '${text}')::DOUBLE AS "metric_${name.replaceAll('"', '""')}"`;
}
