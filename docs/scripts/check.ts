// Reports, before a site is built, what the site's tests would find: missing texts, views, places on the map, guides and lists, a line
// each. `pnpm check` runs it; it takes as long as loading the registry does.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { BRANCHES } from '../data/choices.ts';
import { isMeasuredFirst } from '../site/advice.ts';
import { codeOf } from '../site/choosing.ts';
import { listedPackages } from '../site/packages.ts';
import { registry, root, solverText, splitId } from '../site/registry.ts';
import { sourceOf } from '../site/source.ts';

/** The missing parts, in the order of the registry. */
export function siteFaults(): string[] {
  const choices = BRANCHES.flatMap((branch) => branch.choices);
  return [
    ...registry.solvers.flatMap((solver) => [
      ...complaint(() => solverText(solver)),
      ...complaint(() => sourceOf(solver.id)),
      ...(solver.summary.trim() === '' ? [`${solver.id} has no summary`] : []),
      ...Object.entries(solver.options).flatMap(([name, { description }]) =>
        description?.trim() ? [] : [`${solver.id}: its option ${name} has no description, which editors and the site show`],
      ),
    ]),
    ...registry.problems.flatMap(({ id, certificates, unproved }) => {
      const { pkg, name } = splitId(id);
      return [
        ...missing(`packages/${pkg}/docs/${name}.view.ts`, `${id} has no picture`),
        ...(choices.some(({ problem }) => problem === id)
          ? []
          : [`${id} is not on the map: add a choice to docs/data/choices.ts`]),
        ...(registry.solversOf(id).length > 0 ? [] : [`${id} has no solver`]),
        ...(certificates || unproved ? [] : [`${id} says neither what can be proved nor why nothing can`]),
      ];
    }),
    ...choices.flatMap((choice) => [
      ...complaint(() => codeOf(choice)),
      ...(registry.problems.some(({ id }) => id === choice.problem) &&
      isMeasuredFirst(choice) === (choice.despite !== undefined)
        ? [
            `choice ${choice.id}: 'despite' ${choice.despite ? 'is given, and measurements agree' : 'does not say why measurements name another solver'}`,
          ]
        : []),
    ]),
    ...listedPackages().flatMap(({ folder, name, problems }) => [
      ...(problems.length > 0 ? missing(`docs/guide/fields/${folder}.md`, `${name} has no guide`) : []),
      ...(readFileSync(path.join(root, 'README.md'), 'utf8').includes(`\`${name}\``)
        ? []
        : [`README.md does not name ${name}`]),
    ]),
  ];
}

const missing = (file: string, what: string): string[] => (existsSync(path.join(root, file)) ? [] : [`${what}: write ${file}`]);

/** The error that a function throws, as a line. */
function complaint(run: () => unknown): string[] {
  try {
    run();
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const faults = siteFaults();
  for (const fault of faults) console.error(fault);
  console.log(`${faults.length} faults of the site`);
  process.exit(faults.length > 0 ? 1 : 0);
}
