import { GatewayError } from '../../spec/gateway-error.ts';
import { type BodyScan, scanReply } from '../body/scan-body.ts';

/** The members of what a provider sent. Throws `upstream_invalid`. */
export function scanProviderJson(body: Buffer): BodyScan {
  try {
    return scanReply(body);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    throw new GatewayError('upstream_invalid', { detail: error.message, cause: error });
  }
}
