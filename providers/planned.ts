/** An adapter that is known but not built: its providers load with a warning and their calls are 501 `adapter_not_built`. */
export interface PlannedAdapter {
  readonly id: string;
  /** The provider's name as people know it. */
  readonly title: string;
  /** Default base URL, where one address serves every account. */
  readonly baseUrl?: string;
  readonly keyNames: readonly string[];
}

/** None at present: every provider that is known is built. */
const planned: readonly PlannedAdapter[] = [];

export const plannedAdapters: ReadonlyMap<string, PlannedAdapter> = new Map(
  planned.map(adapter => [adapter.id, adapter]),
);
