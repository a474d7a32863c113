import type { Extra } from '../src/spec/chat/parts.ts';
import { type Fields, isFields, type Writing } from './openai-chat/options.ts';

export const UNKNOWN = 'This provider does not know it.';

/** Objects that a part is written in; what stands in them beside its own members is named itself. */
const AROUND = new Set(['function', 'custom', 'image_url', 'input_audio', 'file']);

const pathsOf = (name: string, value: unknown): readonly string[] =>
  AROUND.has(name) && isFields(value) ? Object.keys(value).map(inner => `${name}.${inner}`) : [name];

const NONE: ReadonlySet<string> = new Set();

interface MembersOf {
  /** The members that the API knows at this place; every other one is left out with a warning. */
  readonly ownMembers: (
    extra: Extra | undefined,
    known: ReadonlySet<string>,
    field: string,
    writing: Writing,
  ) => Fields;
  /** Of an object that has no members beyond those with a neutral form. */
  readonly warnForeign: (extra: Extra | undefined, field: string, writing: Writing) => void;
}

/**
 * Reads `extra` for an API that refuses every member it does not know: what a client of OpenAI's dialect writes beside
 * its own goes on only by name, be it there as OpenAI's or under the name of the API's own dialect.
 */
export function membersOf(dialect: string): MembersOf {
  const ownMembers: MembersOf['ownMembers'] = (extra, known, field, writing) => {
    const own: Record<string, unknown> = {};
    for (const [of, members] of Object.entries(extra ?? {})) {
      const ours = of === dialect || of === 'openai-chat';
      for (const [name, value] of Object.entries(members)) {
        if (ours && known.has(name)) own[name] = value;
        else
          for (const path of pathsOf(name, value)) {
            writing.warn(field === '' ? path : `${field}.${path}`, 'dropped', UNKNOWN);
          }
      }
    }
    return own;
  };
  return { ownMembers, warnForeign: (extra, field, writing) => void ownMembers(extra, NONE, field, writing) };
}
