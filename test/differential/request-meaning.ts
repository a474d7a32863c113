import type { Fields } from './generated-requests.ts';

/**
 * What a provider understands of a request. Two requests are the same to it when they differ only in what is named
 * here: null is no member, one stop text is a list of one, a content of one plain text is that text, `false` where it
 * is the default, and the two names of the bound on the answer.
 */
export function requestMeaning(value: unknown): Fields {
  const { stop, stream, logprobs, max_completion_tokens, messages, ...rest } = bare(value) as Record<string, unknown>;
  return {
    ...rest,
    messages: (messages as Fields[]).map(messageMeaning),
    ...(stop !== undefined && { stop: typeof stop === 'string' ? [stop] : stop }),
    ...(stream === true && { stream }),
    ...(logprobs === true && { logprobs }),
    ...(max_completion_tokens !== undefined && { max_tokens: max_completion_tokens }),
  };
}

function messageMeaning({ content, ...message }: Fields): Fields {
  const only = Array.isArray(content) && content.length === 1 ? (content[0] as Fields) : null;
  const plain = only?.type === 'text' && Object.keys(only).length === 2;
  return { ...message, ...(content !== undefined && { content: plain ? only.text : content }) };
}

/** Without members that are null, and without the sign of zero, which JSON numbers lose in JSON.stringify. */
function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare);
  if (typeof value === 'number') return value === 0 ? 0 : value;
  if (typeof value !== 'object' || value === null) return value;
  const given = Object.entries(value).filter(([, inner]) => inner !== null && inner !== undefined);
  return Object.fromEntries(given.map(([name, inner]) => [name, bare(inner)]));
}
