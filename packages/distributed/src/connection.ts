// The address of the queue: the URL of a Redis or Valkey server, and the prefix of the keys.
import { checkObject, checkText, fault } from '@infimum/core';
import { Redis } from 'ioredis';

/** The address of the queue. */
export interface QueueAddress {
  /** `redis://HOST:PORT/DATABASE`, or `rediss://` with TLS; user and password as `redis://USER:PASSWORD@HOST`. */
  readonly url: string;
  /** Prefix of all keys, so that several users can share a server; `infimum` by default. */
  readonly prefix?: string;
}

/** An address that was checked. */
export interface CheckedAddress {
  readonly url: string;
  readonly prefix: string;
}

/** Milliseconds for the first connection. */
const CONNECT_TIMEOUT = 10_000;

/** @throws {InvalidInputError} naming the field at fault, without the password */
export function checkAddress(address: QueueAddress): CheckedAddress {
  checkObject(address, 'options');
  const { url, prefix = 'infimum' } = address;
  checkText(url, 'url');
  checkText(prefix, 'prefix');
  if (!/^[\w.-]{1,64}$/.test(prefix)) {
    throw fault('expected up to 64 letters, digits, dots, dashes and underscores', 'prefix', 'type');
  }
  const parsed = URL.parse(url);
  if (!parsed || !['redis:', 'rediss:'].includes(parsed.protocol) || parsed.hostname === '') {
    throw fault('expected redis://HOST:PORT or rediss://HOST:PORT', 'url', 'type');
  }
  if (!/^\/?\d*$/.test(parsed.pathname)) throw fault(`expected the number of a database behind the host`, 'url', 'type');
  return { url, prefix };
}

/**
 * A URL as it may be printed and stored: without user and password.
 *
 * @param url - the URL of a queue
 *
 * @example
 * ```ts
 * import { redactUrl } from '@infimum/distributed';
 *
 * console.log(redactUrl('rediss://ada:secret@queue.example:6380/2')); // rediss://***@queue.example:6380/2
 * ```
 */
export function redactUrl(url: string): string {
  checkText(url, 'url');
  const parsed = URL.parse(url);
  if (!parsed) return '***';
  const secret = parsed.username !== '' || parsed.password !== '' ? '***@' : '';
  return `${parsed.protocol}//${secret}${parsed.host}${parsed.pathname === '/' ? '' : parsed.pathname}`;
}

/** The options of a connection that reconnects when the server is back. */
export function connectionOptions({ url }: CheckedAddress): { url: string; maxRetriesPerRequest: null } {
  return { url, maxRetriesPerRequest: null };
}

/**
 * Opens a connection; resolves when it is established.
 *
 * @internal
 * @throws {InvalidInputError} `missing`, with the reason: no server, a wrong password, no permission
 */
export async function connect(address: CheckedAddress, onProblem: (message: string) => void): Promise<Redis> {
  // A failure of the first attempt is reported; later attempts are repeated for ever.
  let stands = false;
  let complaint: Error | undefined;
  const redis = new Redis(address.url, {
    maxRetriesPerRequest: null,
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT,
    retryStrategy: (times) => (stands ? Math.min(100 * 2 ** times, 5000) : null),
  });
  redis.on('error', (error: Error) => {
    complaint = error;
    if (stands) onProblem(`the queue: ${error.message}`);
  });
  try {
    await redis.connect();
    await redis.ping();
    stands = true;
    return redis;
  } catch (error) {
    redis.disconnect();
    const reason = complaint?.message || (error as Error).message;
    throw fault(`no connection to ${redactUrl(address.url)}: ${reason}`, 'url', 'missing');
  }
}
