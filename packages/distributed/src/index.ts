// What users call: an executor over a queue, and the workers behind it.
export { type ClientOptions, type QueueExecutor, queueExecutor, type SubmitOptions } from './client.ts';
export { type QueueAddress, redactUrl } from './connection.ts';
export type { WorkerInfo } from './crew.ts';
export {
  defineTask,
  type JobContext,
  type RegisteredTask,
  type Service,
  type TaskName,
  versionOf,
} from './task.ts';
export { type RunningWorker, startWorker, type WorkerOptions } from './worker.ts';
