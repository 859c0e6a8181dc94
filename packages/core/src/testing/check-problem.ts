// The contract of problems: what holds for every result of `defineProblem`.
import { InvalidInputError } from '../errors.ts';
import { jsonSchemaOf, parseWith } from '../options.ts';
import type { Family, Problem } from '../problem.ts';
import type { AnyProblem } from '../registry.ts';
import type { Iterate } from '../steps.ts';
import type { Check } from './contract.ts';
import { ensure, fingerprint, runChecks } from './contract.ts';

/**
 * Runs the contract of problems and throws one error that lists every check that fails.
 *
 * @throws {ContractError}
 */
export function checkProblem<Instance, Solution extends object, Question extends Iterate<Solution>, Answer>(
  problem: Problem<Instance, Solution, Question, Answer>,
): Promise<void> {
  return runChecks(problem.id, problemChecks(problem));
}

/** The checks of the contract of problems, for a test runner that reports them one by one. */
export function problemChecks<Instance, Solution extends object, Question extends Iterate<Solution>, Answer>(
  problem: Problem<Instance, Solution, Question, Answer>,
): Check[] {
  const subject = problem as unknown as AnyProblem;
  return [
    { name: 'has an instance family', run: async () => ensure(Object.keys(subject.families).length > 0, 'there is none') },
    { name: 'has a primary metric', run: async () => checkPrimaryMetric(subject) },
    { name: 'has a bad instance for every fault and rejects it', run: async () => checkBadInstances(subject) },
    { name: 'has hard instances that are valid', run: async () => checkHardInstances(subject) },
    { name: 'states what its certificates prove', run: async () => checkStatements(subject) },
    { name: 'reads its own example of an instance file', run: async () => checkInstanceFile(subject) },
    ...Object.entries(subject.families).flatMap(([name, family]) => familyChecks(subject, name, family)),
  ];
}

function familyChecks(problem: AnyProblem, name: string, family: Family<unknown>): Check[] {
  return [
    { name: `family ${name} has parameters with defaults and a JSON schema`, run: async () => checkParams(family) },
    {
      name: `family ${name} generates valid instances in every quick setting`,
      run: async () => {
        ensure(family.suites.quick.length > 0, 'the quick suite is empty');
        for (const params of family.suites.quick) problem.validate(await generate(family, params, 1));
      },
    },
    {
      name: `family ${name} repeats itself with the same seed`,
      run: async () => {
        const [params] = family.suites.quick;
        const first = fingerprint(await generate(family, params, 1));
        ensure(first === fingerprint(await generate(family, params, 1)), 'two calls gave different instances');
      },
    },
    ...(problem.plainData
      ? [
          {
            name: `family ${name} has no functions in its plain data`,
            run: async () => {
              const [params] = family.suites.quick;
              const plain = problem.plainData?.(await generate(family, params, 1));
              const place = placeOfFunction(plain, 'plain data');
              ensure(place === undefined, `${place} is a function`);
            },
          },
        ]
      : []),
  ];
}

function generate(family: Family<unknown>, params: unknown, seed: number): unknown {
  return family.generate(parseWith(family.params, params, 'params'), seed);
}

/** Where in plain data a function stands. */
function placeOfFunction(value: unknown, place: string): string | undefined {
  if (typeof value === 'function') return place;
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return undefined;
  for (const [key, item] of Object.entries(value)) {
    const found = placeOfFunction(item, `${place}.${key}`);
    if (found) return found;
  }
  return undefined;
}

function checkPrimaryMetric(problem: AnyProblem): void {
  const known = Object.keys(problem.metrics);
  ensure(known.includes(problem.primaryMetric), `'${problem.primaryMetric}' is not among ${known.join(', ')}`);
}

function checkParams(family: Family<unknown>): void {
  parseWith(family.params, {}, 'params');
  ensure(jsonSchemaOf(family.params)['type'] === 'object', 'the JSON schema of the parameters is not an object');
  for (const suite of Object.values(family.suites)) {
    for (const params of suite) parseWith(family.params, params, 'params');
  }
}

function checkBadInstances(problem: AnyProblem): void {
  const bad = [...problem.badInstances()];
  ensure(bad.length > 0, 'badInstances() is empty: nothing shows that validate() rejects anything');
  for (const { fault, instance, argument } of bad) {
    ensure(rejectedArgument(() => problem.validate(instance)) === argument, `${fault}: ${argument} is not named`);
  }
}

function checkHardInstances(problem: AnyProblem): void {
  for (const { instance } of problem.hardInstances?.() ?? []) problem.validate(instance);
  const { success, metrics } = problem;
  if (!success) return;
  ensure(Object.hasOwn(metrics, success.metric), `success is judged by '${success.metric}', which is no metric`);
  ensure(metrics[success.metric].direction === 'minimize', `success needs a metric that is minimised`);
}

function checkStatements({ certificates = {}, unproved, success }: AnyProblem): void {
  ensure(unproved === undefined || unproved.trim().length > 0, 'what is not proved is empty');
  for (const [name, { title, statement, cost, figures }] of Object.entries(certificates)) {
    const texts = [title, statement, cost];
    ensure(
      texts.every((text) => text.trim().length > 0),
      `the certificate ${name} has an empty text`,
    );
    ensure(figures.length > 0, `the certificate ${name} has no figures`);
  }
  const kind = success?.certificate;
  if (!success || kind === undefined) return;
  ensure(
    Object.hasOwn(certificates, kind) && certificates[kind].figures.includes(success.metric),
    `the certificate '${kind}' encloses no figure '${success.metric}'`,
  );
}

/** The argument that the `InvalidInputError` of a call names; other errors pass through. */
export function rejectedArgument(call: () => unknown): string | undefined {
  try {
    call();
  } catch (error) {
    if (error instanceof InvalidInputError) return error.argument;
    throw error;
  }
  return undefined;
}

function checkInstanceFile(problem: AnyProblem): void {
  const file = problem.instanceFile;
  if (!file) return;
  problem.validate(file.parse(JSON.parse(JSON.stringify(file.example))));
  ensure(rejectedArgument(() => file.parse('no object')) !== undefined, 'a text is not rejected');
}
