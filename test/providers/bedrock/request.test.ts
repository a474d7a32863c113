import { describe, expect, test } from 'vitest';
import { encode, fieldsOf, LLAMA, NOVA, PROFILE, said } from './codec.ts';

test('a whole request, member by member', () => {
  const encoded = encode({
    messages: [said('system', 'Be brief.'), said('developer', 'Be kind.'), said('user', 'Hi')],
    maxTokens: 100,
    stop: ['END', ' \n'],
    temperature: 1.5,
    topK: 5,
    user: 'u-1',
    metadata: { topic: 'sky' },
    serviceTier: 'flex',
    stream: true,
  });

  expect(encoded.body).toEqual({
    additionalModelResponseFieldPaths: ['/stop_sequence'],
    system: [{ text: 'Be brief.' }, { text: 'Be kind.' }],
    messages: [{ role: 'user', content: [{ text: 'Hi' }] }],
    inferenceConfig: { maxTokens: 100, temperature: 1, stopSequences: ['END'] },
    additionalModelRequestFields: { top_k: 5 },
    serviceTier: { type: 'flex' },
    requestMetadata: { topic: 'sky', user: 'u-1' },
  });
  expect(fieldsOf(encoded)).toEqual(['temperature clamped', 'stop dropped']);
});

test('nothing is said that the caller did not say', () => {
  const { body, warnings } = encode({ serviceTier: 'auto' });

  expect(body).toEqual({ messages: [{ role: 'user', content: [{ text: 'Hi' }] }] });
  expect(warnings).toEqual([]);
});

test('what the API has no word for is left out and named', () => {
  const encoded = encode({
    choices: 2,
    seed: 7,
    frequencyPenalty: 1,
    logprobs: {},
    logitBias: { 50: 1 },
    cacheKey: 'k',
    serviceTier: 'scale',
    metadata: { good: 'yes', count: 7, 'a{b': 'x' },
    user: 'ann@example.com{',
  });

  expect(encoded.body).toEqual({
    messages: [{ role: 'user', content: [{ text: 'Hi' }] }],
    requestMetadata: { good: 'yes' },
  });
  expect(fieldsOf(encoded).sort()).toEqual([
    'frequency_penalty dropped',
    'logit_bias dropped',
    'logprobs dropped',
    'metadata.a{b dropped',
    'metadata.count dropped',
    'n dropped',
    'prompt_cache_key dropped',
    'seed dropped',
    'service_tier dropped',
    'user dropped',
  ]);
});

test("members of the dialect's own stand beside those of OpenAI's", () => {
  const guardrailConfig = { guardrailIdentifier: 'g', guardrailVersion: '1' };
  const encoded = encode({
    extra: {
      'openai-chat': {
        guardrailConfig,
        performanceConfig: { latency: 'optimized' },
        additionalModelResponseFieldPaths: ['/stop_sequence'],
        additionalModelRequestFields: { custom: 1, max_tokens: 9, messages: [] },
        requestMetadata: { team: 'search' },
        messages: 'no',
        x_unknown: 1,
      },
    },
  });

  expect(encoded.body).toMatchObject({
    guardrailConfig,
    performanceConfig: { latency: 'optimized' },
    additionalModelResponseFieldPaths: ['/stop_sequence'],
    additionalModelRequestFields: { custom: 1 },
    requestMetadata: { team: 'search' },
    messages: [{ role: 'user', content: [{ text: 'Hi' }] }],
  });
  expect(fieldsOf(encoded)).toEqual([
    'messages dropped',
    'x_unknown dropped',
    'additionalModelRequestFields.max_tokens dropped',
    'additionalModelRequestFields.messages dropped',
  ]);
});

test("Claude takes what it takes at its maker's, but what runs only there", () => {
  const extra = {
    anthropic: { betas: 'a-1, b-2', context_management: { edits: [] }, container: 'c', cache_control: null },
  };

  expect(encode({ extra }).body.additionalModelRequestFields).toEqual({
    anthropic_beta: ['a-1', 'b-2'],
    context_management: { edits: [] },
  });
  expect(fieldsOf(encode({ extra }))).toEqual(['container dropped']);
  expect(fieldsOf(encode({ extra }, NOVA))).toEqual([
    'betas dropped',
    'context_management dropped',
    'container dropped',
  ]);
});

describe('top_k is a field of the model', () => {
  test.each([
    ['nova', NOVA, { inferenceConfig: { topK: 7 } }],
    ['cohere', 'cohere.command-r-plus-v1:0', { k: 7 }],
    ['mistral', 'mistral.mistral-large-2407-v1:0', { top_k: 7 }],
    ['one that is not known', PROFILE, { top_k: 7 }],
  ])('%s', (_, model, fields) => {
    expect(encode({ topK: 7 }, model).body.additionalModelRequestFields).toEqual(fields);
  });

  test('which llama does not have', () => {
    const encoded = encode({ topK: 7 }, LLAMA);
    expect(encoded.body).not.toHaveProperty('additionalModelRequestFields');
    expect(fieldsOf(encoded)).toEqual(['top_k dropped']);
  });

  test("beside the caller's own fields", () => {
    const extra = { 'openai-chat': { additionalModelRequestFields: { inferenceConfig: { other: 1 }, more: 2 } } };
    expect(encode({ topK: 7, extra }, NOVA).body.additionalModelRequestFields).toEqual({
      inferenceConfig: { other: 1, topK: 7 },
      more: 2,
    });
  });
});

test('a model takes so many stop sequences', () => {
  const stop = ['a', 'b', '\n', 'c', 'd', ''];

  expect(encode({ stop }, NOVA).body.inferenceConfig).toEqual({ stopSequences: ['a', 'b', '\n', 'c'] });
  expect(fieldsOf(encode({ stop }, NOVA))).toEqual(['stop dropped', 'stop clamped']);
  expect(encode({ stop }, LLAMA).body.inferenceConfig).toEqual({ stopSequences: ['a', 'b', '\n', 'c', 'd'] });
});

test('Claude takes temperature or top_p', () => {
  expect(encode({ temperature: 0.5, topP: 0.9 }).body.inferenceConfig).toEqual({ temperature: 0.5 });
  expect(encode({ temperature: 0.5, topP: 0.9 }, NOVA).body.inferenceConfig).toEqual({ temperature: 0.5, topP: 0.9 });
});

describe('cache points', () => {
  const mark = { anthropic: { cache_control: { type: 'ephemeral' } } };
  const hour = { anthropic: { cache_control: { type: 'ephemeral', ttl: '1h' } } };
  const point = { cachePoint: { type: 'default' } };

  test('stand behind what cache_control marks: in the system prompt, in messages, among tools', () => {
    const { body, warnings } = encode({
      messages: [
        { ...said('system', 'Long.'), extra: mark },
        said('user', { type: 'text', text: 'One', extra: hour }, 'Two'),
        said('assistant', 'Yes'),
        { ...said('user', 'Three', 'Four'), extra: mark },
      ],
      tools: [
        { type: 'function', name: 'look', extra: mark },
        { type: 'function', name: 'wait' },
      ],
    });

    expect(body.system).toEqual([{ text: 'Long.' }, point]);
    expect(body.messages).toEqual([
      { role: 'user', content: [{ text: 'One' }, { cachePoint: { type: 'default', ttl: '1h' } }, { text: 'Two' }] },
      { role: 'assistant', content: [{ text: 'Yes' }] },
      { role: 'user', content: [{ text: 'Three' }, { text: 'Four' }, point] },
    ]);
    expect(body.toolConfig).toMatchObject({ tools: [{ toolSpec: { name: 'look' } }, point, { toolSpec: {} }] });
    expect(warnings).toEqual([]);
  });

  test('go with the result they mark, which moves to the front of its turn', () => {
    const { body } = encode({
      messages: [
        said('user', 'Hi'),
        said('assistant', { type: 'tool-call', id: 'c1', name: 'look', input: '{}' }),
        said('user', 'So?'),
        said('tool', { type: 'tool-result', callId: 'c1', parts: [{ type: 'text', text: 'blue', extra: mark }] }),
      ],
      tools: [{ type: 'function', name: 'look' }],
    });

    expect(body.messages).toMatchObject([
      {},
      {},
      { content: [{ toolResult: { toolUseId: 'c1' } }, point, { text: 'So?' }] },
    ]);
  });

  test('for a whole request stand at its end', () => {
    const encoded = encode({ extra: mark });
    expect(encoded.body.messages).toEqual([{ role: 'user', content: [{ text: 'Hi' }, point] }]);
    expect(fieldsOf(encoded)).toEqual(['cache_control emulated']);
  });

  test('are left out and named where a model does not have them', () => {
    const request = {
      messages: [{ ...said('user', { type: 'text' as const, text: 'One', extra: hour }), extra: mark }],
      tools: [{ type: 'function' as const, name: 'look', extra: mark }],
      extra: mark,
    };

    expect(JSON.stringify(encode(request, LLAMA).body)).not.toContain('cachePoint');
    expect(fieldsOf(encode(request, LLAMA))).toEqual([
      'messages[0].content[0].cache_control dropped',
      'messages[0].cache_control dropped',
      'cache_control dropped',
      'tools[0].cache_control dropped',
    ]);
    expect(fieldsOf(encode(request, NOVA))).toEqual([
      'messages[0].content[0].cache_control approximated',
      'cache_control emulated',
      'tools[0].cache_control dropped',
    ]);
  });
});
