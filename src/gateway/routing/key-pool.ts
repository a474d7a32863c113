import type { ProviderKey, Target } from '../../spec/snapshot.ts';
import type { TargetHealth } from './target-health.ts';

/** Picks the provider key of an attempt: in turn, those not set aside first, and not one that this call tried. */
export class KeyPool {
  readonly #turns = new Map<string, number>();
  readonly #health: TargetHealth;

  constructor(health: TargetHealth) {
    this.#health = health;
  }

  /** Null when every key was tried by this call, or the provider has none. */
  pick(target: Target, tried: readonly string[]): ProviderKey | null {
    const { keys, name } = target.provider;
    if (keys.length === 1) return tried.includes(keys[0]!.label) ? null : keys[0]!;
    const turn = this.#turns.get(name) ?? 0;
    this.#turns.set(name, (turn + 1) % Math.max(1, keys.length));
    const now = Date.now();
    let cooling: ProviderKey | null = null;
    for (let offset = 0; offset < keys.length; offset++) {
      const key = keys[(turn + offset) % keys.length]!;
      if (tried.includes(key.label)) continue;
      if (!this.#health.keyCooling(target.name, key.label, now)) return key;
      cooling ??= key;
    }
    return cooling;
  }
}
