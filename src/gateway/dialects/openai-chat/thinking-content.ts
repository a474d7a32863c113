import { type Fields, isFields } from '../neutral/members.ts';

/**
 * A message, or a piece of one, that tells its thoughts as a `thinking` part of its content, for clients that know no
 * `reasoning_content` and pass over it (https://docs.mistral.ai/capabilities/reasoning).
 */
export function thoughtsAsContent(message: Fields): Fields {
  const { reasoning_content: thought, content, ...rest } = message;
  if (typeof thought !== 'string' || thought === '') return message;
  const thinking = { type: 'thinking', thinking: [{ type: 'text', text: thought }] };
  const said = typeof content === 'string' && content !== '' ? [{ type: 'text', text: content }] : [];
  return { ...rest, content: [thinking, ...said] };
}

const THOUGHTS = Buffer.from('"reasoning_content"');

/** A whole answer whose messages do so; null where it has no thoughts. */
export function thinkingAnswer(body: Buffer): Buffer | null {
  if (!body.includes(THOUGHTS)) return null;
  const answer: unknown = JSON.parse(body.toString());
  if (!isFields(answer) || !Array.isArray(answer.choices)) return null;
  const choices = answer.choices.map((choice: unknown) =>
    isFields(choice) && isFields(choice.message) ? { ...choice, message: thoughtsAsContent(choice.message) } : choice,
  );
  return Buffer.from(JSON.stringify({ ...answer, choices }));
}
