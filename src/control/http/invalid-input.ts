import type { z } from 'zod';
import { GatewayError } from '../../spec/gateway-error.ts';

type Issue = z.core.$ZodIssue;

/** The first thing that a schema found wrong, as an error that names the member or parameter. */
export function invalidInput(issues: readonly Issue[]): GatewayError {
  const issue = issues[0]!;
  const param = paramOf(issue);
  if (issue.code === 'invalid_type' && issue.input === undefined && param !== undefined) {
    return new GatewayError('missing_required_parameter', { message: `"${param}" is required.`, param });
  }
  const code = issue.code === 'invalid_type' ? 'invalid_type' : 'invalid_value';
  return new GatewayError(code, { message: sentence(issue, param), ...(param === undefined ? {} : { param }) });
}

/** `models[0]`; a member that nobody knows is named itself. */
function paramOf(issue: Issue): string | undefined {
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]!] : issue.path;
  const text = path.map(part => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return text === '' ? undefined : text.replace(/^\./, '').slice(0, 128);
}

function sentence(issue: Issue, param: string | undefined): string {
  if (issue.code === 'unrecognized_keys') return `"${param}" is not known here.`;
  const what = issue.code === 'invalid_value' ? `expected one of ${issue.values.join(', ')}` : issue.message;
  return param === undefined ? `The body: ${what}.` : `"${param}": ${what}.`;
}
