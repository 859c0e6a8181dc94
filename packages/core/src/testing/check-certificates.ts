// The contract of certificates: for any change to a certificate, the checker neither throws nor proves a false statement.
import type { Certificate, Verdict } from '../certificate.ts';
import { certify, check } from '../certificate.ts';
import { InvalidInputError } from '../errors.ts';
import { parseWith } from '../options.ts';
import { Random } from '../random.ts';
import type { AnyProblem, AnySolver } from '../registry.ts';
import type { Outcome } from '../run.ts';
import { run } from '../run.ts';
import { answererOf, prepare } from '../solver.ts';
import { mutateCertificate } from './certificate-mutations.ts';
import { cpuSeconds, ensure } from './contract.ts';

/** A solver's answer to an instance. */
export interface Answer {
  /** The solver. */
  readonly solver: AnySolver;
  /** The family with its parameters, or what makes the instance hard. */
  readonly place: string;
  /** The instance. */
  readonly instance: unknown;
  /** The answer. */
  readonly outcome: Outcome<object>;
  /** Processor time of solving. */
  readonly seconds: number;
}

/**
 * The answers of solvers on the quick and the hard instances of a problem, with default options and seed 7.
 *
 * @param solvers - some of the problem's
 * @param maxSeconds - the time limit of a run
 * @param isOneEach - whether one answer to each instance is enough: of solvers in turn
 */
export async function* answersOf(
  problem: AnyProblem,
  solvers: readonly AnySolver[],
  maxSeconds: number,
  isOneEach = false,
): AsyncGenerator<Answer> {
  const places: [string, () => unknown][] = [...(problem.hardInstances?.() ?? [])].map((hard) => [
    hard.hardness,
    () => hard.instance,
  ]);
  for (const [name, family] of Object.entries(problem.families)) {
    for (const params of family.suites.quick)
      places.push([`${name} ${JSON.stringify(params)}`, () => family.generate(parseWith(family.params, params, 'params'), 1)]);
  }
  for (const [index, [place, make]] of places.entries()) {
    const instance = await make();
    const first = isOneEach ? index % Math.max(1, solvers.length) : 0;
    for (const solver of [...solvers.slice(first), ...solvers.slice(0, first)]) {
      if (solver.declines?.(instance) !== undefined) continue;
      const before = cpuSeconds();
      try {
        const outcome = run(prepare(solver, instance, {}, 7), { maxSeconds }, ...answererOf(solver, instance));
        yield { solver, place, instance, outcome, seconds: cpuSeconds() - before };
        if (isOneEach) break;
      } catch (error) {
        // A solver may refuse what is hard.
        if (!(error instanceof InvalidInputError)) throw error;
      }
    }
  }
}

/** How often a kind proved something in `checkCertificates`. */
export interface CheckedKind {
  /** Answers that were proved with the certificate as it was found. */
  proved: number;
  /** Changed certificates that still proved something. */
  mutantsProved: number;
  /** All changed certificates. */
  mutants: number;
}

/**
 * Finds certificates of every kind, changes each in many ways or takes that of another answer, and throws if a checker throws, or
 * if it encloses a figure by an interval that is empty or does not meet the interval that was proved from the certificate as it was
 * found, so that one of the two is false. Certificates are written to plain data and copied before they are checked.
 *
 * @param solvers - whose answers are taken: those of one that does not decline, in turn, instance by instance
 * @param mutations - changed certificates a kind
 * @param maxSeconds - the time limit of a run
 * @returns how often each kind proved something
 */
export async function checkCertificates(
  problem: AnyProblem,
  solvers: readonly AnySolver[],
  { mutations = 200, maxSeconds = 1 }: { readonly mutations?: number; readonly maxSeconds?: number } = {},
): Promise<Record<string, CheckedKind>> {
  type Found = Answer & { readonly certificate: Certificate; readonly verdict: Verdict };
  const found = new Map<string, Found[]>(Object.keys(problem.certificates ?? {}).map((kind) => [kind, []]));
  const random = new Random(7);
  for await (const answer of answersOf(problem, solvers, maxSeconds, true)) {
    for (const [kind, list] of found) {
      const { certificate, verdict } = await certify(problem, answer.instance, answer.outcome, kind);
      if (certificate) list.push({ ...answer, certificate, verdict });
    }
  }
  const result: Record<string, CheckedKind> = {};
  for (const [kind, list] of found) {
    ensure(list.length > 0, `no certificate '${kind}' was found on any instance`);
    const counts = { proved: list.filter(({ verdict }) => verdict.proved).length, mutantsProved: 0, mutants: mutations };
    for (let turn = 0; turn < mutations; turn++) {
      const { instance, outcome, certificate, verdict, place } = list[turn % list.length];
      const foreign = list[random.integer(list.length)];
      const { certificate: mutant, description } =
        turn % 8 === 7
          ? { certificate: foreign.certificate, description: `that of ${foreign.place}` }
          : mutateCertificate(certificate, random);
      const about = `${kind} on ${place}, ${description}`;
      const answer = await check(problem, instance, outcome, mutant).catch((error) => {
        throw new Error(`${about}: the checker threw`, { cause: error });
      });
      if (!answer.proved) continue;
      counts.mutantsProved++;
      for (const [name, { lower, upper }] of Object.entries(answer.figures)) {
        ensure(lower <= upper, `${about}: ${name} from ${lower} to ${upper} is proved`);
        const own = verdict.proved ? verdict.figures[name] : undefined;
        const isConsistent = !own || (lower <= own.upper && own.lower <= upper);
        ensure(
          isConsistent,
          `${about}: ${name} from ${lower} to ${upper} is proved, from ${own?.lower} to ${own?.upper} before`,
        );
      }
    }
    result[kind] = counts;
  }
  return result;
}
