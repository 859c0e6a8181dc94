// `infimum-bench report`: the HTML report of the latest run.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { Command } from 'commander';
import { print, tell } from '../output.ts';
import { loadPlugins } from '../plugins.ts';
import { writeReport } from '../report/report.ts';
import { Store } from '../store.ts';
import { UsageError } from '../usage-error.ts';
import type { SetExitCode } from './arguments.ts';
import { withPlugins, withStore } from './arguments.ts';

interface ReportArguments {
  readonly out: string;
  readonly images?: string;
  readonly open?: boolean;
  readonly store: string;
  readonly plugin: readonly string[];
}

/** Builds the command. */
export function reportCommand(_setExitCode: SetExitCode): Command {
  const command = new Command('report')
    .description('Writes the report of the latest run as one self-contained HTML file.')
    .option('--out <file>', 'file of the report', 'bench-report.html')
    .option('--images <folder>', 'also write every chart as SVG')
    .option('--open', 'open it in the browser')
    .action(report);
  return withStore(withPlugins(command));
}

async function report({ out, images, open, store: storeFile, plugin }: ReportArguments): Promise<void> {
  const { registry } = await loadPlugins(plugin);
  const store = await Store.openExisting(storeFile);
  try {
    const latest = (await store.runs()).at(-1);
    if (!latest) throw new UsageError(`${storeFile} holds no run yet; make one with \`infimum-bench run\``);
    const problemOf = (id: string) => registry.problems.find((problem) => problem.id === id);
    const file = await writeReport(store, problemOf, out, latest.id, images);
    print(file);
    if (open) openInBrowser(path.resolve(file));
  } finally {
    store.close();
  }
}

function openInBrowser(file: string): void {
  const [program, ...args] =
    process.platform === 'darwin' ? ['open'] : process.platform === 'win32' ? ['cmd', '/c', 'start', ''] : ['xdg-open'];
  const child = spawn(program, [...args, file], { detached: true, stdio: 'ignore' });
  child.on('error', () => tell(`no browser could be started; open ${file} in one`));
  child.unref();
}
