// The list of workers: each registers in a sorted set with the server's time, again and again; silent workers drop out.
import type { Redis } from 'ioredis';

/** A worker as it describes itself. */
export interface WorkerInfo {
  /** `HOST:PID:NUMBER`. */
  readonly name: string;
  /** Jobs at a time. */
  readonly concurrency: number;
  /** Version of each task that it runs, by id. */
  readonly tasks: Readonly<Record<string, string>>;
  /** The worker's description of its machine. */
  readonly machine: string;
}

/** Seconds between two heartbeats. */
export const SIGN_SECONDS = 2;
/** Seconds after which a silent worker is not counted. */
const SILENCE_SECONDS = 7;
/** Seconds after which it is forgotten. */
const FORGET_SECONDS = 600;

const keyOf = (prefix: string) => `${prefix}:crew`;

async function serverSeconds(redis: Redis): Promise<number> {
  const [seconds] = await redis.time();
  return Number(seconds);
}

/**
 * Sends a heartbeat.
 *
 * @internal
 */
export async function signIn(redis: Redis, prefix: string, worker: WorkerInfo): Promise<void> {
  const now = await serverSeconds(redis);
  const key = keyOf(prefix);
  await redis.zadd(key, now, JSON.stringify(worker));
  await redis.zremrangebyscore(key, '-inf', now - FORGET_SECONDS);
}

/**
 * Removes a worker from the list.
 *
 * @internal
 */
export async function signOut(redis: Redis, prefix: string, worker: WorkerInfo): Promise<void> {
  await redis.zrem(keyOf(prefix), JSON.stringify(worker));
}

/**
 * The workers with a recent heartbeat.
 *
 * @internal
 */
export async function listCrew(redis: Redis, prefix: string): Promise<WorkerInfo[]> {
  const now = await serverSeconds(redis);
  const members = await redis.zrangebyscore(keyOf(prefix), now - SILENCE_SECONDS, '+inf');
  return members.flatMap((member) => readInfo(member) ?? []);
}

/** The entry may have been written by another program, so it is checked. */
function readInfo(text: string): WorkerInfo | undefined {
  try {
    const { name, concurrency, tasks, machine } = Object(JSON.parse(text));
    if (typeof name !== 'string' || !Number.isSafeInteger(concurrency) || typeof machine !== 'string') return undefined;
    const versions = Object.entries(Object(tasks)).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    return { name, concurrency, tasks: Object.fromEntries(versions), machine };
  } catch {
    return undefined;
  }
}
