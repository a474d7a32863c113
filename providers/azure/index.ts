import type { Provider, ProviderSetting, ProviderSettings } from '../../src/spec/provider.ts';
import { api } from '../openai-compatible.ts';
import { codecs } from './codecs.ts';
import { entra } from './entra.ts';
import { toError } from './errors.ts';
import { listPath } from './paths.ts';

const settings: Readonly<Record<string, ProviderSetting>> = {
  api_version: {
    kind: 'text',
    pattern: /^(\d{4}-\d{2}-\d{2}(-preview)?|v1|preview|latest)$/,
    expected: 'expected a version such as 2024-10-21, or v1, preview or latest',
  },
  api,
  deployments: {
    kind: 'mapping',
    pattern: /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    expected: 'expected the name of a deployment: letters, digits, dots, dashes and underscores',
  },
};

/** OpenAI's dialect below the address of a resource, where models answer to the names of their deployments. */
function azure({ api: spoken, api_version: given, deployments = {} }: ProviderSettings): Provider {
  const version = typeof given === 'string' ? given : null;
  const names = new Map(typeof deployments === 'string' ? [] : Object.entries(deployments));
  return Object.freeze({
    id: 'azure',
    keyNames: ['AZURE_OPENAI_API_KEY'],
    addressName: 'AZURE_OPENAI_ENDPOINT',
    addressForm: {
      pattern: /^(?!.*\/openai(\/|$))/,
      expected: "expected the resource's address without /openai, such as https://NAME.openai.azure.com",
    },
    settings,
    configure: azure,
    exchange: entra,
    lists: listPath(version),
    ...(names.size > 0 && { serves: [...names.keys()].toSorted() }),
    operations: codecs(version, model => names.get(model) ?? model, spoken),
    authorize: (key: string | null) => (key === null ? [] : ['api-key', key]),
    toError,
  } satisfies Provider);
}

export default azure({});
