import type { Operation } from '../../src/spec/provider.ts';

/** What Azure is asked for. */
export type AzureOperation = Extract<Operation, 'chat' | 'embeddings'>;

const operations: Readonly<Record<AzureOperation, string>> = { chat: '/chat/completions', embeddings: '/embeddings' };

/** Versions by date have the deployment in the path; the others are of the newer form, with the model in the body. */
const isDated = (version: string | null): version is string => version !== null && /^\d/.test(version);

const query = (version: string | null): string => (version === null ? '' : `?api-version=${version}`);

/**
 * Where an operation is asked for, below the resource's address.
 * https://learn.microsoft.com/azure/foundry/openai/api-version-lifecycle
 */
export function pathOf(operation: AzureOperation, version: string | null, deployment: string): string {
  const place = isDated(version) ? `/openai/deployments/${encodeURIComponent(deployment)}` : '/openai/v1';
  return place + operations[operation] + query(version);
}

/** Where the resource lists its models. */
export const listPath = (version: string | null): string =>
  `${isDated(version) ? '/openai' : '/openai/v1'}/models${query(version)}`;

/**
 * `stream_options` is a 400 before 2024-09-01-preview.
 * https://github.com/Azure/azure-rest-api-specs/issues/30810
 */
export const knowsStreamOptions = (version: string | null): boolean => !isDated(version) || version >= '2024-09-01';

/** Responses came with 2025-03-01-preview, in either form with the deployment in the body. */
export const knowsResponses = (version: string | null): boolean => !isDated(version) || version >= '2025-03-01';

export const responsesPath = (version: string | null): string =>
  `${isDated(version) ? '/openai' : '/openai/v1'}/responses${query(version)}`;
