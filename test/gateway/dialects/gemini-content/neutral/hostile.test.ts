import { expect, test } from 'vitest';
import { toNeutral } from '../../../../../src/gateway/dialects/gemini-content/neutral/index.ts';

const inlineData = (data: string) => ({ contents: [{ parts: [{ inlineData: { mimeType: 'image/png', data } }] }] });
const dataOf = (data: string): unknown => toNeutral(inlineData(data), false).request.messages[0]?.parts[0];

/** Time to read it, in millis. */
function took(body: object): number {
  const began = performance.now();
  toNeutral(body, false);
  return performance.now() - began;
}

test.each([
  ['-_8', '+/8='],
  ['+/8=', '+/8='],
  ['QQ==', 'QQ=='],
  ['QQ', 'QQ=='],
  ['=', ''],
])('bytes written as %s are %s', (written, data) => {
  expect(dataOf(written)).toMatchObject({ type: 'image', media: { data } });
});

test('padding in the midst of bytes, a million characters of it, costs one look at each', () => {
  expect(took(inlineData(`${'='.repeat(1_000_000)}A`))).toBeLessThan(1_000);
});

test('results find their calls in one look each, however many are open', () => {
  const many = Array.from({ length: 30_000 }, (_, index) => index);
  const call = (id: object) => ({ functionCall: { name: 'look', ...id } });
  const result = (id: object) => ({ functionResponse: { name: 'look', response: {}, ...id } });
  const rounds = (idOf: (index: number) => object) => ({
    contents: [
      { role: 'model', parts: many.map(index => call(idOf(index))) },
      { role: 'user', parts: many.map(index => result(idOf(index))) },
    ],
  });
  expect(took(rounds(() => ({})))).toBeLessThan(2_000);
  expect(took(rounds(index => ({ id: `c${index}` })))).toBeLessThan(2_000);
});

test('a result belongs to the call of its id, else to the first open one of its name', () => {
  const { request } = toNeutral(
    {
      contents: [
        {
          role: 'model',
          parts: [
            { functionCall: { name: 'look' } },
            { functionCall: { name: 'look', id: 'b' } },
            { functionCall: { name: 'look' } },
          ],
        },
        {
          parts: [
            { functionResponse: { name: 'look', id: 'b', response: {} } },
            { functionResponse: { name: 'look', response: {} } },
            { functionResponse: { name: 'look', response: {} } },
            { functionResponse: { name: 'look', response: {} } },
          ],
        },
      ],
    },
    false,
  );
  const [calls, results] = request.messages.map(({ parts }) => parts);
  const [first, , third] = calls!.map(part => (part.type === 'tool-call' ? part.id : ''));
  const answered = results!.map(part => (part.type === 'tool-result' ? part.callId : ''));
  expect(answered.slice(0, 3)).toEqual(['b', first, third]);
  expect([first, 'b', third]).not.toContain(answered[3]);
});
