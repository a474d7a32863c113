import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { providers } from '../../../providers/index.ts';
import { openPriceBook } from '../../../src/control/prices/price-book.ts';
import { formatUsd } from '../../../src/spec/money.ts';
import type { PriceBook } from '../../../src/spec/snapshot.ts';
import { noUsage, type Usage } from '../../../src/spec/usage.ts';
import { configured, override } from './configured.ts';

const now = Date.parse('2026-06-01T12:00:00Z');
const million = 1_000_000;
const bundled = openPriceBook({ overrides: [] });

function cost(book: PriceBook, provider: string, model: string, usage: Partial<Usage>, atMillis = now): string | null {
  return book.find(configured(provider), model, atMillis)?.usd({ ...noUsage, ...usage }) ?? null;
}

describe('bundled prices', () => {
  // Worked out by hand from the price lists, to the last digit.
  test.each<[string, string, Partial<Usage>, string]>([
    ['openai', 'gpt-5', { input: 299_000, cacheRead: 1_000, output: 1_000 }, '0.383875'],
    ['google', 'gemini-2.5-pro', { input: 299_000, cacheRead: 1_000, output: 1_000 }, '0.76275'],
    ['google', 'gemini-2.5-pro', { input: 200_000 }, '0.25'],
    ['google', 'gemini-2.5-pro', { input: 200_001 }, '0.5000025'],
    ['openai', 'gpt-5', { output: 400, reasoning: 600 }, '0.01'],
    ['openai', 'gpt-5-2025-08-07', { input: 1 }, '0.00000125'],
    ['openai', 'gpt-5', { input: 7, serverToolCalls: 3 }, '0.03000875'],
    ['anthropic', 'claude-sonnet-4-5', { cacheWrite5m: 1_000, cacheWrite1h: 1_000, input: 1_000 }, '0.01275'],
    ['openai', 'text-embedding-3-small', { input: 3 }, '0.00000006'],
    ['openai', 'gpt-5', {}, '0'],
  ])('%s/%s %j costs %s', (provider, model, usage, expected) => {
    expect(cost(bundled, provider, model, usage)).toBe(expected);
  });

  test('the tier follows the whole prompt, cached tokens included, and holds for every token', () => {
    expect(cost(bundled, 'google', 'gemini-2.5-pro', { input: 1_000, cacheRead: 199_001, output: 1_000 })).toBe(
      '0.06725025',
    );
  });

  test('a price per request is added once to an attempt that used anything', () => {
    const whole = cost(bundled, 'perplexity', 'sonar', { input: million, output: million });

    expect(whole).toBe('2.012');
    expect(cost(bundled, 'perplexity', 'sonar', {})).toBe('0');
  });

  test('what nobody prices is unknown, not free', () => {
    expect(cost(bundled, 'openai', 'no-such-model', {})).toBeNull();
    expect(cost(bundled, 'no-such-provider', 'gpt-5', {})).toBeNull();
    expect(cost(bundled, 'openrouter', 'qwen/qwq-32b:free', {})).toBeNull();
    expect(cost(bundled, 'openai', 'whisper-1', {})).toBeNull();
  });

  test('a provider is known by its id and by the plain words of the book, not by a part of its name', () => {
    for (const name of ['x-ai', 'xai']) expect(cost(bundled, name, 'grok-4', { input: million })).toBe('3');
    for (const name of ['google', 'gemini', 'vertex'])
      expect(cost(bundled, name, 'gemini-2.5-pro', { input: 1 })).toBe('0.00000125');
    for (const name of ['openai-compatible', 'my-openai', 'OpenAI ', 'huggingface', ''])
      expect(cost(bundled, name, 'gpt-5', {})).toBeNull();
  });

  test('models that go by a region or by an ARN have the price of what they are', () => {
    const haiku = 'anthropic.claude-haiku-4-5-20251001-v1:0';
    const profile = 'arn:aws:bedrock:us-east-1:123456789012:inference-profile';

    expect(cost(bundled, 'bedrock', `global.${haiku}`, { input: million })).toBe('1');
    for (const model of [`us.${haiku}`, `eu.${haiku}`, `${profile}/us.${haiku}`])
      expect(cost(bundled, 'bedrock', model, { input: million })).toBe('1.1');
    expect(cost(bundled, 'bedrock', 'amazon.nova-micro-v1:0', { input: million, output: million })).toBe('0.175');
    expect(cost(bundled, 'bedrock', `${profile}/abc123`, {})).toBeNull();
  });

  test('the name in the book can differ from the name in the configuration', () => {
    expect(bundled.find(configured('eu', 'openai'), 'gpt-5', now)).not.toBeNull();
    expect(bundled.find(configured('openai', 'nothing'), 'gpt-5', now)).toBeNull();
  });

  test('lists the models of a provider', () => {
    expect(bundled.models('openai')).toContain('gpt-5');
    expect(bundled.models('xai')).toContain('grok-4-0709');
    expect(bundled.models('ollama')).toEqual([]);
  });
});

describe('dates and hours', () => {
  test('a new price holds from midnight UTC of its day', () => {
    const change = Date.parse('2025-06-10T00:00:00Z');

    expect(cost(bundled, 'openai', 'o3', { input: million }, change - 1)).toBe('10');
    expect(cost(bundled, 'openai', 'o3', { input: million }, change)).toBe('2');
    expect(cost(bundled, 'openai', 'o3', { input: million }, change - 1)).toBe('10');
  });

  test('an answer is not remembered beyond the hours it holds for', () => {
    const book = openPriceBook({ overrides: [] });
    const provider = configured('deepseek');
    const fresh = (atMillis: number) => openPriceBook({ overrides: [] }).find(provider, 'deepseek-chat', atMillis);
    const usage = { ...noUsage, input: million };

    for (let hour = 0; hour < 72; hour += 0.25) {
      const atMillis = Date.parse('2026-03-01T00:00:00Z') + hour * 3_600_000;
      expect(book.find(provider, 'deepseek-chat', atMillis)?.cost(usage)).toBe(fresh(atMillis)?.cost(usage));
    }
  });
});

describe('overrides', () => {
  test('win over the book, by globs over provider and model', () => {
    const book = openPriceBook({ overrides: [override({ model: 'openai/gpt-5*', input: '0.1', output: '0.30' })] });

    expect(cost(book, 'openai', 'gpt-5-mini', { input: million, output: million })).toBe('0.4');
    expect(cost(book, 'openai', 'gpt-4o', { input: million })).toBe('2.5');
    expect(cost(book, 'other', 'gpt-5', {})).toBeNull();
  });

  test('of several the latest from wins, then the later position, whatever their order', () => {
    const overrides = [
      override({ model: '*', input: '5', position: 3 }),
      override({ model: 'a/*', input: '7', position: 1, from: new Date('2026-01-01') }),
      override({ model: 'a/m', input: '8', position: 2, from: new Date('2026-01-01') }),
      override({ model: 'a/m', input: '9', position: 0, from: new Date('2026-02-01') }),
    ];
    const at = (day: string, model = 'm') => {
      const costs = [overrides, overrides.toReversed()].map(all =>
        cost(openPriceBook({ overrides: all }), 'a', model, { input: million }, Date.parse(day)),
      );
      return [...new Set(costs)];
    };

    expect(at('2025-12-31')).toEqual(['5']);
    expect(at('2026-01-15')).toEqual(['8']);
    expect(at('2026-01-15', 'n')).toEqual(['7']);
    expect(at('2026-02-01')).toEqual(['9']);
  });

  test('one that begins later replaces an answer that is remembered', () => {
    const from = new Date('2026-01-01');
    const book = openPriceBook({ overrides: [override({ model: 'openai/*', input: '4', from })] });

    expect(cost(book, 'openai', 'gpt-5', { input: million }, from.getTime() - 1)).toBe('1.25');
    expect(cost(book, 'openai', 'gpt-5', { input: million }, from.getTime())).toBe('4');
    expect(cost(book, 'openai', 'gpt-5', { input: million }, from.getTime() - 1)).toBe('1.25');
  });

  test('classes that are not stated are billed like what they are a part of', () => {
    const every = Object.fromEntries(Object.keys(noUsage).map(name => [name, million]));
    const plain = openPriceBook({ overrides: [override({ model: '*', input: '1', output: '100' })] });
    const full = openPriceBook({
      overrides: [
        override({ model: '*', input: '1', output: '100', cacheRead: '0.1', cacheWrite: '2', reasoning: '300' }),
      ],
    });

    expect(cost(plain, 'a', 'm', every)).toBe('406');
    expect(cost(full, 'a', 'm', every)).toBe('607.1');
    expect(cost(full, 'a', 'm', { cacheWrite1h: million })).toBe('2');
  });

  test('a price of 0 is free, and 12 decimals are exact', () => {
    const book = openPriceBook({
      overrides: [
        override({ model: 'a/*', input: '0', output: '0' }),
        override({ model: 'b/*', input: '0.000000000001' }),
      ],
    });

    expect(cost(book, 'a', 'm', { input: 5 })).toBe('0');
    expect(cost(book, 'b', 'm', { input: 3 })).toBe('0.000000000000000003');
  });

  test.each(['1e-7', '-1', '', '0.0000000000001', 'free'])('a price %j is refused', input => {
    expect(() => openPriceBook({ overrides: [override({ model: '*', input })] })).toThrow(RangeError);
  });
});

describe('what the adapter states', () => {
  const simulator = configured('simulator', 'simulator', providers.get('simulator')!);
  const usage = { ...noUsage, input: million, output: million };

  test('holds for the simulator, options behind the name included', () => {
    for (const model of ['echo', 'story-100~~gap=10']) {
      expect(formatUsd(bundled.find(simulator, model, now)!.cost(usage))).toBe('3');
    }
  });

  test('gives way to an override', () => {
    const book = openPriceBook({ overrides: [override({ model: 'simulator/*', input: '10', output: '20' })] });

    expect(formatUsd(book.find(simulator, 'echo', now)!.cost(usage))).toBe('30');
  });
});

describe('version', () => {
  test('names the installed library', () => {
    const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));

    expect(bundled.version).toBe(`genai-prices@${manifest.dependencies['@pydantic/genai-prices']}`);
  });

  test('differs with every difference of the overrides', () => {
    const one = override({ model: 'a/*' });
    const versions = [
      [],
      [one],
      [{ ...one, input: '3' }],
      [{ ...one, reasoning: '3' }],
      [{ ...one, from: new Date(0) }],
    ].map(overrides => openPriceBook({ overrides }).version);

    expect(new Set(versions).size).toBe(versions.length);
    expect(openPriceBook({ overrides: [{ ...one }] }).version).toBe(versions[1]);
  });
});

describe('memory', () => {
  test('an answer is given again for the same provider, and worked out for another of the same name', () => {
    const provider = configured('openai');

    expect(bundled.find(provider, 'gpt-5', now)).toBe(bundled.find(provider, 'gpt-5', now + 1));
    expect(bundled.find(configured('openai', 'nothing'), 'gpt-5', now)).toBeNull();
    expect(bundled.find(provider, 'gpt-5', now)).not.toBeNull();
  });

  test('holds 10,000 answers and forgets the one it worked out first, however often that is asked', () => {
    const book = openPriceBook({ overrides: [override({ model: '*' })] });
    const provider = configured('a');
    const adapter = providers.get('simulator')!;
    const stated = configured('s', 's', { ...adapter, prices: [{ model: '*', input: '1', output: '1' }] });
    const fromAdapter = openPriceBook({ overrides: [] });
    const first = fromAdapter.find(stated, 'first', now);
    const second = fromAdapter.find(stated, 'second', now);

    for (let index = 0; index < 9_999; index++) {
      fromAdapter.find(stated, `m${index}`, now);
      if (index % 1_000 === 0) expect(fromAdapter.find(stated, 'first', now)).toBe(first);
    }
    expect(fromAdapter.find(stated, 'second', now)).toBe(second);
    expect(fromAdapter.find(stated, 'first', now)).not.toBe(first);
    expect(book.find(provider, 'm', now)).not.toBeNull();
  });

  test('an answer that was replaced when it ceased to hold does not take its successor with it', () => {
    const from = new Date('2026-01-01');
    const book = openPriceBook({ overrides: [override({ model: 'a/*', from }), override({ model: 'b/*' })] });
    const adapter = providers.get('simulator')!;
    const stated = configured('a', 'a', { ...adapter, prices: [{ model: '*', input: '1', output: '1' }] });
    book.find(stated, 'm', from.getTime());
    const before = book.find(stated, 'm', from.getTime() - 1);

    for (let index = 0; index < 9_999; index++) book.find(configured('b'), `m${index}`, now);
    expect(book.find(stated, 'm', from.getTime() - 1)).toBe(before);
    book.find(configured('b'), 'one more', now);
    expect(book.find(stated, 'm', from.getTime() - 1)).not.toBe(before);
  });
});
