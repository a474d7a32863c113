import type { Provider } from '../../spec/provider.ts';
import type { ReferenceSources } from '../secrets/reference-sources.ts';
import type { Mistake, Path } from './mistake.ts';

/** The adapters a configuration may name. */
export interface Adapters {
  readonly built: ReadonlyMap<string, Provider>;
  /** Known but not built: their providers load with a warning. */
  readonly planned: ReadonlyMap<
    string,
    { readonly id: string; readonly baseUrl?: string | undefined; readonly keyNames: readonly string[] }
  >;
}

/** What a configuration is read against. */
export interface ConfigurationContext {
  readonly adapters: Adapters;
  readonly sources: ReferenceSources;
}

/** Collects what is said about one file, so that all of it is said at once. */
export class Notes {
  readonly mistakes: Mistake[] = [];
  readonly warnings: Mistake[] = [];

  mistake(path: Path, message: string, atName = false): void {
    this.mistakes.push({ path, message, atName });
  }

  warn(path: Path, message: string, atName = false): void {
    this.warnings.push({ path, message, atName });
  }
}
