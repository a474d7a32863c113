import fc from 'fast-check';
import { get_encoding } from 'tiktoken';
import { afterAll, expect, test } from 'vitest';
import { countTokens, firstTokens } from '../../../providers/simulator/tokens.ts';

const o200k = get_encoding('o200k_base');
afterAll(() => o200k.free());
const reference = (text: string) => o200k.encode(text, [], []).length;

test('counts like tiktoken, special tokens as text', async () => {
  const word = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('<|endoftext|>', ' ', '\n\n', '\t', "don't", '123456', '你好。', '🦄'),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 30 }), async words => {
      const text = words.join('');
      expect(await countTokens([text])).toBe(reference(text));
    }),
  );
});

test('counts a long text in slices and still like tiktoken', async () => {
  const text = 'The quick  brown fox.\n\n  It has 12,345 legs; "why" — nobody knows...\n\t你好 世界 '.repeat(1_500);

  expect(await countTokens([text])).toBe(reference(text));
});

test('estimates long runs and large texts at four bytes a token', async () => {
  expect(await countTokens(['a'.repeat(1_000_000)])).toBe(250_000);
  expect(await countTokens(['word '.repeat(100_000)])).toBe(125_000);
  expect(await countTokens(Array(100_000).fill('word '))).toBe(125_000);
  expect(await countTokens([`hello ${'a'.repeat(4_000)} world`])).toBeGreaterThanOrEqual(1_002);
});

// Each of these keeps a tokenizer busy for seconds when it is handed over whole.
test.each<[string, string]>([
  ['one letter', 'a'.repeat(262_144)],
  ['marks between signs', '!\u0301'.repeat(80_000)],
  ['lines between slashes', '/\n'.repeat(131_072)],
  ['blanks', ' '.repeat(262_144)],
  ['lines', '\n'.repeat(262_144)],
  ['letters without a space', '漢'.repeat(80_000)],
])('never gives the tokenizer %s', async (_name, text) => {
  expect(await countTokens([text])).toBe(Math.ceil(Buffer.byteLength(text) / 4) + 1);
});

test('counts what has breaks often enough, to a token where it must be cut anywhere', async () => {
  const short = `${'a'.repeat(999)} `.repeat(200);
  const mixed = 'a1'.repeat(20_000);

  expect(await countTokens([short])).toBe(reference(short));
  expect(Math.abs((await countTokens([mixed])) - reference(mixed))).toBeLessThanOrEqual(3);
});

test('cuts a text after so many tokens', async () => {
  expect(await firstTokens('one two three', 2)).toEqual({ text: 'one two', tokens: 2, cut: true });
  expect(await firstTokens('one two three', 3)).toEqual({ text: 'one two three', tokens: 3, cut: false });
  expect(await firstTokens('a'.repeat(500_000), 10)).toEqual({ text: 'a'.repeat(40), tokens: 10, cut: true });
  expect(await firstTokens('', 1)).toEqual({ text: '', tokens: 0, cut: false });
});
