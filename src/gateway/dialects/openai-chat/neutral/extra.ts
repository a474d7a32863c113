import { extensionOwners } from '../../../../spec/chat/foreign-members.ts';
import type { Extra } from '../../../../spec/chat/parts.ts';
import { type Fields, isFields, type Members } from '../../neutral/members.ts';

const NOTHING_INSIDE: Readonly<Record<string, Members | undefined>> = Object.freeze({});

/**
 * The rest of an object, and of objects inside it that were read apart, as `extra` of its part: under the dialect that a
 * member is of where that is known, else under ours, in the shape in which it came. Extensions of other dialects count
 * for the part, whichever of its objects they stand in.
 */
export function extraOf(
  outer: Members,
  inner: Readonly<Record<string, Members | undefined>> = NOTHING_INSIDE,
  owners: ReadonlyMap<string, string> = extensionOwners,
): Extra | undefined {
  const insides = inner === NOTHING_INSIDE ? [] : Object.entries(inner);
  let extra: Record<string, Fields> | undefined;
  for (const [, members] of insides) if (members !== undefined) extra = takeForeign(members, owners, extra);
  extra = takeForeign(outer, owners, extra);
  let own = outer.rest();
  for (const [name, members] of insides) {
    const rest = members?.rest();
    if (rest !== undefined) own = { ...own, [name]: rest };
  }
  return own === undefined ? extra : { ...extra, 'openai-chat': own };
}

/** Other dialects have objects here; anything else under the name is something else. */
function takeForeign(
  members: Members,
  owners: ReadonlyMap<string, string>,
  known: Record<string, Fields> | undefined,
): Record<string, Fields> | undefined {
  let extra = known;
  for (const [name, dialect] of owners) {
    if (!isFields(members.peek(name))) continue;
    extra ??= {};
    extra[dialect] = { ...extra[dialect], [name]: members.take(name) };
  }
  return extra;
}
