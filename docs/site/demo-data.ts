// The data of a problem for a page's live demo, before any package is loaded.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AnyProblem, AnySolver } from '@infimum/core';
import { jsonSchemaOf, parseWith } from '@infimum/core';
import type { OwnFormat } from '../demo/own-data.ts';
import type { Opening, View } from '../demo/view.ts';
import { registry, root, solverText, splitId } from './registry.ts';
import type { SchemaField } from './schema-fields.ts';
import { fieldsOf } from './schema-fields.ts';

/** A source of instances. */
export interface DemoFamily {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly fields: readonly SchemaField[];
}

/** A solver that the demo can run. */
export interface DemoSolver {
  readonly id: string;
  readonly title: string;
  readonly fields: readonly SchemaField[];
}

/** A figure of merit that the demo can plot. */
interface DemoMetric {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
}

/** The data of a demo's form and plot. */
export interface DemoData {
  readonly problem: string;
  /** All families; with texts and fields only for the one with which the demo opens; those of others are loaded separately. */
  readonly families: readonly DemoFamily[];
  readonly solver: DemoSolver;
  /** The number of others for comparison; they are loaded separately. */
  readonly rivals: number;
  readonly metrics: readonly DemoMetric[];
  readonly primaryMetric: string;
  /** The initial instance of the demo. */
  readonly opening: Opening;
  /** How a visitor writes an instance, where instances are data. */
  readonly own?: OwnFormat;
  /** Whether there is a checker for the problem's answers. */
  readonly isProvable: boolean;
  /** Width over height of the picture, to reserve its space before it is loaded; 0 without a view. */
  readonly aspect: number;
}

/** The data of a demo of a solver on its problem. */
export async function demoDataOf(solver: AnySolver): Promise<DemoData> {
  const { id, metrics, primaryMetric, instanceFile, certificates } = solver.problem;
  const view = await viewOf(id);
  const opening = await openingOf(solver, view);
  return {
    problem: id,
    families: demoFamiliesOf(solver.problem).map((family) =>
      family.name === opening.family ? family : { ...family, description: '', fields: [] },
    ),
    solver: demoSolver(solver),
    rivals: registry.solversOf(id).length - 1,
    metrics: Object.entries(metrics).map(([name, { title, unit }]) => ({ name, title, unit })),
    primaryMetric,
    opening,
    ...(instanceFile && { own: { description: instanceFile.description, example: JSON.stringify(instanceFile.example) } }),
    isProvable: certificates !== undefined,
    aspect: view?.aspect ?? 0,
  };
}

/** The data for demos of all families of a problem. */
export function demoFamiliesOf({ families }: AnyProblem): DemoFamily[] {
  return Object.entries(families).map(([name, { title, description, params }]) => ({
    name,
    title,
    description,
    fields: fieldsOf(jsonSchemaOf(params)),
  }));
}

/** The data for demos of all solvers of a problem. */
export function demoSolversOf(problem: string): DemoSolver[] {
  return registry.solversOf(problem).map(demoSolver);
}

function demoSolver({ id, title, options }: AnySolver): DemoSolver {
  return { id, title, fields: fieldsOf(jsonSchemaOf(options)) };
}

/**
 * The initial instance of a demo: the one in a note of the solver's text, that of the view, or the first of the quick suite that the solver
 * accepts.
 */
export async function openingOf(solver: AnySolver, view: View | undefined): Promise<Opening> {
  const { problem } = solver;
  const { families } = problem;
  const { opening: note } = solverText(solver).notes;
  const quick = Object.entries(families).flatMap(([family, { suites }]) =>
    suites.quick.map((params): Opening => ({ family, params: { ...(params as object) } })),
  );
  const noted = note === undefined ? [] : [JSON.parse(note) as Opening];
  for (const opening of [...noted, ...(view ? [view.opening] : []), ...quick]) {
    if (solver.declines?.(await instanceOf(problem, opening)) === undefined) return opening;
  }
  const example = '<!-- opening: {"family": "NAME", "params": {}} -->';
  throw new Error(`${solver.id} takes no instance of the quick suite; give its demo one in its text: ${example}`);
}

/** Instances by problem and opening: a problem's solvers share it. */
const instances = new Map<string, unknown>();

/** The instance of an opening; made once, and not to be changed. */
export async function instanceOf({ id, families }: AnyProblem, opening: Opening): Promise<unknown> {
  const { family, params = {}, seed = 1 } = opening;
  const key = JSON.stringify([id, family, params, seed]);
  if (!instances.has(key)) {
    const { params: schema, generate } = families[family];
    instances.set(key, await generate(parseWith(schema, params, 'params'), seed));
  }
  return instances.get(key);
}

/** The view of a problem, where its package has one. */
export async function viewOf(id: string): Promise<View | undefined> {
  const { pkg, name } = splitId(id);
  const file = path.join(root, 'packages', pkg, 'docs', `${name}.view.ts`);
  if (!existsSync(file)) return undefined;
  return ((await import(pathToFileURL(file).href)) as { view: View }).view;
}
