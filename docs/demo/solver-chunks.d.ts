// The modules that the site's plug-in for Vite makes.
declare module 'virtual:solvers' {
  type DemoSolver = import('../site/demo-data.ts').DemoSolver;
  type DemoFamily = import('../site/demo-data.ts').DemoFamily;
  /** Loaders by the id of the problem. */
  export const solvers: Readonly<
    Record<string, () => Promise<{ readonly solvers: readonly DemoSolver[]; readonly families: readonly DemoFamily[] }>>
  >;
}

declare module 'virtual:problems' {
  type AnyProblem = import('@infimum/core').AnyProblem;
  type AnySolver = import('@infimum/core').AnySolver;
  /** Loaders by the id of the problem. */
  export const problems: Readonly<
    Record<string, () => Promise<{ readonly problem: AnyProblem; readonly solvers: readonly AnySolver[] }>>
  >;
}
