// A server that asks for a user, a password and TLS, and gives a user no more than the keys of the prefix.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { queueExecutor, startWorker } from '../src/index.ts';
import type { TestServer } from '../src/testing.ts';
import { serverMissing, startServer } from '../src/testing.ts';
import { tasks } from './tasks.ts';

const folder = mkdtempSync(join(tmpdir(), 'infimum-secure-'));
afterAll(() => rmSync(folder, { recursive: true }));

function certificateMissing(): string | undefined {
  try {
    const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'certificate.pem')];
    const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject, ...files];
    execFileSync('openssl', args, { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'openssl, which makes the certificate, is not installed';
  }
}

const missing = serverMissing() ?? certificateMissing();
if (missing) console.log(`skipped: ${missing}`);

describe.skipIf(missing)('a server with users, passwords and TLS', () => {
  let server: TestServer;
  let tlsUrl: string;
  const user = ['--user', 'ada', 'on', '>s3cret%2F', '~tls:*', '&tls:*', '+@all', '-@dangerous', '+info'];

  beforeAll(async () => {
    const files = ['certificate', 'key'].map((name) => join(folder, `${name}.pem`));
    const [certificate, key] = files;
    const tls = ['--tls-cert-file', certificate, '--tls-key-file', key, '--tls-auth-clients', 'no'];
    const probe = await startServer();
    await probe.close();
    server = await startServer(['--tls-port', String(probe.port), ...tls, ...user]);
    tlsUrl = `rediss://ada:s3cret%252F@127.0.0.1:${probe.port}`;
  });
  afterAll(() => server?.close());

  it('is used with rediss://, user and password, by a user who has the keys of the prefix only', () => {
    const client = fileURLToPath(new URL('./secure-client.ts', import.meta.url));
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: join(folder, 'certificate.pem') };
    const printed = execFileSync(process.execPath, [client, tlsUrl], { env, encoding: 'utf8', timeout: 60_000 });
    expect(JSON.parse(printed)).toEqual([1, 4, 9]);
  });

  it('is not trusted when its certificate is unknown', async () => {
    await expect(queueExecutor({ url: tlsUrl })).rejects.toThrow(
      /no connection to rediss:\/\/\*\*\*@.*self-signed certificate/,
    );
  });

  it('refuses a wrong password, which is told without it', async () => {
    const url = `redis://ada:guess@127.0.0.1:${server.port}`;
    const error = await startWorker({ url, tasks: [tasks.square] }).catch((thrown: Error) => thrown);
    expect(String(error)).toMatch(/WRONGPASS/);
    expect(String(error)).not.toContain('guess');
  });
});
