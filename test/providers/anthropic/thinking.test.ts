import { describe, expect, test } from 'vitest';
import { modelFacts } from '../../../providers/anthropic/models.ts';
import { encode, fieldsOf, said } from './codec.ts';

const BUDGET = 'claude-sonnet-4-5';
const BOTH = 'claude-opus-4-6';
const ADAPTIVE = 'claude-opus-4-8';

describe('models', () => {
  test.each([
    ['claude-3-haiku-20240307', { thinking: 'none', maxTokens: 4_096, structured: false }],
    ['claude-3-5-sonnet-20241022', { thinking: 'none', maxTokens: 8_192 }],
    ['claude-3-7-sonnet-latest', { thinking: 'budget', maxTokens: 32_000, sampling: 'free' }],
    ['claude-opus-4-20250514', { thinking: 'budget', sampling: 'free', structured: false }],
    ['claude-opus-4-1-20250805', { sampling: 'one', structured: true, maxTokens: 32_000 }],
    ['claude-haiku-4-5', { thinking: 'budget', efforts: [], prefill: true, maxTokens: 64_000 }],
    ['claude-opus-4-5', { efforts: ['low', 'medium', 'high'] }],
    ['claude-sonnet-4-6', { thinking: 'adaptive', budgets: true, sampling: 'one', prefill: false }],
    ['claude-opus-4-7', { thinking: 'adaptive', budgets: false, sampling: 'none', off: 'default' }],
    ['claude-sonnet-5', { off: 'disabled', forcedTools: true }],
    ['claude-sonnet-5-5', { off: 'between_tools', forcedTools: false }],
    ['claude-opus-5-5', { off: 'never', forcedTools: false }],
    ['claude-haiku-5-5', { off: 'disabled', forcedTools: true }],
    ['claude-fable-5', { off: 'never', forcedTools: true }],
    ['claude-mythos-preview', { thinking: 'adaptive', off: 'never' }],
    ['claude-future-9', { thinking: 'adaptive', sampling: 'none', structured: true }],
    ['my-own-model', { thinking: 'budget', sampling: 'free', structured: true, prefill: true }],
  ])('%s', (model, facts) => {
    expect(modelFacts(model)).toMatchObject(facts);
  });
});

describe('thinking', () => {
  test('of an effort is a budget where the model knows only those', () => {
    const encoded = encode({ reasoning: { effort: 'high' } }, BUDGET);

    expect(encoded.body.thinking).toEqual({ type: 'enabled', budget_tokens: 16_384 });
    expect(encoded.body.max_tokens).toBeGreaterThan(16_384);
    expect(fieldsOf(encoded)).toEqual(['reasoning_effort approximated']);
  });

  test('stays below the caller’s bound', () => {
    const bounded = (maxTokens: number, budgetTokens?: number) =>
      encode({ maxTokens, reasoning: budgetTokens === undefined ? { effort: 'high' } : { budgetTokens } }, BUDGET);

    expect(bounded(4_000).body.thinking).toMatchObject({ budget_tokens: 2_000 });
    expect(bounded(1_500).body.thinking).toMatchObject({ budget_tokens: 1_024 });
    expect(bounded(4_000, 3_999).body.thinking).toMatchObject({ budget_tokens: 3_999 });
    expect(bounded(4_000, 9_000).body.thinking).toMatchObject({ budget_tokens: 2_000 });
    expect(fieldsOf(bounded(4_000, 9_000))).toEqual(['reasoning_effort clamped']);
    expect(bounded(1_000).body).not.toHaveProperty('thinking');
    expect(fieldsOf(bounded(1_000))).toEqual(['reasoning_effort dropped']);
  });

  test('is adaptive with an effort on newer models', () => {
    const encoded = encode({ reasoning: { effort: 'medium' } }, ADAPTIVE);

    expect(encoded.body).toMatchObject({
      thinking: { type: 'adaptive', display: 'summarized' },
      output_config: { effort: 'medium' },
    });
    expect(encoded.warnings).toEqual([]);
  });

  test('takes the nearest effort there is', () => {
    expect(encode({ reasoning: { effort: 'xhigh' } }, BOTH).body.output_config).toEqual({ effort: 'high' });
    expect(encode({ reasoning: { effort: 'minimal' } }, ADAPTIVE).body.output_config).toEqual({ effort: 'low' });
    expect(encode({ reasoning: { budgetTokens: 9_000 } }, ADAPTIVE).body.output_config).toEqual({ effort: 'high' });
    expect(encode({ reasoning: { budgetTokens: 9_000 } }, BOTH).body.thinking).toEqual({
      type: 'enabled',
      budget_tokens: 9_000,
    });
  });

  test('is turned off as far as the model can', () => {
    const off = (model: string) => {
      const { body, warnings } = encode({ reasoning: { effort: 'none' } }, model);
      return [body.thinking, body.output_config, warnings.length];
    };

    expect(off(BUDGET)).toEqual([undefined, undefined, 0]);
    expect(off('claude-sonnet-5')).toEqual([{ type: 'disabled' }, undefined, 0]);
    expect(off('claude-sonnet-5-5')).toEqual([{ type: 'between_tools' }, undefined, 1]);
    expect(off('claude-opus-5-5')).toEqual([undefined, { effort: 'low' }, 1]);
  });

  test('gives way to a forced call and to a round of tools that began without it', () => {
    const reasoning = { effort: 'low' };
    const call = { type: 'tool-call', id: 'a', name: 'f', input: '{}' } as const;
    const result = { type: 'tool-result', callId: 'a', parts: [] } as const;
    const messages = [said('user', 'Hi'), said('assistant', call), said('tool', result)];
    const forced = encode(
      { reasoning, tools: [{ type: 'function', name: 'f' }], toolChoice: { type: 'required' } },
      BUDGET,
    );

    expect(forced.body).not.toHaveProperty('thinking');
    expect(forced.body.tool_choice).toEqual({ type: 'any' });
    expect(encode({ reasoning, messages }, BUDGET).body).not.toHaveProperty('thinking');
    expect(encode({ reasoning, messages }, ADAPTIVE).body).toHaveProperty('thinking');
  });

  test('said in the words of the API stands where the model takes it', () => {
    const thinking = { type: 'enabled', budget_tokens: 2_000, display: 'summarized' };
    const request = { reasoning: { budgetTokens: 2_000 }, extra: { anthropic: { thinking } } };

    expect(encode(request, BUDGET).body.thinking).toEqual(thinking);
    expect(encode(request, ADAPTIVE).body).toMatchObject({
      thinking: { type: 'adaptive' },
      output_config: { effort: 'low' },
    });
    expect(fieldsOf(encode(request, ADAPTIVE))).toEqual(['reasoning_effort approximated']);
  });

  test('is left out where the model does not think', () => {
    expect(fieldsOf(encode({ reasoning: { effort: 'low' } }, 'claude-3-haiku-20240307'))).toEqual([
      'reasoning_effort dropped',
    ]);
  });
});

describe('sampling', () => {
  test('is one of two on newer models and none on the newest', () => {
    const request = { temperature: 0.5, topP: 0.9 };

    expect(fieldsOf(encode(request))).toEqual([]);
    expect(fieldsOf(encode(request, BUDGET))).toEqual(['top_p dropped']);
    expect(fieldsOf(encode(request, ADAPTIVE))).toEqual(['temperature dropped', 'top_p dropped']);
    expect(encode({ temperature: 1, topP: 1 }, ADAPTIVE).warnings).toEqual([]);
  });

  test('has little room under thinking', () => {
    const encoded = encode({ reasoning: { budgetTokens: 2_000 }, temperature: 0.2, topP: 0.96, topK: 3 }, BUDGET);

    expect(encoded.body).toMatchObject({ top_p: 0.96 });
    expect(fieldsOf(encoded)).toEqual(['temperature dropped', 'top_k dropped']);
  });
});
