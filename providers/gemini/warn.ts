import type { Extra } from '../../src/spec/chat/parts.ts';
import type { Warning } from '../../src/spec/warning.ts';
import { type Fields, isFields } from './fields.ts';

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

/** Objects that a part or a tool is written in; what stands in them beside the members of ours is named itself. */
const AROUND = new Set(['function', 'custom', 'image_url', 'input_audio', 'file', 'video_url', 'document_url']);

/** The caller's own members for this dialect, of the object at `field`; those for other dialects are left out. */
export function ownExtra(extra: Extra | undefined, field: string, warn: Warn): Fields {
  for (const [dialect, members] of Object.entries(extra ?? {})) {
    if (dialect === 'gemini') continue;
    for (const path of Object.entries(members).flatMap(pathsOf)) {
      warn(`${field}.${path}`, 'dropped', 'This provider does not know it.');
    }
  }
  return extra?.gemini ?? {};
}

const pathsOf = ([name, value]: readonly [string, unknown]): readonly string[] =>
  AROUND.has(name) && isFields(value) ? Object.keys(value).map(inner => `${name}.${inner}`) : [name];
