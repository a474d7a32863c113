import { describe, expect, test } from 'vitest';
import { scanBody } from '../../../../src/gateway/body/scan-body.ts';
import { withoutForeignThoughts } from '../../../../src/gateway/dialects/gemini-content/foreign-thoughts.ts';

const call = { functionCall: { name: 'weather', args: { city: 'Oslo' } } };

function cleaned(parts: readonly object[], model: string) {
  const body = Buffer.from(JSON.stringify({ contents: [{ role: 'model', parts }] }));
  return withoutForeignThoughts({ body, scan: scanBody(body) }, model);
}

describe('calls of a client that keeps no thought signatures', () => {
  test('are marked as having none, where the model refuses them otherwise', () => {
    const found = cleaned([{ text: 'Let me see' }, call], 'gemini-3.5-flash');
    expect(found?.warnings).toEqual([]);
    expect(JSON.parse(found!.messages)).toEqual([
      {
        role: 'model',
        parts: [{ text: 'Let me see' }, { ...call, thoughtSignature: 'skip_thought_signature_validator' }],
      },
    ]);
  });

  test('stay as they are for models that take them', () => {
    expect(cleaned([call], 'gemini-2.5-flash')).toBeNull();
  });

  test('stay as they are where some have a signature: the first of several calls is enough', () => {
    expect(cleaned([{ ...call, thoughtSignature: 'c2ln' }, call], 'gemini-3.5-flash')).toBeNull();
  });
});
