// `infimum-bench claims`: the papers' claims, repeated on this machine.
import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import type { Claim, ClaimResult, Paper } from '@infimum/core';
import type { SeedSet } from '@infimum/core/claim';
import { Command, Option } from 'commander';
import { formatSeconds, terminalWidth, wrap } from '../format.ts';
import { print, tell } from '../output.ts';
import { loadPlugins } from '../plugins.ts';
import type { StoredClaim } from '../store.ts';
import { Store } from '../store.ts';
import { UsageError } from '../usage-error.ts';
import type { SetExitCode } from './arguments.ts';
import { withPlugins, withStore } from './arguments.ts';

interface ClaimsArguments {
  readonly list?: boolean;
  readonly json?: boolean;
  readonly seeds: SeedSet;
  readonly file?: string;
  readonly maxSeconds?: number;
  readonly store: string;
  readonly plugin: readonly string[];
}

/** A line of the file that `--file` names. */
interface ClaimLine extends Omit<ClaimResult, 'seeds'> {
  readonly id: string;
  readonly seedSet: SeedSet;
  readonly seeds?: number;
  /** Processor seconds of all threads. */
  readonly seconds: number;
  readonly date: string;
  readonly machine: string;
}

/** Builds the command. */
export function claimsCommand(setExitCode: SetExitCode): Command {
  const command = new Command('claims')
    .description("Repeats the papers' experiments on this machine and compares the figures with the published ones.")
    .argument('[ids...]', 'only these claims')
    .option('--list', 'list the claims and run none')
    .option('--json', 'one line of JSON per claim')
    .addOption(new Option('--seeds <set>', 'draw seeds from one of two disjoint sets').choices(['A', 'B']).default('A'))
    .option(
      '--file <file>',
      'keep results in this file, a line of JSON per claim; claims that it holds are rerun only if named',
    )
    .option(
      '--max-seconds <seconds>',
      'start no further claim after this many processor seconds; continue later with --file',
      Number,
    )
    .action(async (ids: readonly string[], args: ClaimsArguments) => setExitCode(await claims(ids, args)))
    .addHelpText(
      'after',
      '\nExit code: 0 every claim was computed, whatever the verdict; 1 an experiment failed; 2 wrong usage.',
    );
  return withStore(withPlugins(command));
}

async function claims(ids: readonly string[], args: ClaimsArguments): Promise<number> {
  const { registry } = await loadPlugins(args.plugin);
  const unknown = ids.find((id) => !registry.claims.some((claim) => claim.id === id));
  if (unknown !== undefined) {
    const known = registry.claims.map(({ id }) => id).join(', ') || 'none';
    throw new UsageError(`there is no claim '${unknown}'; the claims are: ${known}`);
  }
  const lines = readLines(args.file);
  const has = (id: string) => lines.some((line) => line.id === id && line.seedSet === args.seeds);
  const chosen = registry.claims.filter(({ id }) => (ids.length === 0 ? args.list || !has(id) : ids.includes(id)));
  if (args.list) {
    for (const claim of chosen) printClaim(claim, undefined, args);
    if (chosen.length === 0) tell('no claims are registered');
    return 0;
  }
  const store = await Store.open(args.store);
  try {
    const broken: string[] = [];
    let spent = 0;
    for (const [index, claim] of chosen.entries()) {
      if (spent > (args.maxSeconds ?? Infinity)) {
        tell(`${formatSeconds(spent)} of processor time are spent; ${chosen.length - index} claims are left`);
        break;
      }
      tell(`[${index + 1}/${chosen.length}] ${claim.id}, expected to take ${formatSeconds(claim.budget)}`);
      try {
        const line = await check(claim, store, args);
        spent += line.seconds;
        writeLine(line, args.file);
      } catch (error) {
        tell(`  failed: ${error instanceof Error ? error.message : String(error)}`);
        broken.push(claim.id);
      }
    }
    return broken.length > 0 ? 1 : 0;
  } finally {
    store.close();
  }
}

async function check(claim: Claim, store: Store, args: ClaimsArguments): Promise<ClaimLine> {
  const before = process.cpuUsage();
  const result = await claim.run({ seeds: args.seeds, onProgress: (message) => tell(`  ${message}`) });
  const { user, system } = process.cpuUsage(before);
  const seconds = (user + system) / 1e6;
  const { id, statement, published } = claim;
  await store.addClaim({ id, statement, published, paper: cite(claim.paper), ...result, seconds });
  printClaim(claim, { ...result, seconds }, args);
  const machine = `${os.availableParallelism()} cores of ${os.cpus()[0].model.trim()}, Node ${process.version.slice(1)}`;
  return { id, seedSet: args.seeds, ...result, seconds, date: new Date().toISOString().slice(0, 10), machine };
}

function readLines(file: string | undefined): ClaimLine[] {
  if (file === undefined) return [];
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as ClaimLine);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new UsageError(`${file} cannot be read as lines of JSON: ${(error as Error).message}`);
  }
}

/** Puts a line in the place of the one before it, in the order of ids. Others may have written meanwhile: the file is read again. */
function writeLine(line: ClaimLine, file: string | undefined): void {
  if (file === undefined) return;
  const others = readLines(file).filter(({ id, seedSet }) => id !== line.id || seedSet !== line.seedSet);
  const keyOf = ({ id, seedSet }: ClaimLine) => `${id} ${seedSet}`;
  const sorted = [...others, line].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  writeFileSync(file, sorted.map((each) => `${JSON.stringify(each)}\n`).join(''));
}

function printClaim(
  claim: Claim,
  result: (ClaimResult & Pick<StoredClaim, 'seconds'>) | undefined,
  { json }: ClaimsArguments,
): void {
  const { id, paper, statement, published, budget, null: paperNull } = claim;
  if (json) {
    print(JSON.stringify({ id, paper, statement, published, budget, ...result }));
    return;
  }
  const width = Math.min(110, terminalWidth());
  const rows: readonly (readonly [string, string])[] = [
    ['claim', statement],
    ['paper', cite(paper)],
    ['published', published],
    ...(result
      ? ([
          ['measured', `${result.measured} (${formatSeconds(result.seconds)} of processor time)`],
          ['verdict', result.verdict],
        ] as const)
      : []),
    ...(paperNull ? ([['null', result?.null ? `${paperNull}: ${result.null.verdict}` : paperNull]] as const) : []),
  ];
  const lines = rows.map(([name, text]) => {
    const [first, ...others] = wrap(text, width - 13).split('\n');
    return [`  ${name.padEnd(10)} ${first}`, ...others.map((line) => ' '.repeat(13) + line)].join('\n');
  });
  print(`${[id, ...lines].join('\n')}\n`);
}

function cite({ title, arxiv, year }: Paper): string {
  return `${title} (${year}${arxiv ? `, arXiv ${arxiv}` : ''})`;
}
