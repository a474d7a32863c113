import { describe, expect, test } from 'vitest';
import type { ChatRequest, Tool } from '../../../src/spec/chat/chat-request.ts';
import { encode, touched } from './codec.ts';

const own = (members: Record<string, unknown>): Partial<ChatRequest> => ({ extra: { 'openai-chat': members } });
const tool = (name: string, more: object = {}): Tool => ({ type: 'function', name, ...more });

describe('options', () => {
  test('hold what OpenAI has beside the messages', () => {
    const encoded = encode({
      maxTokens: 100,
      temperature: 0.5,
      topP: 0.9,
      topK: 40,
      seed: 7,
      stop: ['END'],
      frequencyPenalty: 0.1,
      presencePenalty: 0.2,
    });

    expect(encoded).toEqual({
      body: {
        model: 'qwen3:8b',
        messages: [{ role: 'user', content: 'Hi' }],
        stream: false,
        options: {
          num_predict: 100,
          temperature: 0.5,
          top_p: 0.9,
          top_k: 40,
          seed: 7,
          stop: ['END'],
          frequency_penalty: 0.1,
          presence_penalty: 0.2,
        },
      },
      messages: [{ role: 'user', content: 'Hi' }],
      warnings: [],
    });
  });

  test('are taken as the caller gives them, and count before members that say the same', () => {
    const given = { num_ctx: 32_768, mirostat: 2, temperature: 0.1, num_predict: 5, later: true };
    const encoded = encode({ ...own({ options: given, min_p: 0.1 }), temperature: 0.5, maxTokens: 5 });

    expect(encoded.body.options).toEqual({ ...given, min_p: 0.1 });
    expect(touched(encoded)).toEqual(['temperature dropped']);
  });

  test('may stand beside the messages by their names', () => {
    const encoded = encode({ ...own({ num_ctx: 8192, repeat_penalty: 1.1, num_predict: 9 }), maxTokens: 3 });

    expect(encoded.body.options).toEqual({ num_ctx: 8192, repeat_penalty: 1.1, num_predict: 9 });
    expect(touched(encoded)).toEqual(['max_tokens dropped']);
  });

  test.each(['x', [1], 5, true])('that are %j are left out with a warning', options => {
    const encoded = encode(own({ options }));

    expect(encoded.body).not.toHaveProperty('options');
    expect(touched(encoded)).toEqual(['options dropped']);
  });

  test('keep a member named __proto__ a member', () => {
    const encoded = encode(own(JSON.parse('{"options":{"__proto__":{"a":1},"seed":1}}')));

    expect(Object.keys(encoded.body.options as object)).toContain('seed');
    expect(({} as Record<string, unknown>).a).toBeUndefined();
  });
});

test('members of the native form go where they belong; unknown ones are left out with a warning', () => {
  const encoded = encode(own({ keep_alive: '10m', truncate: false, shift: false, store: true }));

  expect(encoded.body).toMatchObject({ keep_alive: '10m', truncate: false, shift: false });
  expect(touched(encoded)).toEqual(['store dropped']);
});

describe('thinking', () => {
  test.each<[ChatRequest['reasoning'], string, unknown, string[]]>([
    [{ effort: 'none' }, 'qwen3:8b', false, []],
    [{ effort: 'low' }, 'qwen3:8b', 'low', []],
    [{ effort: 'minimal' }, 'qwen3:8b', 'low', ['reasoning_effort approximated']],
    [{ effort: 'max' }, 'qwen3:8b', 'max', []],
    [{ effort: 'max' }, 'gpt-oss:20b', 'high', ['reasoning_effort approximated']],
    [{ effort: 'much' }, 'qwen3:8b', true, ['reasoning_effort approximated']],
    [{ budgetTokens: 2048 }, 'qwen3:8b', true, ['reasoning.max_tokens approximated']],
    [{ budgetTokens: 0 }, 'qwen3:8b', false, []],
    [{ effort: 'high', budgetTokens: 5 }, 'qwen3:8b', 'high', ['reasoning.max_tokens dropped']],
    [{}, 'qwen3:8b', undefined, []],
  ])('%j at %s is %j', (reasoning, model, think, warnings) => {
    const encoded = encode({ reasoning: reasoning! }, model);

    expect(encoded.body.think).toBe(think);
    expect(touched(encoded)).toEqual(warnings);
  });

  test('is asked for by its own member first', () => {
    const encoded = encode({ ...own({ think: 'low' }), reasoning: { effort: 'high' } });

    expect(encoded.body.think).toBe('low');
    expect(touched(encoded)).toEqual(['reasoning_effort dropped']);
  });

  test('may stay out of the answer only for whom the model does not think', () => {
    expect(touched(encode({ reasoning: { effort: 'high', include: false } }))).toEqual(['reasoning.exclude dropped']);
    expect(touched(encode({ reasoning: { effort: 'none', include: false } }))).toEqual([]);
  });
});

describe('the form of an answer', () => {
  const schema = { type: 'object', properties: { colour: { type: 'string' } } };

  test.each<[ChatRequest['output'], unknown]>([
    [{ type: 'text' }, undefined],
    [{ type: 'json' }, 'json'],
    [{ type: 'json-schema', name: 'sky', schema }, schema],
    [
      { type: 'json-schema', name: 'sky', schema, description: 'What was seen.' },
      { ...schema, description: 'What was seen.' },
    ],
  ])('%j is %j', (output, format) => {
    expect(encode({ output: output! }).body.format).toEqual(format);
  });

  test('is asked for by its own member first', () => {
    const encoded = encode({ ...own({ format: schema }), output: { type: 'json' } });

    expect(encoded.body.format).toEqual(schema);
    expect(touched(encoded)).toEqual(['response_format dropped']);
  });
});

describe('tools', () => {
  test('have schemas that the server can read', () => {
    const schema = {
      $schema: 'x',
      properties: { any: true, deep: { anyOf: [true, { type: 'string' }], properties: { a: false } } },
    };
    const { body, warnings } = encode({ tools: [tool('look', { description: 'Looks.', schema }), tool('wait')] });

    expect(body.tools).toEqual([
      {
        type: 'function',
        function: {
          name: 'look',
          description: 'Looks.',
          parameters: {
            $schema: 'x',
            type: 'object',
            properties: { any: {}, deep: { anyOf: [{}, { type: 'string' }], properties: { a: {} } } },
          },
        },
      },
      { type: 'function', function: { name: 'wait', parameters: { type: 'object', properties: {} } } },
    ]);
    expect(warnings).toEqual([]);
  });

  test.each<[ChatRequest['toolChoice'], string[], string[]]>([
    [{ type: 'auto' }, ['look', 'wait'], []],
    [{ type: 'none' }, [], []],
    [{ type: 'required' }, ['look', 'wait'], ['tool_choice approximated']],
    [{ type: 'required', only: ['wait'] }, ['wait'], ['tool_choice approximated']],
    [{ type: 'tool', name: 'look' }, ['look'], ['tool_choice approximated']],
  ])('of the choice %j are offered: %j', (toolChoice, names, warnings) => {
    const encoded = encode({ tools: [tool('look'), tool('wait')], toolChoice: toolChoice! });
    const offered = (encoded.body.tools ?? []) as { function: { name: string } }[];

    expect(offered.map(({ function: { name } }) => name)).toEqual(names);
    expect(touched(encoded)).toEqual(warnings);
  });

  test('that are not functions, or are strict, are named', () => {
    const tools: Tool[] = [tool('look', { strict: true }), { type: 'provider', dialect: 'gemini', definition: {} }];

    expect(touched(encode({ tools }))).toEqual(['tools[0].function.strict dropped', 'tools[1] dropped']);
  });
});

test('what the API has no counterpart for is named', () => {
  const encoded = encode({
    choices: 2,
    logitBias: { 5: 1 },
    user: 'ann',
    metadata: { a: 1 },
    serviceTier: 'flex',
    cacheKey: 'k',
    tools: [tool('look')],
    parallelToolCalls: false,
  });

  expect(touched(encoded)).toEqual(
    ['n', 'logit_bias', 'user', 'metadata', 'service_tier', 'prompt_cache_key', 'parallel_tool_calls'].map(
      field => `${field} dropped`,
    ),
  );
  expect(touched(encode({ choices: 1, logitBias: {}, serviceTier: 'auto', parallelToolCalls: false }))).toEqual([]);
});

test('probabilities are asked for', () => {
  expect(encode({ logprobs: {} }).body).toMatchObject({ logprobs: true });
  expect(encode({ logprobs: { top: 3 } }).body).toMatchObject({ logprobs: true, top_logprobs: 3 });
});
