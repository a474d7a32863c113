import { compatible } from './openai-compatible.ts';

export default compatible({
  id: 'together',
  baseUrl: 'https://api.together.xyz/v1',
  keyNames: ['TOGETHER_API_KEY'],
  asksForUsage: false,
});
