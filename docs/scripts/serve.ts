// A small static server for the built site, with or without the headers of cross-origin isolation.
import { createReadStream, existsSync, statSync } from 'node:fs';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import path from 'node:path';
import { createGzip } from 'node:zlib';
import { isolationHeaders } from '../site/headers.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

/** How to serve. */
export interface ServeOptions {
  /** Port; 0 picks a free one. */
  readonly port: number;
  /** Whether to send the headers that shared memory needs. */
  readonly isolated: boolean;
}

/** Serves a folder of static files whose pages are called without `.html`. */
export function serveSite(directory: string, { port, isolated }: ServeOptions): Promise<Server> {
  const server = createServer((request, response) => {
    const found = resolve(directory, new URL(request.url ?? '/', 'http://localhost').pathname);
    const file = found ?? path.join(directory, '404.html');
    response.writeHead(found ? 200 : 404, {
      'Content-Type': TYPES[path.extname(file)] ?? 'application/octet-stream',
      'Content-Encoding': 'gzip',
      ...(isolated && isolationHeaders),
    });
    createReadStream(file).pipe(createGzip()).pipe(response);
  });
  return new Promise((ready) => server.listen(port, () => ready(server)));
}

/** The file of a URL's path, if there is one inside the folder. */
function resolve(directory: string, pathname: string): string | undefined {
  const wanted = path.join(directory, decodeURIComponent(pathname));
  if (wanted !== directory && !wanted.startsWith(path.join(directory, path.sep))) return undefined;
  return [wanted, `${wanted}.html`, path.join(wanted, 'index.html')].find(
    (file) => existsSync(file) && statSync(file).isFile(),
  );
}
