// The program of a judge's process: builds the instance of a cell and computes the metrics of solutions, which arrive as
// data. It loads the package of the problem, or the plug-in that defines it, and never runs a solver.
import { flushCompileCache } from 'node:module';
import { deserialize } from 'node:v8';
import type { AnyProblem } from '@infimum/core';
import { certify as certifySolution } from '@infimum/core/certificate';
import { problemOf } from '../plugins.ts';
import { describeThrown } from './describe.ts';
import { EVALUATE_SECONDS, evaluate } from './evaluate.ts';
import { FrameReader, writeFrame } from './frames.ts';
import type { Guard } from './guard.ts';
import { startGuard } from './guard.ts';
import { buildInstance } from './instance.ts';
import { lockIntrinsics } from './lockdown.ts';
import type { JudgeAnswer, JudgeTask, ProofResult } from './messages.ts';
import { MESSAGE_PIPE } from './messages.ts';

/** Of the memory, what may be in use for an instance to be kept: one part of so many. */
const KEPT_SHARE = 4;

/** Seconds for finding and checking a proof. */
const PROOF_SECONDS = 120;

lockIntrinsics();
let guard: Guard | undefined;
let problem: AnyProblem | undefined;
let instance: unknown;
/** Instances of the problem that every solver meets, as far as there is room for them. */
const built = new Map<string, unknown>();
/** What the metric of every `converged` is at most. */
let bound: number | undefined;
let fault: string | undefined;
/** The solution that was judged last. */
let latest: object | undefined;

const frames = new FrameReader();
for await (const chunk of process.stdin) {
  for (const { message, blob } of frames.push(chunk)) await answer(message as JudgeTask, blob);
}
process.exit(0);

async function answer({ task, instance: wanted, plugins, coordinator, memory, certify }: JudgeTask, blob: Buffer) {
  guard ??= await startGuard(coordinator, memory);
  guard.begin();
  if (wanted) {
    // What goes wrong here is told with the first solution: the solver's process meets the same, and says so first.
    fault = undefined;
    bound = undefined;
    let doing = 'loading the problem';
    try {
      if (problem?.id !== wanted.problem) {
        built.clear();
        problem = await problemOf(wanted.problem, plugins);
        // As in the cell's process, which is killed in the end too.
        flushCompileCache();
      }
      doing = 'building the instance';
      const key = JSON.stringify([wanted.family, wanted.params, wanted.seed]);
      instance = built.get(key) ?? (await buildInstance(problem, wanted, guard));
      if (process.memoryUsage.rss() < (memory * 1e6) / KEPT_SHARE) built.set(key, instance);
      else built.clear();
      const { variant, options } = wanted;
      bound = problem.success?.bound(instance, { variant, options: options as Record<string, unknown> });
    } catch (error) {
      fault = `${doing}: ${describeThrown(error)}`;
    }
  } else {
    writeFrame(MESSAGE_PIPE, certify ? { task, proof: await prove(guard) } : judge(task, blob, guard));
  }
  guard.rest();
}

function judge(task: number, blob: Buffer, { allow }: Guard): JudgeAnswer {
  if (fault !== undefined || !problem) return { task, fault: fault ?? 'no instance was built' };
  allow('evaluating the metrics', EVALUATE_SECONDS);
  try {
    latest = deserialize(blob) as object;
    const metrics = evaluate(problem, instance, latest);
    const value = metrics[problem.success?.metric ?? ''] ?? null;
    const confirmed = !Number.isFinite(bound) || (value !== null && value <= Number(bound));
    return { task, metrics, confirmed, memory: process.memoryUsage.rss() };
  } catch (error) {
    return { task, fault: `evaluating the metrics: ${describeThrown(error)}` };
  }
}

async function prove({ allow }: Guard): Promise<ProofResult> {
  if (!problem || !latest) return { proved: false, reason: 'there is no solution' };
  allow('looking for a proof', PROOF_SECONDS);
  try {
    const { certificate, verdict } = await certifySolution(problem, instance, latest);
    if (!verdict.proved) return verdict;
    const figures = Object.entries(verdict.figures).map(([name, { lower, upper }]) => [name, [lower, upper]] as const);
    return { proved: true, kind: certificate?.kind ?? '', figures: Object.fromEntries(figures) };
  } catch (error) {
    return { proved: false, reason: describeThrown(error) };
  }
}
