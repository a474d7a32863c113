import { GatewayError } from '../../spec/gateway-error.ts';

interface Named {
  readonly name: string;
}

/** Throws `resource_exists` for the first of the file's resources whose name one made over the API holds. */
export function refuseNames(kind: 'providers' | 'models', wanted: readonly Named[], held: readonly Named[]): void {
  const taken = new Set(held.map(({ name }) => name));
  const clash = wanted.find(({ name }) => taken.has(name));
  if (!clash) return;
  const message = `${kind}.${clash.name} was made over the API. Remove it there or change the file.`;
  throw new GatewayError('resource_exists', { message, param: `${kind}.${clash.name}` });
}
