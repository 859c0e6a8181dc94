// `infimum-bench check`: checks a proof in a file, without trusting its source.
import { check } from '@infimum/core/certificate';
import { Command } from 'commander';
import { readTextFile } from '../files.ts';
import { print } from '../output.ts';
import { problemOf } from '../plugins.ts';
import { parseProof } from '../proof.ts';
import { withChoices } from '../usage-error.ts';
import type { SetExitCode } from './arguments.ts';
import { withPlugins } from './arguments.ts';

/** Builds the command. */
export function checkCommand(setExitCode: SetExitCode): Command {
  const command = new Command('check')
    .description('Checks the proof in a file, as `infimum-bench solve --proof` writes it.')
    .argument('<file>', 'the file')
    .option('--json', 'the verdict as JSON')
    .action(async (file: string, args: { readonly json?: boolean; readonly plugin: readonly string[] }) =>
      setExitCode(await checkFile(file, args)),
    )
    .addHelpText('after', '\nExit code: 0 proved, 1 not proved (which does not mean wrong), 2 the file holds no proof.');
  return withPlugins(command);
}

async function checkFile(file: string, { json, plugin }: { json?: boolean; plugin: readonly string[] }): Promise<number> {
  const { problem: id, instance, solution, certificate } = parseProof(readTextFile(file, 'proof'), file);
  const problem = await problemOf(id, plugin);
  withChoices(
    file,
    () => problem.validate(instance),
    () => [],
  );
  const verdict = await check(problem, instance, solution, certificate);
  if (json) print(JSON.stringify(verdict));
  else if (!verdict.proved) print(`refused: ${verdict.reason}`);
  else {
    const { title = '', statement = '' } = problem.certificates?.[certificate.kind] ?? {};
    const figures = Object.entries(verdict.figures).map(([name, { lower, upper }]) =>
      lower === upper ? `  ${name} = ${lower}` : `  ${lower} ≤ ${name} ≤ ${upper}`,
    );
    print([`proved: ${title}`, ...figures, '', statement].join('\n'));
  }
  return verdict.proved ? 0 : 1;
}
