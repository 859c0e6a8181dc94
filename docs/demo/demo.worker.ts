// The worker of a demo: makes the instance, steps the solvers, measures, and sends the data to draw.

import { problems } from 'virtual:problems';
import type { AnyProblem, AnySolver, Conclusion, Iterate } from '@infimum/core';
import { answererOf, InvalidInputError, parseWith, prepare } from '@infimum/core';
import { certify } from '@infimum/core/certificate';
import type { LaneProof, LaneRequest, LaneState, Reply, Request, RunRequest } from './protocol.ts';

/** Milliseconds a lane may compute before the demo gets its next frame. */
const FRAME_BUDGET = 12;

/** Iterations after which a demo ends: some algorithms never end. */
const MAX_ITERATIONS = 20_000;

/** A running solver. */
interface Lane {
  readonly steps: Generator<Iterate<object>, Conclusion<object>, unknown>;
  readonly answer: ((iterate: Iterate<object>) => unknown) | undefined;
  iterate: Iterate<object> | undefined;
  conclusion: Conclusion<object> | undefined;
  seconds: number;
}

let current: { problem: AnyProblem; instance: unknown; lanes: Lane[] } | undefined;

/** The run requested last: anything that another one still loads is discarded. */
let latest = 0;

addEventListener('message', async ({ data }: MessageEvent<Request>) => {
  try {
    if (data.type === 'prepare') await begin(data.run, data.request);
    else if (data.run !== latest) return;
    else if (data.type === 'certify') await prove(data.run);
    else advance(data.iterations);
  } catch (error) {
    const argument = error instanceof InvalidInputError ? { argument: error.argument } : {};
    send({ type: 'failed', run: data.run, message: (error as Error).message, ...argument });
  }
});

async function begin(run: number, request: RunRequest): Promise<void> {
  latest = run;
  for (const { steps } of current?.lanes ?? []) steps.return(undefined as never);
  current = undefined;
  const { problem, solvers: all } = await problems[request.problem]();
  const { instance, params } = request.own === undefined ? await generated(problem, request) : own(problem, request.own);
  const solvers = request.lanes.map(({ solver }) => all.find(({ id }) => id === solver) as AnySolver);
  if (run !== latest) return;
  // From here on there is no `await`, so no other run can interfere.
  const lanes = request.lanes.map(({ options }, k) => startLane(solvers[k], instance, options, request.seed));
  current = { problem, instance, lanes };
  send({ type: 'prepared', run, instance: cloneable(instance), params });
  advance(0);
}

async function generated(problem: AnyProblem, { family, params, seed }: RunRequest) {
  const { params: schema, generate } = problem.families[family];
  const parsed = parseWith(schema, params, 'params');
  return { instance: await generate(parsed, seed), params: parsed };
}

/** A visitor's own instance, checked as the command line checks it. */
function own(problem: AnyProblem, text: string): { instance: unknown; params: Readonly<Record<string, unknown>> } {
  const instance = problem.instanceFile?.parse(JSON.parse(text));
  problem.validate(instance);
  return { instance, params: {} };
}

function startLane(solver: AnySolver, instance: unknown, options: LaneRequest['options'], seed: number): Lane {
  const [answer] = solver.problem.answer ? answererOf(solver, instance) : [];
  const steps = prepare(solver, instance, options, seed);
  const lane: Lane = { steps, answer, iterate: undefined, conclusion: undefined, seconds: 0 };
  step(lane);
  return lane;
}

/** Milliseconds that the metrics of the last frame took: solvers get the same time, so that expensive metrics do not stop them. */
let measuring = 0;

/** Steps every lane, as often as requested and as the frame allows, and sends a frame. */
function advance(iterations: number): void {
  if (!current) return;
  const { problem, instance, lanes } = current;
  for (const lane of lanes) {
    const deadline = performance.now() + Math.max(FRAME_BUDGET, measuring);
    for (let k = 0; k < iterations && !endOf(lane) && performance.now() < deadline; k++) step(lane);
  }
  // Arrays are copied: a solution may share some with the instance, which must stay intact.
  const start = performance.now();
  send({ type: 'frame', run: latest, lanes: lanes.map((lane) => stateOf(lane, problem, instance)) });
  measuring = performance.now() - start;
}

/** Searches for a proof of every lane's result, and checks it here, with the instance as it was made. */
async function prove(run: number): Promise<void> {
  if (!current) return;
  const { problem, instance, lanes } = current;
  const proofs: LaneProof[] = [];
  for (const lane of lanes) {
    const { certificate, verdict, seconds } = await certify(problem, instance, solutionOf(lane));
    const { title = '', about = 'answer' } = problem.certificates?.[certificate?.kind ?? ''] ?? {};
    proofs.push({ verdict, title, about, seconds });
  }
  if (run === latest) send({ type: 'proofs', run, proofs });
}

const solutionOf = ({ iterate, conclusion }: Lane): object => conclusion?.solution ?? iterate?.solution() ?? {};

function step(lane: Lane): void {
  const start = performance.now();
  const { value, done } = lane.steps.next(lane.iterate && lane.answer?.(lane.iterate));
  lane.seconds += (performance.now() - start) / 1000;
  if (done) lane.conclusion = value;
  else lane.iterate = value;
}

/** How a lane ended: by itself, or at the demo's limit. */
function endOf({ iterate, conclusion }: Lane): LaneState['end'] {
  if (conclusion) return { status: conclusion.status, reason: conclusion.reason };
  if ((iterate?.iteration ?? 0) < MAX_ITERATIONS) return undefined;
  return { status: 'iteration-limit', reason: `demos end after ${MAX_ITERATIONS} iterations` };
}

function stateOf(lane: Lane, problem: AnyProblem, instance: unknown): LaneState {
  const { iterate, seconds } = lane;
  const solution = solutionOf(lane);
  const metrics = Object.entries(problem.metrics).map(([name, { compute }]) => [name, compute(instance, solution)]);
  return {
    iteration: iterate?.iteration ?? 0,
    seconds,
    metrics: Object.fromEntries(metrics),
    solution: cloneable(solution),
    end: endOf(lane),
  };
}

/** An instance or a solution without its functions, which no message can carry, at any depth. */
function cloneable<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  const fields = Object.entries(value).filter(([, field]) => typeof field !== 'function');
  return Object.fromEntries(fields.map(([name, field]) => [name, cloneable(field)])) as T;
}

function send(reply: Reply): void {
  postMessage(reply);
}
