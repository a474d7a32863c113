import type { Provider } from '../../src/spec/provider.ts';
import { compatible } from '../openai-compatible.ts';
import { simulatorClient } from './client.ts';

/**
 * Answers in this process, without a network and without a model: for first steps, examples, tests and load. Its
 * address is a reserved name that no resolver knows, so that a request which went astray reaches nobody.
 */
const simulator: Provider = {
  ...compatible({ id: 'simulator', baseUrl: 'https://simulator.invalid/v1', keyNames: [], keyless: true }),
  builtIn: true,
  models: ['echo', 'story-100', 'tool', 'embed'],
  prices: [{ model: '*', input: '1', output: '2' }],
  local: simulatorClient,
};

export default simulator;
