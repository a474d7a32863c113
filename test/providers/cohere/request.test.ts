import { describe, expect, test } from 'vitest';
import type { ChatRequest } from '../../../src/spec/chat/chat-request.ts';
import { encode, OLDER, PLANNER, touched } from './codec.ts';

const schema = { type: 'object', properties: { colour: { type: 'string' } }, required: ['colour'] };
const look = { type: 'function', name: 'look', schema } as const;
const wait = { type: 'function', name: 'wait' } as const;
const offer = (name: string, parameters: object) => ({ type: 'function', function: { name, parameters } });

describe('a request', () => {
  test('says its members as the API names them', () => {
    const encoded = encode({
      stream: true,
      maxTokens: 10,
      temperature: 0.3,
      topP: 0.9,
      topK: 40,
      frequencyPenalty: 0.1,
      presencePenalty: 0.2,
      seed: 7,
      stop: ['END'],
      logprobs: {},
    });

    expect(encoded.warnings).toEqual([]);
    expect(encoded.body).toEqual({
      model: 'command-a-plus-05-2026',
      messages: [{ role: 'user', content: 'Hi' }],
      stream: true,
      max_tokens: 10,
      stop_sequences: ['END'],
      temperature: 0.3,
      p: 0.9,
      k: 40,
      frequency_penalty: 0.1,
      presence_penalty: 0.2,
      seed: 7,
      logprobs: true,
    });
  });

  test.for<[string, Partial<ChatRequest>]>([
    ['n', { choices: 2 }],
    ['logit_bias', { logitBias: { 5: 1 } }],
    ['user', { user: 'u' }],
    ['metadata', { metadata: { a: 'b' } }],
    ['service_tier', { serviceTier: 'flex' }],
    ['prompt_cache_key', { cacheKey: 'k' }],
    ['store', { extra: { 'openai-chat': { store: true } } }],
    ['cache_control', { extra: { anthropic: { cache_control: { type: 'ephemeral' } } } }],
    ['reasoning.exclude', { reasoning: { include: false } }],
    ['tool_choice', { toolChoice: { type: 'required' } }],
  ])('leaves out %s and says so', ([field, request]) => {
    const encoded = encode(request);

    expect(touched(encoded)).toEqual([`${field} dropped`]);
    expect(Object.keys(encoded.body).sort()).toEqual(['messages', 'model', 'stream']);
  });

  test('says nothing of members that ask for what is the default', () => {
    const plain = { serviceTier: 'auto', logitBias: {}, stop: [], output: { type: 'text' }, choices: 1, metadata: {} };

    expect(encode(plain as Partial<ChatRequest>).warnings).toEqual([]);
  });

  test('stays within what the API takes', () => {
    const encoded = encode({
      temperature: 1.7,
      topP: 1,
      topK: 900,
      frequencyPenalty: -1,
      presencePenalty: 2,
      seed: -3,
      stop: ['a', 'b', 'c', 'd', 'e', 'f'],
      logprobs: { top: 3 },
    });

    expect(encoded.body).toMatchObject({
      temperature: 1,
      p: 0.99,
      k: 500,
      frequency_penalty: 0,
      presence_penalty: 1,
      seed: 3,
      stop_sequences: ['a', 'b', 'c', 'd', 'e'],
      logprobs: true,
    });
    expect(touched(encoded)).toEqual([
      'stop clamped',
      'temperature clamped',
      'top_p clamped',
      'top_k clamped',
      'frequency_penalty clamped',
      'presence_penalty clamped',
      'seed approximated',
      'top_logprobs dropped',
    ]);
  });

  test('takes members of its own beside those of the client', () => {
    const own = {
      documents: [{ id: 'a', data: { text: 'Sky.' } }],
      citation_options: { mode: 'FAST' },
      safety_mode: 'STRICT',
      priority: 3,
    };
    const encoded = encode({ extra: { 'openai-chat': own } });

    expect(encoded.body).toMatchObject(own);
    expect(encoded.warnings).toEqual([]);
  });

  test('cannot be given another model or other messages through members of its own', () => {
    const encoded = encode({ extra: { cohere: { model: 'dear', messages: [], stream: true } } });

    expect(encoded.body).toMatchObject({ model: 'command-a-plus-05-2026', stream: false });
    expect(touched(encoded)).toEqual(['model dropped', 'messages dropped', 'stream dropped']);
  });
});

describe('thinking', () => {
  test.for<[Partial<ChatRequest>, object, string[]]>([
    [{ reasoning: { effort: 'none' } }, { type: 'disabled' }, []],
    [{ reasoning: { budgetTokens: 0 } }, { type: 'disabled' }, []],
    [{ reasoning: { budgetTokens: 700 } }, { type: 'enabled', token_budget: 700 }, []],
    [{ reasoning: { effort: 'low' } }, { type: 'enabled', token_budget: 2048 }, ['reasoning_effort approximated']],
    [{ reasoning: { effort: 'high' } }, { type: 'enabled' }, ['reasoning_effort approximated']],
    [
      { reasoning: { effort: 'medium' }, maxTokens: 1000 },
      { type: 'enabled', token_budget: 500 },
      ['reasoning_effort approximated'],
    ],
    [
      { reasoning: { effort: 'low', budgetTokens: 9 } },
      { type: 'enabled', token_budget: 9 },
      ['reasoning_effort dropped'],
    ],
    [
      { reasoning: { budgetTokens: 9, include: false } },
      { type: 'enabled', token_budget: 9 },
      ['reasoning.exclude dropped'],
    ],
    [{ reasoning: { effort: 'none', budgetTokens: 9 } }, { type: 'disabled' }, ['reasoning.max_tokens dropped']],
    [{ reasoning: { effort: 'low', budgetTokens: 0 } }, { type: 'disabled' }, ['reasoning_effort dropped']],
    [{ extra: { anthropic: { thinking: { type: 'enabled' } } } }, { type: 'enabled' }, []],
    [{ extra: { anthropic: { thinking: { type: 'disabled' } } } }, { type: 'disabled' }, []],
    [
      { extra: { anthropic: { thinking: { type: 'enabled', token_budget: 40, display: 'full' } } } },
      { type: 'enabled', token_budget: 40 },
      ['thinking.display dropped'],
    ],
  ])('%j is %j', ([request, thinking, warnings]) => {
    const encoded = encode(request);

    expect(encoded.body.thinking).toEqual(thinking);
    expect(touched(encoded)).toEqual(warnings);
  });

  test('is not asked of a model without it, and need not be forbidden there', () => {
    const encoded = encode({ reasoning: { effort: 'high' } }, PLANNER);

    expect(encoded.body.thinking).toBeUndefined();
    expect(touched(encoded)).toEqual(['reasoning_effort dropped']);
    expect(encode({ reasoning: { effort: 'none' } }, PLANNER).warnings).toEqual([]);
  });
});

describe('tools', () => {
  test('are offered, one without input with an empty schema', () => {
    const encoded = encode({ tools: [{ ...look, description: 'Looks.' }, wait], parallelToolCalls: true });

    expect(encoded.body.tools).toEqual([
      { type: 'function', function: { name: 'look', description: 'Looks.', parameters: schema } },
      offer('wait', { type: 'object', properties: {} }),
    ]);
    expect(encoded.warnings).toEqual([]);
  });

  test.for<[Partial<ChatRequest>, object, string[]]>([
    [{ toolChoice: { type: 'auto' } }, {}, []],
    [{ toolChoice: { type: 'none' } }, { tool_choice: 'NONE' }, []],
    [{ toolChoice: { type: 'required' } }, { tool_choice: 'REQUIRED' }, []],
    [{ parallelToolCalls: false }, {}, ['parallel_tool_calls dropped']],
  ])('%j is %j', ([request, expected, warnings]) => {
    const { tools, messages, model, stream, ...rest } = encode({ tools: [look, wait], ...request }).body;

    expect(rest).toEqual(expected);
    expect(touched(encode({ tools: [look, wait], ...request }))).toEqual(warnings);
  });

  test.for<ChatRequest['toolChoice']>([
    { type: 'tool', name: 'look' },
    { type: 'required', only: ['look'] },
  ])('of which one must be called are offered alone: %j', toolChoice => {
    const encoded = encode({ tools: [look, wait], ...(toolChoice && { toolChoice }) });

    expect(encoded.body).toMatchObject({ tools: [offer('look', schema)], tool_choice: 'REQUIRED' });
    expect(touched(encoded)).toEqual(['tool_choice emulated']);
    expect(encode({ tools: [look], ...(toolChoice && { toolChoice }) }).warnings).toEqual([]);
  });

  test('cannot be forced on older models, nor forbidden but by leaving them out', () => {
    const forced = encode({ tools: [look], toolChoice: { type: 'required' } }, OLDER);
    const forbidden = encode({ tools: [look], toolChoice: { type: 'none' } }, OLDER);

    expect(forced.body.tool_choice).toBeUndefined();
    expect(touched(forced)).toEqual(['tool_choice dropped']);
    expect(forbidden.body.tools).toBeUndefined();
    expect(touched(forbidden)).toEqual(['tools dropped']);
  });

  test('are strict all together', () => {
    const strict = { ...look, strict: true };
    const own = (strict_tools: boolean) => ({ 'openai-chat': { strict_tools } });

    expect(encode({ tools: [strict] }).body.strict_tools).toBe(true);
    expect(encode({ tools: [strict] }).warnings).toEqual([]);
    expect(touched(encode({ tools: [strict, wait] }))).toEqual(['tools[0].function.strict dropped']);
    expect(encode({ tools: [look, wait], extra: own(true) }).body.strict_tools).toBe(true);
    expect(encode({ tools: [look], extra: own(false) }).body.strict_tools).toBe(false);
    expect(touched(encode({ extra: own(true) }))).toEqual(['strict_tools dropped']);
  });

  test('are not strict where no member is required', () => {
    const open = { ...look, schema: { type: 'object', properties: { at: { type: 'string' } } }, strict: true };

    expect(encode({ tools: [open] }).body.strict_tools).toBeUndefined();
    expect(touched(encode({ tools: [open] }))).toEqual(['tools[0].function.strict dropped']);
  });

  test('of other providers are left out', () => {
    const definition = { type: 'web_search_20250305', name: 'web_search' };
    const encoded = encode({ tools: [{ type: 'provider', dialect: 'anthropic', definition }, wait] });

    expect(encoded.body.tools).toHaveLength(1);
    expect(touched(encoded)).toEqual(['tools[0] dropped']);
  });
});

describe('an answer in JSON', () => {
  const output = { type: 'json-schema', name: 'answer', schema, description: 'What was seen.' } as const;

  test('is enforced, by its schema where there is one', () => {
    const encoded = encode({ output });

    expect(encoded.body.response_format).toEqual({
      type: 'json_object',
      json_schema: { ...schema, description: 'What was seen.' },
    });
    expect(encode({ output: { type: 'json' } }).body.response_format).toEqual({ type: 'json_object' });
    expect(encoded.warnings).toEqual([]);
  });

  test.for<Partial<ChatRequest>>([{ tools: [wait] }, { extra: { 'openai-chat': { documents: ['Sky.'] } } }])(
    'is asked for in words beside %j',
    beside => {
      const encoded = encode({ output, ...beside });

      expect(encoded.body.response_format).toBeUndefined();
      expect(encoded.messages[0]).toMatchObject({ role: 'system' });
      expect(encoded.messages[0]!.content).toContain('"colour"');
      expect(touched(encoded)).toEqual(['response_format emulated']);
    },
  );
});
