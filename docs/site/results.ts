// The committed measurements: what `pnpm docs:results` wrote, read so that a gap shows as «not measured yet».
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Claim } from '@infimum/core';
import { root } from './registry.ts';

/** One cell of a benchmark, as `infimum-bench run --json` prints it. */
export interface ResultCell {
  readonly problem: string;
  readonly family: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly solver: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly status: string;
  readonly seconds: number | null;
  readonly iterations: number | null;
  readonly metrics: Readonly<Record<string, number>> | null;
}

/** One claim's rerun, as `infimum-bench claims --json` prints it. */
export interface ClaimRerun {
  readonly id: string;
  readonly measured: string;
  readonly verdict: string;
  readonly seconds: number;
}

/** The file's contents. */
export interface Results {
  /** The day of the measurement. */
  readonly date: string;
  readonly environment: {
    readonly cpu: string;
    readonly cores: number;
    readonly system: string;
    readonly node: string;
  };
  readonly cells: readonly ResultCell[];
  readonly claims: readonly ClaimRerun[];
}

/** Where the measurements lie, from the repository's root. */
export const RESULTS_FILE = 'docs/data/results.json';

/** The measurements; undefined as long as nobody has made any. */
export function readResults(): Results | undefined {
  const file = path.join(root, RESULTS_FILE);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Results) : undefined;
}

/** The cells of the instances that a solver ran on, its rivals' included; empty if it was not measured. */
export function racesOf(results: Results | undefined, solver: string): ResultCell[][] {
  const instances = new Map<string, ResultCell[]>();
  for (const cell of results?.cells ?? []) {
    const key = JSON.stringify([cell.problem, cell.family, cell.params, cell.seed]);
    instances.set(key, [...(instances.get(key) ?? []), cell]);
  }
  return [...instances.values()].filter((cells) => cells.some((cell) => cell.solver === solver));
}

/** The rerun of a claim, if there was one. */
export function rerunOf(results: Results | undefined, { id }: Pick<Claim, 'id'>): ClaimRerun | undefined {
  return results?.claims.find((claim) => claim.id === id);
}
