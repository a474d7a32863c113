import { GatewayError } from '../../src/spec/gateway-error.ts';
import type { Provider } from '../../src/spec/provider.ts';
import { type ReadKey, readKey } from './credentials.ts';
import { signatureHeaders } from './sigv4.ts';

/** https://docs.aws.amazon.com/general/latest/gr/bedrock.html: China has a domain of its own. */
const baseUrl = (region: string): string =>
  `https://bedrock-runtime.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;

/** Where nothing else is said, as in AWS's and others' SDKs for this service. */
const USUAL_REGION = 'us-east-1';

/** `bedrock-runtime`, its FIPS twin, and endpoints of a private network (`vpce-….bedrock-runtime.REGION.vpce.…`). */
const HOST = /(?:^|\.)bedrock-runtime(?:-fips)?\.([a-z0-9-]+)\.(?:vpce\.)?(?:amazonaws\.com|api\.aws)/;

const regionOf = (origin: string): string | undefined => HOST.exec(URL.parse(origin)?.hostname ?? '')?.[1];

const NO_REGION =
  'the host of base_url names no region to sign for; say it in the key: {"access_key_id", "secret_access_key", "region"}';

type Access = Pick<Provider, 'baseUrl' | 'regions' | 'keyProblem' | 'authorize' | 'sign'>;

/** API keys are sent as they are; with credentials every request is signed. */
export const access: Required<Access> = {
  baseUrl: baseUrl(USUAL_REGION),
  regions: { names: ['AWS_REGION', 'AWS_DEFAULT_REGION'], baseUrl },
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
    const region = signingRegion(key, request.origin);
    if (region === undefined) throw unusable(NO_REGION);
    return signatureHeaders(request, key.credentials, { region, service: 'bedrock', nowMillis });
  },
};

const signingRegion = ({ region }: Extract<ReadKey, { type: 'credentials' }>, origin: string): string | undefined =>
  region ?? regionOf(origin);

/** The configuration refuses such a key; the environment and an older database do not. */
const unusable = (detail: string): GatewayError => new GatewayError('provider_auth', { detail });
