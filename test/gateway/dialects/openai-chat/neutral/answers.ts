import fc from 'fast-check';
import type { ChatPart } from '../../../../../src/spec/chat/chat-stream.ts';
import { noUsage, type Usage } from '../../../../../src/spec/usage.ts';

const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 });
const proof = fc.base64String({ minLength: 4, maxLength: 16 });
const source = fc.constantFrom('anthropic', 'gemini', 'openai-responses', 'vendor');
const pieces = fc.array(text, { minLength: 1, maxLength: 3 });

type Step = (choice: number, call: number) => readonly ChatPart[];

const said = (type: 'text-delta' | 'refusal-delta') =>
  pieces.map(
    (texts): Step =>
      choice =>
        texts.map(piece => ({ type, choice, text: piece })),
  );

/** Thoughts, all with a proof: what of them is proven travels whole, and in order. */
const thought = fc
  .record({ texts: fc.array(text, { maxLength: 3 }), source, kind: fc.constantFrom('signature', 'encrypted'), proof })
  .map(
    ({ texts, kind, ...rest }): Step =>
      choice => [
        ...texts.map(piece => ({ type: 'reasoning-delta' as const, choice, text: piece })),
        { type: 'reasoning-proof', choice, source: rest.source, [kind]: rest.proof },
      ],
  );

const call = fc
  .record({
    id: fc.uuid(),
    name: fc.stringMatching(/^[a-z_]{1,8}$/),
    texts: pieces,
    custom: fc.constantFrom(true, undefined),
    signature: fc.option(proof, { nil: undefined }),
  })
  .map(
    ({ id, name, texts, custom, signature }): Step =>
      (choice, index) => [
        {
          type: 'tool-input-start',
          choice,
          index,
          id,
          name,
          ...(custom && { custom }),
          ...(signature && { signature, source: 'gemini' }),
        },
        ...texts.map(piece => ({ type: 'tool-input-delta' as const, choice, index, text: piece })),
      ],
  );

/** Most usage that one read gives, every class told apart. */
export const usage: fc.Arbitrary<Usage> = fc
  .record({
    input: fc.integer({ min: 1, max: 1e6 }),
    cacheRead: fc.nat(1e6),
    cacheWrite5m: fc.nat(1e6),
    output: fc.integer({ min: 1, max: 1e6 }),
    reasoning: fc.nat(1e6),
    audioIn: fc.nat(1e6),
    audioOut: fc.nat(1e6),
    imageIn: fc.nat(1e6),
    imageOut: fc.nat(1e6),
    serverToolCalls: fc.nat(9),
  })
  .map(classes => ({ ...noUsage, ...classes }));

const steps = fc.array(fc.oneof(said('text-delta'), said('refusal-delta'), call), { maxLength: 4 });
const reason = fc.constantFrom('stop', 'length', 'tool-calls', 'content-filter');

const choiceParts = fc.record({ thoughts: fc.array(thought, { maxLength: 2 }), steps, reason });

/** Answers as clients of the dialect can be told them: thoughts stand before what is said. */
export const answer: fc.Arbitrary<readonly ChatPart[]> = fc
  .tuple(fc.array(choiceParts, { minLength: 1, maxLength: 2 }), usage)
  .map(([choices, counted]) => [
    { type: 'start', id: 'chatcmpl-1', model: 'm', createdSeconds: 1 },
    ...choices.flatMap((parts, choice) => choiceOf(choice, parts)),
    { type: 'usage', usage: counted },
  ]);

type ChoiceSteps = (typeof choiceParts extends fc.Arbitrary<infer Of> ? Of : never) & {};

function choiceOf(choice: number, { thoughts, steps: told, reason: word }: ChoiceSteps): readonly ChatPart[] {
  let calls = 0;
  const parts = [...thoughts, ...told].flatMap(step => {
    const made = step(choice, calls);
    if (made.some(part => part.type === 'tool-input-start')) calls++;
    return made;
  });
  const finish = word === 'stop' && calls > 0 ? 'tool-calls' : word;
  return [...parts, { type: 'finish', choice, reason: finish }];
}
