// Solutions with a proof: a prover finds plain data, and a checker derives from the data what holds in real arithmetic.
import { checkObject, checkText } from './validate.ts';

/** A proved interval that contains a real number; an infinite end means that no bound is known. */
export interface Enclosure {
  /** Lower bound of the number. */
  readonly lower: number;
  /** Upper bound of the number. */
  readonly upper: number;
}

/** The answer of a checker. A refused certificate proves nothing; it does not mean that the statement is false. */
export type Verdict =
  | {
      /** The statement holds. */
      readonly proved: true;
      /** Its figures by name. */
      readonly figures: Readonly<Record<string, Enclosure>>;
    }
  | {
      /** Nothing is known. */
      readonly proved: false;
      /** Why. */
      readonly reason: string;
    };

/** Plain data from which a checker derives a statement. A bad certificate is refused, or proves less. */
export interface Certificate {
  /** The problem's id. */
  readonly problem: string;
  /** One of its `certificates`. */
  readonly kind: string;
  /** Numbers, texts, bigints, typed arrays, objects and lists of these. */
  readonly witness: unknown;
}

/** A statement that can be proved of the answers to a problem. */
export interface CertificateKind<Instance, Solution> {
  /** Short title. */
  readonly title: string;
  /** What `proved` means, with all quantifiers; Markdown with TeX. */
  readonly statement: string;
  /** `optimum`: it is about all other answers too; `answer`: about figures of this one. */
  readonly about: 'optimum' | 'answer';
  /** Names of the figures that a proof encloses. */
  readonly figures: readonly string[];
  /** What checking costs, as TeX. */
  readonly cost: string;
  /** Whether on quick and hard instances every `converged` is proved. */
  readonly always: boolean;
  /** Why there is no proof here, shown to users as it stands; undefined where there may be one. */
  declines?(instance: Instance, solution: Solution): string | undefined;
  /** Loads the function that finds a witness, or returns a text that says why it found none. It need not be trusted. */
  prover(): Promise<{
    /** Gives a witness, or a text. */
    certify(instance: Instance, solution: Solution): unknown;
  }>;
  /** Loads the checker. It never throws, for any witness. */
  checker(): Promise<{
    /** Judges a witness. */
    check(instance: Instance, solution: Solution, witness: unknown): Verdict;
  }>;
}

/** A problem's certificates. */
interface Certified<I, S> {
  readonly id: string;
  readonly certificates?: Readonly<Record<string, CertificateKind<I, S>>>;
  readonly unproved?: string;
}

/**
 * Looks for a proof and checks it.
 *
 * @param kind - one of the problem's certificates; by default the first that does not decline, `optimum` before `answer`
 * @returns the verdict; the certificate, if a witness was found; the seconds that checking took
 * @throws {InvalidInputError} naming `problem` if it is no object, `kind` if it is no text
 *
 * Cost: see `cost` of the kind; finding may take longer.
 */
export async function certify<I, S extends object>(
  problem: Certified<I, S>,
  instance: I,
  solution: S,
  kind?: string,
): Promise<{ certificate?: Certificate; verdict: Verdict; seconds: number }> {
  checkObject(problem, 'problem');
  if (kind !== undefined) checkText(kind, 'kind');
  const refused = (reason: string) => ({ verdict: { proved: false, reason } as const, seconds: 0 });
  let why = kind === undefined ? (problem.unproved ?? 'the problem has no certificates') : `no certificate '${kind}'`;
  const kinds = Object.entries(problem.certificates ?? {});
  for (const [name, one] of [...kinds].sort(([, a], [, b]) => b.about.localeCompare(a.about))) {
    if (kind !== undefined && name !== kind) continue;
    const declined = one.declines?.(instance, solution);
    if (declined === undefined) {
      const witness = (await one.prover()).certify(instance, solution);
      if (typeof witness === 'string') return refused(witness);
      const checker = await one.checker();
      const before = performance.now();
      const verdict = checker.check(instance, solution, witness);
      const seconds = (performance.now() - before) / 1000;
      return { certificate: { problem: problem.id, kind: name, witness }, verdict, seconds };
    }
    why = declined;
  }
  return refused(why);
}

/**
 * Checks a certificate, wherever it comes from. It never throws for what a certificate holds.
 *
 * @throws {InvalidInputError} naming `problem` or `certificate` if it is no object
 */
export async function check<I, S extends object>(
  problem: Certified<I, S>,
  instance: I,
  solution: S,
  certificate: Certificate,
): Promise<Verdict> {
  checkObject(problem, 'problem');
  checkObject(certificate, 'certificate');
  const { problem: id, kind, witness } = certificate;
  if (id !== problem.id) return { proved: false, reason: `the certificate is for ${id}, not ${problem.id}` };
  const kinds = problem.certificates ?? {};
  if (!Object.hasOwn(kinds, kind)) return { proved: false, reason: `no certificate '${kind}'` };
  return (await kinds[kind].checker()).check(instance, solution, witness);
}
