import { describe, expect, test } from 'vitest';
import { toNeutral } from '../../../src/gateway/dialects/openai-chat/neutral/index.ts';
import { collect } from '../../../src/spec/chat/collect.ts';
import { inputTokens, outputTokens } from '../../../src/spec/usage.ts';
import { type Recording, recordings, whyNoRecordings } from '../../gateway/dialects/recordings.ts';
import { serverEvents } from '../../support/server-events.ts';
import { cohereChat } from './codec.ts';

interface Block {
  readonly text?: string;
  readonly thinking?: string;
}

interface Message {
  content?: Block[];
  tool_plan?: string;
  tool_calls?: { readonly function: { readonly arguments: string } }[];
  citations?: object[];
}

interface Body {
  readonly message: Message;
  readonly usage: { readonly tokens: Readonly<Record<string, number>> };
}

const all = recordings('cohere-chat');
const streams = all.filter(({ response }) => response.sse !== undefined);
const wholes = all.filter(({ response }) => response.status === 200 && response.body !== undefined);
const failures = all.filter(({ response }) => response.status >= 400);

const eventsOf = ({ response }: Recording) => serverEvents(response.sse!.join(''));

function streamed(text: string) {
  const decoder = cohereChat.decoder();
  const parts = serverEvents(text).flatMap(event => decoder.read(event));
  const end = decoder.end();
  return { answer: collect([...parts, ...end.parts]), complete: end.complete };
}

/** The whole answer that a stream tells in pieces. */
function wholeOf(recording: Recording): Body {
  const message: Message & { content: Block[]; tool_calls: object[]; citations: object[] } = {
    content: [],
    tool_calls: [],
    citations: [],
  };
  let head: object = {};
  for (const { data } of eventsOf(recording)) {
    if (data === '[DONE]') continue;
    const { type, index, delta, id } = JSON.parse(data);
    const piece = delta?.message ?? {};
    if (type === 'message-start') head = { id };
    if (type === 'tool-plan-delta') message.tool_plan = (message.tool_plan ?? '') + piece.tool_plan;
    if (type === 'content-start') message.content[index] = piece.content;
    if (type === 'content-delta') message.content[index] = joined(message.content[index]!, piece.content);
    if (type === 'citation-start') message.citations.push(piece.citations);
    if (type === 'tool-call-start') message.tool_calls[index] = piece.tool_calls;
    if (type === 'tool-call-delta') {
      const { function: of } = message.tool_calls[index] as unknown as { function: { arguments: string } };
      of.arguments += piece.tool_calls.function.arguments;
    }
    if (type === 'message-end') head = { ...head, finish_reason: delta.finish_reason, usage: delta.usage };
  }
  return { ...head, message } as unknown as Body;
}

const joined = (block: Block, more: Block): Block => ({
  ...block,
  ...(more.text !== undefined && { text: block.text + more.text }),
  ...(more.thinking !== undefined && { thinking: block.thinking + more.thinking }),
});

function expectAll({ message, usage }: Body, answer: ReturnType<typeof collect>) {
  const parts = answer.choices[0]!.parts;
  const textOf = (type: string) => parts.map(part => (part.type === type && 'text' in part ? part.text : '')).join('');
  const blocks = message.content ?? [];

  expect(textOf('text')).toBe(blocks.map(({ text = '' }) => text).join(''));
  expect(textOf('reasoning')).toBe((message.tool_plan ?? '') + blocks.map(({ thinking = '' }) => thinking).join(''));
  expect(parts.flatMap(part => (part.type === 'tool-call' ? [JSON.parse(part.input)] : []))).toEqual(
    (message.tool_calls ?? []).map(call => JSON.parse(call.function.arguments || '{}') ?? {}),
  );
  expect(parts.flatMap(part => (part.type === 'text' ? (part.citations ?? []) : []))).toHaveLength(
    message.citations?.length ?? 0,
  );
  expect(inputTokens(answer.usage!)).toBe(usage.tokens.input_tokens);
  expect(outputTokens(answer.usage!)).toBe(usage.tokens.output_tokens);
}

describe.skipIf(all.length === 0)(`recorded answers${whyNoRecordings}`, () => {
  test('are there', () => expect(streams.length * wholes.length * failures.length).toBeGreaterThan(0));

  test.for(streams)('$id: the stream says what the whole answer says', recording => {
    const { answer, complete } = streamed(recording.response.sse!.join(''));
    const whole = wholeOf(recording);

    expect(complete).toBe(true);
    expect(answer).toEqual(collect(cohereChat.fromProvider(structuredClone(whole))));
    expectAll(whole, answer);
  });

  test.for(streams)('$id: says the same with other line ends', recording => {
    const text = recording.response.sse!.join('');

    expect(streamed(text.replaceAll('\n', '\r\n'))).toEqual(streamed(text));
  });

  test.for(wholes)('$id: nothing of the answer is lost', ({ response }) => {
    expectAll(response.body as unknown as Body, collect(cohereChat.fromProvider(response.body)));
  });

  test.for(streams)('$id: the answer can be sent back as it came', recording => {
    const { answer } = streamed(recording.response.sse!.join(''));
    const { request } = toNeutral({ messages: [{ role: 'user', content: 'Hi' }] });
    const parts = answer.choices[0]!.parts.filter(part => part.type !== 'provider-part');
    const results = parts.flatMap(part =>
      part.type === 'tool-call' ? [{ type: 'tool-result' as const, callId: part.id, parts: [] }] : [],
    );
    const messages = [
      ...request.messages,
      { role: 'assistant' as const, parts },
      ...(results.length > 0 ? [{ role: 'tool' as const, parts: results }] : []),
    ];
    const { body, warnings } = cohereChat.toProvider({ ...request, messages }, 'command-a-plus-05-2026');
    const { message } = wholeOf(recording);
    const [, sent] = JSON.parse(JSON.stringify(body)).messages;

    expect(warnings).toEqual([]);
    expect(sent.citations ?? []).toEqual(message.citations);
    expect((sent.tool_calls ?? []).map((call: { id: string }) => call.id)).toEqual(
      message.tool_calls!.map(call => (call as unknown as { id: string }).id),
    );
  });
});
