// The program of a cell's process: runs one cell after the other of one solver, each as its task says, and reports.
import { readSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { serialize, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { AnyProblem, Registry } from '@infimum/core';
import { parseWith } from '@infimum/core';
import type { PeerProcess, Peers } from '@infimum/peers';
import type { PluginPeer } from '../plugins.ts';
import { loadPluginsOf, peersOf } from '../plugins.ts';
import { describeThrown } from './describe.ts';
import type { DriveContext } from './drive.ts';
import { drive, warmUp, warmUpSeconds } from './drive.ts';
import { fingerprint } from './fingerprint.ts';
import { FrameReader, writeFrame } from './frames.ts';
import type { Guard } from './guard.ts';
import { startGuard } from './guard.ts';
import { buildInstance } from './instance.ts';
import { LinePeer } from './line-peer.ts';
import { lockIntrinsics } from './lockdown.ts';
import type { Cell, CellMessage, CellTask, RunEnd } from './messages.ts';
import { JUDGED_PIPE, MESSAGE_PIPE, withoutRun } from './messages.ts';
import { drivePeer, startPeersOf } from './peer.ts';

/** Bytes that a cell may leave behind, beside an eighth of the limit: the next one should find the room it was promised. */
const LEFT_BEHIND = 128e6;
/** The judge has time limits of its own, and is replaced once if it dies. */
const JUDGE_SECONDS = 900;
/** What distinguishes the instance of the warm-up from any that is raced. */
const WARM_UP_SEED = 0x5f35_6495;

/** What stays between the cells, which are those of one solver. */
interface Session {
  readonly guard: Guard;
  readonly registry: Registry;
  /** Peers that plug-ins bring. */
  readonly own: readonly PluginPeer[];
  /** Bytes in use and what was open before the first cell. */
  readonly memory: number;
  readonly open: number;
  /** Seconds for which the solver was warmed up on each family: after enough of them what it does there is compiled. */
  readonly warm: Map<string, number>;
}

lockIntrinsics();
// Plug-ins could replace what these modules export.
const read = readSync;
const toBytes = serialize;
const clock = performance.now;
const { cpuUsage } = process;
/** Seconds of the processor so far. */
const processor = () => (cpuUsage().user + cpuUsage().system) / 1e6;
let session: Session | undefined;
let peers: Promise<Peers> | undefined;

const frames = new FrameReader();
for await (const chunk of process.stdin) {
  for (const { message } of frames.push(chunk)) await work(message as CellTask);
}
process.exit(0);

async function work({ task, cell, plugins, coordinator, memory }: CellTask): Promise<void> {
  const send = (message: CellMessage, blob?: Buffer) => writeFrame(MESSAGE_PIPE, message, blob);
  session?.guard.begin();
  let end: RunEnd;
  try {
    session ??= await setUp(cell, plugins, coordinator, memory);
    const { guard } = session;
    let [start, idle] = [0, 0];
    const judge: DriveContext['judge'] = (sample, solution) => {
      guard.allow('waiting for the metrics', JUDGE_SECONDS);
      const before = processor();
      send({ task, sample }, solution);
      read(JUDGED_PIPE, Buffer.alloc(1));
      idle += processor() - before;
    };
    const begin = () => {
      send({ task, begun: true });
      start = processor();
    };
    end = await runCell(cell, session, { guard, clock, encode, judge }, begin);
    if (start > 0 && end.seconds !== null) end = { ...end, processorSeconds: Math.max(0, processor() - start - idle) };
  } catch (error) {
    end = withoutRun('failed', `loading the plug-ins: ${describeThrown(error)}`);
  }
  session?.guard.rest();
  // What went wrong may have left anything behind.
  const last = end.status === 'failed' || !session || needsReplacement(session, memory);
  send({ task, end, last });
  if (last) process.exit(0);
}

/** A solution as bytes, typed arrays as they are. Functions and proxies are no data. */
function encode(solution: object): Buffer {
  try {
    return toBytes(solution);
  } catch (error) {
    throw new TypeError(`its solution is not plain data: ${(error as Error).message}`);
  }
}

async function setUp(
  { problem, solver, role }: Cell,
  plugins: readonly string[],
  coordinator: number,
  memory: number,
): Promise<Session> {
  const guard = await startGuard(coordinator, memory);
  const loaded = await loadPluginsOf(role === 'peer' ? [problem] : [problem, solver], plugins);
  // This process is killed when it is done with, and what is compiled would be written at its own end only.
  flushCompileCache();
  const { registry } = loaded;
  return { guard, registry, own: peersOf(loaded), memory: process.memoryUsage.rss(), open: openHandles(), warm: new Map() };
}

/** Whether a cell left timers, servers or children behind, or more memory than the next one should be charged with. */
function needsReplacement({ memory: before, open }: Session, limit: number): boolean {
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

async function runCell(cell: Cell, { guard, registry, own, warm }: Session, context: DriveContext, begin: () => void) {
  let doing = 'building the instance';
  try {
    const problem = registry.problem(cell.problem);
    const start = clock();
    const instance = await buildInstance(problem, cell, guard);
    const isSlow = clock() - start > 1000 * cell.budget;
    if (cell.role === 'peer') {
      doing = 'solving';
      return await drivePeer(problem, instance, cell, { ...context, peers: () => sharedPeers(cell, own) });
    }
    const solver = registry.solver(cell.solver);
    const mark = fingerprint(instance);
    const left = warmUpSeconds(cell) - (warm.get(cell.family) ?? 0);
    if (left > 0) {
      const other = await instanceToWarmUp(problem, cell, isSlow, mark, guard);
      doing = 'solving';
      const run = async (seconds: number) => (other === undefined ? 0 : warmUp(solver, other, cell, { seconds, guard, clock }));
      let spent = await run(left);
      // A quick instance may end at once, long before what it does is compiled.
      for (let last = spent; isSlow && last > 0 && spent < left; spent += last) last = await run(left - spent);
      warm.set(cell.family, spent + (warm.get(cell.family) ?? 0));
    }
    doing = 'solving';
    begin();
    const end = await drive(solver, instance, cell, context);
    guard.allow('evaluating the metrics', JUDGE_SECONDS);
    return fingerprint(instance) === mark ? end : changed(guard);
  } catch (error) {
    return withoutRun('failed', `${doing}: ${describeThrown(error)}`, guard.peakMemory());
  }
}

/**
 * An instance that is not that of the cell: of another seed or, where all seeds have the same one, of another family. One that takes
 * longer to build than its solvers may run is not built twice: a quick one of its family stands in for it.
 */
async function instanceToWarmUp(problem: AnyProblem, cell: Cell, isSlow: boolean, mark: string | undefined, guard: Guard) {
  const seed = cell.seed + WARM_UP_SEED;
  const quick = (family: string) => {
    const { params, suites } = problem.families[family];
    return suites.quick.slice(0, 1).map((given: unknown) => ({ family, params: parseWith(params, given, 'params'), seed }));
  };
  const same = { family: cell.family, params: cell.params, seed };
  const choices = [
    (isSlow && quick(cell.family)[0]) || same,
    ...Object.keys(problem.families).flatMap((family) => (family === cell.family ? [] : quick(family))),
  ];
  for (const choice of choices) {
    const instance = await buildInstance(problem, choice, guard);
    const isOther = mark === undefined ? !problem.families[choice.family].real : fingerprint(instance) !== mark;
    if (isOther) return instance;
  }
  return undefined;
}

function changed(guard: Guard): RunEnd {
  return withoutRun('failed', 'the solver changed the instance, which is used to judge it', guard.peakMemory());
}

/** The peer's process, which starts for the first cell that needs it; absent ones are looked for again. */
async function sharedPeers({ solver, problem }: Cell, own: readonly PluginPeer[]): Promise<Peers> {
  const ours = own.find(({ id }) => id === solver);
  peers ??= ours
    ? Promise.resolve({ present: true, process: new LinePeer(ours) as unknown as PeerProcess })
    : startPeersOf(solver, problem);
  const found = await peers;
  if (!found.present) peers = undefined;
  return found;
}
