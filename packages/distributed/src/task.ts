// Tasks, which are registered by id and version on both sides. The queue carries ids, versions and data,
// never code and never the address of code.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { checkFunction, checkObject, checkText, fault } from '@infimum/core';
import type { Task } from '@infimum/core/executor';

/** The part of a task that client and worker both know. */
export interface TaskName {
  /** `package/name`. */
  readonly id: string;
  /** Version of the code that determines the result; a worker with another version does not take the job. */
  readonly version: string;
  /** Throws for an invalid input; called before a job is sent and again before it is run. */
  readonly check: (input: unknown) => void;
}

/** A function of a module, registered; runs on every executor, and on worker threads where the queue has it. */
export interface RegisteredTask extends TaskName, Task {}

/** The context of a running job. */
export interface JobContext {
  /** Aborted when the client no longer waits, or when the job was given to another worker. */
  readonly signal: AbortSignal;
  /** Sends a progress report to the client. */
  report(news: unknown): void;
}

/** Work that a worker does with code of its own instead of a function of a module. */
export interface Service extends TaskName {
  /** Does the work of one job. */
  readonly run: (input: unknown, context: JobContext) => Promise<unknown>;
}

/**
 * Registers a function of a module as a task.
 *
 * @param task - `id`, `version` (see `versionOf`), `module` and `name` as every executor knows them, and `check`, which throws for
 * wrong inputs
 * @throws {InvalidInputError} naming the field at fault
 *
 * @example
 * ```ts
 * import { checkNumber } from '@infimum/core';
 * import { defineTask } from '@infimum/distributed';
 *
 * const square = 'export const square = (x) => x * x;';
 * const task = defineTask({
 *   id: 'mine/square',
 *   version: '1',
 *   module: `data:text/javascript,${encodeURIComponent(square)}`,
 *   name: 'square',
 *   check: (input) => checkNumber(input, 'input'),
 * });
 * console.log(task.id, task.name); // mine/square square
 * ```
 */
export function defineTask(task: RegisteredTask): RegisteredTask {
  checkName(task, 'task');
  checkText(task.module, 'task.module');
  checkText(task.name, 'task.name');
  return task;
}

/**
 * A version from the code itself: a hash of modules.
 *
 * @param modules - URLs of files, `import.meta.url` for the calling one
 * @throws {InvalidInputError} `type` for what is no URL of a file that can be read
 *
 * @example
 * ```ts
 * import { versionOf } from '@infimum/distributed';
 *
 * console.log(versionOf([import.meta.url]).length); // 12
 * ```
 */
export function versionOf(modules: readonly string[]): string {
  if (!Array.isArray(modules)) throw fault('expected a list', 'modules', 'type');
  const hash = createHash('sha256');
  for (const [index, module] of modules.entries()) {
    checkText(module, `modules[${index}]`);
    try {
      hash.update(readFileSync(new URL(module)));
    } catch (error) {
      throw fault(`cannot be read: ${(error as Error).message}`, `modules[${index}]`, 'type');
    }
  }
  return hash.digest('hex').slice(0, 12);
}

/** @throws {InvalidInputError} naming the field at fault */
export function checkName(task: TaskName, argument: string): void {
  checkObject(task, argument);
  const { id, version, check } = task;
  checkText(id, `${argument}.id`);
  if (!/^[a-z][a-z0-9-]*\/[a-z0-9][a-z0-9-]*$/.test(id)) {
    throw fault("is not an id of the form 'package/name'", `${argument}.id`, 'type');
  }
  checkText(version, `${argument}.version`);
  if (!/^[\w.+-]{1,64}$/.test(version)) {
    throw fault('expected up to 64 letters, digits, dots, dashes and underscores', `${argument}.version`, 'type');
  }
  checkFunction(check, `${argument}.check`);
}

/** The name of a task's queue; each version has its own. */
export function queueOf({ id, version }: Pick<TaskName, 'id' | 'version'>): string {
  return `${id}@${version}`;
}
