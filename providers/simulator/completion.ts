import type { Completion } from './complete.ts';
import { sse } from './reply.ts';

/** What all choices and chunks of one answer share. */
export interface Frame {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly created: number;
  readonly model: string;
  readonly choices: number;
  readonly usage: Readonly<Record<string, unknown>>;
}

/** Tells every client that no model stands behind the answer. */
const FINGERPRINT = 'simulator';

export function completionJson(frame: Frame, completion: Completion) {
  const message = {
    role: 'assistant',
    content: completion.call ? null : [...completion.words()].join(''),
    refusal: null,
    ...(completion.call ? { tool_calls: [toolCall(completion.call)] } : {}),
  };
  return {
    id: frame.id,
    object: 'chat.completion',
    created: frame.created,
    model: frame.model,
    system_fingerprint: FINGERPRINT,
    choices: indexes(frame).map(index => ({ index, message, logprobs: null, finish_reason: completion.finish })),
    usage: frame.usage,
  };
}

/** One event a word; choices take turns. With `includeUsage` the last chunk carries usage and the others say null. */
export function* completionEvents(frame: Frame, completion: Completion, includeUsage: boolean): Generator<string> {
  const chunk = (choices: unknown, usage: unknown = null): string =>
    sse(
      JSON.stringify({
        id: frame.id,
        object: 'chat.completion.chunk',
        created: frame.created,
        model: frame.model,
        system_fingerprint: FINGERPRINT,
        choices,
        ...(includeUsage ? { usage } : {}),
      }),
    );
  const each = function* (delta: unknown, finish: string | null = null): Generator<string> {
    for (const index of indexes(frame)) yield chunk([{ index, delta, logprobs: null, finish_reason: finish }]);
  };

  yield* each({ role: 'assistant', content: completion.call ? null : '', refusal: null });
  if (completion.call) yield* each({ tool_calls: [{ index: 0, ...toolCall(completion.call) }] });
  for (const content of completion.words()) yield* each({ content });
  yield* each({}, completion.finish);
  if (includeUsage) yield chunk([], frame.usage);
  yield sse('[DONE]');
}

const toolCall = ({ id, name, arguments: text }: NonNullable<Completion['call']>) => ({
  id,
  type: 'function',
  function: { name, arguments: text },
});

const indexes = (frame: Frame): number[] => Array.from({ length: frame.choices }, (_, index) => index);
