import { compatible } from './openai-compatible.ts';

/** Members that are a 400 there: https://console.groq.com/docs/openai */
export default compatible({
  id: 'groq',
  baseUrl: 'https://api.groq.com/openai/v1',
  keyNames: ['GROQ_API_KEY'],
  operations: ['chat'],
  translation: { thinkers: /gpt-oss|qwen3/, thoughts: 'none', topK: false, mostStops: 4 },
  quirks: [{ drop: ['logprobs', 'top_logprobs', 'logit_bias'] }],
  // https://console.groq.com/docs/responses-api
  responses: {
    thinkers: /gpt-oss|qwen3/,
    quirks: [{ drop: ['include', 'truncation', 'safety_identifier', 'prompt_cache_key'] }],
  },
});
