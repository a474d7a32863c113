import { compatible } from './openai-compatible.ts';

export default compatible({
  id: 'openrouter',
  baseUrl: 'https://openrouter.ai/api/v1',
  keyNames: ['OPENROUTER_API_KEY'],
  translation: { reasoning: undefined, thoughts: 'details', extensions: ['anthropic'], joinTexts: false },
  // Nothing is kept there: https://openrouter.ai/docs/api/reference/responses/overview
  responses: {},
});
