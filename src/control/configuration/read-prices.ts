import { didYouMean } from '../../spec/nearest.ts';
import type { PriceResource } from '../../spec/resources.ts';
import type { Notes } from './context.ts';
import type { PriceInput } from './schema.ts';
import type { Entry } from './sections.ts';

export function readPrices(
  entries: readonly Entry<PriceInput>[],
  providers: readonly string[],
  notes: Notes,
): readonly PriceResource[] {
  return entries.map(({ path, value }, position) => {
    const provider = value.model.split('/')[0]!;
    if (!value.model.includes('/') && !value.model.includes('*')) {
      notes.mistake([...path, 'model'], 'expected provider/model, or a pattern such as gpu-box/*');
    } else if (!provider.includes('*') && !providers.includes(provider)) {
      notes.warn(
        [...path, 'model'],
        `no provider is named ${JSON.stringify(provider)}${didYouMean(provider, providers)}`,
      );
    }
    return {
      model: value.model,
      input: value.input,
      output: value.output,
      cacheRead: value.cache_read ?? null,
      cacheWrite: value.cache_write ?? null,
      reasoning: value.reasoning ?? null,
      from: value.from ?? null,
      position,
    };
  });
}
