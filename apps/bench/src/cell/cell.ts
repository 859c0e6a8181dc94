// The program of a cell's process: runs one cell after the other of one solver, each as its task says, and reports.
import { flushCompileCache } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { AnyProblem, AnySolver, Registry } from '@infimum/core';
import { parseWith } from '@infimum/core';
import type { Peers } from '@infimum/peers';
import { loadPluginsOf } from '../plugins.ts';
import { isInvalidInput } from '../usage-error.ts';
import { drive, warmUp, warmUpSeconds } from './drive.ts';
import { fingerprint } from './fingerprint.ts';
import { FrameReader, writeFrame } from './frames.ts';
import type { Guard } from './guard.ts';
import { startGuard } from './guard.ts';
import type { Cell, CellEnd, CellMessage, CellTask } from './messages.ts';
import { MESSAGE_PIPE, withoutRun } from './messages.ts';
import { drivePeer, startPeersOf } from './peer.ts';

/** Real data come from disk; synthetic instances of any size that can be solved take less. */
const BUILD_SECONDS = 120;
/** Bytes that a cell may leave behind, beside an eighth of the limit: the next one should find the room it was promised. */
const LEFT_BEHIND = 128e6;

/** What stays between the cells, which are those of one solver. */
interface Workshop {
  readonly guard: Guard;
  readonly registry: Registry;
  /** Bytes in use and what was open before the first cell. */
  readonly memory: number;
  readonly open: number;
  /** Seconds for which the solver was warmed up on each family: after enough of them what it does there is compiled. */
  readonly warm: Map<string, number>;
}

let workshop: Workshop | undefined;
let peers: Promise<Peers> | undefined;

const frames = new FrameReader();
for await (const chunk of process.stdin) {
  for (const task of frames.push(chunk)) await work(task as CellTask);
}
process.exit(0);

async function work({ task, cell, plugins, coordinator, memory }: CellTask): Promise<void> {
  const send = (message: CellMessage) => writeFrame(MESSAGE_PIPE, message);
  workshop?.guard.begin();
  let end: CellEnd;
  try {
    workshop ??= await setUp(cell, plugins, coordinator, memory);
    end = await runCell(cell, workshop, (sample) => send({ task, sample }));
  } catch (error) {
    end = withoutRun('failed', `loading the plug-ins: ${describe(error)}`);
  }
  workshop?.guard.rest();
  // What went wrong may have left anything behind.
  const last = end.status === 'failed' || !workshop || isWorn(workshop, memory);
  send({ task, end, last });
  if (last) process.exit(0);
}

async function setUp(
  { problem, solver, role }: Cell,
  plugins: readonly string[],
  coordinator: number,
  memory: number,
): Promise<Workshop> {
  const guard = await startGuard(coordinator, memory);
  const { registry } = await loadPluginsOf(role === 'peer' ? [problem] : [problem, solver], plugins);
  // This process is killed when it is done with, and what is compiled would be written at its own end only.
  flushCompileCache();
  return { guard, registry, memory: process.memoryUsage.rss(), open: openHandles(), warm: new Map() };
}

/** Whether a cell left timers, servers or children behind, or more memory than the next one should be charged with. */
function isWorn({ memory: before, open }: Workshop, limit: number): boolean {
  const room = Math.min(LEFT_BEHIND, (limit * 1e6) / 8);
  const isLarge = () => process.memoryUsage.rss() - before > room;
  if (isLarge()) collectGarbage();
  return openHandles() > open || isLarge();
}

/** Not by a flag of the process: with one that Node was not built with it compiles its own modules at every start. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

/** Timers, sockets, processes; what peers run in is meant to stay. */
function openHandles(): number {
  return peers ? 0 : process.getActiveResourcesInfo().length;
}

async function runCell(
  cell: Cell,
  { guard, registry, warm }: Workshop,
  onSample: Parameters<typeof drive>[3]['onSample'],
) {
  let doing = 'building the instance';
  try {
    const problem = registry.problem(cell.problem);
    const build = () => buildInstance(problem, cell, guard);
    const judged = await build();
    if (cell.role === 'peer') {
      doing = 'solving';
      // It lives in another process and is sent a copy.
      return await drivePeer(problem, judged, cell, { guard, onSample, peers: () => sharedPeers(cell) });
    }
    const solver = registry.solver(cell.solver);
    const mark = fingerprint(judged);
    // What can be looked into can be copied, which is quicker than to make it anew.
    let solved = mark === undefined ? await build() : structuredClone(judged);
    doing = 'solving';
    const declined = declines(solver, solved);
    if (declined) return withoutRun('declined', declined);
    const left = warmUpSeconds(cell) - (warm.get(cell.family) ?? 0);
    if (left > 0) {
      const spent = warmUp(solver, solved, cell, { seconds: left, guard });
      warm.set(cell.family, spent + (warm.get(cell.family) ?? 0));
      // Where nobody can see whether the warm-up left something in the instance, the run gets a new one.
      if (mark === undefined) solved = await build();
      else if (fingerprint(solved) !== mark) return changed(guard);
    }
    const end = drive(solver, { solved, judged }, cell, { guard, onSample });
    guard.allow('evaluating the metrics', BUILD_SECONDS);
    return fingerprint(solved) === mark ? end : changed(guard);
  } catch (error) {
    return withoutRun('failed', `${doing}: ${describe(error)}`, guard.peakMemory());
  }
}

async function buildInstance(problem: AnyProblem, { family: name, params, seed }: Cell, guard: Guard) {
  const family = problem.families[name];
  guard.allow('building the instance', BUILD_SECONDS);
  const instance = await family.generate(parseWith(family.params, params, 'params'), seed);
  problem.validate(instance);
  return instance;
}

function changed(guard: Guard): CellEnd {
  return withoutRun('failed', 'the solver changed the instance, by which it is judged', guard.peakMemory());
}

/** Why the solver does not take the instance. */
function declines(solver: AnySolver, instance: unknown): string | undefined {
  const answer: unknown = solver.declines?.(instance);
  if (answer === undefined || (typeof answer === 'string' && answer !== '')) return answer;
  throw new TypeError(`its declines() returned ${answer === '' ? 'no text' : typeof answer}, not a sentence`);
}

/** The peer's process, which starts for the first cell that needs it; absent ones are looked for again. */
async function sharedPeers({ solver, problem }: Cell): Promise<Peers> {
  peers ??= startPeersOf(solver, problem);
  const found = await peers;
  if (!found.present) peers = undefined;
  return found;
}

/** Whatever was thrown; not even its own text can be trusted. */
function describe(error: unknown): string {
  try {
    if (isInvalidInput(error)) return error.message;
    return error instanceof Error ? `threw ${error.name}: ${error.message}` : `threw ${String(error)}`;
  } catch {
    return 'threw what cannot be told';
  }
}
