import { GatewayError } from '../../src/spec/gateway-error.ts';
import type { Provider, ProviderSetting } from '../../src/spec/provider.ts';
import { REGION, type ReadKey, readKey } from './credentials.ts';
import { signatureHeaders } from './sigv4.ts';

/** https://docs.aws.amazon.com/general/latest/gr/bedrock.html: China has a domain of its own. */
const baseUrl = (region: string): string =>
  `https://bedrock-runtime.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;

/** Where nothing else is said, as in AWS's and others' SDKs for this service. */
const USUAL_REGION = 'us-east-1';

/** `bedrock-runtime`, its FIPS twin, endpoints of a private network (`vpce-….bedrock-runtime.REGION.vpce.…`), `bedrock`. */
const HOST = /(?:^|\.)bedrock(?:-runtime)?(?:-fips)?\.([a-z0-9-]+)\.(?:vpce\.)?(?:amazonaws\.com|api\.aws)/;

const regionOf = (origin: string): string | undefined => HOST.exec(URL.parse(origin)?.hostname ?? '')?.[1];

/** Amazon's own endpoint for calls. */
const RUNTIME = /^https:\/\/bedrock-runtime((?:-fips)?\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?)$/;

/** Models are listed at another endpoint than they are called at; what stands behind an address of one's own is not known. */
export const listsAt = (origin: string): string => origin.replace(RUNTIME, 'https://bedrock$1');

const NO_REGION =
  'the host of base_url names no region to sign for; expected region beside it, or in the JSON of the key';

export const settings: Readonly<Record<string, ProviderSetting>> = {
  region: {
    kind: 'text',
    pattern: REGION,
    expected: 'expected the name of a region such as eu-central-1',
    variables: ['AWS_REGION', 'AWS_DEFAULT_REGION'],
  },
};

type Access = Pick<Provider, 'baseUrl' | 'keyProblem' | 'authorize' | 'sign'>;

/** API keys are sent as they are; with credentials every request is signed, for the region that is said, if one is. */
export function access(region: string | undefined): Required<Access> {
  const signingRegion = (key: Credentials, origin: string) => key.region ?? region ?? regionOf(origin);
  return {
    baseUrl: baseUrl(region ?? USUAL_REGION),
    keyProblem(text, origin) {
      const key = readKey(text);
      if (key.type === 'problem') return key.problem;
      return key.type === 'credentials' && signingRegion(key, origin) === undefined ? NO_REGION : null;
    },
    authorize(text) {
      const key = text === null ? null : readKey(text);
      return key?.type === 'api-key' ? ['authorization', `Bearer ${key.token}`] : [];
    },
    sign(request, text, nowMillis) {
      const key = readKey(text);
      if (key.type === 'api-key') return [];
      if (key.type === 'problem') throw unusable(key.problem);
      const signed = signingRegion(key, request.origin);
      if (signed === undefined) throw unusable(NO_REGION);
      return signatureHeaders(request, key.credentials, { region: signed, service: 'bedrock', nowMillis });
    },
  };
}

type Credentials = Extract<ReadKey, { type: 'credentials' }>;

/** The configuration refuses such a key; the environment and an older database do not. */
const unusable = (detail: string): GatewayError => new GatewayError('provider_auth', { detail });
