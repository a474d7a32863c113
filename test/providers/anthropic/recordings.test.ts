import { describe, expect, test } from 'vitest';
import { anthropicChat } from '../../../providers/anthropic/index.ts';
import type { ChatPart } from '../../../src/spec/chat/chat-stream.ts';
import { collect } from '../../../src/spec/chat/collect.ts';
import { type Recording, recordings, whyNoRecordings } from '../../gateway/dialects/recordings.ts';
import { decode } from './codec.ts';
import { wholeMessage } from './whole-message.ts';

const all = recordings('anthropic-messages');
const streams = all.filter(({ response }) => response.sse !== undefined);
const wholes = all.filter(({ response }) => response.status === 200 && response.body !== undefined);

/** JSON is the same whatever its white space. */
function collected(parts: readonly ChatPart[]) {
  const answer = collect(parts);
  const choices = answer.choices.map(choice => ({
    ...choice,
    parts: choice.parts.map(part => (part.type === 'tool-call' ? { ...part, input: JSON.parse(part.input) } : part)),
  }));
  return { ...answer, choices };
}

const events = ({ response }: Recording): unknown[] =>
  response.sse!.map(event => JSON.parse(/^data: ?(.*)$/m.exec(event)![1]!));

describe.skipIf(all.length === 0)(`recorded answers${whyNoRecordings}`, () => {
  test('are there', () => expect(streams.length + wholes.length).toBeGreaterThan(0));

  test.for(streams)('$id: the stream says what the whole answer says', recording => {
    const { parts, complete, ended } = decode(events(recording));

    expect({ complete, ended }).toEqual({ complete: true, ended: true });
    expect(collected(parts)).toEqual(collected(anthropicChat.fromProvider(wholeMessage(events(recording)))));
  });

  test.for(wholes)('$id: nothing of the answer is lost', ({ response }) => {
    const content = response.body!.content as {
      type: string;
      text?: string;
      thinking?: string;
      citations?: unknown[];
    }[];
    const parts = collect(anthropicChat.fromProvider(response.body)).choices[0]!.parts;
    const textOf = (type: string) =>
      parts.map(part => (part.type === type && 'text' in part ? part.text : '')).join('');
    const count = (type: string) => parts.filter(part => part.type === type).length;

    expect(textOf('text')).toBe(content.map(block => block.text ?? '').join(''));
    expect(textOf('reasoning')).toBe(content.map(block => block.thinking ?? '').join(''));
    expect(count('tool-call')).toBe(content.filter(({ type }) => type === 'tool_use').length);
    expect(count('provider-part')).toBe(content.filter(({ type }) => /server|mcp|_tool_result/.test(type)).length);
    expect(parts.flatMap(part => (part.type === 'text' ? (part.citations ?? []) : [])).length).toBe(
      content.flatMap(({ citations }) => citations ?? []).length,
    );
  });
});
