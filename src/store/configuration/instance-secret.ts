import type { ConfigurationClient } from './client.ts';

/** Of two nodes that make the same secret at once, one wins and both answer the winner's. */
export async function instanceSecret(
  client: ConfigurationClient,
  name: string,
  make: () => Promise<string>,
): Promise<string> {
  const known = await client.instanceSecret.findUnique({ where: { name } });
  if (known) return known.sealed;
  await client.instanceSecret.createMany({ data: [{ name, sealed: await make() }], skipDuplicates: true });
  const made = await client.instanceSecret.findUniqueOrThrow({ where: { name } });
  return made.sealed;
}
