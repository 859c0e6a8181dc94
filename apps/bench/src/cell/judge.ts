// The program of a judge's process: builds the instance of a cell and computes the metrics of solutions, which arrive as
// data. It loads the package of the problem, or the plug-in that defines it, and never runs a solver.
import { deserialize } from 'node:v8';
import type { AnyProblem } from '@infimum/core';
import { problemOf } from '../plugins.ts';
import { describeThrown } from './describe.ts';
import { EVALUATE_SECONDS, evaluate } from './evaluate.ts';
import { FrameReader, writeFrame } from './frames.ts';
import type { Guard } from './guard.ts';
import { startGuard } from './guard.ts';
import { buildInstance } from './instance.ts';
import { lockIntrinsics } from './lockdown.ts';
import type { JudgeAnswer, JudgeTask } from './messages.ts';
import { MESSAGE_PIPE } from './messages.ts';

lockIntrinsics();
let guard: Guard | undefined;
let problem: AnyProblem | undefined;
let instance: unknown;
let fault: string | undefined;

const frames = new FrameReader();
for await (const chunk of process.stdin) {
  for (const { message, blob } of frames.push(chunk)) await answer(message as JudgeTask, blob);
}
process.exit(0);

async function answer({ task, instance: wanted, plugins, coordinator, memory }: JudgeTask, blob: Buffer) {
  guard ??= await startGuard(coordinator, memory);
  guard.begin();
  if (wanted) {
    // What goes wrong here is told with the first solution: the solver's process meets the same, and says so first.
    fault = undefined;
    let doing = 'loading the problem';
    try {
      problem = await problemOf(wanted.problem, plugins);
      doing = 'building the instance';
      instance = await buildInstance(problem, wanted, guard);
    } catch (error) {
      fault = `${doing}: ${describeThrown(error)}`;
    }
  } else {
    writeFrame(MESSAGE_PIPE, judge(task, blob, guard));
  }
  guard.rest();
}

function judge(task: number, blob: Buffer, { allow }: Guard): JudgeAnswer {
  if (fault !== undefined || !problem) return { task, fault: fault ?? 'no instance was built' };
  allow('evaluating the metrics', EVALUATE_SECONDS);
  try {
    const metrics = evaluate(problem, instance, deserialize(blob));
    return { task, metrics, memory: process.memoryUsage.rss() };
  } catch (error) {
    return { task, fault: `evaluating the metrics: ${describeThrown(error)}` };
  }
}
