// The messages: the envelope of a job sent to a worker, and that of the answer sent back. The receiver checks both
// field by field, and refuses an envelope with other fields.
import { fault } from '@infimum/core';
import { decodePayload, encodePayload } from './payload.ts';
import type { TaskName } from './task.ts';

/** A job as stored in the queue. */
export interface JobEnvelope {
  readonly format: 1;
  readonly task: string;
  readonly version: string;
  /** The input, encoded. */
  readonly input: string;
}

/** An answer as stored in the queue. */
export type AnswerEnvelope =
  | { readonly worker: string; readonly output: string }
  | { readonly worker: string; readonly error: string };

/** The result of a job. */
export type Answer = { readonly worker: string; readonly output: unknown } | { readonly worker: string; readonly error: Error };

/** Characters of a message that are kept. */
const LONGEST_MESSAGE = 2000;

/** Puts an input into its envelope. */
export function wrapJob({ id, version }: TaskName, input: unknown, maxBytes: number): JobEnvelope {
  return { format: 1, task: id, version, input: encodePayload(input, 'input', maxBytes) };
}

/**
 * The input of a job in the queue of the given task.
 *
 * @throws {InvalidInputError} for anything that `wrapJob` would not have written for this task
 */
export function openJob(envelope: unknown, task: TaskName, maxBytes: number): unknown {
  const fields = fieldsOf(envelope, ['format', 'task', 'version', 'input'], 'the job');
  if (fields['format'] !== 1) throw fault(`has the format ${show(fields['format'])}, and 1 is known`, 'the job', 'type');
  if (fields['task'] !== task.id) {
    throw fault(`there is no task ${show(fields['task'])} in this queue, which is that of '${task.id}'`, 'the job', 'unknown');
  }
  if (fields['version'] !== task.version) {
    throw fault(
      `is for the version ${show(fields['version'])} of ${task.id}, and this worker has '${task.version}'`,
      'the job',
      'type',
    );
  }
  const input = decodePayload(fields['input'], 'input', maxBytes);
  task.check(input);
  return input;
}

/** Puts an output into its envelope. */
export function wrapOutput(worker: string, output: unknown, maxBytes: number): AnswerEnvelope {
  return { worker, output: encodePayload(output, 'output', maxBytes) };
}

/** Puts an error into an envelope, with those of its own fields that can be encoded. */
export function wrapError(worker: string, thrown: unknown, maxBytes: number): AnswerEnvelope {
  const isError = thrown instanceof Error;
  const name = isError ? thrown.name : 'Error';
  const message = clip(isError ? thrown.message : String(thrown));
  const fields = isError ? plainFields(thrown) : {};
  try {
    return { worker, error: encodePayload({ name, message, fields }, 'error', maxBytes) };
  } catch {
    return { worker, error: encodePayload({ name: 'Error', message, fields: {} }, 'error', Infinity) };
  }
}

/** @throws {InvalidInputError} for anything that a worker of this package would not have written */
export function openAnswer(envelope: unknown, maxBytes: number): Answer {
  const isError = typeof envelope === 'object' && envelope !== null && Object.hasOwn(envelope, 'error');
  const fields = fieldsOf(envelope, ['worker', isError ? 'error' : 'output'], 'the answer');
  const { worker } = fields;
  if (typeof worker !== 'string') throw fault('names no worker', 'the answer', 'type');
  if (!isError) return { worker, output: decodePayload(fields['output'], 'output', maxBytes) };
  const error = fieldsOf(decodePayload(fields['error'], 'error', maxBytes), ['name', 'message', 'fields'], 'the error');
  const { name, message } = error;
  if (typeof name !== 'string' || typeof message !== 'string') throw fault('has no message', 'the error', 'type');
  return { worker, error: Object.assign(new Error(message), error['fields'], { name }) };
}

/** The fields of a record that has these and no others. */
function fieldsOf(value: unknown, names: readonly string[], what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw fault('is no record', what, 'type');
  const keys = Object.keys(value);
  const missing = names.find((name) => !keys.includes(name));
  if (missing !== undefined) throw fault(`has no field ${missing}`, what, 'type');
  const unknown = keys.find((key) => !names.includes(key));
  if (unknown !== undefined) throw fault(`has an unknown field ${show(unknown)}`, what, 'type');
  return value as Record<string, unknown>;
}

function plainFields(error: Error): Record<string, string | number | boolean> {
  const entries = Object.entries(error).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value));
  return Object.fromEntries(entries);
}

function show(value: unknown): string {
  return clip(JSON.stringify(value) ?? 'undefined').slice(0, 60);
}

function clip(text: string): string {
  return text.toWellFormed().slice(0, LONGEST_MESSAGE).toWellFormed();
}
