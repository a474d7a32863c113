/**
 * Bytes of text that make a token on average: English prose has 4 to 4.5, code and other languages fewer characters but
 * more bytes a character. Good to a factor of two, so what is booked by it is marked as estimated.
 */
const BYTES_PER_TOKEN = 4;
/** What providers count for one image or file of middling size, whatever the length of its base64. */
const TOKENS_PER_MEDIUM = 1_000;
const MEDIUM = Buffer.from(';base64,');
const QUOTE = 0x22;

/** Tokens of a request, from its bytes: base64 media count as one medium each, not by their length. */
export function estimateInputTokens(body: Buffer): number {
  let text = body.length;
  let media = 0;
  for (let at = body.indexOf(MEDIUM); at >= 0; ) {
    const end = body.indexOf(QUOTE, at);
    if (end < 0) break;
    text -= end - at;
    media++;
    at = body.indexOf(MEDIUM, end);
  }
  return Math.ceil(text / BYTES_PER_TOKEN) + media * TOKENS_PER_MEDIUM;
}

/** Tokens of so many bytes of generated text. */
export const estimateOutputTokens = (bytes: number): number => Math.ceil(bytes / BYTES_PER_TOKEN);
