import { compatible } from './openai-compatible.ts';

/** Accounts made in China use `base_url: https://api.moonshot.cn/v1`. */
export default compatible({
  id: 'moonshotai',
  baseUrl: 'https://api.moonshot.ai/v1',
  keyNames: ['MOONSHOT_API_KEY'],
  makes: /^(kimi|moonshot)-/,
  operations: ['chat'],
});
