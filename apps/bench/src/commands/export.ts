// `infimum-bench export`: the store's contents for other tools.
import path from 'node:path';
import { Command, Option } from 'commander';
import { print } from '../output.ts';
import { Store } from '../store.ts';
import { UsageError } from '../usage-error.ts';
import type { SetExitCode } from './arguments.ts';
import { withStore } from './arguments.ts';

interface ExportArguments {
  readonly format: 'csv' | 'parquet';
  readonly out?: string;
  readonly store: string;
}

/** Builds the command. */
export function exportCommand(_setExitCode: SetExitCode): Command {
  const command = new Command('export')
    .description('Writes all results as CSV or Parquet: a file with a row a cell, and beside it one with a row a sample.')
    .addOption(new Option('--format <format>', 'format of the files').choices(['csv', 'parquet']).makeOptionMandatory())
    .option('--out <file>', 'file of the cells (default: bench-cells.FORMAT); that of the samples is named after it')
    .action(exportResults)
    .addHelpText(
      'after',
      `
Examples:
  infimum-bench export --format parquet
  infimum-bench export --format csv --out results.csv     results.csv and results-samples.csv`,
    );
  return withStore(command);
}

async function exportResults({ format, out, store: storeFile }: ExportArguments): Promise<void> {
  const cells = out ?? `bench-cells.${format}`;
  const { dir, name, ext } = path.parse(cells);
  const samples = path.join(dir, `${out === undefined ? 'bench' : name}-samples${ext}`);
  const store = await Store.openExisting(storeFile);
  try {
    const metrics = (await store.metricNames()).map(metricColumn).join('');
    const identity = 'problem, family, params, seed, solver, role, options';
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
    print(`${cells}\n${samples}`);
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(`--out: ${(error as Error).message}`);
  } finally {
    store.close();
  }
}

/** A metric as a column of its own: other tools read numbers, not JSON. */
function metricColumn(name: string): string {
  const text = name.replaceAll("'", "''");
  return `, (cells.metrics ->> '${text}')::DOUBLE AS "metric_${name.replaceAll('"', '""')}"`;
}
