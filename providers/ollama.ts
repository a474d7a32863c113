import { compatible } from './openai-compatible.ts';

export default compatible({
  id: 'ollama',
  baseUrl: 'http://127.0.0.1:11434/v1',
  keyNames: [],
  keyless: true,
});
