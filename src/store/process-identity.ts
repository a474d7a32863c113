import { readFileSync } from 'node:fs';

/**
 * Start time of a process in clock ticks since boot, which tells it from a later one with the same number; empty where
 * the system has no /proc. Null when there is no such process, or only its remains.
 */
export function startTimeOf(pid: number): string | null {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, as another user.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return null;
  }
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch (error) {
    return process.platform === 'linux' && (error as NodeJS.ErrnoException).code === 'ENOENT' ? null : '';
  }
  // The name in parentheses may hold spaces and parentheses; the state is the first field after it.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? null : (fields[19] ?? '');
}

export const isAlive = (pid: number): boolean => startTimeOf(pid) !== null;
