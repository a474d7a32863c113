import type { Extra } from '../../src/spec/chat/parts.ts';
import { type Fields, isFields, type Writing } from '../openai-chat/options.ts';

/** The dialect's name in `extra` and in proofs of thought. */
export const DIALECT = 'mistral';
export const UNKNOWN = 'This provider does not know it.';

/**
 * The members of `extra` that the API knows at this place. It refuses every member it does not know, so what a client
 * of OpenAI's dialect writes beside its own goes on only by name; the rest is left out with a warning.
 */
export function ownMembers(
  extra: Extra | undefined,
  known: ReadonlySet<string>,
  field: string,
  writing: Writing,
): Fields {
  const own: Record<string, unknown> = {};
  for (const [dialect, members] of Object.entries(extra ?? {})) {
    const ours = dialect === DIALECT || dialect === 'openai-chat';
    for (const [name, value] of Object.entries(members)) {
      if (ours && known.has(name)) own[name] = value;
      else
        for (const path of pathsOf(name, value)) {
          writing.warn(field === '' ? path : `${field}.${path}`, 'dropped', UNKNOWN);
        }
    }
  }
  return own;
}

/** Objects that a part is written in; what stands in them beside its own members is named itself. */
const AROUND = new Set(['function', 'custom', 'image_url', 'input_audio', 'file']);

const pathsOf = (name: string, value: unknown): readonly string[] =>
  AROUND.has(name) && isFields(value) ? Object.keys(value).map(inner => `${name}.${inner}`) : [name];

const NONE: ReadonlySet<string> = new Set();

/** Of an object that has no members beyond those with a neutral form. */
export const warnForeign = (extra: Extra | undefined, field: string, writing: Writing): void =>
  void ownMembers(extra, NONE, field, writing);
