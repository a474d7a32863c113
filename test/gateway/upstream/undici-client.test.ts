import { undiciClient } from '../../../src/gateway/upstream/undici-client.ts';
import { upstreamClientContract } from '../../contracts/upstream-client.ts';

upstreamClientContract('the client over undici', undiciClient);
