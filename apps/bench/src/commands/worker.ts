// `infimum-bench worker`: runs the cells of a queue, for `infimum-bench run --queue` on whatever machine.
import os from 'node:os';
import { Command, Option } from 'commander';
import { codeVersions } from '../code-version.ts';
import { tell } from '../output.ts';
import { loadPlugins } from '../plugins.ts';
import { finishedLine } from '../progress.ts';
import { MOST_BYTES } from '../queue/cell-job.ts';
import { CellService } from '../queue/service.ts';
import { UsageError } from '../usage-error.ts';
import type { SetExitCode } from './arguments.ts';
import { positiveInteger, positiveNumber, withPlugins, withQueue } from './arguments.ts';

interface WorkerArguments {
  readonly queue?: string;
  readonly prefix?: string;
  readonly concurrency: number;
  readonly memory: number;
  readonly lostAfter: number;
  readonly retries: number;
  readonly plugin: readonly string[];
}

/** Builds the command. */
export function workerCommand(setExitCode: SetExitCode): Command {
  const command = new Command('worker')
    .description(
      'Runs cells for `infimum-bench run --queue`, on any number of machines, until it is interrupted. ' +
        'A worker runs only its own solvers, never code from the queue, and only for runs with the same version of all code and of Node.',
    )
    .option('--concurrency <number>', 'cells run in parallel; more than one disturbs the timing', positiveInteger, 1)
    .option('--memory <megabytes>', 'memory limit of a cell, even if the run allows more', positiveInteger, 4096)
    .addOption(
      new Option('--lost-after <seconds>', 'seconds of silence after which its cells go to other workers')
        .argParser(positiveNumber)
        .default(30),
    )
    .option('--retries <number>', 'lost workers after which a cell is blamed and fails', positiveInteger, 5)
    .action(async (args: WorkerArguments) => setExitCode(await work(args)))
    .addHelpText('after', EXAMPLES);
  return withPlugins(withQueue(command, 'the queue'));
}

async function work(args: WorkerArguments): Promise<number> {
  const { queue, prefix, plugin, concurrency, memory, lostAfter, retries } = args;
  if (queue === undefined) throw new UsageError('--queue is missing: where is the queue?');
  const loaded = await loadPlugins(plugin);
  const versions = codeVersions(loaded.plugins);
  const machine = describeMachine();
  const service = new CellService({
    loaded,
    versions,
    memory,
    machine,
    onResult: (cell, result) => tell(finishedLine(cell, result, false)),
  });
  const interruption = interruptible();
  const { startWorker } = await import('@infimum/distributed');
  try {
    const worker = await startWorker({
      url: queue,
      ...(prefix !== undefined && { prefix }),
      tasks: [service],
      concurrency,
      lostAfterSeconds: lostAfter,
      retries,
      maxBytes: MOST_BYTES,
      machine,
      onProblem: tell,
    });
    tell(`${worker.info.name} runs cells of code version ${versions.all}, ${concurrency} at a time`);
    await interruption.first;
    tell('interrupted; running cells are finished first (interrupt again to leave them to other workers)');
    await Promise.race([worker.close(), interruption.second.then(() => worker.close(true))]);
    return 0;
  } catch (error) {
    throw new UsageError(`--queue: ${(error as Error).message.replace(/^url: /, '')}`, { cause: error });
  } finally {
    await service.close();
    // A connection that does not close must not hold the command.
    setTimeout(() => process.exit(), 1000).unref();
  }
}

/** One line about the machine. */
function describeMachine(): string {
  const cpu = os.cpus()[0]?.model.trim() ?? os.arch();
  return `${os.hostname()}: ${cpu}, ${os.availableParallelism()} cores, ${os.type()} ${os.release()}, Node ${process.version}`;
}

/** Ctrl-C and its like, the first time and the second. */
function interruptible() {
  const first = Promise.withResolvers<void>();
  const second = Promise.withResolvers<void>();
  let count = 0;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => (++count === 1 ? first : second).resolve());
  }
  return { first: first.promise, second: second.promise };
}

const EXAMPLES = `
Anyone who can write to the queue can run your solvers with any parameters, so give it a password. The
address can be given in the variable INFIMUM_QUEUE, which keeps it out of the list of processes.

Examples:
  infimum-bench worker --queue redis://queue.example:6379 --concurrency 2
  INFIMUM_QUEUE=rediss://bench:PASSWORD@queue.example:6380 infimum-bench worker
  infimum-bench worker --queue redis://queue.example --plugin ./mine.ts     for runs with this plug-in`;
