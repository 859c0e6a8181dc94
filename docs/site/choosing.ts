// The map of ‘Choosing’, with the example code of the functions' documentation.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Choice } from '../data/choices.ts';
import { BRANCHES } from '../data/choices.ts';
import { measuredOf } from './advice.ts';
import { partsOf } from './markdown.ts';
import { apiLinkOf, functionLink, listedPackages } from './packages.ts';
import { registry, root, splitId } from './registry.ts';
import type { ExampleOf } from './source.ts';
import { exampleOf } from './source.ts';

/** A choice, in the form shown on the page. */
interface ShownChoice extends Choice {
  readonly problemTitle: string;
  /** How many solvers the problem has. */
  readonly solvers: number;
  readonly code: string;
  /** Where the function is documented. */
  readonly api: string;
  /** The packages to install for the program. */
  readonly install: string;
  /** The verdict of measurements. */
  readonly measured: string;
  /** Why this one, with links for the functions that are named. */
  readonly reasons: readonly { readonly text: string; readonly link?: string | undefined }[];
}

/** A branch, in the form shown on the page. */
export interface ShownBranch {
  readonly id: string;
  readonly have: string;
  readonly choices: readonly ShownChoice[];
}

/** The whole map. */
export function choiceMap(): ShownBranch[] {
  return BRANCHES.map(({ id, have, choices }) => ({ id, have, choices: choices.map(shown) }));
}

function shown(choice: Choice): ShownChoice {
  const { title } = registry.problem(choice.problem);
  const { code } = codeOf(choice);
  const imported = [...code.matchAll(/from '((?:@[\w-]+\/)?[\w-]+)/g)].map(([, name]) => name);
  return {
    ...choice,
    problemTitle: title,
    solvers: registry.solversOf(choice.problem).length,
    code,
    api: apiLinkOf({ name: choice.use, from: choice.from }),
    install: [...new Set(imported)].join(' '),
    measured: measuredOf(choice),
    reasons: choice.why.split(/\b([a-z]+[A-Z]\w*)\b/).map((text, k) => (k % 2 === 0 ? { text } : { text, link: linkOf(text) })),
  };
}

/** The API page of a function that an answer names, of any package. */
const linkOf = (name: string): string | undefined =>
  listedPackages()
    .map((one) => functionLink(one.name, name))
    .find(Boolean);

/** Programs for choices whose function has too small an example, from the repository's root. */
const PROGRAMS_FILE = 'docs/data/programs.md';

let programs: ReadonlyMap<string, string> | undefined;

/**
 * The program of a choice: its own, or the example of its function's documentation.
 *
 * @throws {Error} if there is none
 */
export function codeOf({ id, use, from }: Choice): ExampleOf {
  programs ??= readPrograms();
  const program = programs.get(id);
  if (program) return { file: PROGRAMS_FILE, code: program };
  const example = exampleOf(splitId(from).name, use);
  if (!example) throw new Error(`choice ${id}: ${use} of ${from} has no documented example`);
  return example;
}

function readPrograms(): Map<string, string> {
  const { sections } = partsOf(readFileSync(path.join(root, PROGRAMS_FILE), 'utf8'));
  return new Map(sections.map(({ heading, body }) => [heading, body.replace(/^```ts\n/, '').replace(/\n```$/, '')]));
}
