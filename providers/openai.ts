import type { OpenaiChatOptions } from './openai-chat/index.ts';
import { compatible, type OfferedResponses } from './openai-compatible.ts';

/** What OpenAI's models take of requests in other dialects, wherever they run. */
export const translation: OpenaiChatOptions = {
  thinkers: /^(ft:)?(o\d|gpt-([5-9]|\d\d)|gpt-oss|codex-)/,
  fixedSampling: /^(ft:)?(o\d|gpt-5(-(mini|nano|pro)|-\d{4}|$))/,
  thoughts: 'none',
  searchers: /-search-/,
  topK: false,
  mostStops: 4,
};

/**
 * Some models answer by Responses alone, and those for audio and search not by it:
 * https://developers.openai.com/api/docs/models
 */
export const responses: OfferedResponses = {
  only: /^(ft:)?(o\d(-mini)?-(pro|deep-research)|gpt-\d+(\.\d+)?-(pro|codex|cyber)|codex-|computer-use-|gpt-(daybreak|rosalind|6-rosalind))/,
  except: /(-audio|-search-(preview|api)|^o1-mini)/,
  thinkers: /^(ft:)?(o\d|gpt-([5-9]|\d\d)|gpt-oss|codex-|computer-use-|gpt-(daybreak|rosalind))(?!.*-chat)/,
  fixedSampling: /^(ft:)?(o\d|codex-|gpt-5(-(mini|nano|pro)|-\d{4}|$)|gpt-\d+(\.\d+)?-(pro|codex))/,
};

/** Every chat model takes `max_completion_tokens`; reasoning models refuse the older `max_tokens` with a 400. */
export default compatible({
  id: 'openai',
  baseUrl: 'https://api.openai.com/v1',
  keyNames: ['OPENAI_API_KEY'],
  makes: /^(gpt-(?!oss)|chatgpt-|codex-|o\d|text-embedding-|davinci-|babbage-|ft:gpt-)/,
  translation,
  responses,
  quirks: [{ models: /^(ft:)?(o\d|gpt-([5-9]|\d\d)|codex-)/, rename: { max_tokens: 'max_completion_tokens' } }],
});
