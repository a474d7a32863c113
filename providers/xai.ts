import { compatible } from './openai-compatible.ts';

export default compatible({
  id: 'xai',
  baseUrl: 'https://api.x.ai/v1',
  keyNames: ['XAI_API_KEY'],
  makes: /^grok-/,
  operations: ['chat'],
  asksForUsage: false,
  // The others think as much as they like, and refuse to be told: https://docs.x.ai/developers/model-capabilities/text/reasoning
  translation: { thinkers: /^grok-(3-mini|4\.3|latest)/, topK: false },
  // https://docs.x.ai/developers/model-capabilities/text/comparison
  responses: { thinkers: /^grok-(3-mini|4)/ },
});
