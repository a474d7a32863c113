import type { ProviderSetting, ProviderSettings } from '../../src/spec/provider.ts';

/** Where models are called: a project and one of its locations, or neither in express mode, where the key says it. */
export const settings = {
  project: {
    kind: 'text',
    // An id, a number, or an id of a domain of old: `example.com:project`.
    pattern: /^(?:[a-z0-9][a-z0-9.-]{0,61}:)?[a-z0-9][a-z0-9-]{0,61}$/,
    expected: 'expected the id of a Google Cloud project, such as my-project-123',
  },
  location: {
    kind: 'text',
    pattern: /^[a-z0-9][a-z0-9-]{0,61}$/,
    expected: 'expected a location such as global, us, eu or europe-west4',
    beside: 'project',
  },
} as const satisfies Readonly<Record<string, ProviderSetting>>;

export interface Place {
  readonly baseUrl: string;
  /** In front of `/publishers`. */
  readonly path: string;
}

/** https://docs.cloud.google.com/vertex-ai/docs/reference/rest and …/generative-ai/docs/start/express-mode/overview */
export function placeOf({ project, location = 'global' }: ProviderSettings): Place {
  if (project === undefined) return { baseUrl: 'https://aiplatform.googleapis.com', path: '/v1' };
  return { baseUrl: `https://${hostOf(String(location))}`, path: `/v1/projects/${project}/locations/${location}` };
}

/** Locations of several regions have hosts of their own form. */
function hostOf(location: string): string {
  if (location === 'global') return 'aiplatform.googleapis.com';
  if (location === 'us' || location === 'eu') return `aiplatform.${location}.rep.googleapis.com`;
  return `${location}-aiplatform.googleapis.com`;
}
