import type { Answered, Certificate, Unanswered } from './ask-provider.ts';
import { type Finding, note, ok, problem, warning } from './finding.ts';
import type { Probe, Tokenless } from './provider-probe.ts';
import { day, span } from './words.ts';

const DAY_MILLIS = 86_400_000;

/** One line a provider and key, and one for a certificate that ends soon. `proxy`: a proxy is set, which is not used. */
export function checkProviders(probes: readonly Probe[] | null, proxy: boolean, now: Date): readonly Finding[] {
  if (probes === null) {
    return [
      note('providers', 'not checked', 'Correct the configuration file first, or let the doctor reach the database.'),
    ];
  }
  if (probes.length === 0) {
    const advice = 'Describe providers in the configuration file, or set a usual key variable: docs/providers.md.';
    return [note('providers', 'there are none that need a network', advice)];
  }
  const found = probes.flatMap(probe => judge(probe, proxy, now));
  // What has nothing to do with the key is the same for all keys of a pool.
  return [...new Map(found.map(finding => [`${finding.check} ${finding.message}`, finding])).values()];
}

function judge(probe: Probe, proxy: boolean, now: Date): readonly Finding[] {
  const { asked } = probe;
  if (asked.state === 'tokenless') return [tokenless(probe, asked)];
  if (asked.state === 'unanswered') return [unreachable(probe, asked, proxy)];
  const ending = asked.certificate ? certificateFinding(probe, asked.certificate, now) : null;
  return [answered(probe, asked), ...(ending ? [ending] : [])];
}

function tokenless(probe: Probe, { refused, detail }: Tokenless): Finding {
  const key = probe.key?.shown ?? 'no key';
  const advice = refused
    ? 'Replace the key: calls with it fail as provider_auth.'
    : "Check token_url, this machine's DNS and firewalls on the way: calls with this key fail.";
  return problem(nameOf(probe), `${key} was not exchanged for a token: ${detail}`, advice);
}

const nameOf = ({ provider }: Probe): string => `provider ${provider.name}`;
const hostOf = ({ provider }: Probe): string => new URL(provider.url!.origin).host;

function unreachable(probe: Probe, { step, code }: Unanswered, proxy: boolean): Finding {
  const [host, name] = [hostOf(probe), nameOf(probe)];
  const direct = proxy ? ' HTTPS_PROXY is not used: the gateway needs a direct way out.' : '';
  switch (step) {
    case 'dns':
      return problem(name, `${host} has no address (${code})`, `Check base_url and this machine's DNS.${direct}`);
    case 'tcp':
      return problem(
        name,
        `${host} does not take connections (${code})`,
        `Check base_url, whether the server runs, and firewalls on the way.${direct}`,
      );
    case 'tls':
      return problem(name, `the certificate or TLS of ${host} is not accepted (${code})`, adviceOnTls(code));
    case 'http':
      return problem(
        name,
        `${host} takes the connection and gives no answer (${code})`,
        'Check that base_url leads to an HTTP server and not to another service, and look at its log.',
      );
  }
}

function adviceOnTls(code: string): string {
  if (code === 'CERT_HAS_EXPIRED')
    return 'Renew the certificate of the server; if it is not old, set the clock of this machine.';
  if (code === 'CERT_NOT_YET_VALID') return 'Set the clock of this machine.';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'The certificate is for another name: use that name in base_url.';
  if (code === 'TIMEOUT' || code === 'ECONNRESET')
    return 'Check that base_url leads to a TLS port, and what stands in between.';
  return 'Name the authority that signed it in NODE_EXTRA_CA_CERTS, for the gateway and for this command.';
}

function answered(probe: Probe, { reply, millis, certificate }: Answered): Finding {
  const { adapter } = probe.provider;
  const [name, host, { status }] = [nameOf(probe), hostOf(probe), reply];
  const key = probe.key?.shown ?? 'no key';
  const until = certificate ? `, certificate until ${day(certificate.to)}` : '';
  if (status >= 200 && status < 300) {
    return ok(name, `${host} lists its models with ${key} (${status}, ${millis} ms${until})`);
  }
  if (status >= 300 && status < 400) {
    const advice = 'Set base_url to where it redirects: calls do not follow.';
    return problem(name, `${host} redirects (${status})`, advice);
  }
  const failure = adapter!.toError(reply);
  const { cause } = failure;
  if (status === 403 && !adapter!.refusesKey?.(failure)) {
    const advice =
      'A key with few rights may serve calls all the same: try one. Else replace it, or lift the block of this address.';
    return warning(name, `${host} forbids to list models with ${key} (403)`, advice);
  }
  if (cause === 'auth') {
    const advice = probe.key
      ? 'Replace the key: calls with it fail as provider_auth.'
      : `Add a key to providers.${probe.provider.name}.`;
    return problem(name, `${host} answers, and refuses ${key} (${status})`, advice);
  }
  if (cause === 'rate_limit' || cause === 'quota') {
    const advice = 'Calls with it are refused as well: add keys or targets, or pay.';
    return warning(name, `${host} answers, and has enough of ${key} (${status})`, advice);
  }
  if (status >= 500) {
    const advice = "Look at the provider's status page or, for a server of yours, at its log.";
    return warning(name, `${host} answers with an error of its own (${status})`, advice);
  }
  const untried = probe.key ? `, so ${key} was not tried` : '';
  const message = `${host} answers and lists no models (${status})${untried} (${millis} ms${until})`;
  return note(name, message, 'Nothing to do where the server has no such list; else correct the path of base_url.');
}

/** Short-lived certificates are renewed late: what counts is a tenth of their life, at most a week. */
function certificateFinding(probe: Probe, { from, to }: Certificate, now: Date): Finding | null {
  const left = to.getTime() - now.getTime();
  const life = to.getTime() - from.getTime();
  if (left > Math.min(7 * DAY_MILLIS, life / 10)) return null;
  const advice = 'Renew it if the server is yours; from then on every call to it fails.';
  return warning(nameOf(probe), `the certificate of ${hostOf(probe)} ends in ${span(left)}, on ${day(to)}`, advice);
}
