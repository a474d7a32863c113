import type { OpenaiChatOptions } from './openai-chat/index.ts';
import { compatible } from './openai-compatible.ts';

/** What OpenAI's models take of requests in other dialects, wherever they run. */
export const translation: OpenaiChatOptions = {
  thinkers: /^(ft:)?(o\d|gpt-([5-9]|\d\d)|gpt-oss|codex-)/,
  fixedSampling: /^(ft:)?(o\d|gpt-5(-(mini|nano|pro)|-\d{4}|$))/,
  thoughts: 'none',
  searchers: /-search-/,
  topK: false,
  mostStops: 4,
};

/** Every chat model takes `max_completion_tokens`; reasoning models refuse the older `max_tokens` with a 400. */
export default compatible({
  id: 'openai',
  baseUrl: 'https://api.openai.com/v1',
  keyNames: ['OPENAI_API_KEY'],
  makes: /^(gpt-(?!oss)|chatgpt-|codex-|o\d|text-embedding-|davinci-|babbage-|ft:gpt-)/,
  translation,
  quirks: [{ models: /^(ft:)?(o\d|gpt-([5-9]|\d\d)|codex-)/, rename: { max_tokens: 'max_completion_tokens' } }],
});
