import { readdirSync, readFileSync } from 'node:fs';

export interface Thread {
  /** As the kernel knows it: `MainThread`, `libuv-worker`, … */
  readonly name: string;
  readonly micros: number;
}

/** Run time of every thread of a process and its children, in micros: the scheduler's own nanoseconds, not ticks. */
export const cpuMicros = (pid: number): number =>
  processTree(pid)
    .flatMap(threadsOf)
    .reduce((sum, thread) => sum + thread.micros, 0);

export const threadsOf = (pid: number): readonly Thread[] =>
  tasksOf(pid).map(task => ({
    name: read(`/proc/${pid}/task/${task}/comm`).trim(),
    micros: Number(read(`/proc/${pid}/task/${task}/schedstat`).split(' ')[0]) / 1000,
  }));

/** Share of the CPU time that went into the kernel needs two of these: user and system time so far, in ticks. */
export function ticks(pid: number): { user: number; system: number } {
  const fields = processTree(pid).map(one => (read(`/proc/${one}/stat`).split(') ')[1] ?? '').split(' '));
  const sum = (field: number) => fields.reduce((total, all) => total + Number(all[field] ?? 0), 0);
  return { user: sum(11), system: sum(12) };
}

export function residentMegabytes(pid: number): number {
  const kilobytes = processTree(pid).map(one => Number(/VmRSS:\s+(\d+)/.exec(read(`/proc/${one}/status`))?.[1] ?? 0));
  return kilobytes.reduce((sum, one) => sum + one, 0) / 1024;
}

function processTree(pid: number): number[] {
  const children = tasksOf(pid).flatMap(task => read(`/proc/${pid}/task/${task}/children`).split(' '));
  return [pid, ...children.filter(child => child.trim() !== '').flatMap(child => processTree(Number(child)))];
}

const tasksOf = (pid: number): readonly string[] => orGone(() => readdirSync(`/proc/${pid}/task`), []);
const read = (file: string): string => orGone(() => readFileSync(file, 'utf8'), '');

/** A thread may end between the listing and the reading. */
function orGone<T>(look: () => T, gone: T): T {
  try {
    return look();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ESRCH') return gone;
    throw error;
  }
}
