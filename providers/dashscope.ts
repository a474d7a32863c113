import { compatible } from './openai-compatible.ts';

/** The international endpoint; accounts made in China use `base_url: https://dashscope.aliyuncs.com/compatible-mode/v1`. */
export default compatible({
  id: 'dashscope',
  baseUrl: 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
  keyNames: ['DASHSCOPE_API_KEY'],
  makes: /^(qwen|qwq|qvq)/,
});
