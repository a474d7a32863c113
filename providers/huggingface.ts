import { compatible } from './openai-compatible.ts';

export default compatible({
  id: 'huggingface',
  baseUrl: 'https://router.huggingface.co/v1',
  keyNames: ['HF_TOKEN'],
  operations: ['chat'],
});
