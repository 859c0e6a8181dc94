// The modules that the site's plug-in for Vite makes.
declare module 'virtual:solvers' {
  export const solvers: import('../site/solver-chunks.ts').SolverChunks;
}
