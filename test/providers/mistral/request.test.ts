import { describe, expect, test } from 'vitest';
import type { ChatRequest } from '../../../src/spec/chat/chat-request.ts';
import { encode, said, touched } from './codec.ts';

describe('a request', () => {
  test('says its members as the API names them', () => {
    const encoded = encode({
      stream: true,
      maxTokens: 10,
      temperature: 0.3,
      topP: 0.9,
      frequencyPenalty: 0.1,
      presencePenalty: 0.2,
      seed: 7,
      choices: 2,
      stop: ['END'],
      metadata: { a: 'b' },
      cacheKey: 'k',
    });

    expect(encoded.warnings).toEqual([]);
    expect(encoded.body).toEqual({
      model: 'mistral-small-latest',
      messages: [{ role: 'user', content: 'Hi' }],
      stream: true,
      max_tokens: 10,
      temperature: 0.3,
      top_p: 0.9,
      frequency_penalty: 0.1,
      presence_penalty: 0.2,
      random_seed: 7,
      n: 2,
      stop: ['END'],
      metadata: { a: 'b' },
      prompt_cache_key: 'k',
    });
  });

  test.for<[string, Partial<ChatRequest>]>([
    ['top_k', { topK: 4 }],
    ['logprobs', { logprobs: { top: 2 } }],
    ['logit_bias', { logitBias: { 5: 1 } }],
    ['user', { user: 'u' }],
    ['service_tier', { serviceTier: 'flex' }],
    ['store', { extra: { 'openai-chat': { store: true } } }],
    ['stream_options', { extra: { 'openai-chat': { stream_options: { include_obfuscation: true } } } }],
    ['thinking', { extra: { anthropic: { thinking: { type: 'enabled' } } } }],
  ])('leaves out %s and says so', ([field, request]) => {
    const encoded = encode(request);

    expect(touched(encoded)).toEqual([`${field} dropped`]);
    expect(Object.keys(encoded.body).sort()).toEqual(['messages', 'model', 'stream']);
  });

  test('says nothing of members that ask for what is the default', () => {
    expect(encode({ serviceTier: 'auto', logitBias: {}, stop: [], output: { type: 'text' } }).warnings).toEqual([]);
  });

  test('clamps a temperature and makes a seed positive', () => {
    const encoded = encode({ temperature: 2, seed: -3 });

    expect(encoded.body).toMatchObject({ temperature: 1.5, random_seed: 3 });
    expect(touched(encoded)).toEqual(['temperature clamped', 'seed approximated']);
  });

  test('takes members of its own beside those of the client', () => {
    const own = { safe_prompt: true, prompt_mode: 'reasoning', random_seed: 3, guardrails: [] };
    const encoded = encode({ extra: { 'openai-chat': own } });

    expect(encoded.body).toMatchObject(own);
    expect(encoded.warnings).toEqual([]);
  });

  test('cannot be given another model or other messages through members of its own', () => {
    const encoded = encode({ extra: { mistral: { model: 'dear', messages: [], stream: true } } });

    expect(encoded.body).toMatchObject({ model: 'mistral-small-latest', stream: false });
    expect(touched(encoded)).toEqual(['model dropped', 'messages dropped', 'stream dropped']);
  });

  test('joins an expected text that comes in parts', () => {
    const parts = [
      { type: 'text', text: 'one ' },
      { type: 'text', text: 'two' },
    ];
    const encoded = encode({ extra: { 'openai-chat': { prediction: { type: 'content', content: parts } } } });

    expect(encoded.body.prediction).toEqual({ type: 'content', content: 'one two' });
  });

  test('asks for JSON, with a schema or without', () => {
    const schema = { type: 'object', properties: {} };

    expect(encode({ output: { type: 'json' } }).body.response_format).toEqual({ type: 'json_object' });
    expect(encode({ output: { type: 'json-schema', name: 'n', schema, strict: true } }).body.response_format).toEqual({
      type: 'json_schema',
      json_schema: { name: 'n', schema, strict: true },
    });
  });

  test('says where the form of the client meant more', () => {
    const original = { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [] } };
    const encoded = encode({ extra: { 'openai-chat': { tool_choice: original } } });

    expect(touched(encoded)).toEqual(['tool_choice approximated']);
    expect(encoded.body).not.toHaveProperty('tool_choice');
  });
});

describe('how much to think', () => {
  test('is said once where another dialect said it too', () => {
    const extra = { anthropic: { thinking: { type: 'disabled' } } };
    const encoded = encode({ reasoning: { effort: 'none' }, extra });

    expect(encoded.warnings).toEqual([]);
    expect(encoded.body.reasoning_effort).toBe('none');
  });

  test.for([
    ['mistral-small-latest', 'low', 'high', ['reasoning_effort approximated']],
    ['mistral-small-latest', 'none', 'none', []],
    ['mistral-medium-3-5', 'high', 'high', []],
    ['magistral-medium-latest', 'high', undefined, ['reasoning_effort dropped']],
    ['mistral-large-latest', 'high', undefined, ['reasoning_effort dropped']],
    ['mistral-small-2503', 'none', undefined, []],
    ['zai-glm-5-3', 'max', 'max', []],
  ] as const)('%s takes %s as %s', ([model, effort, sent, warned]) => {
    const encoded = encode({ reasoning: { effort } }, model);

    expect(encoded.body.reasoning_effort).toBe(sent);
    expect(touched(encoded)).toEqual(warned);
  });

  test('comes from a bound in tokens where that is all there is', () => {
    const encoded = encode({ reasoning: { budgetTokens: 2000, include: false } });

    expect(encoded.body.reasoning_effort).toBe('high');
    expect(touched(encoded)).toEqual(['reasoning.exclude dropped', 'reasoning.max_tokens approximated']);
    expect(encode({ reasoning: { budgetTokens: 0 } }).body.reasoning_effort).toBe('none');
  });
});

describe('tools', () => {
  const tool = { type: 'function', name: 'look', description: 'Looks', strict: true } as const;
  const other = { type: 'function', name: 'find', schema: { type: 'object', properties: {} } } as const;

  test('are offered with a schema in any case', () => {
    const { body } = encode({ tools: [tool], parallelToolCalls: false });

    expect(body.parallel_tool_calls).toBe(false);
    expect(body.tools).toEqual([
      {
        type: 'function',
        function: { name: 'look', description: 'Looks', strict: true, parameters: { type: 'object', properties: {} } },
      },
    ]);
  });

  test.for<[NonNullable<ChatRequest['toolChoice']>, unknown]>([
    [{ type: 'auto' }, 'auto'],
    [{ type: 'none' }, 'none'],
    [{ type: 'required' }, 'any'],
    [
      { type: 'required', only: ['look'] },
      { type: 'function', function: { name: 'look' } },
    ],
    [
      { type: 'tool', name: 'look' },
      { type: 'function', function: { name: 'look' } },
    ],
  ])('are chosen by %j', ([toolChoice, sent]) => {
    expect(encode({ tools: [tool], toolChoice }).body.tool_choice).toEqual(sent);
  });

  test('are offered in part where only some are allowed', () => {
    const third = { ...other, name: 'third' };
    const encoded = encode({
      tools: [tool, other, third],
      toolChoice: { type: 'required', only: ['look', 'third'] },
    });

    expect(encoded.body.tools).toMatchObject([{ function: { name: 'look' } }, { function: { name: 'third' } }]);
    expect(encoded.body.tool_choice).toBe('any');
    expect(touched(encoded)).toEqual(['tool_choice emulated']);
  });

  test('of another provider are left out, with the choice of them', () => {
    const encoded = encode({
      tools: [{ type: 'provider', dialect: 'gemini', definition: { google_search: {} } }],
      toolChoice: { type: 'required' },
      parallelToolCalls: true,
    });

    expect(touched(encoded)).toEqual(['tools[0] dropped', 'tool_choice dropped', 'parallel_tool_calls dropped']);
    expect(Object.keys(encoded.body).sort()).toEqual(['messages', 'model', 'stream']);
  });

  test('that run at the provider travel as they are', () => {
    const definition = { type: 'web_search' };

    expect(encode({ tools: [{ type: 'provider', dialect: 'openai-chat', definition }] }).body.tools).toEqual([
      definition,
    ]);
  });

  test('lose what is not known of a function, by its name', () => {
    const encoded = encode({ tools: [{ ...tool, extra: { 'openai-chat': { function: { color: 'red' } } } }] });

    expect(touched(encoded)).toEqual(['tools[0].function.color dropped']);
  });

  test('lose what other dialects hang on them', () => {
    const encoded = encode({
      tools: [{ ...tool, extra: { anthropic: { cache_control: { type: 'ephemeral' } } } }],
      messages: [said('user', 'Hi')],
    });

    expect(touched(encoded)).toEqual(['tools[0].cache_control dropped']);
  });
});
