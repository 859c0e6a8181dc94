// The machine and the software that a run was made on.
import os from 'node:os';

/** What decides how fast a machine is. */
export interface Environment {
  readonly cpu: string;
  readonly cores: number;
  /** Bytes of main memory. */
  readonly memory: number;
  readonly system: string;
  readonly node: string;
  /** Packages and interpreters of the peers, where they took part. */
  readonly peers: string;
}

/** Describes this machine. */
export function describeEnvironment(peers = ''): Environment {
  return {
    cpu: os.cpus()[0]?.model.trim() ?? os.arch(),
    cores: os.availableParallelism(),
    memory: os.totalmem(),
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    node: process.version,
    peers,
  };
}
