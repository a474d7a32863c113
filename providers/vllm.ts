import { compatible } from './openai-compatible.ts';

export default compatible({
  id: 'vllm',
  baseUrl: 'http://127.0.0.1:8000/v1',
  keyNames: [],
  keyless: true,
  responses: {},
});
