import type { Extra } from '../../src/spec/chat/parts.ts';
import { fieldsOf } from '../anthropic/fields.ts';
import type { Warn } from '../anthropic/warn.ts';
import type { ModelFacts } from './models.ts';
import type { CachePoint } from './wire.ts';

/**
 * `cache_control` marks the block it stands in; here a block of its own behind that one says the same. Null where
 * there is none, or the model does not cache such a place.
 */
export function cachePoint(
  extra: Extra | undefined,
  field: string,
  caches: boolean,
  facts: ModelFacts,
  warn: Warn,
): CachePoint | null {
  const control = extra?.anthropic?.cache_control;
  if (control == null) return null;
  if (!caches) {
    warn(`${field}.cache_control`, 'dropped', 'This model does not cache it.');
    return null;
  }
  const { ttl } = fieldsOf(control);
  if (ttl !== '1h') return { cachePoint: { type: 'default' } };
  if (facts.longCache) return { cachePoint: { type: 'default', ttl } };
  warn(`${field}.cache_control`, 'approximated', 'This model caches for 5 minutes.');
  return { cachePoint: { type: 'default' } };
}
