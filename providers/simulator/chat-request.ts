import { z } from 'zod';

const Part = z.looseObject({ type: z.string(), text: z.string().optional() });
const Content = z.union([z.string(), z.array(Part)]).nullish();
const FunctionCall = z.looseObject({ name: z.string(), arguments: z.string() });

const Message = z.looseObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool', 'function']),
  content: Content,
  tool_calls: z.array(z.looseObject({ function: FunctionCall.optional() })).nullish(),
});

const Tool = z.looseObject({
  function: z.looseObject({ name: z.string().min(1), parameters: z.unknown().optional() }).optional(),
});

const limit = z.int().min(1).nullish();

/** What the simulator reads of a chat request; it passes over everything else. */
export const ChatBody = z.looseObject({
  model: z.string(),
  messages: z.array(Message).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: limit,
  max_completion_tokens: limit,
  n: z.int().min(1).max(128).nullish(),
  tools: z.array(Tool).nullish(),
  tool_choice: z
    .union([z.string(), z.looseObject({ function: z.looseObject({ name: z.string() }).optional() })])
    .nullish(),
});

export type ChatBody = z.infer<typeof ChatBody>;
export type Message = z.infer<typeof Message>;

/** The text of a message: its string, or its text parts one after the other. */
export function textOf(message: Message | undefined): string {
  const content = message?.content ?? '';
  return typeof content === 'string' ? content : content.map(part => part.text ?? '').join('');
}
