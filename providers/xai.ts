import { compatible } from './openai-compatible.ts';

export default compatible({
  id: 'xai',
  baseUrl: 'https://api.x.ai/v1',
  keyNames: ['XAI_API_KEY'],
  makes: /^grok-/,
  operations: ['chat'],
  asksForUsage: false,
  // The others think as much as they like, and refuse to be told: https://docs.x.ai/docs/guides/reasoning
  translation: { thinkers: /^grok-3-mini/, topK: false },
});
