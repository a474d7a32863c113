import { expect, test } from 'vitest';
import { openaiChatCodec } from '../../../providers/openai-chat/index.ts';
import type { ChatRequest } from '../../../src/spec/chat/chat-request.ts';
import type { Part } from '../../../src/spec/chat/parts.ts';

const messages: ChatRequest['messages'] = [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }];
const image: Part = { type: 'image', media: { type: 'data', mediaType: 'image/png', data: 'AAAA' } };
const imageJson = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };

function encode(request: Partial<ChatRequest>, options = {}) {
  const { body, warnings } = openaiChatCodec(options).toProvider({ messages, stream: false, ...request }, 'm');
  return { body: body as Record<string, unknown>, warnings };
}

test('media of tool results follow the last result in a message of the user, with a warning', () => {
  const result = (callId: string, ...parts: Part[]): ChatRequest['messages'][number] => ({
    role: 'tool',
    parts: [
      { type: 'tool-result', callId, parts: parts.filter(part => part.type === 'text' || part.type === 'image') },
    ],
  });
  const { body, warnings } = encode({
    messages: [
      result('a', { type: 'text', text: 'See' }, image),
      result('b', { type: 'text', text: 'None' }),
      ...messages,
    ],
  });

  expect(body.messages).toEqual([
    { role: 'tool', tool_call_id: 'a', content: 'See' },
    { role: 'tool', tool_call_id: 'b', content: 'None' },
    { role: 'user', content: [imageJson] },
    { role: 'user', content: 'Hi' },
  ]);
  expect(warnings).toMatchObject([{ field: 'messages[0].content', action: 'emulated' }]);
});

test('media stay with the result where the server takes them', () => {
  const messages: ChatRequest['messages'] = [
    { role: 'tool', parts: [{ type: 'tool-result', callId: 'a', parts: [image as never] }] },
  ];

  expect(encode({ messages }, { toolMedia: true })).toEqual({
    body: { model: 'm', messages: [{ role: 'tool', tool_call_id: 'a', content: [imageJson] }] },
    warnings: [],
  });
});

test('results and words in one message of the user become messages of their own', () => {
  const result: Part = { type: 'tool-result', callId: 'a', failed: true, parts: [{ type: 'text', text: '1' }] };
  const { body, warnings } = encode({ messages: [{ role: 'user', parts: [result, { type: 'text', text: 'Go on' }] }] });

  expect(body.messages).toEqual([
    { role: 'tool', tool_call_id: 'a', content: '1' },
    { role: 'user', content: 'Go on' },
  ]);
  expect(warnings).toMatchObject([{ field: 'messages[0]', action: 'dropped' }]);
});

test('members of other dialects are left out with a warning, and kept where the server takes them', () => {
  const extra = { anthropic: { cache_control: { type: 'ephemeral' } } };
  const request: Partial<ChatRequest> = {
    messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi', extra }] }],
    tools: [{ type: 'provider', dialect: 'gemini', definition: { google_search: {} } }],
  };
  const { body, warnings } = encode(request);
  const kept = encode(request, { extensions: ['anthropic', 'gemini'] });

  expect(body.messages).toEqual([{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }]);
  expect(warnings.map(({ field, action }) => [field, action])).toEqual([
    ['messages[0].content[0].cache_control', 'dropped'],
    ['tools[0]', 'dropped'],
  ]);
  expect(kept.warnings).toEqual([]);
  expect(kept.body).toMatchObject({
    messages: [{ content: [{ type: 'text', text: 'Hi', cache_control: { type: 'ephemeral' } }] }],
    tools: [{ google_search: {} }],
  });
});

test('earlier thoughts go as text, as details, or not at all, and what is left out is told', () => {
  const parts: Part[] = [
    { type: 'reasoning', text: 'Hm', signature: 'c2ln', source: 'anthropic' },
    { type: 'text', text: 'Yes' },
  ];
  const thinking = (thoughts?: string) => encode({ messages: [{ role: 'assistant', parts }] }, { thoughts });
  const details = [{ type: 'reasoning.text', text: 'Hm', signature: 'c2ln', format: 'anthropic-claude-v1', index: 0 }];

  expect(thinking().body.messages).toEqual([{ role: 'assistant', content: 'Yes', reasoning_content: 'Hm' }]);
  expect(thinking().warnings.map(({ field }) => field)).toEqual(['messages[0].reasoning_details']);
  expect(thinking('details').body.messages).toMatchObject([{ reasoning_content: 'Hm', reasoning_details: details }]);
  expect(thinking('details').warnings).toEqual([]);
  expect(thinking('none').body.messages).toEqual([{ role: 'assistant', content: 'Yes' }]);
  expect(thinking('none').warnings.map(({ field }) => field)).toEqual([
    'messages[0].reasoning_content',
    'messages[0].reasoning_details',
  ]);
});

test('the bound on the answer has the name that the server knows', () => {
  expect(encode({ maxTokens: 5 }).body).toMatchObject({ max_tokens: 5 });
  expect(encode({ maxTokens: 5 }, { maxTokens: 'max_completion_tokens' }).body).toMatchObject({
    max_completion_tokens: 5,
  });
});

test('a stream is asked for its count', () => {
  expect(encode({ stream: true }).body).toMatchObject({ stream: true, stream_options: { include_usage: true } });
});
