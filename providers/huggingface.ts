import { compatible } from './openai-compatible.ts';

export default compatible({
  id: 'huggingface',
  baseUrl: 'https://router.huggingface.co/v1',
  keyNames: ['HF_TOKEN'],
  operations: ['chat'],
  // https://huggingface.co/docs/inference-providers/guides/responses-api
  responses: {},
});
