import type { ResponseScope } from './response-store.ts';

/** An object that lives at a provider, and where. */
export interface ProviderObject {
  readonly provider: string;
  readonly model: string;
  /** As the provider knows it. */
  readonly id: string;
}

/**
 * Ids of objects that live at a provider, as they go out: only who has the same scope can use one, and it says where the
 * object lives. The same object has the same sealed id for as long as the master key is the same.
 */
export interface IdSealer {
  /** The id begins with `prefix`; letters, digits, `_` and `-` follow. */
  seal(prefix: string, scope: ResponseScope, object: ProviderObject): string;
  /** Null for what was not sealed here, was changed, or belongs to another scope. */
  open(prefix: string, scope: ResponseScope, sealed: string): ProviderObject | null;
}
