import { readFileSync } from 'node:fs';

/**
 * Start time of a process in clock ticks since boot, which tells it from a later one with the same number; empty where
 * the system has no /proc. Null when there is no such process, or only its remains.
 */
export function startTimeOf(pid: number): string | null {
  if (!takesSignals(pid)) return null;
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return takesSignals(pid) ? '' : null; // hidden from us, no /proc at all, or gone since the first look
  }
  // The name in parentheses may hold spaces and parentheses; the state is the first field after it.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? null : (fields[19] ?? '');
}

function takesSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // it lives, as another user
  }
}

export const isAlive = (pid: number): boolean => startTimeOf(pid) !== null;
