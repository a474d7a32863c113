import { compatible } from './openai-compatible.ts';

export default compatible({
  id: 'fireworks',
  baseUrl: 'https://api.fireworks.ai/inference/v1',
  keyNames: ['FIREWORKS_API_KEY'],
});
