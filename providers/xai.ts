import { compatible } from './openai-compatible.ts';

export default compatible({
  id: 'xai',
  baseUrl: 'https://api.x.ai/v1',
  keyNames: ['XAI_API_KEY'],
  makes: /^grok-/,
  operations: ['chat'],
  asksForUsage: false,
});
