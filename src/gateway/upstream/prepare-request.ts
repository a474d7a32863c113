import type { Quirk } from '../../spec/provider.ts';
import type { Target } from '../../spec/snapshot.ts';
import type { UpstreamRequest } from '../../spec/upstream.ts';
import type { Warning } from '../../spec/warning.ts';
import { type Change, memberValue, rewriteBody } from '../body/splice.ts';
import type { Call } from '../call.ts';
import type { ParsedRequest } from '../ingress/ingress.ts';

const ASK_FOR_USAGE = Buffer.from('{"include_usage":true}');
const USER_AGENT = 'tollgate/0.1';

export interface PreparedRequest {
  readonly request: UpstreamRequest;
  readonly warnings: readonly Warning[];
}

/** Builds what is sent to a target: the client's bytes with the members changed that this target wants otherwise. */
export function prepareRequest(call: Call, target: Target, key: string | null): PreparedRequest {
  const { provider } = target;
  const adapter = provider.adapter!;
  const codec = adapter.operations[call.ingress.operation]!;
  const parsed = call.parsed!;
  const changes: Change[] = [{ name: 'model', value: JSON.stringify(target.model) }];
  if (parsed.stream && codec.asksForUsage && !parsed.includeUsage) changes.push(usageQuestion(parsed));
  const warnings = applyQuirks(codec.quirks, target.model, parsed, changes);
  return {
    warnings,
    request: {
      origin: provider.origin,
      path: provider.basePath + codec.path(target.model),
      method: 'POST',
      headers: [
        'content-type',
        'application/json',
        'accept',
        parsed.stream ? 'text/event-stream' : 'application/json',
        'accept-encoding',
        'identity',
        'user-agent',
        USER_AGENT,
        ...adapter.authorize(key),
      ],
      body: rewriteBody(parsed.body, parsed.scan, changes),
    },
  };
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
    for (const name of quirk.drop ?? []) {
      if (parsed.scan.member(name) === undefined) continue;
      changes.push({ name, value: null });
      warnings.push({ field: name, action: 'dropped', why: 'This model does not take it.' });
    }
    for (const [from, to] of Object.entries(quirk.rename ?? {})) {
      const member = parsed.scan.member(from);
      if (member === undefined) continue;
      changes.push({ name: from, value: null });
      if (parsed.scan.member(to) === undefined) changes.push({ name: to, value: memberValue(parsed.body, member) });
      else warnings.push({ field: from, action: 'dropped', why: `"${to}" is given and says the same.` });
    }
  }
  return warnings;
}
