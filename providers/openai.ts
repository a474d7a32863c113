import { compatible } from './openai-compatible.ts';

/** Every chat model takes `max_completion_tokens`; reasoning models refuse the older `max_tokens` with a 400. */
export default compatible({
  id: 'openai',
  baseUrl: 'https://api.openai.com/v1',
  keyNames: ['OPENAI_API_KEY'],
  makes: /^(gpt-(?!oss)|chatgpt-|codex-|o\d|text-embedding-|davinci-|babbage-|ft:gpt-)/,
  quirks: [{ models: /^(ft:)?(o\d|gpt-([5-9]|\d\d)|codex-)/, rename: { max_tokens: 'max_completion_tokens' } }],
});
