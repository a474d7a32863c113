import type { EncodedRequest } from '../../spec/chat/chat-codec.ts';
import type { Quirk } from '../../spec/provider.ts';
import type { Warning } from '../../spec/warning.ts';
import { isFields } from '../dialects/neutral/members.ts';

const NONE: readonly string[] = [];

/** A translated request with what its provider wants otherwise than the dialect it speaks. */
export function withQuirks(encoded: EncodedRequest, quirks: readonly Quirk[], model: string): EncodedRequest {
  if (quirks.length === 0 || !isFields(encoded.body)) return encoded;
  const body: Record<string, unknown> = { ...encoded.body };
  const warnings: Warning[] = [...encoded.warnings];
  for (const quirk of quirks) {
    if (quirk.models !== undefined && !quirk.models.test(model)) continue;
    for (const name of quirk.drop ?? NONE) {
      if (body[name] === undefined) continue;
      delete body[name];
      warnings.push({ field: name, action: 'dropped', why: quirk.why ?? 'This model does not take it.' });
    }
    for (const [from, to] of Object.entries(quirk.rename ?? {})) {
      if (body[from] === undefined) continue;
      body[to] ??= body[from];
      delete body[from];
    }
  }
  return { ...encoded, body, warnings };
}
