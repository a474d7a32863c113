import { compatible } from './openai-compatible.ts';

export default compatible({
  id: 'deepseek',
  baseUrl: 'https://api.deepseek.com',
  keyNames: ['DEEPSEEK_API_KEY'],
  makes: /^deepseek-/,
  operations: ['chat'],
});
