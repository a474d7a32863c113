import { setImmediate as nextTurn } from 'node:timers/promises';

/** Above this, and for runs above `LONGEST_RUN`, tokens are estimated: a tokenizer's time is quadratic in a run. */
const COUNTED_BYTES = 256 * 1024;
const LONGEST_RUN = 1_000;
/** Characters counted before the event loop gets its turn. */
const SLICE = 8_192;
const BYTES_PER_TOKEN = 4;
/** Characters of the longest token that o200k has. */
const LONGEST_TOKEN = 128;

/** All that o200k can take for one piece lies within a run of one of these: no blank or digit inside, or blanks only. */
const runs = [/(?:[^\s\p{N}]|[\r\n])+/gu, /\s+/gu] as const;

/** Special tokens count as the text they are. */
const asText = { allowedSpecial: new Set<string>(), disallowedSpecial: new Set<string>() };

export interface Measured {
  /** The text, or its beginning of `tokens` tokens when it has more than the limit. */
  readonly text: string;
  readonly tokens: number;
  readonly cut: boolean;
}

/** Tokens of texts by o200k, each alone. What would stall the event loop is estimated at four bytes a token. */
export async function countTokens(texts: readonly string[]): Promise<number> {
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes > COUNTED_BYTES) return estimate(bytes);
  const { encode } = await encoding();
  let tokens = 0;
  let turn = 0;
  for (const text of texts) {
    const { plain, estimated } = withoutLongRuns(text);
    tokens += estimated;
    for (const slice of slices(plain)) {
      tokens += encode(slice, asText).length;
      turn += slice.length;
      if (turn >= SLICE) {
        turn = 0;
        await nextTurn();
      }
    }
  }
  return tokens;
}

/** The first `limit` tokens of a text. */
export async function firstTokens(text: string, limit: number): Promise<Measured> {
  const tokens = await countTokens([text]);
  if (tokens <= limit) return { text, tokens, cut: false };
  const head = text.slice(0, limit * LONGEST_TOKEN);
  const { plain } = withoutLongRuns(head);
  if (plain !== head || Buffer.byteLength(head) > COUNTED_BYTES) {
    return { text: text.slice(0, limit * BYTES_PER_TOKEN).toWellFormed(), tokens: limit, cut: true };
  }
  const { encode, decode } = await encoding();
  const kept: number[] = [];
  for (const slice of slices(head)) {
    for (const token of encode(slice, asText)) if (kept.length < limit) kept.push(token);
    if (kept.length === limit) break;
    await nextTurn();
  }
  // A token can end inside a character; what is left of it is not text.
  return { text: decode(kept).replace(/\ufffd+$/u, ''), tokens: kept.length, cut: true };
}

function withoutLongRuns(text: string): { plain: string; estimated: number } {
  let estimated = 0;
  const shorten = (run: string): string => {
    if (run.length <= LONGEST_RUN) return run;
    estimated += estimate(Buffer.byteLength(run));
    return ' ';
  };
  const plain = runs.reduce((rest, pattern) => rest.replace(pattern, shorten), text);
  return { plain, estimated };
}

/** Cuts before a blank, where o200k always begins a new piece, so that the sum is the count of the whole. */
function* slices(text: string): Generator<string, void, undefined> {
  let start = 0;
  while (start < text.length) {
    let end = start + SLICE;
    while (end < text.length && end < start + 2 * SLICE && !(text[end] === ' ' && /\S/.test(text[end - 1]!))) end++;
    yield text.slice(start, end);
    start = end;
  }
}

const estimate = (bytes: number): number => Math.ceil(bytes / BYTES_PER_TOKEN);

/** Loaded at first use: it costs some 200 ms and 80 MB, which a gateway without simulator calls need not pay. */
const encoding = () => (loaded ??= load());
let loaded: ReturnType<typeof load> | undefined;

async function load() {
  const module = await import('gpt-tokenizer/encoding/o200k_base');
  module.setMergeCacheSize(10_000); // its own bound of 100,000 pieces would be 100 MB of hostile text
  return module;
}
