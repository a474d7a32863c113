import { describe, expect, test } from 'vitest';
import type { ChatRequest, FunctionTool } from '../../../src/spec/chat/chat-request.ts';
import { encode, gemini, said, touched } from './codec.ts';

const look: FunctionTool = {
  type: 'function',
  name: 'look',
  description: 'Looks',
  schema: { type: 'object', properties: { at: { type: 'string' } }, required: ['at'] },
};
const search = { type: 'provider', dialect: 'gemini', definition: { googleSearch: {} } } as const;

describe('the way to the API', () => {
  const { chat, embeddings } = gemini.operations;

  test('names the model and the method', () => {
    expect(chat!.path('gemini-2.5-flash', false)).toBe('/v1beta/models/gemini-2.5-flash:generateContent');
    expect(chat!.path('gemini-2.5-flash', true)).toBe('/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse');
    expect(embeddings!.path('gemini-embedding-001', false)).toBe(
      '/v1beta/models/gemini-embedding-001:batchEmbedContents',
    );
  });

  test.for(['../../v1/keys', '..', 'a/b', 'a?key=b', 'a#b', '%2e%2e'])('keeps the name %s in its place', name => {
    const { pathname, search: query } = new URL(chat!.path(name, false), 'https://example.com');

    expect(pathname).toMatch(/^\/v1beta\/models\/[^/?#]+:generateContent$/);
    expect(query).toBe('');
  });

  test('bears the key in a header', () => {
    expect(gemini.authorize('k')).toEqual(['x-goog-api-key', 'k']);
    expect(gemini.authorize(null)).toEqual([]);
  });
});

test('a plain request says nothing but its text', () => {
  expect(encode({})).toMatchObject({ body: { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] }, warnings: [] });
  expect(Object.keys(encode({}).body)).toEqual(['contents']);
});

test('limits and sampling have their own names', () => {
  const encoded = encode({
    maxTokens: 100,
    temperature: 0.5,
    topP: 0.9,
    topK: 40,
    frequencyPenalty: 0.1,
    presencePenalty: 0.2,
    seed: 7,
    choices: 2,
    stop: ['END'],
    logprobs: { top: 3 },
    serviceTier: 'flex',
  });

  expect(encoded.config).toEqual({
    maxOutputTokens: 100,
    temperature: 0.5,
    topP: 0.9,
    topK: 40,
    frequencyPenalty: 0.1,
    presencePenalty: 0.2,
    seed: 7,
    candidateCount: 2,
    stopSequences: ['END'],
    responseLogprobs: true,
    logprobs: 3,
  });
  expect(encoded.body.serviceTier).toBe('flex');
  expect(encoded.warnings).toEqual([]);
});

test('what is out of bounds is brought into them', () => {
  const encoded = encode({
    temperature: 3,
    seed: 2 ** 32 + 5,
    stop: ['', 'a', 'b', 'c', 'd', 'e', 'f'],
    logprobs: { top: 30 },
  });

  expect(encoded.config).toEqual({
    temperature: 2,
    seed: 5,
    stopSequences: ['a', 'b', 'c', 'd', 'e'],
    responseLogprobs: true,
    logprobs: 20,
  });
  expect(touched(encoded)).toEqual([
    'seed approximated',
    'stop dropped',
    'stop clamped',
    'temperature clamped',
    'top_logprobs clamped',
  ]);
});

test('models that take no sampling parameters get none', () => {
  const request = { temperature: 0.5, topP: 0.9, topK: 4, frequencyPenalty: 1, presencePenalty: 1, maxTokens: 5 };
  const encoded = encode(request, 'gemini-3.6-flash');

  expect(encoded.config).toEqual({ maxOutputTokens: 5 });
  expect(touched(encoded)).toEqual(
    ['temperature', 'top_p', 'top_k', 'frequency_penalty', 'presence_penalty'].map(name => `${name} dropped`),
  );
  expect(encode({ temperature: 1, topP: 1 }, 'gemini-3.6-flash').warnings).toEqual([]);
});

test('what the API does not have is told', () => {
  const encoded = encode({
    logitBias: { 1: 5 },
    user: 'ann',
    metadata: { a: 1 },
    cacheKey: 'k',
    parallelToolCalls: false,
    tools: [look],
    serviceTier: 'scale',
    extra: { 'openai-chat': { verbosity: 'low' }, anthropic: { betas: [] } },
  });

  expect(touched(encoded).toSorted()).toEqual(
    [
      'betas',
      'logit_bias',
      'metadata',
      'parallel_tool_calls',
      'prompt_cache_key',
      'service_tier',
      'user',
      'verbosity',
    ].map(name => `${name} dropped`),
  );
});

describe('tools', () => {
  test('are declared together, those of the provider beside them untouched', () => {
    const other = { type: 'provider', dialect: 'anthropic', definition: { type: 'bash_20250124' } } as const;
    const encoded = encode({ tools: [look, search, other] });

    expect(encoded.body.tools).toEqual([
      {
        functionDeclarations: [{ name: 'look', description: 'Looks', parametersJsonSchema: look.schema }],
      },
      { googleSearch: {} },
    ]);
    expect(touched(encoded)).toEqual(['tools[2] dropped']);
  });

  test('of both kinds are announced to models that take them together', () => {
    expect(encode({ tools: [look, search] }, 'gemini-3-flash-preview').body.toolConfig).toEqual({
      includeServerSideToolInvocations: true,
    });
    expect(encode({ tools: [search] }, 'gemini-3-flash-preview').body).not.toHaveProperty('toolConfig');
  });

  test('without input have an empty object', () => {
    expect(encode({ tools: [{ type: 'function', name: 'stop' }] }).body.tools).toEqual([
      { functionDeclarations: [{ name: 'stop', parametersJsonSchema: { type: 'object', properties: {} } }] },
    ]);
  });

  test.for([
    [{ type: 'auto' }, { mode: 'AUTO' }],
    [{ type: 'none' }, { mode: 'NONE' }],
    [{ type: 'required' }, { mode: 'ANY' }],
    [
      { type: 'required', only: ['look'] },
      { mode: 'ANY', allowedFunctionNames: ['look'] },
    ],
    [
      { type: 'tool', name: 'look' },
      { mode: 'ANY', allowedFunctionNames: ['look'] },
    ],
    [undefined, undefined],
  ] as const)('are chosen as %j says', ([toolChoice, config]) => {
    const { body } = encode({ tools: [look], ...(toolChoice && { toolChoice }) });

    expect(body.toolConfig).toEqual(config && { functionCallingConfig: config });
  });

  test('keep to a strict schema', () => {
    expect(encode({ tools: [{ ...look, strict: true }] }).body.toolConfig).toEqual({
      functionCallingConfig: { mode: 'VALIDATED' },
    });
  });

  test('cannot be chosen where there are none', () => {
    const encoded = encode({ toolChoice: { type: 'required' } });

    expect(encoded.body).not.toHaveProperty('toolConfig');
    expect(touched(encoded)).toEqual(['tool_choice dropped']);
  });

  test('have names in the alphabet of the API', () => {
    const encoded = encode({ tools: [{ ...look, name: '2-look/ü' }] });

    expect(encoded.body.tools).toMatchObject([{ functionDeclarations: [{ name: '_x32_-look_x2f__xfc_' }] }]);
    expect(touched(encoded)).toEqual(['tools[0].function.name emulated']);
  });
});

describe('JSON', () => {
  const schema = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] };
  const output: ChatRequest['output'] = { type: 'json-schema', name: 'n', schema, description: 'An answer' };

  test('is asked for by its type', () => {
    expect(encode({ output: { type: 'json' } }).config).toEqual({ responseMimeType: 'application/json' });
    expect(encode({ output: { type: 'text' } }).config).toEqual({});
  });

  test('follows a schema', () => {
    expect(encode({ output }).config).toEqual({
      responseMimeType: 'application/json',
      responseJsonSchema: { description: 'An answer', ...schema },
    });
  });

  test('beside tools is enforced by newer models and asked for of older ones', () => {
    const newer = encode({ output, tools: [look] }, 'gemini-3-flash-preview');
    const older = encode({ output, tools: [look] });

    expect(newer.config).toHaveProperty('responseJsonSchema');
    expect(older.config).toEqual({});
    expect(JSON.stringify(older.body.systemInstruction)).toContain('JSON Schema');
    expect(touched(older)).toEqual(['response_format emulated']);
  });

  test('whose schema says more than the API knows is told', () => {
    const encoded = encode({ output: { ...output, schema: { type: 'string', pattern: '^a' } } as typeof output });

    expect(touched(encoded)).toEqual(['response_format.json_schema.schema approximated']);
  });
});

describe('thinking', () => {
  const thinking = (reasoning: ChatRequest['reasoning'], model: string) => {
    const encoded = encode({ reasoning: reasoning! }, model);
    return [encoded.config.thinkingConfig, touched(encoded).join()];
  };
  const shown = { includeThoughts: true };
  const [near, clamped, dropped] = ['approximated', 'clamped', 'dropped'].map(action => `reasoning_effort ${action}`);

  test.for([
    [{ effort: 'low' }, 'gemini-2.5-flash', { thinkingBudget: 1024, ...shown }, ''],
    [{ effort: 'xhigh' }, 'gemini-2.5-flash', { thinkingBudget: 24576, ...shown }, near],
    [{ effort: 'none' }, 'gemini-2.5-flash', { thinkingBudget: 0 }, ''],
    [{ effort: 'none' }, 'gemini-2.5-pro', { thinkingBudget: 128 }, clamped],
    [{ budgetTokens: 99999 }, 'gemini-2.5-pro', { thinkingBudget: 32768, ...shown }, clamped],
    [{ budgetTokens: 100 }, 'gemini-2.5-flash-lite', { thinkingBudget: 512, ...shown }, clamped],
    [{ budgetTokens: -1, include: false }, 'gemini-2.5-flash', { thinkingBudget: -1 }, ''],
    [{ include: true }, 'gemini-2.5-flash', shown, ''],
    [{ effort: 'low' }, 'gemini-3-pro-preview', { thinkingLevel: 'low', ...shown }, ''],
    [{ effort: 'medium' }, 'gemini-3-pro-preview', { thinkingLevel: 'high', ...shown }, near],
    [{ effort: 'medium' }, 'gemini-3.1-pro-preview', { thinkingLevel: 'medium', ...shown }, ''],
    [{ effort: 'minimal' }, 'gemini-3-flash-preview', { thinkingLevel: 'minimal', ...shown }, ''],
    [{ effort: 'minimal' }, 'gemini-3.8-flash', { thinkingLevel: 'low', ...shown }, near],
    [{ effort: 'none' }, 'gemini-3-flash-preview', { thinkingLevel: 'minimal' }, near],
    [{ effort: 'max' }, 'gemini-flash-latest', { thinkingLevel: 'high', ...shown }, near],
    [{ budgetTokens: 4096 }, 'gemini-3-flash-preview', { thinkingLevel: 'medium', ...shown }, near],
    [{ effort: 'high' }, 'gemini-2.0-flash', undefined, dropped],
    [{ effort: 'none' }, 'gemini-2.0-flash', undefined, ''],
  ] as const)('as %j asks %s', ([reasoning, model, config, warning]) => {
    expect(thinking(reasoning, model)).toEqual([config, warning]);
  });
});

describe("members of the provider's own dialect", () => {
  const safetySettings = [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }];

  test.for([
    ['by its name', { gemini: { safetySettings, thinkingConfig: { thinkingBudget: 5 } } }],
    ['by its maker', { google: { safety_settings: safetySettings, thinking_config: { thinkingBudget: 5 } } }],
    [
      'as its own OpenAI-like endpoint has them',
      {
        'openai-chat': {
          extra_body: { google: { safety_settings: safetySettings, thinking_config: { thinkingBudget: 5 } } },
        },
      },
    ],
    [
      'beside those of OpenAI',
      { 'openai-chat': { safetySettings, generationConfig: { thinkingConfig: { thinkingBudget: 5 } } } },
    ],
  ] as const)('are sent when given %s', ([, extra]) => {
    const encoded = encode({ extra, temperature: 0 });

    expect(encoded.body.safetySettings).toEqual(safetySettings);
    expect(encoded.config).toEqual({ thinkingConfig: { thinkingBudget: 5 }, temperature: 0 });
    expect(encoded.warnings).toEqual([]);
  });

  test('never say what the request itself says', () => {
    const encoded = encode({
      maxTokens: 5,
      messages: [said('user', 'Hi')],
      extra: {
        gemini: {
          contents: [],
          systemInstruction: {},
          tools: [],
          generationConfig: { candidateCount: 8, maxOutputTokens: 99, responseModalities: ['TEXT'] },
          toolConfig: { functionCallingConfig: { mode: 'ANY' }, retrievalConfig: { languageCode: 'de' } },
        },
      },
    });

    expect(encoded.body).toEqual({
      contents: [{ role: 'user', parts: [{ text: 'Hi' }] }],
      toolConfig: { retrievalConfig: { languageCode: 'de' } },
      generationConfig: { maxOutputTokens: 5, responseModalities: ['TEXT'] },
    });
    expect(encoded.warnings.length).toBe(5);
  });

  test('say how it thinks before an effort does', () => {
    const extra = { gemini: { thinkingConfig: { thinkingBudget: 5 } } };
    const encoded = encode({ extra, reasoning: { effort: 'high' } });

    expect(encoded.config).toEqual({ thinkingConfig: { thinkingBudget: 5 } });
    expect(touched(encoded)).toEqual(['reasoning_effort dropped']);
  });

  test('modalities have the same meaning', () => {
    expect(encode({ extra: { 'openai-chat': { modalities: ['text', 'image'] } } }).config).toEqual({
      responseModalities: ['TEXT', 'IMAGE'],
    });
  });
});

test.each(['system', 'user', 'assistant'] as const)('takes a message of %s with any number of parts', role => {
  const parts = Array.from({ length: 200_000 }, () => ({ type: 'text', text: 'a' }) as const);

  expect(() => encode({ messages: [said('user', 'Hi'), said(role, 'b'), { role, parts }] })).not.toThrow();
  expect(() => encode({ messages: [said(role, 'b'), { role, parts }, said('user', 'Hi')] })).not.toThrow();
});
