import type { Extra } from '../../src/spec/chat/parts.ts';
import type { Warning } from '../../src/spec/warning.ts';

/** Notes something that does not reach the provider as the caller wrote it. */
export type Warn = (field: string, action: Warning['action'], why: string) => void;

/** Collects warnings; one that is said again is kept once. */
export function warnings(): { readonly warn: Warn; readonly all: readonly Warning[] } {
  const all: Warning[] = [];
  const known = new Set<string>();
  const warn: Warn = (field, action, why) => {
    const said = `${field} ${why}`;
    if (!known.has(said)) all.push({ field, action, why });
    known.add(said);
  };
  return { warn, all };
}

/** The caller's own members for this dialect, of some object of the request; those for other dialects are left out. */
export function ownExtra(extra: Extra | undefined, field: string, warn: Warn): Readonly<Record<string, unknown>> {
  for (const [dialect, members] of Object.entries(extra ?? {})) {
    if (dialect === 'gemini') continue;
    for (const name of Object.keys(members)) warn(`${field}.${name}`, 'dropped', 'This provider does not know it.');
  }
  return extra?.gemini ?? {};
}
