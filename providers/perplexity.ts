import { compatible } from './openai-compatible.ts';

/** Every chunk of a stream carries usage. */
export default compatible({
  id: 'perplexity',
  baseUrl: 'https://api.perplexity.ai',
  keyNames: ['PERPLEXITY_API_KEY', 'PPLX_API_KEY'],
  makes: /^sonar/,
  operations: ['chat'],
  asksForUsage: false,
  translation: { thinkers: /reasoning|deep-research/, thoughts: 'none' },
});
