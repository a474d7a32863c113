import { describe, expect, test } from 'vitest';
import { FrameEvents } from '../../../src/gateway/aws-event-stream/frame-events.ts';
import type { ServerEvent } from '../../../src/spec/chat/chat-codec.ts';
import { collect } from '../../../src/spec/chat/collect.ts';
import { inputTokens, outputTokens } from '../../../src/spec/usage.ts';
import { recordings, whyNoRecordings } from '../../gateway/dialects/recordings.ts';
import { inPieces } from '../../gateway/sse/events-of.ts';
import { bedrockChat, decodeEvents } from './codec.ts';

const all = recordings('bedrock-converse');
const streams = all.filter(({ response }) => response.body_base64 !== undefined);
const wholes = all.filter(({ response }) => response.status === 200 && response.body !== undefined);

function events(bytes: Buffer, size: number): ServerEvent[] {
  const reader = new FrameEvents();
  const found: ServerEvent[] = [];
  for (const piece of inPieces(bytes, size)) {
    reader.push(piece);
    for (let event = reader.next(); event !== null; event = reader.next()) found.push(event);
  }
  return found;
}

interface Block {
  readonly text?: string;
  readonly toolUse?: unknown;
  readonly reasoningContent?: { readonly reasoningText?: { readonly text: string } };
  readonly citationsContent?: { readonly content: readonly { readonly text: string }[]; readonly citations: unknown[] };
}

describe.skipIf(all.length === 0)(`recorded answers${whyNoRecordings}`, () => {
  test('are there', () => expect(streams.length * wholes.length).toBeGreaterThan(0));

  test.for(streams)('$id: a stream is complete, and the same in every cut', ({ response }) => {
    const bytes = Buffer.from(response.body_base64!, 'base64');
    const decoded = decodeEvents(events(bytes, bytes.length));

    expect(decoded).toMatchObject({ complete: true, ended: true });
    for (const size of [1, 7, 100]) expect(decodeEvents(events(bytes, size))).toEqual(decoded);
    const { usage } = collect(decoded.parts);
    const counted = events(bytes, bytes.length).find(({ type }) => type === 'metadata');
    const { totalTokens } = (JSON.parse(counted!.data) as { usage: { totalTokens: number } }).usage;
    expect(inputTokens(usage!) + outputTokens(usage!)).toBe(totalTokens);
  });

  test.for(wholes)('$id: nothing of the answer is lost', ({ response }) => {
    const content = (response.body!.output as { message: { content: readonly Block[] } }).message.content;
    const { parts } = collect(bedrockChat.fromProvider(response.body)).choices[0]!;
    const textOf = (type: string) =>
      parts.map(part => (part.type === type && 'text' in part ? part.text : '')).join('');
    const cited = content.flatMap(({ citationsContent }) => citationsContent?.content ?? []).map(({ text }) => text);

    expect(textOf('text')).toBe(content.map(({ text = '' }) => text).join('') + cited.join(''));
    expect(textOf('reasoning')).toBe(
      content.map(({ reasoningContent }) => reasoningContent?.reasoningText?.text ?? '').join(''),
    );
    expect(parts.filter(({ type }) => type === 'tool-call').length).toBe(
      content.filter(({ toolUse }) => toolUse).length,
    );
    expect(parts.flatMap(part => (part.type === 'text' ? (part.citations ?? []) : [])).length).toBe(
      content.flatMap(({ citationsContent }) => citationsContent?.citations ?? []).length,
    );
  });
});
