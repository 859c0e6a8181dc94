// Processor time, for claims about it: a loaded machine is nobody's fault.

/** Processor seconds of this process so far, where the platform tells them; seconds of the clock elsewhere. */
export function processorSeconds(): number {
  const usage = globalThis.process?.cpuUsage?.();
  return usage ? (usage.user + usage.system) / 1e6 : performance.now() / 1000;
}
