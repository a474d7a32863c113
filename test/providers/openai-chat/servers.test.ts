import { describe, expect, test } from 'vitest';
import { providers } from '../../../providers/index.ts';
import type { ChatRequest } from '../../../src/spec/chat/chat-request.ts';

const text = (said: string) => ({ type: 'text' as const, text: said });
const hi: ChatRequest = { messages: [{ role: 'user', parts: [text('hi')] }], stream: false };

/** What a server of the dialect gets of a request that came in another one, and what is told of it. */
function sent(id: string, model: string, request: Partial<ChatRequest>) {
  const { body, warnings } = providers.get(id)!.operations.chat!.chat!.toProvider({ ...hi, ...request }, model);
  return { body: body as Record<string, unknown>, told: warnings.map(({ field, action }) => `${field} ${action}`) };
}

describe('thinking', () => {
  test.each([
    [{ budgetTokens: 1_024 }, 'low', ['reasoning_effort approximated']],
    [{ budgetTokens: 8_000 }, 'medium', ['reasoning_effort approximated']],
    [{ budgetTokens: 30_000 }, 'high', ['reasoning_effort approximated']],
    [{ effort: 'medium', include: true }, 'medium', []],
    [{ effort: 'max' }, 'high', ['reasoning_effort clamped']],
    [{ effort: 'none' }, 'low', ['reasoning_effort approximated']],
    [{ include: true }, undefined, []],
  ])('asked for by %j is an effort', (reasoning, effort, warnings) => {
    const { body, told } = sent('openai', 'gpt-5', { reasoning });
    expect([body.reasoning_effort, body.reasoning, told]).toEqual([effort, undefined, warnings]);
  });

  test('is not asked of a model that refuses to be', () => {
    expect(sent('openai', 'gpt-4o', { reasoning: { budgetTokens: 2_000 } })).toMatchObject({
      body: { model: 'gpt-4o' },
      told: ['reasoning_effort dropped'],
    });
    expect(sent('openai', 'gpt-4o', { reasoning: { effort: 'none' } }).told).toEqual([]);
    expect(sent('groq', 'llama-3.3-70b', { reasoning: { effort: 'high' } }).body).not.toHaveProperty(
      'reasoning_effort',
    );
  });

  test('has a bound in tokens where the server takes one', () => {
    const { body, told } = sent('openrouter', 'any', { reasoning: { budgetTokens: 2_000, include: true } });
    expect([body.reasoning, told]).toEqual([{ max_tokens: 2_000, exclude: false }, []]);
  });
});

describe('sampling', () => {
  test('is not what a model that thinks takes', () => {
    const request = { temperature: 0.5, topP: 1, topK: 5, stop: ['a'] };
    const { body, told } = sent('openai', 'gpt-5', request);
    expect(body).toMatchObject({ top_p: 1 });
    expect(Object.keys(body).filter(name => ['temperature', 'top_k', 'stop'].includes(name))).toEqual([]);
    expect(told).toEqual(['top_k dropped', 'temperature dropped', 'stop dropped']);
    expect(sent('vllm', 'any', request).body).toMatchObject({ temperature: 0.5, top_k: 5, stop: ['a'] });
  });

  test('has as many stop sequences as the server takes', () => {
    const { body, told } = sent('openai', 'gpt-4o', { stop: ['a', 'b', 'c', 'd', 'e'] });
    expect([body.stop, told]).toEqual([['a', 'b', 'c', 'd'], ['stop clamped']]);
  });
});

test('a stream is asked for usage where that has to be asked for', () => {
  expect(sent('openai', 'gpt-4o', { stream: true }).body.stream_options).toEqual({ include_usage: true });
  expect(sent('xai', 'grok-4', { stream: true }).body).toEqual({
    model: 'grok-4',
    messages: expect.any(Array),
    stream: true,
  });
});

describe('content', () => {
  test('of several texts is one text', () => {
    const messages: ChatRequest['messages'] = [
      { role: 'system', parts: [text('Be kind.'), text('Be brief.')] },
      { role: 'user', parts: [text('hi')] },
      { role: 'assistant', parts: [text('Hel'), text('lo')] },
    ];
    expect(sent('openai', 'gpt-4o', { messages }).body.messages).toMatchObject([
      { role: 'system', content: 'Be kind.\n\nBe brief.' },
      { content: 'hi' },
      { content: 'Hello' },
    ]);
  });

  test('of a text file is text, and any other file has a name', () => {
    const file = (mediaType: string) => ({
      type: 'file' as const,
      media: { type: 'data' as const, mediaType, data: Buffer.from('abc').toString('base64') },
    });
    const parts = [{ ...file('text/plain'), name: 'T' }, file('application/pdf')];
    expect(sent('openai', 'gpt-4o', { messages: [{ role: 'user', parts }] }).body.messages).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'T\n\nabc' },
          { type: 'file', file: { file_data: 'data:application/pdf;base64,YWJj', filename: 'document.pdf' } },
        ],
      },
    ]);
  });

  test('of a file elsewhere is fetched, and images are not', () => {
    const media = (url: string) => ({ type: 'url' as const, url });
    const parts = [
      { type: 'file' as const, media: media('https://a.example/a.pdf') },
      { type: 'image' as const, media: media('https://a.example/a.png') },
    ];
    const request: ChatRequest = { ...hi, messages: [{ role: 'user', parts }] };
    expect(providers.get('openai')!.operations.chat!.chat!.remoteMedia?.(request)).toEqual(['https://a.example/a.pdf']);
  });
});

test('where none of the tools can run there is nothing to choose', () => {
  const tools = [{ type: 'provider' as const, dialect: 'anthropic', definition: { type: 'web_search_20250305' } }];
  const { body, told } = sent('openai', 'gpt-4o', {
    tools,
    toolChoice: { type: 'required' },
    parallelToolCalls: false,
  });
  expect(Object.keys(body)).toEqual(['model', 'messages']);
  expect(told).toEqual(['tools[0] dropped']);
});
