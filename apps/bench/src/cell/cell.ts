// The program of a cell's process: reads its task, builds the instance, races the solver, reports.
import { readFileSync, writeSync } from 'node:fs';
import { parseWith } from '@infimum/core';
import { loadPlugins } from '../plugins.ts';
import { isInvalidInput } from '../usage-error.ts';
import { drive } from './drive.ts';
import { type Guard, startGuard } from './guard.ts';
import {
  type CellEnd,
  type CellMessage,
  type CellTask,
  MESSAGE_PIPE,
  type Sample,
  withoutRun,
} from './messages.ts';
import { drivePeer } from './peer.ts';

/** Real data come from disk; synthetic instances of any size that can be solved take less. */
const BUILD_SECONDS = 120;

const task = JSON.parse(readFileSync(0, 'utf8')) as CellTask;
const guard = await startGuard(task.coordinator, task.memory);
send({ end: await runCell(task, guard) });
process.exit(0);

async function runCell({ cell, plugins }: CellTask, guard: Guard): Promise<CellEnd> {
  const onSample = (sample: Sample) => send({ sample });
  let doing = 'loading the plug-ins';
  try {
    const { registry } = await loadPlugins(plugins);
    const problem = registry.problem(cell.problem);
    const family = problem.families[cell.family];
    doing = 'building the instance';
    guard.allow('building the instance', BUILD_SECONDS);
    const instance = await family.generate(parseWith(family.params, cell.params, 'params'), cell.seed);
    problem.validate(instance);
    doing = 'solving';
    if (cell.role === 'peer') return await drivePeer(problem, instance, cell, { guard, onSample });
    const solver = registry.solver(cell.solver);
    const declined = solver.declines?.(instance);
    if (declined) return withoutRun('declined', declined);
    return drive(solver, instance, cell, { guard, onSample });
  } catch (error) {
    return withoutRun('failed', `${doing}: ${describe(error)}`, guard.peakMemory());
  }
}

function describe(error: unknown): string {
  if (isInvalidInput(error)) return error.message;
  return error instanceof Error ? `threw ${error.name}: ${error.message}` : `threw ${String(error)}`;
}

/** Synchronous, so that nothing is lost if the process dies in the next step. */
function send(message: CellMessage): void {
  writeSync(MESSAGE_PIPE, `${JSON.stringify(message)}\n`);
}
