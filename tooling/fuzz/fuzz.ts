// `pnpm fuzz [--solver ID] [--package NAME] [--calls [--function NAME] [--drawn]] [--seed N] [--count N] [--first N]
// [--max-seconds S] [--jobs N] [--summary FILE]`: every solver of the registry on mutated instances and options, or, with `--calls`,
// every exported function with hostile arguments: first every field of its examples replaced by every hostile value in turn (left out
// with `--drawn`), then drawn ones, N times each (0: the first part alone). A process that hangs, traps or crashes costs the attempt
// that it was in, which is a fault that is reported; the next process goes on behind it. What seems to hang is tried again alone in a
// process of its own before it counts: beside others it may be charged with what promises of earlier attempts still do.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { FuzzFailure } from '@infimum/core/testing';
import { createInfimumRegistry } from 'infimum';
import { AS_TOLD, UNLIMITED } from './calls.ts';
import type { Request, Tally } from './fuzz-cell.ts';
import { FuzzProcess } from './fuzz-process.ts';
import type { Functions } from './modules.ts';
import { functionsOf } from './modules.ts';

const { values } = parseArgs({
  options: {
    solver: { type: 'string', multiple: true },
    package: { type: 'string', multiple: true },
    calls: { type: 'boolean', default: false },
    drawn: { type: 'boolean', default: false },
    function: { type: 'string', multiple: true },
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '200' },
    first: { type: 'string', default: '0' },
    'max-seconds': { type: 'string', default: '0.1' },
    jobs: { type: 'string', default: '2' },
    summary: { type: 'string' },
  },
});

/** Seconds of processor time beyond its limit after which a solver is taken for hung. */
const GRACE = 1.5;

/** What is known of a solver or a module. */
interface Row {
  readonly name: string;
  tried: number;
  rejected: number;
  converged: number;
  readonly faults: string[];
}

/** The current process, or a new one if it has died. */
class Cells {
  #cell: FuzzProcess | undefined;

  /** All attempts of the request: behind one in which a process dies the next goes on. */
  async work(row: Row, request: Request): Promise<void> {
    const end = request.first + request.count;
    for (let next = request.first; next < end; ) {
      this.#cell ??= new FuzzProcess();
      const came = await this.#cell.run({ ...request, first: next, count: end - next });
      const failures = await confirmed(request, came.failures);
      noteFaults(row, failures);
      if ('tried' in came) {
        note(row, came);
        return;
      }
      row.tried += came.attempt + 1 - next;
      if (came.cause !== 'hang' || (await hangsAlone(request, came.attempt, came.mutation))) {
        row.faults.push(`#${came.attempt} ${came.cause}: ${came.mutation}`);
      }
      next = came.attempt + 1;
      this.#cell = undefined;
    }
  }

  end(): void {
    this.#cell?.end();
  }
}

/** The failures without hangs that do not come again alone. */
async function confirmed(request: Request, failures: readonly FuzzFailure[]): Promise<FuzzFailure[]> {
  const stand: FuzzFailure[] = [];
  for (const failure of failures) {
    const { fault, number, mutation } = failure;
    if (fault !== 'hang' || (await hangsAlone(request, number, mutation))) stand.push(failure);
  }
  return stand;
}

/** Whether an attempt fails in a process that did nothing before. */
async function hangsAlone(request: Request, attempt: number, mutation: string): Promise<boolean> {
  if (AS_TOLD.test(mutation.split('(')[0])) return false;
  const process = new FuzzProcess();
  const came = await process.run({ ...request, first: attempt, count: 1 });
  if (!('tried' in came)) return true;
  process.end();
  if (came.failures.length > 0) return true;
  alone++;
  console.log(`     alone no hang: #${attempt} ${mutation}`);
  return false;
}

const [seed, count, first, jobs] = [values.seed, values.count, values.first, values.jobs].map(Number);
const rows: Row[] = [];
/** Calls in the first part. */
let everywhere = 0;
/** Attempts that seemed to hang, and did not when they were alone. */
let alone = 0;
const modules = values.calls ? await chosenFunctions() : [];
const queue = subjects();
await Promise.all(Array.from({ length: jobs }, work));
report();

async function chosenFunctions(): Promise<Functions[]> {
  const found = await functionsOf(values.package);
  const wanted = values.function;
  if (!wanted) return found;
  return found
    .map((module) => ({ ...module, names: module.names.filter((name) => wanted.includes(name)) }))
    .filter(({ names }) => names.length > 0);
}

function subjects(): string[] {
  const packages = values.package;
  if (values.calls) return modules.map(({ address }) => address);
  const ids = values.solver ?? createInfimumRegistry().solvers.map(({ id }) => id);
  return ids.filter((id) => !packages || packages.includes(id.split('/')[0]));
}

/** A sequence of processes, each used until it dies. */
async function work(): Promise<void> {
  const cells = new Cells();
  for (let subject = queue.shift(); subject; subject = queue.shift()) {
    const module = modules.find(({ address }) => address === subject);
    const name = module?.name ?? subject;
    const names = module?.names;
    const maxSeconds = Number(values['max-seconds']);
    const patience = names ? UNLIMITED + 0.5 : maxSeconds + GRACE;
    const row: Row = { name, tried: 0, rejected: 0, converged: 0, faults: [] };
    rows.push(row);
    const request = { subject, names, seed, maxSeconds, patience };
    if (names && first === 0 && !values.drawn) {
      await cells.work(row, { ...request, first: 0, count: Number.MAX_SAFE_INTEGER, everywhere: true });
      everywhere += row.tried;
    }
    // So many for every solver, or for every function.
    const many = names?.length ?? 1;
    if (count > 0) await cells.work(row, { ...request, first: first * many, count: count * many });
    console.log(`${row.faults.length === 0 ? 'ok  ' : 'FAIL'} ${name}`);
    for (const fault of row.faults) console.log(`     ${fault}`);
  }
  cells.end();
}

function note(row: Row, { tried, rejected, converged }: Tally): void {
  row.tried += tried;
  row.rejected += rejected;
  row.converged += converged;
}

function noteFaults(row: Row, failures: readonly FuzzFailure[]): void {
  for (const { number, fault, mutation, message } of failures) {
    row.faults.push(`#${number} ${fault}: ${mutation} -> ${message}`);
  }
}

function report(): void {
  const sum = (field: (row: Row) => number) => rows.reduce((total, row) => total + field(row), 0);
  const faults = sum((row) => row.faults.length);
  console.log(
    `${sum((row) => row.tried)} attempts${everywhere > 0 ? ` (${everywhere} of them one field, one value at a time)` : ''} on ${rows.length} subjects with seed ${seed}: ` +
      `${sum((row) => row.rejected)} rejected, ${sum((row) => row.converged)} converged, ${faults} faults` +
      (alone > 0 ? ` (${alone} seemed to hang, and did not alone)` : ''),
  );
  if (values.summary) writeFileSync(values.summary, JSON.stringify(rows, null, 1));
  process.exitCode = faults > 0 ? 1 : 0;
}
