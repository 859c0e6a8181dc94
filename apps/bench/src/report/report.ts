// The report: reads a run from the store and writes one page with all that it needs inside.
import { closeSync, constants, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AnyProblem } from '@infimum/core';
import { racesOf } from '../race.ts';
import type { Store, StoredRun } from '../store.ts';
import { UsageError } from '../usage-error.ts';
import { writeImages } from './images.ts';
import { renderPage } from './page.ts';

/**
 * Makes sure that a report can be written, before there is anything to lose.
 *
 * @throws {UsageError} when it cannot
 */
export function checkReportFile(file: string): void {
  const fresh = !existsSync(file);
  try {
    // Opened as it will be, but nothing waits for the reader of a pipe, and nothing is lost that is there.
    closeSync(openSync(file, constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NONBLOCK));
  } catch (error) {
    throw new UsageError(`--report: ${file} cannot be written: ${(error as Error).message}`);
  }
  if (fresh) rmSync(file);
}

/**
 * Writes the report of a run.
 *
 * @param images - a folder for pictures of all charts; none by default
 * @returns the file
 * @throws {UsageError} when it cannot be written
 */
export async function writeReport(
  store: Store,
  problemOf: (id: string) => AnyProblem | undefined,
  file: string,
  run: number,
  images?: string,
): Promise<string> {
  const stored = (await store.runs()).find(({ id }) => id === run) as StoredRun;
  const sampled = await store.withSamples(await store.cellsOf([run]));
  const client = readFileSync(new URL('./report-client.global.js', import.meta.url), 'utf8');
  const { plugins } = await import('infimum');
  const documented = new Set(plugins.flatMap(({ problems = [] }) => problems.map(({ id }) => id)));
  const races = racesOf(sampled, problemOf);
  const page = renderPage({ run: stored, races, claims: await store.claims(), documented }, client);
  try {
    writeFileSync(file, page);
  } catch (error) {
    throw new UsageError(`the report cannot be written: ${(error as Error).message}`);
  }
  if (images !== undefined) writeImages(races, images);
  return file;
}
