import { describe, expect, test } from 'vitest';
import type { ReasoningRequest } from '../../../src/spec/chat/chat-request.ts';
import { encode, fieldsOf, LLAMA, NOVA, said } from './codec.ts';

const OPUS = 'global.anthropic.claude-opus-4-7-v1';
const GPT = 'openai.gpt-oss-120b-1:0';
const fields = (reasoning: ReasoningRequest, model?: string, more: object = {}) => {
  const encoded = encode({ reasoning, ...more }, model);
  return { sent: encoded.body.additionalModelRequestFields, fields: fieldsOf(encoded), body: encoded.body };
};

describe('Claude', () => {
  test('thinks within a bound in tokens, and has room for the answer behind it', () => {
    const { sent, body } = fields({ budgetTokens: 2048 });
    expect(sent).toEqual({ thinking: { type: 'enabled', budget_tokens: 2048 } });
    expect(body.inferenceConfig).toEqual({ maxTokens: 64_000 });
  });

  test('thinks with an effort where it decides itself how long', () => {
    const { sent, body } = fields({ effort: 'high' }, OPUS);
    expect(sent).toEqual({ thinking: { type: 'adaptive', display: 'summarized' } });
    expect(body.outputConfig).toEqual({ effort: 'high' });
  });

  test('takes its own words', () => {
    const extra = { anthropic: { thinking: { type: 'enabled', budget_tokens: 3000 } } };
    expect(fields({ budgetTokens: 3000 }, undefined, { extra, maxTokens: 9000 }).sent).toEqual({
      thinking: { type: 'enabled', budget_tokens: 3000 },
    });
  });

  test('takes them also where they stand among its own fields', () => {
    const given = { type: 'enabled', budget_tokens: 2000 };
    const extra = { 'openai-chat': { additionalModelRequestFields: { thinking: given, more: 1 } } };
    expect(encode({ extra, temperature: 0.3 })).toMatchObject({
      body: { additionalModelRequestFields: { thinking: given, more: 1 } },
      warnings: [{ field: 'temperature' }],
    });
    expect(encode({ extra }, LLAMA).body.additionalModelRequestFields).toEqual({ thinking: given, more: 1 });
  });

  test('does not while a call is forced, nor amid a round that began without thoughts', () => {
    const tools = [{ type: 'function', name: 'look' }];
    expect(fields({ budgetTokens: 2048 }, undefined, { tools, toolChoice: { type: 'required' } })).toMatchObject({
      sent: undefined,
      fields: ['reasoning_effort dropped'],
    });
    const messages = [
      said('user', 'Hi'),
      said('assistant', { type: 'tool-call', id: 'a', name: 'look', input: '{}' }),
      said('tool', { type: 'tool-result', callId: 'a', parts: [{ type: 'text', text: 'blue' }] }),
    ];
    expect(fields({ budgetTokens: 2048 }, undefined, { tools, messages })).toMatchObject({
      sent: undefined,
      fields: ['reasoning_effort dropped'],
    });
  });

  test('is sampled as it takes it', () => {
    expect(fields({ budgetTokens: 2048 }, undefined, { temperature: 0.2, topK: 5 }).fields).toEqual([
      'temperature dropped',
      'top_k dropped',
    ]);
  });
});

describe('Nova', () => {
  test.each([
    ['low', 'low', []],
    ['minimal', 'low', ['reasoning_effort clamped']],
    ['medium', 'medium', []],
    ['high', 'high', []],
    ['xhigh', 'high', ['reasoning_effort clamped']],
    ['strange', 'medium', ['reasoning_effort approximated']],
  ])('thinks with effort %s', (effort, maxReasoningEffort, told) => {
    expect(fields({ effort }, NOVA)).toMatchObject({
      sent: { reasoningConfig: { type: 'enabled', maxReasoningEffort } },
      fields: told,
    });
  });

  test('keeps the bound of the answer before its highest effort', () => {
    expect(fields({ effort: 'high' }, NOVA, { maxTokens: 100 })).toMatchObject({
      sent: { reasoningConfig: { maxReasoningEffort: 'medium' } },
      fields: ['reasoning_effort clamped'],
      body: { inferenceConfig: { maxTokens: 100 } },
    });
  });

  test('is not sampled with its highest effort', () => {
    const found = fields({ effort: 'high' }, NOVA, { temperature: 0.5, topP: 0.5, topK: 3 });
    expect(found.sent).toEqual({ reasoningConfig: { type: 'enabled', maxReasoningEffort: 'high' } });
    expect(found.body).not.toHaveProperty('inferenceConfig');
    expect(found.fields).toEqual(['temperature dropped', 'top_p dropped', 'top_k dropped']);
  });

  test('does not think unasked, and cannot hide what it thinks', () => {
    expect(fields({ effort: 'none' }, NOVA)).toMatchObject({ sent: undefined, fields: [] });
    expect(fields({ effort: 'low', include: false }, NOVA).fields).toEqual(['reasoning dropped']);
  });
});

test('gpt-oss always thinks, with an effort', () => {
  expect(fields({ effort: 'high' }, GPT)).toMatchObject({ sent: { reasoning_effort: 'high' }, fields: [] });
  expect(fields({ effort: 'none' }, GPT)).toMatchObject({
    sent: { reasoning_effort: 'low' },
    fields: ['reasoning_effort clamped'],
  });
  expect(fields({ budgetTokens: 20_000 }, GPT)).toMatchObject({
    sent: { reasoning_effort: 'high' },
    fields: ['reasoning_effort approximated'],
  });
});

test('a model that cannot be told is not, and the caller is', () => {
  expect(fields({ effort: 'high' }, LLAMA)).toMatchObject({ sent: undefined, fields: ['reasoning_effort dropped'] });
  expect(fields({ effort: 'none' }, LLAMA)).toMatchObject({ sent: undefined, fields: [] });
});
