import { describe, expect, test } from 'vitest';
import { openaiChatCodec } from '../../../../../providers/openai-chat/index.ts';
import { scanBody } from '../../../../../src/gateway/body/scan-body.ts';
import { withoutForeignThoughts } from '../../../../../src/gateway/dialects/anthropic-messages/foreign-thoughts.ts';
import {
  clientField,
  encodeMessage,
  toNeutral,
} from '../../../../../src/gateway/dialects/anthropic-messages/neutral/index.ts';
import type { ChatPart } from '../../../../../src/spec/chat/chat-stream.ts';
import { noUsage } from '../../../../../src/spec/usage.ts';
import { encode } from '../../../../providers/anthropic/codec.ts';

const openai = openaiChatCodec();

const user = (content: unknown) => ({ role: 'user', content });
const neutral = (more: object) => toNeutral({ model: 'm', max_tokens: 10, messages: [user('hi')], ...more });

describe('what is asked', () => {
  test.each([
    [{ thinking: { type: 'enabled', budget_tokens: 2048 } }, { budgetTokens: 2048 }],
    [
      { thinking: { type: 'enabled', budget_tokens: 2048, display: 'omitted' } },
      { budgetTokens: 2048, include: false },
    ],
    [{ thinking: { type: 'adaptive' } }, { include: true }],
    [
      { thinking: { type: 'adaptive' }, output_config: { effort: 'high' } },
      { include: true, effort: 'high' },
    ],
    [{ thinking: { type: 'disabled' } }, { effort: 'none' }],
    [{ output_config: { effort: 'low' } }, { effort: 'low' }],
  ])('of thinking by %j', (more, reasoning) => {
    expect(neutral(more).request.reasoning).toEqual(reasoning);
  });

  test.each([
    [{ type: 'auto' }, { toolChoice: { type: 'auto' } }],
    [
      { type: 'any', disable_parallel_tool_use: true },
      { toolChoice: { type: 'required' }, parallelToolCalls: false },
    ],
    [{ type: 'tool', name: 'look' }, { toolChoice: { type: 'tool', name: 'look' } }],
    [{ type: 'none' }, { toolChoice: { type: 'none' } }],
  ])('of tools by %j', (choice, expected) => {
    const tools = [{ name: 'look', input_schema: { $schema: 'x', type: 'object' } }];
    expect(neutral({ tools, tool_choice: choice }).request).toMatchObject({
      tools: [{ type: 'function', name: 'look', schema: { type: 'object' } }],
      ...expected,
    });
  });

  test('as a form of the answer, by its newer and its older name', () => {
    const format = { type: 'json_schema', schema: { type: 'object', title: 'Thing' } };
    for (const more of [{ output_config: { format } }, { output_format: format }]) {
      expect(neutral(more).request.output).toEqual({ type: 'json-schema', name: 'Thing', schema: format.schema });
    }
  });

  test('in a system message among the others stays at its place', () => {
    const messages = [user('hi'), { role: 'system', content: 'Be brief.' }, user('go on')];
    expect(neutral({ system: 'You are kind.', messages }).request.messages.map(({ role }) => role)).toEqual([
      'system',
      'user',
      'system',
      'user',
    ]);
  });

  test('with members that no other dialect has travels on', () => {
    const { request } = neutral({ container: 'c', metadata: { user_id: 'u', trace: 1 } });
    expect(request.user).toBe('u');
    expect(request.extra).toEqual({ anthropic: { container: 'c', metadata: { trace: 1 } } });
  });
});

describe('blocks', () => {
  test.each([
    { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'x' } },
    { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [{ type: 'web_search_result', url: 'u' }] },
    { type: 'web_fetch_tool_result', tool_use_id: 's', content: { type: 'web_fetch_result', url: 'u' } },
    { type: 'code_execution_tool_result', tool_use_id: 's', content: { type: 'code_execution_result', stdout: '' } },
    { type: 'bash_code_execution_tool_result', tool_use_id: 's', content: { return_code: 0 } },
    { type: 'text_editor_code_execution_tool_result', tool_use_id: 's', content: { lines: null } },
    { type: 'tool_search_tool_result', tool_use_id: 's', content: { tool_references: [] } },
    { type: 'mcp_tool_use', id: 'm', name: 'look', server_name: 'files', input: {} },
    { type: 'mcp_tool_result', tool_use_id: 'm', is_error: false, content: [{ type: 'text', text: 'x' }] },
    { type: 'container_upload', file_id: 'file_1' },
    { type: 'compaction', content: 'summary' },
  ])('of tools that ran at the provider travel on as they are: $type', block => {
    const content = [block, { type: 'text', text: 'found' }];
    const { request, warnings } = neutral({ messages: [user('hi'), { role: 'assistant', content }, user('and?')] });
    expect(warnings).toEqual([]);
    expect(request.messages[1]?.parts).toEqual([
      { type: 'provider-part', dialect: 'anthropic', value: block },
      { type: 'text', text: 'found' },
    ]);
    expect((encode(request).body.messages as { content: unknown }[])[1]?.content).toEqual(content);
  });

  test('of a tool that a search found travel on inside a result', () => {
    const found = { type: 'tool_reference', tool_name: 'look' };
    const content = [
      { type: 'tool_use', id: 'toolu_1', name: 'find', input: {} },
      { type: 'text', text: 'x' },
    ];
    const result = { type: 'tool_result', tool_use_id: 'toolu_1', content: [found, { type: 'text', text: 'one' }] };
    const { request } = neutral({ messages: [user('hi'), { role: 'assistant', content }, user([result])] });
    expect((encode(request).body.messages as { content: unknown }[])[2]?.content).toEqual([result]);
    const { body, warnings } = openai.toProvider(request, 'm');
    expect((body as { messages: unknown[] }).messages.at(-1)).toMatchObject({ role: 'tool', content: 'one' });
    expect(warnings.map(({ field, action }) => [field, action])).toEqual([['messages[2].content', 'dropped']]);
  });

  test('that nobody knows are refused by their place', () => {
    expect(() => neutral({ messages: [user([{ type: 'txt', text: 'hi' }])] })).toThrow("'messages[0].content[0].type'");
    expect(() => neutral({ messages: [user([{ type: 'text', text: 5 }])] })).toThrow("'messages[0].content[0].text'");
  });

  test('of a document that is written out are its text', () => {
    const source = {
      type: 'content',
      content: [
        { type: 'text', text: 'one' },
        { type: 'text', text: 'two' },
      ],
    };
    const { request } = neutral({ messages: [user([{ type: 'document', source, title: 'T' }])] });
    expect(request.messages[0]?.parts).toEqual([
      {
        type: 'file',
        name: 'T',
        media: { type: 'data', mediaType: 'text/plain', data: Buffer.from('one\ntwo').toString('base64') },
      },
    ]);
  });
});

describe('thoughts of a model of another dialect', () => {
  const parts: ChatPart[] = [
    { type: 'reasoning-delta', choice: 0, text: 'Hm.' },
    { type: 'reasoning-proof', choice: 0, source: 'gemini', signature: 'c2ln', id: 'text:0-3' },
    { type: 'text-delta', choice: 0, text: 'Look.' },
    {
      type: 'tool-input-start',
      choice: 0,
      index: 0,
      id: 'call_1',
      name: 'look',
      signature: 'cHJvb2Y=',
      source: 'gemini',
    },
    { type: 'finish', choice: 0, reason: 'tool-calls' },
    { type: 'usage', usage: { ...noUsage, input: 1, output: 1 } },
  ];
  const message = JSON.parse(encodeMessage(parts, { id: 'msg_1', model: 'm', inputEstimate: 1 }).toString());
  const body = { model: 'm', messages: [user('hi'), { role: 'assistant', content: message.content }] };

  test('come back with their proofs', () => {
    const { request, warnings } = toNeutral(body);
    expect(warnings).toEqual([]);
    expect(request.messages[1]?.parts).toEqual([
      { type: 'reasoning', text: 'Hm.', source: 'gemini', signature: 'c2ln', id: 'text:0-3' },
      { type: 'text', text: 'Look.' },
      { type: 'tool-call', id: 'toolu_call_1', name: 'look', input: '{}', signature: 'cHJvb2Y=', source: 'gemini' },
    ]);
  });

  test('are taken out for a model that would refuse them, and nothing else is', () => {
    const bytes = Buffer.from(JSON.stringify(body));
    const cleaned = withoutForeignThoughts({ body: bytes, scan: scanBody(bytes) });
    expect(JSON.parse(cleaned!.messages)).toEqual([
      user('hi'),
      { role: 'assistant', content: [{ type: 'text', text: 'Look.' }, message.content.at(-1)] },
    ]);
    expect(cleaned!.warnings.map(({ field }) => field)).toEqual(['messages[1].content[0]', 'messages[1].content[2]']);
  });

  test('leave a body alone that only speaks of them', () => {
    const bytes = Buffer.from(JSON.stringify({ model: 'm', messages: [user('tollgate.yaml?'), user('"tollgate.x')] }));
    expect(withoutForeignThoughts({ body: bytes, scan: scanBody(bytes) })).toBeNull();
  });
});

test.each([
  ['stop', 'stop_sequences'],
  ['user', 'metadata.user_id'],
  ['reasoning_effort', 'thinking'],
  ['tools[2].function.parameters', 'tools[2].input_schema'],
  ['tools[2].function.name', 'tools[2].name'],
  ['messages[0].content[1].cache_control', 'system.content[1].cache_control'],
  ['messages[3].tool_calls[0].function.arguments', 'messages[2].content'],
  ['temperature', 'temperature'],
])('a warning about %s is told as %s', (field, told) => {
  expect(clientField(field, true)).toBe(told);
});
