// A bundle: a folder with a store, the solutions by which its samples were judged, and a signed list of all files. Whoever has
// the problems can compute the metrics again; times are what the signer vouches for.
import type { KeyObject } from 'node:crypto';
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { isJsonObject } from './json.ts';
import type { StoredCell } from './store.ts';
import { Store } from './store.ts';
import { UsageError } from './usage-error.ts';

const [STORE, SOLUTIONS, MANIFEST, SIGNATURE] = ['bench.duckdb', 'solutions', 'manifest.json', 'manifest.sig'];
const FORMAT = 1;
/** Bytes of a solution; the largest that a cell may send. */
const LARGEST = 2 ** 30;

/** A bundle that is not what was signed. */
export class RefusedBundle extends Error {}

/** What a bundle says of itself. */
interface Manifest {
  readonly format: number;
  /** When it was signed, ISO 8601. */
  readonly signed: string;
  /** Ed25519, SPKI as base64. */
  readonly publicKey: string;
  /** SHA-256 of every file. */
  readonly files: Readonly<Record<string, string>>;
}

const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

const solutionFile = (hash: string) => path.join(SOLUTIONS, `${hash}.gz`);

/** Keeps solutions in a bundle's folder, each under the hash of its bytes, which is returned. */
export function solutionKeeper(folder: string): (solution: Buffer) => string {
  mkdirSync(path.join(folder, SOLUTIONS), { recursive: true });
  return (solution) => {
    const hash = hashOf(solution);
    const file = path.join(folder, solutionFile(hash));
    if (!existsSync(file)) writeFileSync(file, gzipSync(solution, { level: 1 }));
    return hash;
  };
}

/**
 * Copies a store into the folder that has its solutions, and signs both.
 *
 * @param keyFile - a private key as PEM; a new one of Ed25519 is written there if there is none
 * @returns the signer's fingerprint
 * @throws {UsageError} when a cell was measured without its solutions being kept
 */
export async function writeBundle(folder: string, storeFile: string, keyFile: string): Promise<string> {
  const key = privateKey(keyFile);
  if (!existsSync(storeFile)) throw new UsageError(`there is no store ${storeFile}`);
  // To open and close it for writing leaves one file.
  const store = await Store.open(storeFile);
  const cells = await cellsWithSamples(store).finally(() => store.close());
  const without = cells.filter(({ samples, solutions = [] }) =>
    samples.some((_, k) => !existsSync(path.join(folder, solutionFile(solutions[k] ?? '')))),
  );
  if (cells.length === 0 || without.length > 0) {
    const what = cells.length === 0 ? 'has no solution' : `has ${without.length} of ${cells.length} cells without solutions`;
    throw new UsageError(`${storeFile} ${what} in ${folder}; measure with \`run --bundle ${folder}\` and a --store of its own`);
  }
  copyFileSync(storeFile, path.join(folder, STORE));
  const names = [STORE, ...new Set(cells.flatMap(({ solutions = [] }) => solutions.map(solutionFile)))].sort();
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const manifest: Manifest = {
    format: FORMAT,
    signed: new Date().toISOString(),
    publicKey: publicKey.toString('base64'),
    files: Object.fromEntries(names.map((name) => [name, hashOf(readFileSync(path.join(folder, name)))])),
  };
  const text = Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`);
  writeFileSync(path.join(folder, MANIFEST), text);
  writeFileSync(path.join(folder, SIGNATURE), `${sign(null, text, key).toString('base64')}\n`);
  return fingerprintOf(publicKey);
}

/** A bundle whose files are those that were signed. */
export interface Bundle {
  readonly signer: string;
  readonly signed: string;
  /** The file of its store. */
  readonly store: string;
  /** The bytes of a solution. */
  solution(hash: string): Buffer;
}

/**
 * Opens a bundle.
 *
 * @throws {RefusedBundle} when a file or the signature is not what was signed
 * @throws {UsageError} when it is no bundle
 */
export function openBundle(folder: string): Bundle {
  const { manifest, text, signature } = readManifest(folder);
  const publicKey = Buffer.from(manifest.publicKey, 'base64');
  let isSigned = false;
  try {
    isSigned = verify(null, text, createPublicKey({ key: publicKey, type: 'spki', format: 'der' }), signature);
  } catch {
    // No key of a kind that is known.
  }
  if (!isSigned) throw new RefusedBundle('the signature is not that of its manifest');
  const present = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => path.relative(folder, path.join(parentPath, name)));
  for (const name of Object.keys(manifest.files)) {
    if (!present.includes(name)) throw new RefusedBundle(`${name} is missing`);
    if (hashOf(readFileSync(path.join(folder, name))) !== manifest.files[name]) {
      throw new RefusedBundle(`${name} is not the file that was signed`);
    }
  }
  return {
    signer: fingerprintOf(publicKey),
    signed: manifest.signed,
    store: path.join(folder, STORE),
    solution(hash) {
      const name = solutionFile(hash);
      if (manifest.files[name] === undefined) throw new RefusedBundle(`${name} was not signed`);
      return gunzipSync(readFileSync(path.join(folder, name)), { maxOutputLength: LARGEST });
    },
  };
}

/** All cells of a store that gave a solution. */
export async function cellsWithSamples(store: Store) {
  const runs = await store.runs();
  const cells = await store.withSamples<StoredCell>(await store.cellsOf(runs.map(({ id }) => id)));
  return cells.filter(({ samples }) => samples.length > 0);
}

function readManifest(folder: string): { manifest: Manifest; text: Buffer; signature: Buffer } {
  try {
    const text = readFileSync(path.join(folder, MANIFEST));
    const manifest: unknown = JSON.parse(text.toString());
    const signature = Buffer.from(readFileSync(path.join(folder, SIGNATURE), 'utf8'), 'base64');
    const { format, signed, publicKey, files } = isJsonObject(manifest) ? manifest : {};
    const isOurs = format === FORMAT && typeof publicKey === 'string' && typeof signed === 'string' && isJsonObject(files);
    if (isOurs && typeof files[STORE] === 'string') return { manifest: manifest as unknown as Manifest, text, signature };
  } catch {
    // The message is the same.
  }
  throw new UsageError(`${folder} is no bundle of this version: \`infimum-bench bundle\` writes ${MANIFEST} and ${SIGNATURE}`);
}

function privateKey(file: string): KeyObject {
  try {
    if (existsSync(file)) {
      const key = createPrivateKey(readFileSync(file));
      if (key.asymmetricKeyType !== 'ed25519') throw new Error(`a key of ${key.asymmetricKeyType}`);
      return key;
    }
    const { privateKey: made } = generateKeyPairSync('ed25519');
    writeFileSync(file, made.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    return made;
  } catch (error) {
    throw new UsageError(`--key: ${file} is not a private Ed25519 key: ${(error as Error).message}`);
  }
}

/** Sixteen bytes in fours, to be compared by eye. */
const fingerprintOf = (publicKey: Buffer): string => (hashOf(publicKey).slice(0, 32).match(/.{4}/g) as string[]).join(' ');
