import { compatible } from './openai-compatible.ts';

/** Coding plans use `base_url: https://api.z.ai/api/coding/paas/v4`. */
export default compatible({
  id: 'zai',
  baseUrl: 'https://api.z.ai/api/paas/v4',
  keyNames: ['ZAI_API_KEY'],
  makes: /^glm-/,
  operations: ['chat'],
});
