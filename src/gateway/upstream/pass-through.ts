import type { Codec, Quirk } from '../../spec/provider.ts';
import type { Warning } from '../../spec/warning.ts';
import { type Change, memberValue, spliceBody } from '../body/splice.ts';
import type { ParsedRequest } from '../ingress/ingress.ts';

const NONE: readonly string[] = [];
const NO_MEMBERS: NonNullable<Codec['members']> = {};
const ASK_FOR_USAGE = Buffer.from('{"include_usage":true}');

/** What is sent, and what of the client's request is not in it. */
export interface Passed {
  /** The client's own buffer where nothing changes; slices to be written behind one another where a copy would cost. */
  readonly body: Buffer | readonly Buffer[];
  readonly warnings: readonly Warning[];
}

/**
 * The client's own bytes for a target of the same dialect: only the model's name, the question for usage and what this
 * provider wants otherwise are changed.
 *
 * @param messages JSON in the place of the client's own
 * @param conversation the member that holds them
 */
export function passThrough(
  parsed: ParsedRequest,
  codec: Codec,
  model: string,
  messages: string | null = null,
  conversation = 'messages',
): Passed {
  const changes: Change[] = messages === null ? [] : [{ name: conversation, value: messages }];
  const name = codec.nameOf === undefined ? model : codec.nameOf(model);
  // Where the path names the model, the body of the request must not.
  if (parsed.model !== name && codec.members?.model !== null)
    changes.push({ name: 'model', value: JSON.stringify(name) });
  // The last change of a member counts.
  for (const [member, value] of Object.entries(codec.members ?? NO_MEMBERS)) changes.push({ name: member, value });
  if (parsed.stream && codec.asksForUsage && !parsed.includeUsage) changes.push(usageQuestion(parsed));
  const warnings = applyQuirks(codec.quirks, model, parsed, changes);
  return { body: spliceBody(parsed.body, parsed.scan, changes), warnings };
}

/** Adds `include_usage` to the client's own stream options when it sent some. */
function usageQuestion(parsed: ParsedRequest): Change {
  const member = parsed.scan.member('stream_options');
  if (member === undefined || parsed.scan.type(member) !== 'object')
    return { name: 'stream_options', value: ASK_FOR_USAGE };
  const options = parsed.scan.parse(member);
  return { name: 'stream_options', value: JSON.stringify({ ...(options as object), include_usage: true }) };
}

function applyQuirks(quirks: readonly Quirk[], model: string, parsed: ParsedRequest, changes: Change[]): Warning[] {
  const warnings: Warning[] = [];
  for (const quirk of quirks) {
    if (quirk.models !== undefined && !quirk.models.test(model)) continue;
    for (const name of quirk.drop ?? NONE) {
      if (parsed.scan.member(name) === undefined) continue;
      changes.push({ name, value: null });
      warnings.push({ field: name, action: 'dropped', why: quirk.why ?? 'This model does not take it.' });
    }
    if (quirk.rename === undefined) continue;
    for (const [from, to] of Object.entries(quirk.rename)) {
      const member = parsed.scan.member(from);
      if (member === undefined) continue;
      changes.push({ name: from, value: null });
      if (parsed.scan.member(to) === undefined) changes.push({ name: to, value: memberValue(parsed.body, member) });
      else warnings.push({ field: from, action: 'dropped', why: `"${to}" is given and says the same.` });
    }
  }
  return warnings;
}
