// `infimum-bench claims`: the papers' claims, repeated on this machine.
import type { Claim, ClaimResult, Paper } from '@infimum/core';
import { Command } from 'commander';
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
  readonly store: string;
  readonly plugin: readonly string[];
}

/** Builds the command. */
export function claimsCommand(setExitCode: SetExitCode): Command {
  const command = new Command('claims')
    .description("Repeats the papers' experiments on this machine and sets our figures beside the published ones.")
    .argument('[ids...]', 'these claims only')
    .option('--list', 'only list the claims')
    .option('--json', 'one line of JSON a claim')
    .action(async (ids: readonly string[], args: ClaimsArguments) => setExitCode(await claims(ids, args)))
    .addHelpText(
      'after',
      '\nExit code: 0 every claim was computed, whatever the verdict; 1 an experiment broke off; 2 wrong usage.',
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
  const chosen = registry.claims.filter(({ id }) => ids.length === 0 || ids.includes(id));
  if (args.list) {
    for (const claim of chosen) printClaim(claim, undefined, args);
    if (chosen.length === 0) tell('no claims are registered');
    return 0;
  }
  const store = await Store.open(args.store);
  try {
    const broken: string[] = [];
    for (const [index, claim] of chosen.entries()) {
      tell(`[${index + 1}/${chosen.length}] ${claim.id}, made for ${formatSeconds(claim.budget)}`);
      try {
        await check(claim, store, args);
      } catch (error) {
        tell(`  broke off: ${error instanceof Error ? error.message : String(error)}`);
        broken.push(claim.id);
      }
    }
    return broken.length > 0 ? 1 : 0;
  } finally {
    store.close();
  }
}

async function check(claim: Claim, store: Store, args: ClaimsArguments): Promise<void> {
  const start = performance.now();
  const result = await claim.run({ onProgress: (message) => tell(`  ${message}`) });
  const seconds = (performance.now() - start) / 1000;
  const { id, statement, published } = claim;
  await store.addClaim({ id, statement, published, paper: cite(claim.paper), ...result, seconds });
  printClaim(claim, { ...result, seconds }, args);
}

function printClaim(
  claim: Claim,
  result: (ClaimResult & Pick<StoredClaim, 'seconds'>) | undefined,
  { json }: ClaimsArguments,
): void {
  const { id, paper, statement, published, budget } = claim;
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
          ['measured', `${result.measured} (${formatSeconds(result.seconds)})`],
          ['verdict', result.verdict],
        ] as const)
      : []),
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
