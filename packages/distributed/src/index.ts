// The public interface: an executor over a queue, and the workers behind it.
export {
  type QueueExecutor,
  type QueueExecutorOptions,
  queueExecutor,
  type SubmitLimits,
} from './client.ts';
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
export { type RunningWorker, type StartWorkerOptions, startWorker } from './worker.ts';
