// What a cell's process sees of the environment: what programs need to run, and nothing that is a secret.

/** Names, and beginnings of names. */
const ALLOWED = [
  ...['PATH', 'HOME', 'USER', 'LANG', 'LANGUAGE', 'LC_', 'TZ', 'TMPDIR', 'TMP', 'TEMP', 'SHELL'],
  // Windows does not start a program without these.
  ...['SYSTEMROOT', 'SYSTEMDRIVE', 'COMSPEC', 'PATHEXT', 'WINDIR', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA'],
  // Where libraries are, and how many threads the peers' may have.
  ...['LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH', 'PYTHONHOME', 'VIRTUAL_ENV', 'XDG_CACHE_HOME'],
  ...['OMP_', 'OPENBLAS_', 'MKL_', 'NUMEXPR_', 'VECLIB_', 'BLIS_', 'XLA_FLAGS', 'JAX_', 'NUMBA_'],
  'NODE_COMPILE_CACHE',
];

/** The part of an environment that a cell may see, with `more` variables that the user names. */
export function cellEnvironment(environment: NodeJS.ProcessEnv = process.env, more: readonly string[] = []): NodeJS.ProcessEnv {
  const isAllowed = (name: string) =>
    ALLOWED.some((allowed) => (allowed.endsWith('_') ? name.startsWith(allowed) : name === allowed)) || more.includes(name);
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => isAllowed(process.platform === 'win32' ? name.toUpperCase() : name)),
  );
}
