// `infimum-bench bundle` and `infimum-bench verify`: results that others can judge again.
import { Command } from 'commander';
import type { Bundle } from '../bundle.ts';
import { cellsWithSamples, openBundle, RefusedBundle, writeBundle } from '../bundle.ts';
import { ProcessCleaner } from '../cell/cleaner.ts';
import { JudgePool } from '../cell/judges.ts';
import type { MetricValues } from '../cell/messages.ts';
import { codeVersions } from '../code-version.ts';
import { print, tell } from '../output.ts';
import type { Loaded } from '../plugins.ts';
import { filesOf, loadPlugins, peersOf } from '../plugins.ts';
import { describeInstance } from '../race.ts';
import { Store } from '../store.ts';
import { UsageError } from '../usage-error.ts';
import type { SetExitCode } from './arguments.ts';
import { positiveInteger, withPlugins, withStore } from './arguments.ts';

/** What another machine's arithmetic may change of a metric. */
const [RELATIVE, ABSOLUTE] = [1e-9, 1e-12];
/** Faults that are told. */
const TOLD = 10;

/** Builds the command that writes a bundle. */
export function bundleCommand(_setExitCode: SetExitCode): Command {
  const command = new Command('bundle')
    .description('Signs a store and the solutions that `run --bundle FOLDER` kept, for others to verify.')
    .argument('<folder>', 'folder of the solutions; the store, manifest and signature are written to it')
    .requiredOption('--key <file>', 'your private Ed25519 key as PEM; created if the file does not exist')
    .action(async (folder: string, { key, store }: { readonly key: string; readonly store: string }) => {
      print(`${folder} is signed by ${await writeBundle(folder, store, key)}`);
    })
    .addHelpText('after', BUNDLE_EXAMPLES);
  return withStore(command);
}

interface VerifyArguments {
  readonly plugin: readonly string[];
  readonly signer?: string;
  readonly memory: number;
}

/** Builds the command that verifies one. */
export function verifyCommand(setExitCode: SetExitCode): Command {
  const command = new Command('verify')
    .description('Checks the signature of a bundle and recomputes all metrics from its solutions.')
    .argument('<folder>', 'the bundle')
    .option('--signer <fingerprint>', 'whose signature it must be')
    .option('--memory <megabytes>', 'memory limit of the judge', positiveInteger, 4096)
    .action(async (folder: string, args: VerifyArguments) => setExitCode(await verifyFolder(folder, args)))
    .addHelpText('after', VERIFY_EXAMPLES);
  return withPlugins(command);
}

async function verifyFolder(folder: string, args: VerifyArguments): Promise<number> {
  const loaded = await loadPlugins(args.plugin);
  try {
    const bundle = openBundle(folder);
    const plain = (text: string) => text.replaceAll(' ', '').toLowerCase();
    if (args.signer !== undefined && plain(args.signer) !== plain(bundle.signer)) {
      throw new RefusedBundle(`it was signed by ${bundle.signer}`);
    }
    const faults = await judgeAgain(bundle, loaded, args.memory);
    for (const fault of faults.slice(0, TOLD)) tell(fault);
    if (faults.length > 0) throw new RefusedBundle(`${faults.length} solutions do not give the metrics in the store`);
    print(`\nverified; signed by ${bundle.signer} at ${bundle.signed}`);
    return 0;
  } catch (error) {
    if (!(error instanceof RefusedBundle)) throw error;
    print(`refused: ${error.message}`);
    return 1;
  }
}

/** Has every solution judged again by the problems that are here; says where the store says something else. */
async function judgeAgain(bundle: Bundle, loaded: Loaded, memory: number): Promise<string[]> {
  const store = await Store.openExisting(bundle.store);
  const [runs, cells] = await Promise.all([store.runs(), cellsWithSamples(store)]).finally(() => store.close());
  const unknown = cells.find(({ problem }) => !loaded.registry.problems.some(({ id }) => id === problem));
  if (unknown)
    throw new UsageError(`there is no problem '${unknown.problem}' here; name the file that defines it with --plugin`);
  const cleaner = new ProcessCleaner();
  const judges = new JudgePool({ memory, signal: new AbortController().signal, cleaner });
  const faults: string[] = [];
  let count = 0;
  try {
    await cleaner.ready();
    for (const cell of cells) {
      const judge = judges.seat(cell, filesOf(loaded, cell).judge);
      const where = `${cell.solver} on ${describeInstance(cell)}`;
      let confirmed = true;
      for (const [k, { metrics, iteration }] of cell.samples.entries()) {
        const found = await judge.judge(bundle.solution(cell.solutions?.[k] ?? ''));
        count++;
        if ('fault' in found) faults.push(`${where}, iteration ${iteration}: ${found.fault}`);
        else {
          const wrong = differing(metrics, found.metrics);
          if (wrong)
            faults.push(`${where}, iteration ${iteration}: ${wrong} is ${found.metrics[wrong]}, not ${metrics[wrong]}`);
          confirmed = found.confirmed;
        }
      }
      judge.release();
      const last = cell.samples.at(-1)?.metrics ?? {};
      if (Object.keys(cell.metrics).length > 0 && differing(cell.metrics, last))
        faults.push(`${where}: its end is no sample of it`);
      if (cell.status === 'converged' && confirmed === (cell.unconfirmed === true)) {
        faults.push(`${where}: its solution ${confirmed ? 'meets' : 'does not meet'} what converged means`);
      }
    }
  } finally {
    await judges.close();
    cleaner.close();
  }
  const versions = codeVersions(loaded.plugins);
  const peers = new Map(peersOf(loaded).map((peer) => [peer.id, `${peer.package} ${peer.version}`]));
  const same = cells.filter(({ problem, solver, codeVersion }) => {
    const peer = peers.get(solver);
    if (peer === undefined && !loaded.registry.solvers.some(({ id }) => id === solver)) return false;
    return codeVersion === (peer === undefined ? versions.of(problem, solver) : versions.ofPeer(problem, peer));
  });
  print(`${count} solutions of ${cells.length} cells were judged, ${same.length} of them by the code that is here`);
  for (const { began, cpu, cores, system, node } of runs)
    print(`  measured ${began} on ${cpu}, ${cores} cores, ${system}, ${node}`);
  return faults;
}

/** The first metric in which two judgements differ. */
function differing(said: MetricValues, found: MetricValues): string | undefined {
  return [...new Set([...Object.keys(said), ...Object.keys(found)])].find((name) => {
    const [a, b] = [said[name], found[name]];
    if (typeof a !== 'number' || typeof b !== 'number') return a !== b;
    return Math.abs(a - b) > ABSOLUTE + RELATIVE * Math.max(Math.abs(a), Math.abs(b));
  });
}

const BUNDLE_EXAMPLES = `
Examples:
  infimum-bench run --problem ot/transport --store mine.duckdb --bundle mine
  infimum-bench bundle mine --store mine.duckdb --key key.pem`;

const VERIFY_EXAMPLES = `
Metrics are computed by the problems that you have, never by code from the bundle; times are what its signer vouches for.
Exit code: 0 all metrics are as the store says, 1 refused, 2 no bundle, or a problem that is not here.

Examples:
  infimum-bench verify theirs
  infimum-bench verify theirs --plugin ./problem.ts --signer "1a2b 3c4d …"
  infimum-bench report --store theirs/bench.duckdb`;
