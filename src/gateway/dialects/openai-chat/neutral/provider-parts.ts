import type { Part, ProviderPart, ReasoningPart } from '../../../../spec/chat/parts.ts';
import { Members } from '../../neutral/members.ts';

/**
 * A part of another dialect as a client of this one gets it, in `provider_parts` of the message: what tools that ran at
 * the provider were asked and found. A client that sends its message back gives it back, and it goes to a target of its
 * own dialect at the place where it stood.
 */
export interface ProviderPartJson {
  readonly dialect: string;
  /** What of the message stands before it: UTF-16 units of its text, and thoughts. */
  readonly after: { readonly text: number; readonly thoughts: number };
  readonly value: Readonly<Record<string, unknown>>;
}

export const providerPartJson = (
  { dialect, value }: Pick<ProviderPart, 'dialect' | 'value'>,
  text: number,
  thoughts: number,
): ProviderPartJson => ({ dialect, after: { text, thoughts }, value });

interface Placed {
  readonly part: ProviderPart;
  readonly text: number;
  readonly thoughts: number;
}

/** The entries of a message's `provider_parts`. Throws a 400 that names what is wrong. */
export function readProviderParts(message: Members): readonly Placed[] {
  return (message.array('provider_parts') ?? []).map((value, index) => {
    const entry = new Members(value, `${message.at('provider_parts')}[${index}]`);
    const dialect = entry.required('dialect', entry.string('dialect'));
    const own = entry.required('value', entry.fields('value'));
    const after = entry.members('after');
    return {
      part: { type: 'provider-part', dialect, value: own },
      text: after?.integer('text') ?? 0,
      thoughts: after?.integer('thoughts') ?? 0,
    };
  });
}

/** Thoughts and content in the order in which they came: each entry behind what stood before it. */
export function placed(
  thoughts: readonly ReasoningPart[],
  content: readonly Part[],
  entries: readonly Placed[],
): readonly Part[] {
  const out: Part[] = [];
  let rest = content;
  let passed = 0;
  let told = 0;
  for (const { part, ...after } of entries) {
    if (after.thoughts > told) out.push(...thoughts.slice(told, after.thoughts));
    told = Math.max(told, after.thoughts);
    const [before, behind] = cut(rest, after.text - passed);
    passed = Math.max(passed, after.text);
    out.push(...before, part);
    rest = behind;
  }
  return [...out, ...thoughts.slice(told), ...rest];
}

/** The parts that say the first `length` units of text, and the others. */
function cut(parts: readonly Part[], length: number): readonly [readonly Part[], readonly Part[]] {
  let left = length;
  for (const [index, part] of parts.entries()) {
    if (left <= 0) return [parts.slice(0, index), parts.slice(index)];
    if (part.type !== 'text') continue;
    const { text } = part;
    if (text.length > left) {
      // Citations stay with the end of the text, where they were put.
      const { citations: _, ...bare } = part;
      return [
        [...parts.slice(0, index), { ...bare, text: text.slice(0, left) }],
        [{ ...part, text: text.slice(left) }, ...parts.slice(index + 1)],
      ];
    }
    left -= text.length;
  }
  return [parts, []];
}
