import { compatible } from './openai-compatible.ts';

export default compatible({
  id: 'cerebras',
  baseUrl: 'https://api.cerebras.ai/v1',
  keyNames: ['CEREBRAS_API_KEY'],
  translation: { thinkers: /gpt-oss|glm/, topK: false },
  operations: ['chat'],
});
