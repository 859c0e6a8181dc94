// `pnpm docs:results`: measures the quick suite, the peers that are installed, and the claims on this machine, and writes the results for
// the site. `--problem ID` measures one problem again, `--no-claims` keeps the existing claims; anything not measured is unchanged.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { listPeers } from '../../apps/bench/src/guests.ts';
import { solverHash } from '../site/code-hash.ts';
import { registry, root } from '../site/registry.ts';
import type { ClaimRerun, ResultCell, Results } from '../site/results.ts';
import { BUDGET, CLAIMS_FILE, RESULTS_FILE, readResults } from '../site/results.ts';

const { values: args } = parseArgs({
  options: { problem: { type: 'string' }, 'no-claims': { type: 'boolean', default: false } },
});
const before = readResults();

const scratch = mkdtempSync(path.join(os.tmpdir(), 'infimum-results-'));
const store = ['--store', path.join(scratch, 'bench.duckdb'), '--json'];

const cells = bench<ResultCell>(
  'run',
  '--suite',
  'quick',
  '--peers',
  // The same time limit as for all records of the file; the quick suite's own limit is too short for some solvers.
  '--budget',
  String(BUDGET),
  ...(args.problem === undefined ? [] : ['--problem', args.problem]),
  '--report',
  path.join(scratch, 'report.html'),
  ...store,
);
if (!args['no-claims']) bench<ClaimRerun>('claims', '--file', path.join(root, CLAIMS_FILE), ...store);
// Reruns from before the rule for claims, for claims that do not follow it yet.
const claims = before?.claims.filter(({ id }) => registry.claims.some((claim) => claim.id === id && !claim.bars)) ?? [];
rmSync(scratch, { recursive: true });
const results: Results = {
  date: new Date().toISOString().slice(0, 10),
  budget: BUDGET,
  environment: {
    cpu: os.cpus()[0].model.trim(),
    cores: os.availableParallelism(),
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    node: process.version.slice(1),
    peers: (await listPeers()).environment,
  },
  code: Object.fromEntries(
    registry.solvers.map(({ id, problem }) => [id, isMeasured(problem.id) ? solverHash(id) : (before?.code?.[id] ?? '')]),
  ),
  cells: [...kept(), ...cells.filter(({ status }) => status !== 'absent')].map(
    ({ problem, family, params, seed, solver, role, variant, options, status, seconds, iterations, metrics, timeTo }) => ({
      problem,
      family,
      params,
      seed,
      solver,
      role,
      variant,
      options,
      status,
      seconds,
      iterations,
      metrics,
      timeTo,
    }),
  ),
  claims: claims.map(({ id, measured, verdict, seconds }) => ({ id, measured, verdict, seconds })),
};
// A line a record, so that the next measurement gives a readable diff.
const lines = (records: readonly object[]) => records.map((record) => `    ${JSON.stringify(record)}`).join(',\n');
writeFileSync(
  path.join(root, RESULTS_FILE),
  `{
  "date": ${JSON.stringify(results.date)},
  "budget": ${results.budget},
  "environment": ${JSON.stringify(results.environment)},
  "code": ${JSON.stringify(results.code)},
  "cells": [\n${lines(results.cells)}\n  ],
  "claims": [\n${lines(results.claims)}\n  ]
}
`,
);
console.log(`${RESULTS_FILE}: ${results.cells.length} cells, ${results.claims.length} claims`);

/** Whether a problem was measured now. */
function isMeasured(problem: string): boolean {
  return args.problem === undefined || args.problem === problem;
}

/** Earlier measurements that were not repeated now. */
function kept(): readonly ResultCell[] {
  return args.problem === undefined ? [] : (before?.cells.filter(({ problem }) => problem !== args.problem) ?? []);
}

/** Runs the benchmark app and reads the lines that it prints. A failed cell is a result, not an error. */
function bench<Line>(...args: string[]): Line[] {
  const program = path.join(root, 'apps/bench/bin/infimum-bench.js');
  const output = runTolerating(1, program, args);
  return output
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
}

function runTolerating(exitCode: number, program: string, args: readonly string[]): string {
  try {
    return execFileSync(process.execPath, [program, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      maxBuffer: 1 << 28,
    });
  } catch (error) {
    const { status, stdout } = error as { status?: number; stdout?: string };
    if (status === exitCode && stdout !== undefined) return stdout;
    throw error;
  }
}
