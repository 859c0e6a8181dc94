// The headers that give pages shared memory, and with it threads. Everything works without them, on one thread.

/** Cross-origin isolation. */
export const isolationHeaders: Readonly<Record<string, string>> = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};
