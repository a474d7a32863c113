import { describe, expect, test } from 'vitest';
import openai from '../../providers/openai.ts';
import { openaiChatCodec } from '../../providers/openai-chat/index.ts';
import { toNeutral as fromMessages } from '../../src/gateway/dialects/anthropic-messages/neutral/index.ts';
import { toNeutral as fromChat } from '../../src/gateway/dialects/openai-chat/neutral/index.ts';
import type { ChatRequest } from '../../src/spec/chat/chat-request.ts';
import * as anthropic from './anthropic/codec.ts';
import * as bedrock from './bedrock/codec.ts';
import * as cohere from './cohere/codec.ts';
import * as gemini from './gemini/codec.ts';
import * as mistral from './mistral/codec.ts';

const messages = [{ role: 'user', content: 'hi' }];
const chat = (members: object): ChatRequest => fromChat({ model: 'm', messages, ...members }).request;
const asked = (tool: object): ChatRequest =>
  fromMessages({ model: 'm', max_tokens: 9, messages, tools: [tool] }).request;
const overChat = (request: ChatRequest, model: string) => openai.operations.chat!.chat!.toProvider(request, model);

const place = { city: 'Paris', country: 'FR' };
const search = {
  type: 'web_search_20250305',
  name: 'web_search',
  max_uses: 2,
  allowed_domains: ['a.test'],
  user_location: { type: 'approximate', ...place },
};
const options = {
  search_context_size: 'low',
  user_location: { type: 'approximate', approximate: place },
};

type Told = { readonly warnings: readonly { readonly field: string; readonly action: string }[] };
const told = ({ warnings }: Told) => warnings.map(({ field, action }) => `${field} ${action}`);

describe('a search of the web', () => {
  test('that is asked for in OpenAI’s dialect is Anthropic’s own there', () => {
    const encoded = anthropic.encode(chat({ web_search_options: options }));
    expect(encoded.body.tools).toEqual([
      { type: 'web_search_20250305', name: 'web_search', user_location: { type: 'approximate', ...place } },
    ]);
    expect(told(encoded)).toEqual(['web_search_options.search_context_size dropped']);
    expect(encoded.body).not.toHaveProperty('tool_choice');
  });

  test('is Gemini’s and Mistral’s own there, with a warning for each option that is lost', () => {
    const lost = ['max_uses', 'allowed_domains', 'user_location'].map(name => `tools[0].${name} dropped`);
    const atGemini = gemini.encode(asked(search));
    expect(atGemini.body.tools).toEqual([{ googleSearch: {} }]);
    expect(told(atGemini)).toEqual(lost);
    const atMistral = mistral.encode(asked(search));
    expect(atMistral.body.tools).toEqual([{ type: 'web_search' }]);
    expect(told(atMistral)).toEqual(lost);
  });

  test('stands beside the tools of a model of OpenAI’s that searches, and is dropped for others', () => {
    const searching = overChat(asked({ ...search, max_uses: null, allowed_domains: null }), 'gpt-4o-search-preview');
    expect(searching.body).toMatchObject({
      web_search_options: { user_location: { type: 'approximate', approximate: place } },
    });
    expect(searching.body).not.toHaveProperty('tools');
    expect(told(searching)).toEqual([]);
    expect(told(overChat(asked(search), 'gpt-4o'))).toEqual(['tools[0] dropped']);
  });

  test('goes to servers of the caller’s own dialect as it came', () => {
    const { body, warnings } = openaiChatCodec().toProvider(chat({ web_search_options: options }), 'm');
    expect(body).toMatchObject({ web_search_options: options });
    expect(warnings).toEqual([]);
  });

  test.each([
    ['Cohere', () => cohere.encode(chat({ web_search_options: {} }))],
    ['Bedrock', () => bedrock.encode(chat({ web_search_options: {} }))],
  ])('is named as the caller wrote it where %s has none', (_name, encode) => {
    expect(told(encode())).toEqual(['web_search_options dropped']);
  });

  test('with both lists keeps what may be read', () => {
    const encoded = anthropic.encode(
      chat({ tools: [{ type: 'web_search', filters: { allowed_domains: ['a.test'] }, blocked_domains: ['b.test'] }] }),
    );
    expect(encoded.body.tools).toEqual([
      { type: 'web_search_20250305', name: 'web_search', allowed_domains: ['a.test'] },
    ]);
    expect(told(encoded)).toEqual(['tools[0].blocked_domains dropped']);
  });
});

test.each([
  [{ code_execution: {} }, { type: 'code_execution_20250825', name: 'code_execution' }],
  [{ url_context: {} }, { type: 'web_fetch_20250910', name: 'web_fetch' }],
  [{ google_search: {} }, { type: 'web_search_20250305', name: 'web_search' }],
])('Gemini’s %j is %j at Anthropic', (tool, expected) => {
  const encoded = anthropic.encode(chat({ tools: [tool] }));
  expect(encoded.body.tools).toEqual([expected]);
  expect(told(encoded)).toEqual([]);
});

test.each([
  [{ type: 'code_execution_20250825', name: 'code_execution' }, { codeExecution: {} }],
  [{ type: 'web_fetch_20250910', name: 'web_fetch' }, { urlContext: {} }],
])('Anthropic’s %j is %j at Gemini', (tool, expected) => {
  expect(gemini.encode(asked(tool)).body.tools).toEqual([expected]);
});

test('a tool of no known kind is dropped elsewhere', () => {
  expect(told(gemini.encode(asked({ type: 'memory_20250818', name: 'memory' })))).toEqual(['tools[0] dropped']);
});
