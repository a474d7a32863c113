import type { Warning } from '../../src/spec/warning.ts';

/** Notes something that does not reach the provider as the caller wrote it. */
export type Warn = (field: string, action: Warning['action'], why: string) => void;

/** Collects warnings; one that is said again is kept once. */
export function warnings(): { readonly warn: Warn; readonly all: readonly Warning[] } {
  const all: Warning[] = [];
  let known: Set<string> | null = null;
  const warn: Warn = (field, action, why) => {
    const said = `${field} ${why}`;
    known ??= new Set();
    if (known.has(said)) return;
    known.add(said);
    all.push({ field, action, why });
  };
  return { warn, all };
}
