/** An adapter that is known but not built: its providers load with a warning and their calls are 501 `adapter_not_built`. */
export interface PlannedAdapter {
  readonly id: string;
  /** The provider's name as people know it. */
  readonly title: string;
  /** Default base URL, where one address serves every account. */
  readonly baseUrl?: string;
  readonly keyNames: readonly string[];
}

const planned: readonly PlannedAdapter[] = [
  {
    id: 'cohere',
    title: 'Cohere',
    baseUrl: 'https://api.cohere.com',
    keyNames: ['COHERE_API_KEY', 'CO_API_KEY'],
  },
  { id: 'vertex', title: 'Google Vertex AI', keyNames: [] },
  // Deployments and api-version. Its newer /openai/v1 endpoint works today through `openai-compatible`.
  { id: 'azure', title: 'Azure OpenAI', keyNames: ['AZURE_OPENAI_API_KEY'] },
];

export const plannedAdapters: ReadonlyMap<string, PlannedAdapter> = new Map(
  planned.map(adapter => [adapter.id, adapter]),
);
