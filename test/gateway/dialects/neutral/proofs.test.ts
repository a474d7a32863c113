import { describe, expect, test } from 'vitest';
import {
  readProof,
  writeProof as writeContentProof,
} from '../../../../src/gateway/dialects/gemini-content/neutral/proofs.ts';
import { readForeignProof, writeProof } from '../../../../src/gateway/dialects/neutral/proofs.ts';

const own = { source: 'anthropic', signature: 'sig', id: 'rs_1' };

/** As either dialect carries such a text, read again by it. */
const forms = [
  ['tollgate.', (json: string) => readForeignProof(`tollgate.${Buffer.from(json).toString('base64url')}`)],
  ['a signature', (json: string) => readProof(`dG9sbGdhdGUu${Buffer.from(json).toString('base64')}`)],
] as const;

describe.each(forms)('a proof of another dialect as %s', (_name, read) => {
  test('is what was written', () => {
    expect(readForeignProof(writeProof(own, 'gemini'))).toEqual(own);
    expect(readProof(writeContentProof(own))).toEqual(own);
    expect(read(JSON.stringify(own))).toEqual(own);
  });

  test.each([
    ['nothing', ''],
    ['no JSON', '{"source":'],
    ['a list', '["source"]'],
    ['a text', '"source"'],
    ['no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]).toString('latin1')],
    ['a name twice', '{"source":"anthropic","source":"gemini"}'],
    ['a name in other letters', '{"__proto__":{"source":"anthropic"}}'],
    ['deeper than a body may be', `{"a":${'['.repeat(1_000)}${']'.repeat(1_000)}}`],
  ])('that holds %s is none', (_what, json) => {
    expect(read(json) ?? {}).toEqual({});
    expect(Object.getPrototypeOf(read(json) ?? {})).toBe(Object.prototype);
  });

  test('keeps nothing but its own texts', () => {
    expect(read('{"source":"anthropic","signature":{"a":1},"encrypted":7,"other":"x"}')).toEqual({
      source: 'anthropic',
    });
  });

  test('is not built where it has more structure than a body may have', () => {
    const before = process.memoryUsage().heapUsed;
    expect(read(`{"a":${'['.repeat(4_000_000)}`) ?? {}).toEqual({});
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(100 * 1024 * 1024);
  });
});
