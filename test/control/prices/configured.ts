import type { Provider } from '../../../src/spec/provider.ts';
import type { PriceResource } from '../../../src/spec/resources.ts';
import type { ConfiguredProvider } from '../../../src/spec/snapshot.ts';

export const configured = (name: string, pricesFrom = name, adapter: Provider | null = null): ConfiguredProvider => ({
  name,
  adapter,
  origin: 'https://provider.invalid',
  basePath: '',
  keys: [],
  keyless: true,
  models: new Set(),
  pricesFrom,
});

export const override = (given: Partial<PriceResource> & Pick<PriceResource, 'model'>): PriceResource => ({
  input: '1',
  output: '2',
  cacheRead: null,
  cacheWrite: null,
  reasoning: null,
  from: null,
  position: 0,
  ...given,
});
