// The committed measurements: the output of `pnpm docs:results`; gaps are shown as ‘not measured yet’.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Claim } from '@infimum/core';
import { registry, root } from './registry.ts';

/** One cell of a benchmark, as `infimum-bench run --json` prints it. */
export interface ResultCell {
  readonly problem: string;
  readonly family: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly solver: string;
  /** The origin of the solver: `peer` for another package's. */
  readonly role?: string;
  /** The variant of the problem that it solves. */
  readonly variant?: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly status: string;
  readonly seconds: number | null;
  readonly iterations: number | null;
  readonly metrics: Readonly<Record<string, number>> | null;
  /** The checker's result for the answer, if checked: figures with both ends. */
  readonly proof?:
    | { readonly proved: true; readonly kind: string; readonly figures: Readonly<Record<string, readonly [number, number]>> }
    | { readonly proved: false };
  /** Seconds to each target of the primary metric. */
  readonly timeTo?: readonly (number | null)[];
}

/** One claim's rerun, as `infimum-bench claims --file` keeps it; those from before the rule for claims have fewer fields. */
export interface ClaimRerun {
  readonly id: string;
  readonly measured: string;
  readonly verdict: string;
  /** Processor seconds; wall-clock seconds before the rule. */
  readonly seconds: number;
  readonly seedSet?: 'A' | 'B';
  readonly seeds?: number;
  readonly figures?: Readonly<Record<string, number>>;
  readonly null?: { readonly measured: string; readonly verdict: string };
  readonly date?: string;
  readonly machine?: string;
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
    /** Packages of other languages that took part, with their versions. */
    readonly peers?: string;
  };
  /** Time limit of every cell in seconds; later results do not count. */
  readonly budget?: number;
  /** Hashes of the solvers' sources, by id. */
  readonly code?: Readonly<Record<string, string>>;
  readonly cells: readonly ResultCell[];
  readonly claims: readonly ClaimRerun[];
}

/** The path of the measurements, from the repository's root. */
export const RESULTS_FILE = 'docs/data/results.json';

let read: { readonly results: Results | undefined } | undefined;

/** The measurements, read once; undefined if there are none. */
export function readResults(): Results | undefined {
  const file = path.join(root, RESULTS_FILE);
  read ??= { results: existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Results) : undefined };
  return read.results;
}

/** The time limit of every cell of the committed measurements, in seconds. */
export const BUDGET = 0.5;

/** A race: the cells of one instance, those that converged first, the fastest first among equals. */
export type Race = readonly ResultCell[];

/** The races on a problem's instances, by the order of measurement; none if nothing was measured. */
export function racesOf(results: Results | undefined, problem: string): readonly Race[] {
  if (!results) return [];
  const byProblem = sorted.get(results) ?? sortedRaces(results.cells);
  sorted.set(results, byProblem);
  return byProblem.get(problem) ?? [];
}

/** Sorted once, since every solver page uses it. */
const sorted = new WeakMap<Results, ReadonlyMap<string, Race[]>>();

function sortedRaces(cells: readonly ResultCell[]): Map<string, Race[]> {
  const byInstance = Map.groupBy(cells, ({ problem, family, params, seed }) => JSON.stringify([problem, family, params, seed]));
  const races = [...byInstance.values()].map((race) => race.sort(byMerit));
  return Map.groupBy(races, ([{ problem }]) => problem);
}

function byMerit(first: ResultCell, second: ResultCell): number {
  const one = meritOf(first);
  const other = meritOf(second);
  return one.rank - other.rank || one.seconds - other.seconds;
}

function meritOf({ status, seconds }: ResultCell): { readonly rank: number; readonly seconds: number } {
  const rank = status === 'converged' ? 0 : status === 'declined' ? 2 : 1;
  return { rank, seconds: seconds ?? Number.MAX_VALUE };
}

/** The kind of a cell's solver; older measurements lack it, so it is taken from the registry. */
export function variantOf({ variant, solver }: ResultCell): string {
  return variant ?? registry.solvers.find(({ id }) => id === solver)?.variant ?? '';
}

/** The path of the reruns of claims, a line each. */
export const CLAIMS_FILE = 'docs/data/claims.jsonl';

/** All reruns by the rule for claims. */
export function readReruns(): ClaimRerun[] {
  const file = path.join(root, CLAIMS_FILE);
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as ClaimRerun);
}

/** The rerun of a claim on a set of seeds, if there was one; measurements from before the rule count for claims that do not follow it. */
export function rerunOf(
  results: Results | undefined,
  { id, bars }: Pick<Claim, 'id' | 'bars'>,
  seedSet: 'A' | 'B' = 'A',
): ClaimRerun | undefined {
  const rerun = readReruns().find((line) => line.id === id && line.seedSet === seedSet);
  return rerun ?? (bars || seedSet === 'B' ? undefined : results?.claims.find((claim) => claim.id === id));
}
