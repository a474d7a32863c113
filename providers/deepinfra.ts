import { compatible } from './openai-compatible.ts';

/** The last chunk of a stream carries usage: https://docs.deepinfra.com/chat/streaming */
export default compatible({
  id: 'deepinfra',
  baseUrl: 'https://api.deepinfra.com/v1/openai',
  keyNames: ['DEEPINFRA_API_KEY', 'DEEPINFRA_TOKEN'],
  asksForUsage: false,
});
