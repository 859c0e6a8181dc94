// What comes from the process of a cell is checked here before anything believes it: a solver shares that process, and
// whatever it does there must cost its own row and no other.
import type { JsonObject } from '../json.ts';
import { isJsonObject } from '../json.ts';
import type {
  CellEnd,
  CellMessage,
  CellResult,
  CellStatus,
  JudgeAnswer,
  MetricValues,
  Moment,
  ProofResult,
  RunEnd,
  Sample,
} from './messages.ts';
import { ENDINGS, PARTS } from './messages.ts';

/** Characters of a reason that are kept. */
const LONGEST_REASON = 2000;

/** Something that is no message of a cell; the text says what is wrong with it. */
export class MalformedMessage extends Error {}

/**
 * A message of a cell.
 *
 * @throws {MalformedMessage} when a field is missing or of another type
 */
export function checkMessage(message: unknown): CellMessage {
  if (isJsonObject(message)) {
    const { task, begun, sample, end, last } = message;
    if (typeof task === 'number' && begun === true) return { task, begun };
    if (typeof task === 'number' && isJsonObject(sample)) return { task, sample: checkMoment(sample) };
    if (typeof task === 'number' && isJsonObject(end)) return { task, end: checkRunEnd(end), last: last === true };
  }
  throw new MalformedMessage('a message that is neither a sample nor an end');
}

/**
 * An answer of the judge.
 *
 * @throws {MalformedMessage} as `checkMessage`
 */
export function checkAnswer(message: unknown): JudgeAnswer {
  if (isJsonObject(message)) {
    const { task, metrics, memory, confirmed, proof, fault } = message;
    if (typeof task === 'number' && typeof fault === 'string') return { task, fault: tidyReason(fault) };
    if (typeof task === 'number' && isJsonObject(proof)) return { task, proof: checkProof(proof) };
    if (typeof task === 'number')
      return { task, metrics: checkMetrics(metrics), confirmed: confirmed !== false, memory: count(memory, 'the memory') };
  }
  throw new MalformedMessage('a message that is no answer');
}

/** Samples of a cell; the driver takes sixty. */
export const MOST_SAMPLES = 1000;

/**
 * A cell's whole result, from a worker on another machine.
 *
 * @throws {MalformedMessage} as `checkMessage`
 */
export function checkResult(result: unknown): CellResult {
  if (!isJsonObject(result)) throw new MalformedMessage(`a result that is ${show(result)}`);
  const { samples, ...end } = result;
  if (!Array.isArray(samples) || samples.length > MOST_SAMPLES) {
    throw new MalformedMessage('samples that are no list, or without an end');
  }
  return { ...checkEnd(end), samples: samples.map((sample: unknown) => checkSample(Object(sample))) };
}

/** A reason as it is stored: one that every program can read, and not a novel. */
export function tidyReason(reason: string): string {
  const text = reason.toWellFormed();
  return text.length <= LONGEST_REASON ? text : `${text.slice(0, LONGEST_REASON).toWellFormed()}…`;
}

function checkMoment({ iteration, seconds }: JsonObject): Moment {
  return { iteration: count(iteration, 'the iteration of a sample'), seconds: duration(seconds, 'the seconds of a sample') };
}

const checkSample = (sample: JsonObject): Sample => ({ ...checkMoment(sample), metrics: checkMetrics(sample['metrics']) });

const checkEnd = (end: JsonObject): CellEnd => ({
  ...checkRunEnd(end),
  metrics: checkMetrics(end['metrics']),
  ...(end['unconfirmed'] === true && { unconfirmed: true }),
  ...(isJsonObject(end['proof']) && { proof: checkProof(end['proof']) }),
});

function checkRunEnd(end: JsonObject): RunEnd {
  const { status, reason, seconds, iterations, peakMemory } = end;
  if (!ENDINGS.includes(status as CellStatus)) throw new MalformedMessage(`an end with the status ${show(status)}`);
  if (typeof reason !== 'string' || reason === '') throw new MalformedMessage(`an end with the reason ${show(reason)}`);
  return {
    status: status as CellStatus,
    reason: tidyReason(reason),
    seconds: seconds === null ? null : duration(seconds, 'the seconds of an end'),
    iterations: iterations === null ? null : count(iterations, 'the iterations of an end'),
    peakMemory: peakMemory === null ? null : count(peakMemory, 'the peak memory of an end'),
    ...Object.fromEntries(
      PARTS.flatMap((name) => (typeof end[name] === 'number' ? [[name, duration(end[name], `the ${name} of an end`)]] : [])),
    ),
  };
}

/** Infinite ends of figures travel as null. */
function checkProof({ proved, kind, figures, reason }: JsonObject): ProofResult {
  if (proved !== true) return { proved: false, reason: tidyReason(String(reason)) };
  if (typeof kind !== 'string' || !isJsonObject(figures)) throw new MalformedMessage('a proof without a kind or figures');
  const enclosures = Object.entries(figures).map(([name, ends]) => {
    const [lower, upper] = Array.isArray(ends) ? ends : [];
    return [name, [typeof lower === 'number' ? lower : -Infinity, typeof upper === 'number' ? upper : Infinity]] as const;
  });
  return { proved, kind, figures: Object.fromEntries(enclosures) };
}

function checkMetrics(metrics: unknown): MetricValues {
  if (!isJsonObject(metrics)) throw new MalformedMessage(`metrics that are ${show(metrics)}`);
  for (const [name, value] of Object.entries(metrics)) {
    if (value !== null && typeof value !== 'number') {
      throw new MalformedMessage(`the metric ${show(name)} with the value ${show(value)}`);
    }
  }
  return metrics as MetricValues;
}

function count(value: unknown, what: string): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw new MalformedMessage(`${what} as ${show(value)}`);
}

/** JSON has no infinite numbers, so any that arrives is finite. */
function duration(value: unknown, what: string): number {
  if (typeof value === 'number' && value >= 0) return value;
  throw new MalformedMessage(`${what} as ${show(value)}`);
}

function show(value: unknown): string {
  return (JSON.stringify(value) ?? 'undefined').slice(0, 60);
}
